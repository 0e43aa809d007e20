"""Every acknowledged call is in the lake exactly once, whatever breaks on the way."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.collect.inboxes import NOON, Inbox, StrongestIdentifier, track

from giljabi.collect import sealing, settling
from giljabi.collect.calls import Call
from giljabi.collect.sealing import Sealer
from giljabi.model.errors import StorageUnavailable
from giljabi.store import PlannedEvent, StoredSource, Transaction
from giljabi.store.lake import IcebergLake
from giljabi.store.postgres import (
    BlockingDatabase,
    Database,
    EmbeddedServer,
    database_url,
    outages_named,
    workspace_id,
)

Make = Callable[[], Inbox]


@pytest.fixture
def inboxes(postgres_server: EmbeddedServer, fresh_database: str, tmp_path: Path) -> Iterator[Make]:
    with contextlib.ExitStack() as all_of_them:

        def make() -> Inbox:
            closing = all_of_them.enter_context(contextlib.ExitStack())
            name = uuid4().hex
            id = workspace_id(name)  # noqa: A001
            database = Database(database_url(postgres_server.url("giljabi_app", fresh_database)))
            ledger = BlockingDatabase(database, id)
            closing.callback(ledger.close)
            ledger.within(lambda tx: tx.workspaces.get_or_add(name))

            def open_lake() -> IcebergLake:
                lake = IcebergLake(database.catalogue_url(id), id, str(tmp_path / "lake"), outages_named)
                closing.callback(lake.close)
                return lake

            return Inbox(ledger, open_lake(), open_lake, close=closing.close)

        yield make


@pytest.fixture
def inbox(inboxes: Make) -> Inbox:
    return inboxes()


class Died(Exception):
    """The process ended here."""


class At:
    """Does something when a sealer comes to a point of its way, once."""

    POINTS = ("read", "prepared", "resolved", "landed", "trimmed", "settled")

    def __init__(self, point: str, what: Callable[[], None]) -> None:
        self.point = point
        self.what: Callable[[], None] | None = what

    def reach(self, point: str) -> None:
        if point == self.point and self.what is not None:
            what, self.what = self.what, None
            what()


@contextlib.contextmanager
def reaching(sealer: Sealer, at: At, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a sealer, and no other, come by the points."""
    resolve, settle, prepare, read = (sealer._resolve, sealer._settle, sealer._prepare, sealer._read)
    lake = sealer._lake
    seal = lake.seal

    def after(point: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **more: Any) -> Any:
            result = work(*arguments, **more)
            at.reach(point)
            return result

        return run

    with monkeypatch.context() as patch:
        patch.setattr(sealer, "_read", after("read", read))
        patch.setattr(sealer, "_resolve", after("resolved", resolve))
        patch.setattr(sealer, "_prepare", after("prepared", prepare))
        patch.setattr(lake, "seal", after("landed", seal))
        patch.setattr(sealer, "_settle", after("settled", settle))
        if at.point == "trimmed":
            count = settling._count

            async def counted(*arguments: Any) -> None:
                await count(*arguments)
                at.reach("trimmed")

            patch.setattr(settling, "_count", counted)
        yield


def die() -> None:
    raise Died


def test_calls_go_into_the_lake_as_events_with_what_they_came_with(inbox: Inbox) -> None:
    inbox.ledger.within(
        lambda tx: tx.sources.add(StoredSource(id="web", kind="http", name="Homepage", created_at=NOON))
    )
    inbox.put(
        track("m1", "유나", properties={"page": "/", "amount": 3.0, "new": True, "source": "ad"}, value=5.0),
        track(
            "m2", event="page", type="page", channel="app", identifiers={"anonymous_id": "a", "email": "x@y"}
        ),
        Call("identify", "m3", 5, {"user_id": "c"}, traits={"name": "Kim", "tags": ["a"]}),
    )
    done = inbox.sealer().run()
    assert (done.calls, done.events, done.said, done.batches) == (3, 2, 1, 1)
    first, second, third = inbox.rows()
    assert (first["customer"], first["event"], first["value"]) == ("유나", "e", 5.0)
    assert (first["page"], first["amount"], first["new"]) == ("/", 3.0, True)
    assert (first["source"], first["source_property"]) == ("Homepage", "ad")
    assert (first["giljabi_call"], first["giljabi_message"]) == ("track", "m1")
    assert first["giljabi_received"] == NOON
    assert (second["customer"], second["channel"]) == ("a", "app")
    assert json.loads(second["giljabi_identity"]) == {"anonymous_id": "a", "email": "x@y"}
    assert (third["event"], third["giljabi_call"]) == ("identify", "identify")
    assert json.loads(third["giljabi_detail"]) == {"traits": {"name": "Kim", "tags": ["a"]}}
    assert inbox.waiting() == 0
    (source,) = inbox.ledger.within(lambda tx: tx.sources.list())
    assert (source.accepted, source.refused, source.last_event_at) == (3, 0, NOON)


