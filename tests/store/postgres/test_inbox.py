"""The inbox keeps its rows in the order of arrival, and says up to where that order is settled."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import pytest

from giljabi.store.ports import InboxLag, InboxRow
from giljabi.store.postgres import Database, PostgresTransaction

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def row(body: bytes = b"calls", calls: int = 1, source: str = "s", received_at: datetime = NOON) -> InboxRow:
    return InboxRow(source, received_at, calls, body)


async def put(database: Database, workspace: str, *rows: InboxRow) -> None:
    async with database.transaction(workspace) as tx:
        await tx.inbox.put(rows)


async def settled(database: Database, workspace: str) -> int:
    async with database.transaction(workspace) as tx:
        return await tx.inbox.settled()


async def bodies(tx: PostgresTransaction, up_to: int, limit: int = 1 << 20) -> list[bytes]:
    return [one.body for one in await tx.inbox.read(up_to, limit)]


async def test_rows_come_out_as_they_went_in_and_in_their_order(
    database: Database, our_workspace: str
) -> None:
    rows = [row(bytes([n, 0, 255]), n, f"출처 {n}", NOON - timedelta(days=n)) for n in range(5)]
    await put(database, our_workspace, *rows[:3])
    await put(database, our_workspace, *rows[3:])
    await put(database, our_workspace)
    up_to = await settled(database, our_workspace)
    async with database.transaction(our_workspace) as tx:
        found = list(await tx.inbox.read(up_to, 1 << 20))
        assert [InboxRow(one.source, one.received_at, one.calls, one.body) for one in found] == rows
        assert found[-1].position == up_to


async def test_reading_stops_at_the_limit_but_gives_one_row_at_least(
    database: Database, our_workspace: str
) -> None:
    await put(database, our_workspace, row(b"a" * 100), row(b"b" * 10), row(b"c" * 10))
    up_to = await settled(database, our_workspace)
    async with database.transaction(our_workspace) as tx:
        assert len(await bodies(tx, up_to, 1)) == 1
        assert len(await bodies(tx, up_to, 100)) == 1
        assert len(await bodies(tx, up_to, 101)) == 2
        assert len(await bodies(tx, up_to, 111)) == 3
        assert await bodies(tx, up_to - 1) == [b"a" * 100, b"b" * 10]
        assert await bodies(tx, 0) == []


async def test_trimming_removes_the_rows_up_to_a_position(database: Database, our_workspace: str) -> None:
    await put(database, our_workspace, row(b"a"), row(b"b"))
    up_to = await settled(database, our_workspace)
    await put(database, our_workspace, row(b"c"))
    async with database.transaction(our_workspace) as tx:
        assert await tx.inbox.trim(up_to) == 2
        assert await tx.inbox.trim(up_to) == 0
        assert await bodies(tx, up_to + 10) == [b"c"]


async def test_the_lag_tells_calls_bytes_and_the_oldest(database: Database, our_workspace: str) -> None:
    earlier = NOON - timedelta(hours=1)
    async with database.transaction(our_workspace) as tx:
        assert await tx.inbox.lag() == InboxLag(0, 0, None)
        assert await tx.inbox.settled() == 0
    await put(database, our_workspace, row(b"abc", 7), row(b"de", 2, received_at=earlier))
    async with database.transaction(our_workspace) as tx:
        assert await tx.inbox.lag() == InboxLag(9, 5, earlier)


@pytest.mark.parametrize("kept", [True, False])
async def test_a_row_whose_position_was_taken_earlier_but_commits_later_is_never_passed_over(
    database: Database, our_workspace: str, kept: bool
) -> None:
    class NotKept(Exception): ...

    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow_writer() -> None:
        async with database.transaction(our_workspace) as tx:
            await tx.inbox.put([row(b"slow")])
            entered.set()
            await leave.wait()
            if not kept:
                raise NotKept

    slow = asyncio.create_task(slow_writer())
    await entered.wait()
    await put(database, our_workspace, row(b"quick"))
    asking = asyncio.create_task(settled(database, our_workspace))
    await asyncio.wait([asking], timeout=0.2)
    assert not asking.done()
    leave.set()
    await asyncio.wait([slow])
    assert kept is (slow.exception() is None)
    up_to = await asking
    async with database.transaction(our_workspace) as tx:
        assert await bodies(tx, up_to) == ([b"slow", b"quick"] if kept else [b"quick"])


async def test_nothing_is_settled_while_a_writer_does_not_come_to_its_end(
    database: Database, our_workspace: str
) -> None:
    async with database.transaction(our_workspace) as tx:
        await tx.inbox.put([row()])
        assert await settled(database, our_workspace) == 0
    assert await settled(database, our_workspace) > 0


async def test_who_has_asked_what_is_settled_holds_up_no_writer(
    database: Database, our_workspace: str
) -> None:
    async with database.transaction(our_workspace) as tx:
        assert await tx.inbox.settled() == 0
        await asyncio.wait_for(put(database, our_workspace, row(b"a")), 30)
        assert await tx.inbox.settled() > 0


async def test_writers_at_once_lose_nothing_to_a_reader_that_trims(
    database: Database, our_workspace: str
) -> None:
    seen: list[bytes] = []

    async def write(writer: int) -> None:
        for n in range(20):
            await put(database, our_workspace, row(b"%d-%d" % (writer, n)))

    async def drain() -> None:
        up_to = await settled(database, our_workspace)
        async with database.transaction(our_workspace) as tx:
            found = await bodies(tx, up_to)
            assert await tx.inbox.trim(up_to) == len(found)
            seen.extend(found)

    writers = asyncio.gather(*(write(n) for n in range(6)))
    while not writers.done():
        await drain()
    await writers
    await drain()
    assert sorted(seen) == sorted(b"%d-%d" % (writer, n) for writer in range(6) for n in range(20))
    for writer in range(6):
        own = [body for body in seen if body.startswith(b"%d-" % writer)]
        assert own == [b"%d-%d" % (writer, n) for n in range(20)]


async def test_workspaces_see_and_hold_up_only_their_own_rows(
    database: Database, our_workspace: str, their_workspace: str
) -> None:
    await put(database, our_workspace, row(b"ours"))
    async with database.transaction(our_workspace) as tx:
        await tx.inbox.put([row(b"coming")])
        assert await settled(database, their_workspace) == 0
        await put(database, their_workspace, row(b"theirs"))
        up_to = await settled(database, their_workspace)
    async with database.transaction(their_workspace) as tx:
        assert await bodies(tx, up_to) == [b"theirs"]
        assert await tx.inbox.trim(up_to) == 1
        assert (await tx.inbox.lag()).calls == 0
    async with database.transaction(our_workspace) as tx:
        assert await bodies(tx, up_to) == [b"ours", b"coming"]


def digests(*names: str) -> list[bytes]:
    return [blake2b(name.encode(), digest_size=16).digest() for name in names]


async def test_messages_are_kept_by_batch_until_forgotten(
    database: Database, our_workspace: str, their_workspace: str
) -> None:
    a, b, c = digests("a", "b", "c")
    async with database.transaction(our_workspace) as tx:
        assert await tx.seen.first() == 0
        await tx.seen.add([], NOON)
        await tx.seen.add([b, a], NOON)
        await tx.seen.add([b, c], NOON + timedelta(days=1))
        one, other = await tx.seen.after(0)
        assert (one.digests, other.digests) == (b + a, b + c)
        assert await tx.seen.first() == one.id
        assert await tx.seen.after(one.id) == [other]
        assert await tx.seen.after(0, limit=1) == [one]
        assert await tx.seen.of([other.id, other.id + 1]) == [other]
    async with database.transaction(their_workspace) as tx:
        assert await tx.seen.after(0) == []
        assert await tx.seen.of([one.id]) == []
    async with database.transaction(our_workspace) as tx:
        assert await tx.seen.forget(NOON + timedelta(hours=1)) == 2
        assert await tx.seen.after(0) == [other]
