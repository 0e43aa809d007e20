"""How a workspace stands: whether it can serve, and the figures of its parts."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import msgspec

from giljabi.model.errors import LogError, StorageUnavailable
from giljabi.store import (
    Activity,
    DatabaseFacts,
    EventLake,
    InboxLag,
    KeptLog,
    LakeFigures,
    Ledger,
    PoolFigures,
    Transaction,
)

if TYPE_CHECKING:
    from giljabi.store import LogInfo

T = TypeVar("T")

CheckState: TypeAlias = Literal["ok", "old", "silent"]


class Readiness(msgspec.Struct, frozen=True):
    """Whether the workspace can serve.

    Attributes
    ----------
    database, migrations, lake
        ``ok``; ``silent`` where it does not answer in time; migrations are ``old`` where the database is
        not of this version.
    worker_seconds
        Since the last sign of life of any worker; None where none has ever worked. It is told, and decides
        nothing.
    """

    database: CheckState
    migrations: CheckState
    lake: CheckState
    worker_seconds: float | None

    @property
    def ready(self) -> bool:
        """Whether all is well."""
        return self.database == self.migrations == self.lake == "ok"


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a workspace's parts, for whoever watches over them.

    ``log`` is None where there are no events; ``log_behind`` says whether the lake holds more.
    """

    pool: PoolFigures
    inbox: InboxLag
    activities: Sequence[Activity]
    workers: Sequence[datetime]
    log: LogInfo | None
    log_behind: bool


class Standing:
    """How one workspace stands.

    Parameters
    ----------
    ledger
        Its database.
    lake
        Its events.
    log
        Its event log.
    bound
        Seconds after which what does not answer is held for silent.
    fresh
        Seconds for which an answer serves whoever asks next.
    """

    def __init__(
        self, ledger: Ledger, lake: EventLake, log: KeptLog, *, bound: float = 3.0, fresh: float = 1.0
    ) -> None:
        self._bound = bound
        self._fresh = fresh
        self._ledger = ledger
        self._lake = lake
        self._log = log
        self._known: tuple[float, Readiness] | None = None
        self._asked: dict[str, asyncio.Task[Any]] = {}

    async def readiness(self) -> Readiness:
        """Say whether the workspace can serve, within some seconds whatever happens.

        An answer serves everybody who asks soon after, and what does not answer is not asked again
        before it has: nobody can wear the database out by asking.
        """
        if self._known is None or time.monotonic() - self._known[0] > self._fresh:
            found = await self._look()
            self._known = (time.monotonic(), found)
        return self._known[1]

    def facts(self) -> DatabaseFacts:
        """Say which database it is; raises StorageUnavailable."""
        return self._ledger.within(lambda tx: tx.database.facts())

    def lake_figures(self) -> LakeFigures:
        """Say how large the lake is; raises StorageUnavailable."""
        return self._lake.figures

    def figures(self) -> Figures:
        """Give the figures of all parts; raises StorageUnavailable."""

        async def look(tx: Transaction) -> Mapping[str, Any]:
            return {
                "inbox": await tx.inbox.lag(),
                "activities": await tx.activities.list(),
                "workers": await tx.activities.heartbeats(),
            }

        with contextlib.suppress(LogError):
            return Figures(
                pool=self._ledger.pool,
                log=self._log.info(),
                log_behind=self._log.behind(),
                **self._ledger.within(look),
            )
        return Figures(pool=self._ledger.pool, log=None, log_behind=False, **self._ledger.within(look))

    async def _look(self) -> Readiness:
        async def ask(tx: Transaction) -> tuple[DatabaseFacts, Sequence[datetime]]:
            return await tx.database.facts(), await tx.activities.heartbeats()

        said, lake = await asyncio.gather(
            self._in_time("database", lambda: self._ledger.within_async(ask)),
            self._in_time("lake", lambda: asyncio.to_thread(self._reach_lake)),
        )
        if said is None:
            return Readiness("silent", "silent", "ok" if lake else "silent", None)
        facts, workers = said
        seconds = (datetime.now(UTC) - workers[0]).total_seconds() if workers else None
        return Readiness(
            database="ok",
            migrations="ok" if facts.migration == facts.newest else "old",
            lake="ok" if lake else "silent",
            worker_seconds=None if seconds is None else round(max(0.0, seconds), 1),
        )

    def _reach_lake(self) -> bool:
        _ = self._lake.snapshot
        return True

    async def _in_time(self, name: str, ask: Callable[[], Awaitable[T]]) -> T | None:
        """Ask, but no second time while the first has not been answered."""
        task = self._asked.get(name)
        if task is None or task.done():
            task = asyncio.ensure_future(ask())
            task.add_done_callback(_seen)
            self._asked[name] = task
        try:
            answer: T = await asyncio.wait_for(asyncio.shield(task), self._bound)
        except (StorageUnavailable, TimeoutError, OSError):
            return None
        return answer


def _seen(task: asyncio.Task[Any]) -> None:
    """Take note of how a task ended that nobody may wait for any more."""
    if not task.cancelled():
        task.exception()
