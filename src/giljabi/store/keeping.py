"""The event log of a workspace: kept in step with the lake."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from giljabi.model.errors import LogError, LogMissing
from giljabi.store.ports import EventLake, Ledger

if TYPE_CHECKING:
    from giljabi.store.log import Log, LogInfo

Progress: TypeAlias = Callable[[str, float], None]


class KeptLog:
    """The event log in its directory: opened once, reopened when replaced, built when the lake is ahead."""

    def __init__(self, directory: Path, ledger: Ledger, lake: EventLake) -> None:
        self._directory = directory
        self._ledger = ledger
        self._lake = lake
        self._opening = threading.Lock()
        self._open: tuple[datetime, Log] | None = None
        self._compared = False

    def info(self) -> LogInfo:
        """Give the numbers of the log; raises LogMissing where there are no events."""
        from giljabi.store.log import log_info

        # A process that died between lake and log leaves the log behind; one look at the lake finds that out.
        if not self._compared:
            self.rebuild(None)
        try:
            return log_info(self._directory)
        except LogMissing:
            raise LogMissing(
                "this workspace has no events yet; bring some in with: giljabi import FILE"
            ) from None

    def log(self) -> Log:
        """Give the log, opened once and again when another took its place."""
        from giljabi.store.log import open_log

        with self._opening:
            built_at = self.info().built_at
            if self._open is None or self._open[0] != built_at:
                self._open = (built_at, open_log(self._directory))
            return self._open[1]

    def names(self) -> tuple[str, ...]:
        """Give the event names; none where there are no events."""
        try:
            return tuple(name.event for name in self.info().names)
        except LogMissing:
            return ()

    def rebuild(self, progress: Progress | None) -> None:
        """Bring the log up to the lake, if need be; what has only been added to is extended."""
        from giljabi.store.log import build_log

        with self._ledger.lock("log"):
            snapshot, built = self._lake.snapshot, self._built_from()
            behind = snapshot is not None and snapshot != built
            if behind and not (built is not None and self._extended(built, snapshot, progress)):
                build_log(self._lake.scan(snapshot), self._directory, snapshot=snapshot, progress=progress)
        self._compared = True

    def _extended(self, built: str, snapshot: str | None, progress: Progress | None) -> bool:
        """Add what the lake has beyond the log; not where the log must be built anew."""
        from giljabi.store.log import extend_log

        added = self._lake.added(built)
        if added is None:
            return False
        try:
            extend_log(added, self._directory, snapshot=snapshot, progress=progress)
        except LogError:
            # A column has become text, or the log is damaged: the lake has everything.
            return False
        return True

    def _built_from(self) -> str | None:
        from giljabi.store.log import log_info

        try:
            return log_info(self._directory).snapshot
        except LogError:
            return None
