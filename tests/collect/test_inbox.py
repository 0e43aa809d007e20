"""While the database is away, or more waits than may, nothing is lost and senders are told so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from giljabi.collect.inbox import FURTHEST_BEHIND, MOST_BYTES, GroupInbox, InboxFull
from giljabi.collect.write_keys import WriteKeys
from giljabi.model.errors import StorageUnavailable
from giljabi.store import InboxLag, InboxRow, PoolFigures, Transaction

T = TypeVar("T")


class Rows:
    """An inbox that remembers its rows."""

    def __init__(self, behind: int) -> None:
        self.groups: list[list[InboxRow]] = []
        self._behind = behind

    async def put(self, rows: list[InboxRow]) -> None:
        if any(row.body == b"poison" for row in rows):
            raise ValueError("cannot be kept")
        self.groups.append(rows)

    async def lag(self) -> InboxLag:
        return InboxLag(0, self._behind, None)


class Ledger:
    """A database that commits when it is let, and may be away."""

    def __init__(self, behind: int = 0) -> None:
        self.inbox = Rows(behind)
        self.away = False
        self.commits = asyncio.Semaphore(0)

    @property
    def pool(self) -> PoolFigures:
        raise NotImplementedError

    async def within_async(self, work: Callable[[Any], Awaitable[T]]) -> T:
        if self.away:
            raise StorageUnavailable("the database does not answer")
        found = await work(self)
        if not isinstance(found, InboxLag):
            await self.commits.acquire()
        return found

    def within(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        raise NotImplementedError

    def lock(self, name: str, *, wait: bool = True) -> AbstractContextManager[bool]:
        raise NotImplementedError


def row(body: bytes = b"x") -> InboxRow:
    return InboxRow("source", datetime.now(UTC), 1, body)


async def begun(inbox: GroupInbox, *rows: InboxRow) -> list[asyncio.Task[None]]:
    """Put rows side by side, and let each come as far as it gets."""
    tasks = [asyncio.create_task(inbox.put(one)) for one in rows]
    for _ in range(10):
        await asyncio.sleep(0)
    return tasks


async def test_requests_that_wait_share_a_transaction() -> None:
    ledger = Ledger()
    inbox = GroupInbox(ledger)

    tasks = await begun(inbox, row(), row(), row(), row())
    assert not any(task.done() for task in tasks)
    ledger.commits.release()
    ledger.commits.release()
    await asyncio.gather(*tasks)

    assert sum(map(len, ledger.inbox.groups)) == 4
    assert len(ledger.inbox.groups) <= 2


async def test_nothing_is_acknowledged_that_was_not_committed() -> None:
    ledger = Ledger()
    ledger.away = True

    with pytest.raises(StorageUnavailable):
        await GroupInbox(ledger).put(row())


async def test_one_request_that_cannot_be_kept_takes_no_other_with_it() -> None:
    ledger = Ledger()
    inbox = GroupInbox(ledger)
    for _ in range(9):
        ledger.commits.release()

    tasks = await begun(inbox, row(), row(b"poison"), row())
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(one) for one in results] == [type(None), StorageUnavailable, type(None)]


async def test_more_than_may_wait_is_turned_away() -> None:
    ledger = Ledger()
    inbox = GroupInbox(ledger)
    tasks = await begun(inbox, row(bytes(MOST_BYTES)))

    with pytest.raises(InboxFull):
        await inbox.put(row())

    ledger.commits.release()
    await asyncio.gather(*tasks)


async def test_senders_wait_while_the_lake_is_far_behind() -> None:
    ledger = Ledger(behind=FURTHEST_BEHIND + 1)
    inbox = GroupInbox(ledger)
    ledger.commits.release()
    await inbox.put(row())

    with pytest.raises(InboxFull) as full:
        await inbox.put(row())

    assert full.value.after == 30


async def test_no_key_is_known_while_the_database_was_never_there() -> None:
    ledger = Ledger()
    ledger.away = True

    with pytest.raises(StorageUnavailable):
        await WriteKeys(ledger).source("key")
