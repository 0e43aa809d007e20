"""Group commit: requests that wait at the same time share one transaction.

A transaction costs the disk a wait of its own, whatever is in it. While one is under way, the next requests
gather; the one after takes all of them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from giljabi.model.errors import StorageUnavailable
from giljabi.store import InboxLag, InboxRow, Ledger, StoredConsent, StoredRefusal, Transaction

MOST_BYTES = 64 * 1024**2
"""Bytes that may wait for a commit; what comes beyond is turned away."""

FLUSH_BYTES = 8 * 1024**2
"""Bytes one transaction takes."""

FURTHEST_BEHIND = 8 * 1024**3
"""Bytes that may wait in the inbox for the lake; with more, senders are asked to come back later."""

_LOOK_EVERY = 10.0
_log = logging.getLogger(__name__)


class InboxFull(StorageUnavailable):
    """More waits than may; ``after`` is in how many seconds to come back."""

    def __init__(self, message: str, after: int) -> None:
        super().__init__(message)
        self.after = after


@dataclass(slots=True)
class Measure:
    """What committing has taken so far: rounds, requests, seconds of whole rounds and of their commits."""

    rounds: int = 0
    requests: int = 0
    seconds: float = 0.0
    commit_seconds: float = 0.0


@dataclass(slots=True)
class _Waiting:
    row: InboxRow | None
    refusals: Sequence[StoredRefusal]
    declined: Mapping[str, int]
    consents: Sequence[StoredConsent]
    bytes: int
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class GroupInbox:
    """The inbox for callers on one event loop.

    Parameters
    ----------
    ledger
        The workspace's database.
    arrived
        Called after each commit, on the event loop; it must not block.
    """

    def __init__(self, ledger: Ledger, arrived: Callable[[], None] = lambda: None) -> None:
        self.measure = Measure()
        self._ledger = ledger
        self._arrived = arrived
        self._waiting: deque[_Waiting] = deque()
        self._bytes = 0
        self._flushing: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._looked = float("-inf")
        self._behind = False

    async def put(
        self,
        row: InboxRow | None,
        refusals: Sequence[StoredRefusal] = (),
        declined: Mapping[str, int] | None = None,
        consents: Sequence[StoredConsent] = (),
    ) -> None:
        """Keep what a request brought; given back once it is durable.

        Parameters
        ----------
        row, refusals
            The calls that were taken, and those that were not.
        declined
            How many calls consent keeps out, by source: nothing else is kept of them.
        consents
            What was said of consent.

        Raises
        ------
        InboxFull
            If too much waits, for a commit or for the lake.
        StorageUnavailable
            If the database refuses; nothing was acknowledged.
        """
        self._look()
        if self._behind:
            raise InboxFull("more events wait for the lake than the inbox may hold; send later", 30)
        size = sum(len(one.body) for one in refusals) + (len(row.body) if row else 0)
        if self._bytes + size > MOST_BYTES:
            raise InboxFull("too many requests wait to be kept; send later", 1)
        mine = _Waiting(row, refusals, declined or {}, consents, size)
        self._waiting.append(mine)
        self._bytes += size
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await mine.done

    async def _flush(self) -> None:
        try:
            while self._waiting:
                group = [self._waiting.popleft()]
                size = group[0].bytes
                while self._waiting and size + self._waiting[0].bytes <= FLUSH_BYTES:
                    size += self._waiting[0].bytes
                    group.append(self._waiting.popleft())
                await self._keep(group)
                self._bytes -= size
        finally:
            self._flushing = None

    async def _keep(self, group: Sequence[_Waiting]) -> None:
        try:
            await self._commit(group)
        except StorageUnavailable as error:
            _answer(group, error)
        except Exception as error:
            if len(group) > 1:
                # Whatever the database cannot take must not take its neighbours with it.
                for one in group:
                    await self._keep([one])
                return
            _log.exception("a request could not be kept")
            refused = StorageUnavailable("the database refuses what was sent; the server's log has the cause")
            refused.__cause__ = error
            _answer(group, refused)
        else:
            _answer(group)
            self._arrived()

    async def _commit(self, group: Sequence[_Waiting]) -> None:
        rows = [one.row for one in group if one.row is not None]
        refusals = [refusal for one in group for refusal in one.refusals]
        consents = [consent for one in group for consent in one.consents]
        declined: Counter[str] = Counter()
        for one in group:
            declined.update(one.declined)
        written = 0.0

        async def keep(tx: Transaction) -> None:
            nonlocal written
            await tx.inbox.put(rows)
            if refusals:
                await tx.refusals.add(refusals)
                for source in {one.source for one in refusals}:
                    many = sum(one.source == source for one in refusals)
                    await tx.sources.count(source, 0, many, None)
            for source, many in declined.items():
                await tx.sources.count(source, 0, 0, None, many)
            if consents:
                await tx.consents.add(consents)
            written = time.perf_counter()

        start = time.perf_counter()
        await self._ledger.within_async(keep)
        end = time.perf_counter()
        self.measure.rounds += 1
        self.measure.requests += len(group)
        self.measure.seconds += end - start
        self.measure.commit_seconds += end - written

    def _look(self) -> None:
        """See from time to time, beside the requests, how much waits for the lake."""
        if self._looking is None and time.monotonic() - self._looked > _LOOK_EVERY:
            self._looking = asyncio.create_task(self._see())

    async def _see(self) -> None:
        try:
            lag = await self._ledger.within_async(_lag)
            self._behind = lag.bytes > FURTHEST_BEHIND
        except StorageUnavailable:
            # Whoever sends next is told so by the commit itself.
            pass
        finally:
            self._looked = time.monotonic()
            self._looking = None


def _lag(tx: Transaction) -> Awaitable[InboxLag]:
    return tx.inbox.lag()


def _answer(group: Sequence[_Waiting], error: Exception | None = None) -> None:
    for one in group:
        if one.done.done():
            continue
        if error is None:
            one.done.set_result(None)
        else:
            one.done.set_exception(error)
