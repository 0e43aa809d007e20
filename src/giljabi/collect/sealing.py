"""Sealing: what waits in the inbox goes into the lake, each call once, whatever breaks on the way.

A batch takes these steps; the world may end after each of them:

1. read: the first rows of the inbox, none of which can still be overtaken by an earlier one;
2. resolve: calls that were seen before are dropped, the others get their customers; who is who is kept;
3. land: the calls and the position of the last row become one snapshot of the lake;
4. settle: one transaction keeps the messages as seen, the feedback, what was refused, and removes the rows.

Before step 3 nothing has happened: the next round does all of it again. After it the lake says up to where
it holds the inbox, and the next round does step 4 alone. Two sealers at once, because one was paused and lost
its lock, do no harm: the lake takes calls only on top of the position they were chosen after, and step 4
keeps nothing unless it finds the very rows that were read.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

import msgspec
import numpy as np
import pyarrow as pa

from giljabi.collect.arrived import Arrived, unpacked
from giljabi.collect.keeping_out import places_kept_out
from giljabi.collect.resolving import Resolver
from giljabi.collect.seen import SeenIndex
from giljabi.collect.settling import Outcome, settle
from giljabi.model.errors import LakeMoved
from giljabi.privacy import GateKeeper
from giljabi.store import EventLake, InboxRow, Ledger, Transaction

Progress: TypeAlias = Callable[[str, float], None]

BATCH_BYTES = 48 << 20
"""Packed bytes of the inbox that one snapshot takes on: about 200,000 calls."""


class Sealed(msgspec.Struct):
    """What a round has done.

    ``calls`` were taken out of the inbox; of them ``events`` went into the lake, ``said`` are calls that say
    who somebody is, ``feedback`` went into the table of feedback, ``duplicates`` were seen before, and
    ``refused`` had no customer or one name too many, and ``declined`` are of customers who are kept out.
    ``seconds`` has the time by step.
    """

    calls: int = 0
    events: int = 0
    said: int = 0
    feedback: int = 0
    duplicates: int = 0
    refused: int = 0
    declined: int = 0
    batches: int = 0
    seconds: dict[str, float] = {}
    waits_for: str = ""

    def joined(self, before: Sealed) -> Sealed:
        """Give the sum of this round and one before it; what is waited for is what this one waits for."""
        counts = ("calls", "events", "said", "feedback", "duplicates", "refused", "declined", "batches")
        for name in counts:
            setattr(self, name, getattr(self, name) + getattr(before, name))
        for step, spent in before.seconds.items():
            self.seconds[step] = self.seconds.get(step, 0.0) + spent
        return self

    def add(self, outcome: Outcome, arrived: Arrived) -> None:
        """Count a batch."""
        said = outcome.identity_calls(arrived)
        self.calls += len(arrived.calls)
        self.batches += 1
        self.events += len(outcome.kept) - said
        self.said += said
        self.feedback += len(outcome.feedback)
        self.duplicates += outcome.duplicates
        self.refused += len(outcome.refused)
        self.declined += len(outcome.declined)


class Sealer:
    """Takes the inbox of one workspace into its lake.

    Parameters
    ----------
    ledger
        The workspace's database.
    lake
        Its events.
    resolver
        Says whose each call is.
    names
        Gives the event names there are, of the lake and the log.
    keeper
        Knows which customers are kept out; None where nobody is.
    """

    def __init__(
        self,
        ledger: Ledger,
        lake: EventLake,
        resolver: Resolver,
        names: Callable[[], Collection[str]] = frozenset,
        keeper: GateKeeper | None = None,
    ) -> None:
        self._ledger = ledger
        self._lake = lake
        self._resolver = resolver
        self._given_names = names
        self._keeper = keeper
        self._names: set[str] | None = None
        self._properties: set[str] | None = None
        self._landed = 0
        self._seen = SeenIndex()

    def run(self, tell: Progress | None = None, seconds: float = 30.0) -> Sealed:
        """Seal until the inbox is empty or the time is up.

        Parameters
        ----------
        tell
            Told the step and how much of what waited at the beginning is done.
        seconds
            When no further batch is begun.

        Returns
        -------
        Sealed
            Where another sealer is at work, or somebody else writes to the lake, ``waits_for`` says so.
        """
        done = Sealed()
        until = time.monotonic() + seconds
        with self._ledger.lock("seal", wait=False) as held, ThreadPoolExecutor(2, "giljabi-seal") as pool:
            if not held:
                done.waits_for = "seal"
                return done
            waiting = max(1, self._ledger.within(lambda tx: tx.inbox.lag()).calls)
            self._landed = self._lake.inbox_position
            self._complete(self._landed, done)
            rows = _Ahead(self._next, self._landed, pool)
            coming = pool.submit(self._prepare, rows)
            while (batch := self._waited(coming, done)) is not None:
                # While this is written, what comes next is unpacked, and what comes after that is read.
                # Should this fail, both are read anew.
                coming = pool.submit(self._prepare, rows)
                if not self._seal(batch, done) or time.monotonic() >= until:
                    break
                if tell is not None:
                    tell("seal", min(1.0, done.calls / waiting))
        return done

    def _waited(self, coming: Future[_Batch | None], done: Sealed) -> _Batch | None:
        watch = _Watch(done.seconds)
        batch = coming.result()
        watch.step("unpack")
        return batch

    def _prepare(self, ahead: _Ahead) -> _Batch | None:
        """Make columns of the calls of the next rows of the inbox."""
        rows = ahead.next()
        if not rows:
            return None
        if self._properties is None:
            self._properties = set(self._lake.columns)
        names = {one.id: one.name for one in self._ledger.within(lambda tx: tx.sources.list())}
        arrived = unpacked(rows)
        return _Batch(arrived, arrived.columns(names, self._properties))

    def _seal(self, batch: _Batch, done: Sealed) -> bool:
        """Seal a batch; False where somebody else is in the way."""
        watch = _Watch(done.seconds)
        arrived = batch.arrived
        outcome = self._resolve(arrived)
        watch.step("resolve")
        try:
            if len(outcome.kept):
                with self._ledger.lock("events", wait=False) as free:
                    if not free:
                        done.waits_for = "events"
                        return False
                    self._land(batch, outcome)
            watch.step("land")
        except LakeMoved:
            # Somebody else has sealed, or an import has landed: what was chosen is chosen anew.
            done.waits_for = "events"
            return False
        settled = self._settle(arrived, outcome)
        if settled:
            done.add(outcome, arrived)
        watch.step("settle")
        return settled

    def _land(self, batch: _Batch, outcome: Outcome) -> None:
        """Put what is kept of a batch into the lake."""
        calls = batch.columns
        if len(outcome.kept) < calls.num_rows:
            calls = calls.take(pa.array(outcome.kept, pa.int64()))
        calls = calls.add_column(0, "customer", outcome.customers)
        self._lake.seal(calls, after=self._landed, position=batch.position, batch=uuid.uuid4().hex)
        self._landed = batch.position

    def _complete(self, landed: int, done: Sealed) -> None:
        """Settle the batch that has landed, where its sealer could not."""
        rows = self._read(landed, 1 << 62) if landed else ()
        if not rows:
            return
        arrived = unpacked(rows)
        outcome = self._resolve(arrived, self._lake.sealed_messages(landed))
        if self._settle(arrived, outcome):
            done.add(outcome, arrived)

    def _next(self, after: int) -> Sequence[InboxRow]:
        """Read rows of the inbox that none can come in before any more."""
        return self._read(self._ledger.within(lambda tx: tx.inbox.settled()), BATCH_BYTES, after)

    def _read(self, up_to: int, limit: int, after: int = 0) -> Sequence[InboxRow]:
        return self._ledger.within(lambda tx: tx.inbox.read(up_to, limit, after)) if up_to > after else ()

    def _resolve(self, arrived: Arrived, landed: Collection[str] | None = None) -> Outcome:
        """Choose what is kept of a batch; where it has landed, that decides."""

        async def work(tx: Transaction) -> Outcome:
            known = await self._seen.known(tx, arrived.words)
            fresh = arrived.fresh(known)
            declined = await places_kept_out(self._keeper, tx, arrived.calls, fresh, landed)
            if declined:
                fresh = fresh[~np.isin(fresh, list(declined))]
            whole = len(fresh) == len(arrived.calls)
            calls = arrived.calls if whole else arrived.calls.take(fresh)
            customers = await self._resolver.resolve(tx, calls)
            return Outcome.of(arrived, fresh, customers, landed).leaving_out(declined)

        outcome = self._ledger.within(work)
        if landed is None:
            self._refuse_names(arrived, outcome)
        return outcome

    def _refuse_names(self, arrived: Arrived, outcome: Outcome) -> None:
        """Refuse calls with names beyond what a log can hold: they would keep it from ever being built."""
        from giljabi.store import MAX_NAMES  # comes with numba

        if self._names is None:
            self._names = set(self._given_names())
        outcome.refuse_names(arrived, self._names, MAX_NAMES)

    def _settle(self, arrived: Arrived, outcome: Outcome) -> bool:
        """Keep what a batch leaves outside the lake; False where somebody else has done so."""
        try:
            self._ledger.within(lambda tx: settle(tx, arrived, outcome, datetime.now(UTC)))
        except LakeMoved:
            return False
        return True


@dataclass(frozen=True, slots=True)
class _Batch:
    """Calls on their way, and their columns."""

    arrived: Arrived
    columns: pa.Table

    @property
    def position(self) -> int:
        return self.arrived.rows[-1].position


class _Ahead:
    """Reads the inbox; where a batch of it was full, the next one already while that one is worked at."""

    def __init__(
        self, read: Callable[[int], Sequence[InboxRow]], after: int, pool: ThreadPoolExecutor
    ) -> None:
        self._read, self._after, self._pool = read, after, pool
        self._coming: Future[Sequence[InboxRow]] | None = None

    def next(self) -> Sequence[InboxRow]:
        rows = self._read(self._after) if self._coming is None else self._coming.result()
        self._coming = None
        if rows:
            self._after = rows[-1].position
            if sum(len(row.body) for row in rows) >= BATCH_BYTES:
                self._coming = self._pool.submit(self._read, self._after)
        return rows


class _Watch:
    """Adds up the time of each step."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds
        self._since = time.perf_counter()

    def step(self, name: str) -> None:
        now = time.perf_counter()
        self._seconds[name] = self._seconds.get(name, 0.0) + now - self._since
        self._since = now