def test_an_empty_inbox_changes_nothing(inbox: Inbox) -> None:
    assert inbox.sealer().run().batches == 0
    assert inbox.lake.snapshot is None


def test_messages_sent_again_are_dropped_within_a_batch_and_across_batches(inbox: Inbox) -> None:
    inbox.put(track("a"), track("b"), track("a", event="again"))
    inbox.put(track("b"))
    first = inbox.sealer().run()
    inbox.put(track("a"), track("c"))
    inbox.put(track("b"))
    second = inbox.sealer().run()
    inbox.put(track("a"))
    third = inbox.sealer().run()
    assert inbox.messages() == ["a", "b", "c"]
    assert [one.duplicates for one in (first, second, third)] == [2, 2, 1]
    assert inbox.waiting() == 0


def test_calls_of_nobody_are_refused_and_can_be_sent_again(inbox: Inbox) -> None:
    nobody = track("m1", "nobody", properties={"n": 1.0}, value=2.0, event="buy")
    inbox.put(nobody, track("m2"))
    assert inbox.sealer().run().refused == 1
    (refusal,) = inbox.ledger.within(lambda tx: tx.refusals.list())
    assert (refusal.reason, refusal.event, refusal.source) == ("no_customer", "buy", "web")
    said = json.loads(refusal.body)
    assert (said["messageId"], said["userId"], said["properties"]) == (
        "m1",
        "nobody",
        {"n": 1.0, "value": 2.0},
    )
    inbox.put(track("m1", "somebody"))
    inbox.sealer().run()
    assert inbox.messages() == ["m2", "m1"]


def test_feedback_goes_to_the_feedback_and_not_into_the_lake(inbox: Inbox) -> None:
    def said(message: str, **properties: Any) -> Call:
        return track(message, type="feedback", event=None, properties=properties)

    inbox.put(said("m1", kind="nps", score=9.0, text="좋아요"), said("m2", kind="text", text="slow"))
    assert inbox.sealer().run().feedback == 2
    inbox.put(said("m2", kind="text", text="slow"), said("m3", kind="nps", score=2.0, touchpoint="app"))
    inbox.sealer().run()
    rows = inbox.ledger.within(lambda tx: tx.feedback.table()).to_pylist()
    assert [(row["customer"], row["kind"], row["score"], row["text"]) for row in rows] == [
        ("c", "nps", 9.0, "좋아요"),
        ("c", "text", None, "slow"),
        ("c", "nps", 2.0, None),
    ]
    (one,) = inbox.ledger.within(lambda tx: tx.imports.list())
    assert (one.kind, one.state, one.accepted) == ("feedback", "done", 3)
    assert inbox.messages() == []
    assert inbox.waiting() == 0


def test_departures_from_the_plan_are_counted(inbox: Inbox) -> None:
    inbox.ledger.within(lambda tx: tx.plan.put(PlannedEvent("buy")))
    inbox.put(track("m1", event="buy"), track("m2", event="bought"), track("m2", event="bought"))
    inbox.sealer().run()
    (departure,) = inbox.ledger.within(lambda tx: tx.plan.departures())
    assert (departure.event, departure.kind, departure.count) == ("bought", "unknown_event", 1)


