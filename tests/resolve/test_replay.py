"""Events and feedback follow their customers, there and back again."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.databases import new_import
from tests.oracles.identity import Oracle, Rule
from tests.resolve.calling import TWIN, call, stitched
from tests.resolve.replaying import NOON, Collected
from tests.resolve.test_against_the_oracle import STEPS, keep, rules, undo

from giljabi.bootstrap import Workspace
from giljabi.collect.calls import Call
from giljabi.model.errors import BadParameter, NotFound
from giljabi.resolve import deciding
from giljabi.store import to_table
from giljabi.store.lake import IcebergLake
from giljabi.store.postgres import (
    FEEDBACK_SCHEMA,
    BlockingDatabase,
    Database,
    EmbeddedServer,
    database_url,
    outages_named,
    workspace_id,
)

Make = Callable[[], Collected]
BY_HAND = {"why": "by_hand"}


@pytest.fixture
def collections(postgres_server: EmbeddedServer, fresh_database: str, tmp_path: Path) -> Iterator[Make]:
    """Give a maker of empty workspaces with lakes."""
    with contextlib.ExitStack() as closing:
        url = database_url(postgres_server.url("giljabi_app", fresh_database))
        numbers = iter(range(10_000))

        def make() -> Collected:
            name = f"r{next(numbers)}"
            id = workspace_id(name)  # noqa: A001
            database = Database(url)
            ledger = BlockingDatabase(database, id)
            ledger.within(lambda tx: tx.workspaces.get_or_add(name))
            lake = IcebergLake(database.catalogue_url(id), id, str(tmp_path / "lake"), outages_named)
            made = Collected(ledger, lake)
            closing.callback(made.close)
            return made

        yield make


@pytest.fixture
def collected(collections: Make) -> Collected:
    """Give an empty workspace with a lake."""
    return collections()


def test_anonymous_journeys_are_stitched_to_the_login(collected: Collected) -> None:
    calls, live, replayed = stitched(TWIN.splitlines())
    collected.seal(calls)
    assert collected.customers() == live
    done = collected.replay()
    assert (done.edges, done.events) == (2, 2)
    assert collected.customers() == replayed
    assert collected.replay().edges == 0


def test_the_journeys_of_the_log_are_stitched_too(empty_workspace: Workspace) -> None:
    calls, live, replayed = stitched(TWIN.splitlines())
    collected = Collected(empty_workspace._ledger, empty_workspace._lake)  # type: ignore[arg-type]
    collected.seal(calls)
    empty_workspace.rebuild_log()
    assert journeys(empty_workspace) == Counter(live)
    assert empty_workspace.identity.replay_due_in() == 0
    assert empty_workspace.identity.replay()["events"] == 2
    assert empty_workspace.identity.replay_due_in() is None
    empty_workspace.rebuild_log()
    assert journeys(empty_workspace) == Counter(replayed)


def journeys(workspace: Workspace) -> Counter[str]:
    """Count the events of each customer of the log."""
    return Counter(map(str, to_table(workspace.log())["customer"].to_pylist()))


def test_the_published_example_is_replayed_as_published(collected: Collected, shared_data: Path) -> None:
    calls, live, replayed = stitched((shared_data / "stitching_example.csv").read_text().splitlines())
    collected.seal(calls)
    assert collected.customers() == live
    assert len(set(live)) == 4
    collected.replay()
    assert collected.customers() == replayed
    assert len(set(replayed)) == 2


def test_a_shared_device_keeps_its_logins_apart(collected: Collected) -> None:
    collected.seal(
        [
            call(1, device="d"),
            call(2, device="d", user_id="alice"),
            call(3, device="d"),
            call(4, device="d", user_id="bob"),
            call(5, device="d"),
        ]
    )
    collected.replay()
    assert collected.customers() == ["alice", "alice", "alice", "bob", "bob"]


def test_a_login_that_comes_late_takes_what_was_its_own(collected: Collected) -> None:
    collected.seal([call(1, device="d", user_id="alice"), call(5, device="d"), call(8, device="d")])
    collected.seal([call(4, device="d", user_id="bob")])
    assert collected.customers() == ["alice", "alice", "alice", "bob"]
    done = collected.replay()
    assert (done.handed, done.events) == (1, 2)
    assert collected.customers() == ["alice", "bob", "bob", "bob"]


def test_a_merge_taken_back_gives_back_what_was_and_is_not_made_again(collected: Collected) -> None:
    calls = [call(1, device="d"), call(2, device="d", user_id="bob"), call(3, device="d")]
    collected.seal(calls)
    collected.replay()
    assert collected.customers() == ["bob", "bob", "bob"]
    (merged,) = collected.decide(lambda tx: tx.identities.edges())
    collected.decide(lambda tx: deciding.undo(tx, merged.id))
    collected.replay()
    assert collected.customers() == ["d", "bob", "d"]
    collected.seal([call(4, device="d", user_id="bob"), call(5, device="d")])
    assert collected.customers()[3:] == ["bob", "d"]
    with pytest.raises(BadParameter, match="taken back before"):
        collected.decide(lambda tx: deciding.undo(tx, merged.id))
    split = collected.decide(lambda tx: tx.identities.edges(kind="split"))[0]
    collected.decide(lambda tx: deciding.undo(tx, split.id))
    collected.replay()
    assert collected.customers() == ["bob"] * 5


def test_customers_of_files_are_merged_and_come_back_exactly(collected: Collected) -> None:
    collected.append(["a", "b", "b", "c"])
    edge = collected.decide(lambda tx: deciding.merge(tx, "a", "b", BY_HAND))
    assert (edge.from_customer, edge.to_customer) == ("b", "a")
    assert collected.replay().events == 2
    assert collected.customers() == ["a", "a", "a", "c"]
    collected.seal([call(1, user_id="b"), call(2, user_id="a")])
    assert collected.customers()[4:] == ["a", "a"]
    collected.decide(lambda tx: deciding.undo(tx, edge.id))
    collected.replay()
    assert collected.customers() == ["a", "b", "b", "c", "b", "a"]
    with pytest.raises(BadParameter, match="one customer already"):
        collected.decide(lambda tx: deciding.merge(tx, "a", "a", BY_HAND))


def test_identifiers_taken_out_take_their_events_along(collected: Collected) -> None:
    collected.seal([call(1, user_id="u", email="e"), call(2, email="e"), call(3, user_id="u", device="d")])
    with pytest.raises(NotFound, match="does not hold the email 'x'"):
        collected.decide(lambda tx: deciding.split(tx, "u", [("email", "x")]))
    held = [("user_id", "u"), ("email", "e"), ("device", "d")]
    with pytest.raises(BadParameter, match="leave at least one"):
        collected.decide(lambda tx: deciding.split(tx, "u", held))
    edge = collected.decide(lambda tx: deciding.split(tx, "u", [("email", "e")]))
    collected.replay()
    assert collected.customers() == ["u", "e", "u"]
    collected.seal([call(4, user_id="u", email="e"), call(5, email="e")])
    assert collected.customers()[3:] == ["u", "e"]
    collected.decide(lambda tx: deciding.undo(tx, edge.id))
    collected.replay()
    assert collected.customers() == ["u"] * 5


def test_feedback_follows_its_customer_and_comes_back(collected: Collected) -> None:
    said = [
        {"customer": name, "time": NOON, "kind": "nps", "score": 9.0, "text": None, "touchpoint": None}
        for name in ("a", "b", "c")
    ]
    table = pa.Table.from_pylist(said, FEEDBACK_SCHEMA)

    async def add(tx: object) -> None:
        await tx.imports.add(new_import("i", kind="feedback"))  # type: ignore[attr-defined]
        await tx.feedback.add("i", table.to_batches())  # type: ignore[attr-defined]

    collected.decide(add)
    state = collected.decide(lambda tx: tx.feedback.state())
    edge = collected.decide(lambda tx: deciding.merge(tx, "a", "b", BY_HAND))
    assert collected.replay().feedback == 1
    assert collected.decide(lambda tx: tx.feedback.table())["customer"].to_pylist() == ["a", "a", "c"]
    assert collected.decide(lambda tx: tx.feedback.state()) != state
    collected.decide(lambda tx: deciding.undo(tx, edge.id))
    collected.replay()
    assert collected.decide(lambda tx: tx.feedback.table())["customer"].to_pylist() == ["a", "b", "c"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=rules(), steps=STEPS, now=st.lists(st.booleans(), min_size=7, max_size=7))
def test_after_a_replay_each_event_is_whose_the_oracle_says(
    collections: Make, drawn: dict[str, Rule], steps: Sequence[list[Call] | int], now: list[bool]
) -> None:
    collected, oracle = collections(), Oracle(drawn)
    keep(collected.ledger, drawn)
    arrived: list[Call] = []
    for step, replays in zip(steps, now, strict=False):
        if isinstance(step, int):
            undo(collected.ledger, oracle, step)
        else:
            told = [oracle.call(one.time + MILLENNIUM, one.identifiers, one.previous_id) for one in step]
            arrived += [one for one, name in zip(step, told, strict=True) if name is not None]
            collected.seal([at_noon(one) for one in step])
        if replays:
            collected.replay()
    collected.replay()
    assert collected.customers() == [oracle.owner(one.time + MILLENNIUM, one.identifiers) for one in arrived]
    assert collected.replay().events == 0
    collected.close()


MILLENNIUM = 946_684_800_000


def at_noon(one: Call) -> Call:
    """Give a call at a time that the lake can hold."""
    return Call(
        type=one.type,
        message_id=one.message_id,
        time=one.time + MILLENNIUM,
        identifiers=one.identifiers,
        event=one.event,
        previous_id=one.previous_id,
    )


def test_undoing_needs_something_to_undo(collected: Collected) -> None:
    with pytest.raises(NotFound, match="no merge or split 7"):
        collected.decide(lambda tx: deciding.undo(tx, 7))
