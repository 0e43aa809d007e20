"""How long what comes in is kept: a period for each source, and one for files; seen to once a day."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from giljabi.model.errors import BadParameter, LakeMoved
from giljabi.store import AgeLimit, EventLake, KeptLog, Ledger, StoredRetention, StoredSource, Transaction

if TYPE_CHECKING:
    from giljabi.bootstrap.collection import Collection

Progress: TypeAlias = Callable[[str, float], None]

SHORTEST, LONGEST = 1, 36_500
"""Days that things may be kept."""

_TRIES = 3


class RetentionState(msgspec.Struct, frozen=True):
    """How long what a source brought is kept; ``period`` is None for good. Files have an empty ``source``."""

    source: str
    name: str
    period: StoredRetention | None


class WouldGo(msgspec.Struct, frozen=True):
    """How much would go if a period held now."""

    events: int
    feedback: int


class Retention:
    """The periods of one workspace.

    Parameters
    ----------
    ledger
        The workspace's database.
    lake, log
        Its events.
    collection
        Seals what has landed, and forgets the lake's past.
    """

    def __init__(self, ledger: Ledger, lake: EventLake, log: KeptLog, collection: Collection) -> None:
        self._ledger = ledger
        self._lake = lake
        self._log = log
        self._collection = collection
        self.changed: Callable[[], None] = _nothing
        """Called when a period was set; it must not block."""

    def list(self) -> Sequence[RetentionState]:
        """Give the period of every source, by name, and that of files last."""

        async def look(tx: Transaction) -> Sequence[RetentionState]:
            periods = {one.source: one for one in await tx.retentions.list()}
            named = [(one.id, one.name) for one in await tx.sources.list()]
            return [RetentionState(id, name, periods.get(id)) for id, name in [*named, ("", "")]]  # noqa: A001

        return self._ledger.within(look)

    def put(self, source: str, days: int) -> StoredRetention:
        """Keep what a source brings for some days; what is older goes soon.

        Parameters
        ----------
        source
            The source's id; empty for files.
        days
            1..36500.

        Raises
        ------
        BadParameter
            If it is no such number.
        NotFound
            If there is no such source.
        """
        _check(days)

        async def keep(tx: Transaction) -> StoredRetention:
            if source:
                await tx.sources.get(source)
            return await tx.retentions.put(source, days)

        kept = self._ledger.within(keep)
        self.changed()
        return kept

    def remove(self, source: str) -> None:
        """Keep what a source brings for good; raises NotFound where it is kept so."""
        self._ledger.within(lambda tx: tx.retentions.remove(source))

    def preview(self, source: str, days: int, now: datetime | None = None) -> WouldGo:
        """Count what would go if this period held now; raises as `put` does."""
        _check(days)
        before = (now or datetime.now(UTC)) - timedelta(days=days)

        async def look(tx: Transaction) -> tuple[int, tuple[str, ...] | None]:
            names = _names(await tx.sources.get(source)) if source else None
            return await tx.retentions.count_feedback(source, before), names

        feedback, names = self._ledger.within(look)
        (events,) = self._lake.count_old([AgeLimit(before, names)])
        return WouldGo(events, feedback)

    def apply(self, tell: Progress | None = None, now: datetime | None = None) -> dict[str, Any]:
        """Remove what is older than its period: events, feedback, refusals, and files of refused rows.

        Returns
        -------
        dict
            ``events``, ``feedback``, ``refusals`` and ``files`` that went, and the ``seconds`` it took.
        """
        start = time.monotonic()
        moment = now or datetime.now(UTC)
        told = _progress(tell)

        async def look(tx: Transaction) -> tuple[Mapping[str, StoredSource], Sequence[StoredRetention]]:
            sources = {one.id: one for one in await tx.sources.list()}
            periods = await tx.retentions.list()
            return sources, [one for one in periods if not one.source or one.source in sources]

        sources, periods = self._ledger.within(look)
        if not periods:
            return {}
        before = {one.source: moment - timedelta(days=one.days) for one in periods}
        limits = [
            AgeLimit(before[one.source], _names(sources[one.source]) if one.source else None)
            for one in periods
        ]
        events = self._remove_events(limits, told)
        if any(events):
            self._log.start_over(tell)
        facts = {"events": sum(events), "feedback": 0, "refusals": 0, "files": 0}
        for period, gone in zip(periods, events, strict=True):
            cut = before[period.source]
            feedback, refusals = self._ledger.within(_forgetting(period.source, cut, moment, gone))
            facts["feedback"] += feedback
            facts["refusals"] += refusals
        if "" in before:
            facts["files"] = self._remove_files(before[""])
        self._forget_past(tell)
        return {**facts, "seconds": round(time.monotonic() - start, 3)} if any(facts.values()) else {}

    def _remove_events(self, limits: Sequence[AgeLimit], told: Callable[[float], None]) -> Sequence[int]:
        for attempt in range(_TRIES):
            with self._ledger.lock("events"):
                try:
                    return self._lake.remove_old(limits, told)
                except LakeMoved:
                    if attempt == _TRIES - 1:
                        raise
        raise AssertionError("unreachable")

    def _forget_past(self, tell: Progress | None) -> None:
        """Forget the states of the lake that held what went; not while a batch is half sealed."""
        self._collection.seal(seconds=0.0)
        with self._ledger.lock("seal"):
            landed = self._lake.inbox_position
            half = landed and self._ledger.within(lambda tx: tx.inbox.read(landed, 1, 0))
            # What proves that a batch has landed is needed until it is settled.
            self._collection.expire(tell, newest=None if half else 1)

    def _remove_files(self, before: datetime) -> int:
        """Remove the refused rows, and what was shown, of files that came in before a moment."""

        async def old(tx: Transaction) -> Sequence[tuple[str, str]]:
            found = [
                one
                for one in await tx.imports.list()
                if one.created_at < before
                and (one.rejects or one.preview)
                and one.state in {"done", "failed"}
            ]
            for one in found:
                await tx.imports.change(one.id, rejects="", preview={})
            return [(one.id, one.rejects) for one in found]

        gone = 0
        for _, rejects in self._ledger.within(old):
            if rejects:
                with contextlib.suppress(OSError):
                    Path(rejects).unlink()
                    gone += 1
        return gone


def _forgetting(source: str, cut: datetime, now: datetime, events: int) -> Callable[[Transaction], Any]:
    async def forget(tx: Transaction) -> tuple[int, int]:
        feedback = await tx.retentions.forget_feedback(source, cut)
        refusals = await tx.retentions.forget_refusals(source, cut) if source else 0
        await tx.retentions.applied(source, now, events + feedback)
        return feedback, refusals

    return forget


def _names(source: StoredSource) -> tuple[str, ...]:
    return (source.name, *source.former_names)


def _check(days: int) -> None:
    if not SHORTEST <= days <= LONGEST:
        raise BadParameter(f"things are kept {SHORTEST} to {LONGEST:,} days, not {days}")


def _progress(tell: Progress | None) -> Callable[[float], None]:
    return lambda share: tell("retention", share) if tell is not None else None


def _nothing() -> None:
    """Do nothing: nobody asked to be told."""