def test_events_with_one_name_too_many_are_refused_and_the_others_are_kept(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("giljabi.store.log.MAX_NAMES", 3)
    inbox.put(track("m1", event="a"), track("m2", event="b"))
    sealer = inbox.sealer(names=lambda: {"known"})
    sealer.run()
    inbox.put(track("m3", event="c"), track("m4", event="a"), track("m5", event="known"))
    assert sealer.run().refused == 1
    assert inbox.messages() == ["m1", "m2", "m4", "m5"]
    (refusal,) = inbox.ledger.within(lambda tx: tx.refusals.list())
    assert (refusal.reason, refusal.event) == ("too_many_names", "c")


def test_properties_beyond_the_limit_stay_readable(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("giljabi.collect.call_columns.MOST_PROPERTIES", 2)
    inbox.put(track("m1", properties={"a": 1.0}), track("m2", properties={"b": "x", "c": "y", "a": None}))
    inbox.sealer().run()
    _, second = inbox.rows()
    assert second["b"] == "x"
    assert json.loads(second["giljabi_detail"]) == {"properties": {"c": "y"}}


def test_values_of_several_kinds_in_one_batch_become_text(inbox: Inbox) -> None:
    values = [1.0, "x", True, 2.5, None, 1e16]
    inbox.put(*(track(f"m{n}", properties={"p": value}) for n, value in enumerate(values)))
    inbox.sealer().run()
    assert [row["p"] for row in inbox.rows()] == ["1", "x", "true", "2.5", None, "10000000000000000"]


def test_a_large_inbox_is_sealed_in_batches(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH_BYTES", 200)
    for n in range(10):
        inbox.put(track(f"m{n}"), track(f"n{n}"))
    told: list[float] = []
    done = inbox.sealer().run(lambda step, share: told.append(share))
    assert done.batches > 2
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert inbox.messages() == [f"{kind}{n}" for n in range(10) for kind in "mn"]


def test_only_one_sealer_is_at_work(inbox: Inbox) -> None:
    inbox.put(track("m1"))
    with inbox.ledger.lock("seal"):
        assert inbox.sealer().run().waits_for == "seal"
    with inbox.ledger.lock("events"):
        assert inbox.sealer().run().waits_for == "events"
    assert inbox.messages() == []
    inbox.sealer().run()
    assert inbox.messages() == ["m1"]


def test_while_the_lake_is_down_the_inbox_keeps_what_comes(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.put(track("m1"))
    inbox.sealer().run()

    def down(*_: object) -> None:
        raise OSError("no such host")

    for name in ("giljabi.store.lake.writing.write_file", "pyiceberg.catalog.sql.SqlCatalog.load_table"):
        with monkeypatch.context() as patch:
            patch.setattr(name, down)
            inbox.put(track(f"while {name}"))
            with pytest.raises(StorageUnavailable):
                inbox.sealer().run()
    assert inbox.waiting() == 2
    inbox.sealer().run()
    assert len(inbox.messages()) == 3
    assert inbox.waiting() == 0


@pytest.mark.parametrize("point", At.POINTS)
@pytest.mark.parametrize("more", [False, True])
def test_a_sealer_that_dies_at_any_point_loses_and_doubles_nothing(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, point: str, more: bool
) -> None:
    inbox.put(track("m0"))
    inbox.sealer().run()
    feedback = track("f1", type="feedback", event=None, properties={"kind": "nps", "score": 9.0})
    inbox.put(track("m1"), track("m1"), feedback, track("m2", "nobody"), track("m0"))
    dying = inbox.sealer()
    with reaching(dying, At(point, die), monkeypatch), contextlib.suppress(Died):
        dying.run()
    if more:
        inbox.put(track("m3"), track("m1"), feedback)
    inbox.sealer().run()
    assert inbox.messages() == (["m0", "m1", "m3"] if more else ["m0", "m1"])
    assert inbox.waiting() == 0
    assert inbox.ledger.within(lambda tx: tx.feedback.table()).num_rows == 1
    assert [one.reason for one in inbox.ledger.within(lambda tx: tx.refusals.list())] == ["no_customer"]


@pytest.mark.parametrize("point", At.POINTS)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_paused_sealer_whose_lock_was_taken_over_does_no_harm(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, point: str, rows: int
) -> None:
    inbox.put(track("m0"))
    inbox.sealer().run()
    feedback = track("f1", type="feedback", event=None, properties={"kind": "nps", "score": 9.0})
    for n in range(1, rows + 1):
        inbox.put(track(f"m{n}"), track("x", "nobody"), feedback)
    paused, other = inbox.sealer(), inbox.sealer()
    lock = inbox.ledger.lock

    def take_over() -> None:
        with monkeypatch.context() as patch:
            # The lock was the paused sealer's: here it has lost it. The other takes a row at a time.
            patch.setattr(inbox.ledger, "lock", lambda name, wait=True: contextlib.nullcontext(True))
            patch.setattr(sealing, "BATCH_BYTES", 1)
            if point == "trimmed":
                return
            other.run(seconds=0)
            inbox.put(track("late"), track("m1"))

    with reaching(paused, At(point, take_over), monkeypatch):
        paused.run()
    assert inbox.ledger.lock == lock
    inbox.sealer().run()
    expected = [f"m{n}" for n in range(rows + 1)]
    assert sorted(inbox.messages()) == sorted([*expected, *(["late"] if point != "trimmed" else [])])
    assert inbox.waiting() == 0
    assert inbox.ledger.within(lambda tx: tx.feedback.table()).num_rows == 1


@pytest.mark.parametrize("jump", [timedelta(days=-3650), timedelta(days=3650), timedelta(days=-8)])
def test_a_clock_that_jumps_loses_and_doubles_nothing(inbox: Inbox, jump: timedelta) -> None:
    now = datetime.now(UTC)
    inbox.put(track("m1"), at=now)
    inbox.sealer().run()
    inbox.put(track("m2"), track("m1"), at=now + jump)
    inbox.sealer().run()
    inbox.put(track("m3"), track("m2"), at=now)
    inbox.sealer().run()
    inbox.ledger.within(lambda tx: tx.seen.forget(now - timedelta(days=7)))
    inbox.put(track("m1"), track("m2"), track("m3"), at=now)
    inbox.sealer().run()
    assert inbox.messages() == ["m1", "m2", "m3"]


class ChangingResolver(StrongestIdentifier):
    """Knows everybody by another name each time it is asked."""

    asked = 0

    async def resolve(self, tx: Transaction, calls: Sequence[Call]) -> list[str | None]:
        self.asked += 1
        return [f"{customer}{self.asked}" for customer in await super().resolve(tx, calls)]


def test_resolving_again_after_a_crash_does_not_change_what_landed(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.put(track("m1"))
    resolver = ChangingResolver()
    dying = Sealer(inbox.ledger, inbox.open_lake(), resolver)
    with reaching(dying, At("landed", die), monkeypatch), pytest.raises(Died):
        dying.run()
    Sealer(inbox.ledger, inbox.open_lake(), resolver).run()
    assert resolver.asked == 2
    assert [row["customer"] for row in inbox.rows()] == ["c1"]


STEP = st.tuples(
    st.just("put"), st.lists(st.integers(0, 11), min_size=1, max_size=5), st.integers(-5000, 5000)
) | st.tuples(st.just("seal"), st.sampled_from([None, *At.POINTS]), st.booleans())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=12))
def test_whatever_happens_every_acknowledged_call_is_in_the_lake_exactly_once(
    inboxes: Make, monkeypatch: pytest.MonkeyPatch, steps: list[Any]
) -> None:
    inbox = inboxes()
    acknowledged: set[str] = set()
    for kind, what, how in steps:
        if kind == "put":
            inbox.put(*(track(f"m{n}", f"c{n % 3}") for n in what), at=NOON + timedelta(days=how))
            acknowledged |= {f"m{n}" for n in what}
            continue
        sealer = inbox.sealer()
        with monkeypatch.context() as patch:
            patch.setattr(sealing, "BATCH_BYTES", 1 if how else 1 << 20)
            with reaching(sealer, At(what or "", die), monkeypatch), contextlib.suppress(Died):
                sealer.run()
    inbox.sealer().run()
    assert sorted(inbox.messages()) == sorted(acknowledged)
    assert inbox.waiting() == 0
    assert len(pa.Table.from_batches(inbox.lake.scan()) if acknowledged else ()) == len(acknowledged)
    inbox.close()
