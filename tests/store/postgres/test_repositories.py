"""What is put into a repository comes out again, and what is not there is said to be missing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.databases import new_import

from giljabi.model.errors import BadParameter, NotFound, StorageUnavailable
from giljabi.store.postgres import (
    FEEDBACK_SCHEMA,
    BlockingDatabase,
    Database,
    EmbeddedServer,
    PostgresTransaction,
    database_url,
    workspace_id,
)

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
SAID = st.fixed_dictionaries(
    {
        "customer": TEXTS,
        "time": MOMENTS,
        "kind": st.sampled_from(["nps", "csat", "ces", "rating", "text"]),
        "score": st.none() | st.floats(allow_nan=False, width=64),
        "text": st.none() | TEXTS,
        "touchpoint": st.none() | TEXTS,
    }
)


def feedback_table(rows: Sequence[Mapping[str, object]]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows], FEEDBACK_SCHEMA)


async def test_a_map_is_kept_replaced_and_removed(database: Database, our_workspace: str) -> None:
    async with database.transaction(our_workspace) as tx:
        kept = await tx.maps.add("title: 쇼핑", "쇼핑")
        assert await tx.maps.get(kept.id) == kept
    async with database.transaction(our_workspace) as tx:
        other = await tx.maps.add("title: b", "b")
        replaced = await tx.maps.replace(kept.id, "title: c", "c")
        assert (replaced.text, replaced.created_at) == ("title: c", kept.created_at)
        assert replaced.updated_at > kept.updated_at
        assert [one.id for one in await tx.maps.list()] == [kept.id, other.id]
        await tx.maps.remove(kept.id)
        with pytest.raises(NotFound, match=f"no map '{kept.id}'"):
            await tx.maps.get(kept.id)


async def test_a_segment_is_kept_replaced_found_by_name_and_removed(
    database: Database, our_workspace: str, their_workspace: str
) -> None:
    async with database.transaction(our_workspace) as tx:
        kept = await tx.segments.add("Loyal", "{customers: [a]}")
        assert await tx.segments.get(kept.id) == await tx.segments.get("loyal") == kept
    async with database.transaction(their_workspace) as tx:
        assert await tx.segments.list() == []
        with pytest.raises(NotFound, match="no segment"):
            await tx.segments.get("loyal")
        await tx.segments.add("loyal", "{customers: []}")
    with pytest.raises(BadParameter, match="already a segment 'LOYAL'"):
        async with database.transaction(our_workspace) as tx:
            await tx.segments.add("LOYAL", "{customers: [b]}")
    async with database.transaction(our_workspace) as tx:
        other = await tx.segments.add("first", "{customers: [b]}")
        replaced = await tx.segments.replace(kept.id, "best", "{customers: [c]}")
        assert (replaced.audience, replaced.created_at) == ("{customers: [c]}", kept.created_at)
        assert [one.id for one in await tx.segments.list()] == [kept.id, other.id]
        await tx.segments.remove(kept.id)
        for missing in (tx.segments.get(kept.id), tx.segments.remove(kept.id)):
            with pytest.raises(NotFound, match=f"no segment '{kept.id}'"):
                await missing


async def test_the_newest_check_of_each_map_is_given(database: Database, our_workspace: str) -> None:
    async with database.transaction(our_workspace) as tx:
        one, two = await tx.maps.add("a", "a"), await tx.maps.add("b", "b")
        assert await tx.maps.last_check(one.id) is None
        await tx.maps.add_check(one.id, "7", {"coverage": 0.5})
        newest = await tx.maps.add_check(one.id, "8", {"coverage": 0.6, "claims": [{"n": 3}]})
        assert await tx.maps.last_check(one.id) == newest
        assert await tx.maps.last_checks() == {one.id: newest}
        await tx.maps.remove(one.id)
        assert await tx.maps.last_checks() == {}
        assert [kept.id for kept in await tx.maps.list()] == [two.id]


async def test_a_check_of_an_edited_map_is_stale(database: Database, our_workspace: str) -> None:
    async with database.transaction(our_workspace) as tx:
        kept = await tx.maps.add("a", "a")
        await tx.maps.add_check(kept.id, "7", {})
        await tx.maps.replace(kept.id, "b", "b")
        check = await tx.maps.last_check(kept.id)
        assert check is not None
        assert check.stale


async def test_a_check_of_no_map_is_refused(database: Database, our_workspace: str) -> None:
    async with database.transaction(our_workspace) as tx:
        with pytest.raises(NotFound, match="no map 'gone'"):
            await tx.maps.add_check("gone", "1", {})


async def test_an_import_is_kept_changed_and_found_by_its_digest(
    database: Database, our_workspace: str
) -> None:
    new = new_import("i1", roles={"customer": "user"}, preview={"columns": [1]}, rejects="r.csv")
    async with database.transaction(our_workspace) as tx:
        await tx.imports.add(new)
        assert await tx.imports.get("i1") == new
        assert await tx.imports.done("events", new.digest) is None
        await tx.imports.change("i1", state="done", accepted=5, refused=1, reasons={"no_time": 1})
        done = await tx.imports.done("events", new.digest)
        assert done is not None
        assert (done.state, done.accepted, done.reasons) == ("done", 5, {"no_time": 1})
        assert await tx.imports.done("feedback", new.digest) is None
        assert list(await tx.imports.done_ids("events")) == ["i1"]
        assert list(await tx.imports.done_ids("feedback")) == []


async def test_imports_are_listed_newest_first(database: Database, our_workspace: str) -> None:
    async with database.transaction(our_workspace) as tx:
        for day in (2, 1, 3):
            await tx.imports.add(new_import(f"i{day}", created_at=datetime(2026, 1, day, tzinfo=UTC)))
        assert [one.id for one in await tx.imports.list()] == ["i3", "i2", "i1"]


async def test_only_an_import_that_brought_in_nothing_can_be_forgotten(
    database: Database, our_workspace: str
) -> None:
    async with database.transaction(our_workspace) as tx:
        await tx.imports.add(new_import("i1", state="done"))
        await tx.imports.add(new_import("i2"))
        await tx.imports.remove("i2")
        with pytest.raises(NotFound, match="no import 'i1'"):
            await tx.imports.remove("i1")
        with pytest.raises(NotFound, match="no import 'i2'"):
            await tx.imports.get("i2")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(SAID, max_size=5), max_size=3))
def test_feedback_comes_out_as_it_went_in(
    blocking: BlockingDatabase, said: list[list[dict[str, object]]]
) -> None:
    tables = [feedback_table(rows) for rows in said]
    batches = [batch for table in tables for batch in table.to_batches()]

    async def in_and_out(tx: PostgresTransaction) -> tuple[int, pa.Table]:
        await tx.imports.add(new_import("i1"))
        added = await tx.feedback.add("i1", batches)
        table = await tx.feedback.table()
        await tx.imports.remove("i1")
        return added, table

    added, table = blocking.within(in_and_out)
    assert added == sum(map(len, tables))
    assert table.schema == FEEDBACK_SCHEMA
    assert table.to_pylist() == [row for rows in said for row in rows]


@pytest.fixture
def blocking(postgres_server: EmbeddedServer, fresh_database: str) -> Iterator[BlockingDatabase]:
    database = Database(database_url(postgres_server.url("giljabi_app", fresh_database)))
    blocking = BlockingDatabase(database, workspace_id("ours"))
    blocking.within(lambda tx: tx.workspaces.get_or_add("ours"))
    yield blocking
    blocking.close()
    blocking.close()


async def test_a_character_postgresql_cannot_hold_is_left_out(database: Database, our_workspace: str) -> None:
    said = {"customer": "c\x00", "time": datetime(2026, 1, 1, tzinfo=UTC), "kind": "text", "text": "a\x00b"}
    async with database.transaction(our_workspace) as tx:
        await tx.imports.add(new_import("i1"))
        await tx.feedback.add("i1", feedback_table([said]).to_batches())
        (row,) = (await tx.feedback.table()).to_pylist()
    assert (row["customer"], row["text"]) == ("c", "ab")


async def test_feedback_is_counted_by_kind_and_two_files_add_up(
    database: Database, our_workspace: str
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    async with database.transaction(our_workspace) as tx:
        for number, kinds in enumerate((["nps", "nps"], ["nps", "text"])):
            rows: list[dict[str, object]] = [
                {"customer": "c", "time": moment, "kind": kind} for kind in kinds
            ]
            await tx.imports.add(new_import(f"i{number}"))
            await tx.feedback.add(f"i{number}", feedback_table(rows).to_batches())
        assert await tx.feedback.counts() == {"nps": 3, "text": 1}


async def test_a_lock_keeps_others_out_until_it_is_let_go(database: Database, our_workspace: str) -> None:
    order: list[str] = []

    async def second() -> None:
        async with database.lock(our_workspace, "events"):
            order.append("second")

    async with database.lock(our_workspace, "events") as held:
        assert held
        async with database.lock(our_workspace, "events", wait=False) as ours:
            assert not ours
        async with database.lock(our_workspace, "log", wait=False) as other:
            assert other
        waiting = asyncio.create_task(second())
        async with database.lock("another workspace", "events", wait=False) as theirs:
            assert theirs
        order.append("first")
    await waiting
    assert order == ["first", "second"]


async def test_an_outage_is_named_and_the_database_answers_again_after_it(
    database: Database, our_workspace: str, postgres_server: EmbeddedServer, fresh_database: str
) -> None:
    async def end_all_sessions() -> None:
        async with database.transaction(our_workspace) as tx:
            with psycopg.connect(postgres_server.url()) as owner:
                owner.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                    [fresh_database],
                )
            await tx.maps.list()

    with pytest.raises(StorageUnavailable, match="connection"):
        await end_all_sessions()
    async with database.transaction(our_workspace) as tx:
        assert await tx.maps.list() == []


async def test_a_database_that_is_not_there_is_unavailable(postgres_server: EmbeddedServer) -> None:
    database = Database(database_url(postgres_server.url(database="missing")))

    async def look() -> None:
        async with database.transaction(workspace_id("ours")):
            pass

    with pytest.raises(StorageUnavailable, match="does not answer"):
        await look()
    await database.close()
