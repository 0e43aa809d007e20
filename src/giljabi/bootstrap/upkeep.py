"""What is done in the background for what comes in: sealing, the log, the lake's files and its past."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from giljabi.bootstrap.identity import Identity
from giljabi.model.errors import LakeMoved
from giljabi.store import EventLake, KeptLog, Ledger, Transaction

if TYPE_CHECKING:
    from giljabi.collect import Sealer
    from giljabi.privacy import GateKeeper

Progress: TypeAlias = Callable[[str, float], None]

LOG_SHARE = 20
"""How many times as long as it took the log is left alone before it is brought up to the lake again."""

SHORTEST_PAUSE = 1.0
"""Seconds for which the log is left alone in any case."""

PATIENCE = 5.0
"""Seconds that are waited for; what takes longer is left to the next time."""

_TRIES = 3


class Upkeep:
    """The background work that what comes in makes; each method tells figures of what it did.

    Parameters
    ----------
    ledger
        The workspace's database.
    lake
        Its events.
    log
        The event log, kept in step with the lake.
    identity
        Says whose each call is.
    keeper
        Knows which customers are kept out.
    """

    def __init__(
        self, ledger: Ledger, lake: EventLake, log: KeptLog, identity: Identity, keeper: GateKeeper
    ) -> None:
        self._ledger = ledger
        self._lake = lake
        self._log = log
        self._identity = identity
        self._keeper = keeper
        self._sealer: Sealer | None = None
        self._log_rests_until = float("-inf")

    def seal(self, tell: Progress | None = None, seconds: float = 30.0) -> dict[str, Any]:
        """Take what waits in the inbox into the lake, until it is empty or the time is up.

        Parameters
        ----------
        tell
            Told how much of what waited is done.
        seconds
            When no further batch is begun.

        Returns
        -------
        dict
            ``calls`` taken, of them ``events``, ``feedback``, ``duplicates``, ``refused`` and ``declined``;
            ``seconds`` it took, and ``waiting`` calls where others come in or write to the lake.
        """
        if self._sealer is None:
            from giljabi.collect import Sealer

            self._sealer = Sealer(
                self._ledger, self._lake, self._identity.resolver, self._log.all_names, self._keeper
            )
        start = time.monotonic()
        until = start + min(seconds, PATIENCE)
        done = self._sealer.run(tell, seconds)
        while done.waits_for and time.monotonic() < until:
            _pause(0.2, tell)
            done = self._sealer.run(tell, seconds).joined(done)
        if not done.calls:
            return {}
        lag = self._ledger.within(lambda tx: tx.inbox.lag())
        return {
            "calls": done.calls,
            "events": done.events,
            "feedback": done.feedback,
            "duplicates": done.duplicates,
            "refused": done.refused,
            "declined": done.declined,
            "seconds": round(time.monotonic() - start, 3),
            "waiting": lag.calls,
        }

    def refresh_log(self, tell: Progress | None = None) -> dict[str, Any]:
        """Bring the event log up to the lake, but not all the time: it rests longer the longer that takes."""
        rest = self._log_rests_until - time.monotonic()
        if rest > PATIENCE or not self._log.behind():
            return {}
        _pause(max(0.0, rest), tell)
        start = time.monotonic()
        self._log.rebuild(tell)
        took = time.monotonic() - start
        self._log_rests_until = time.monotonic() + max(SHORTEST_PAUSE, LOG_SHARE * took)
        return {"seconds": round(took, 3), **self._log.size()}

    def compact(self, tell: Progress | None = None) -> dict[str, Any]:
        """Join small files of the lake."""
        start = time.monotonic()
        total = {"joined": 0, "made": 0, "rows": 0, "bytes": 0}
        left, overtaken = 1, 0
        while left:
            try:
                with self._ledger.lock("events"):
                    figures = self._lake.compact(lambda share: tell("compact", share) if tell else None)
            except LakeMoved:
                overtaken += 1
                if overtaken > _TRIES:
                    raise
                continue
            left = figures.get("left", 0)
            for name in total:
                total[name] += figures.get(name, 0)
        if not total["joined"]:
            return {}
        return {**total, "files": self._lake.figures.files, "seconds": round(time.monotonic() - start, 3)}

    def expire(self, tell: Progress | None = None, newest: int | None = None) -> dict[str, Any]:
        """Forget old snapshots of the lake, but that of the log and those that prove an import.

        ``newest`` is how many stay in any case; None for as many as usual.
        """
        if tell is not None:
            tell("expire", 0.0)
        start = time.monotonic()
        # A backup copies files: as long as it does, none of them goes.
        with self._ledger.lock("snapshots", wait=False) as free:
            if not free:
                return {}
            with self._ledger.lock("events"):
                forgotten = self._lake.expire(keep=self._needed(), newest=newest)
        if not forgotten:
            return {}
        snapshots = self._lake.figures.snapshots
        return {
            "forgotten": forgotten,
            "snapshots": snapshots,
            "seconds": round(time.monotonic() - start, 3),
        }

    def _needed(self) -> list[str]:
        """Name the snapshots that somebody will ask for."""

        async def unproven(tx: Transaction) -> list[str]:
            return [
                one.digest for one in await tx.imports.list() if one.kind == "events" and one.state != "done"
            ]

        landings = map(self._lake.landed, self._ledger.within(unproven))
        needed = [landing.snapshot for landing in landings if landing is not None]
        built_from = self._log.built_from()
        return needed if built_from is None else [*needed, built_from]


def _pause(seconds: float, tell: Progress | None) -> None:
    """Wait, and give up where telling says so."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if tell is not None:
            tell("wait", 0.0)
        time.sleep(min(0.1, left))
