"""The event log of a workspace: kept in step with the lake."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from giljabi.model.errors import LogError, LogMissing
from giljabi.store.ports import EventLake, Ledger

if TYPE_CHECKING:
    import pyarrow as pa

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
        self._level: str | None = None

    def info(self) -> LogInfo:
        """Give the numbers of the log; raises LogMissing where there are no events."""
        from giljabi.store.log import log_info

        # A process that died between lake and log leaves the log behind; one look at the lake finds that out.
        if not self._compared:
            self._compare()
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

    def all_names(self) -> set[str]:
        """Give the event names of the lake, be they in the log already or not."""
        from giljabi.store.log import log_info

        names: set[str] = set()
        snapshot, built = self._lake.snapshot, self.built_from()
        if built is not None:
            names.update(name.event for name in log_info(self._directory).names)
        if snapshot is not None and snapshot != built:
            since = None if built is None else self._lake.added(built)
            for batch in self._lake.scan(snapshot) if since is None else since:
                names.update(map(str, batch.column("event").unique().to_pylist()))
        return names

    def size(self) -> dict[str, int]:
        """Count events and customers of the log; nothing where there is none."""
        from giljabi.store.log import log_info

        try:
            info = log_info(self._directory)
        except LogError:
            return {}
        return {"events": info.events, "customers": info.customers}

    def behind(self) -> bool:
        """Say whether the lake may hold events that the log does not."""
        snapshot = self._lake.snapshot
        return snapshot is not None and snapshot not in (self.built_from(), self._level)

    def rebuild(self, progress: Progress | None) -> None:
        """Bring the log up to the lake, if need be; what has only been added to is extended."""
        with self._ledger.lock("log"):
            self._bring_up(progress)
        self._compared = True

    def start_over(self, progress: Progress | None = None) -> None:
        """Build the log anew, and remove every other version of it: nothing of what it held is left.

        Whoever still reads an earlier version goes on with the files it has opened, and finds the new one
        when it asks again.
        """
        from giljabi.store.log import build_log, remove_versions

        with self._ledger.lock("log"):
            snapshot = self._lake.snapshot
            events = _beginning(self._lake.scan(snapshot))
            if events is not None:
                build_log(events, self._directory, snapshot=snapshot, progress=progress)
            with self._opening:
                self._open = None
            remove_versions(self._directory, current=events is None)
            self._level = snapshot if events is None else None
        self._compared = True

    def _compare(self) -> None:
        with self._ledger.lock("log", wait=False) as free:
            if free:
                self._bring_up(None)
        if not free and self.built_from() is None:
            # Somebody builds the first one just now.
            self.rebuild(None)
        self._compared = True

    def _bring_up(self, progress: Progress | None) -> None:
        from giljabi.store.log import build_log

        if not self.behind():
            return
        snapshot, built = self._lake.snapshot, self.built_from()
        if built is not None and self._extended(built, snapshot, progress):
            return
        events = _beginning(self._lake.scan(snapshot))
        if events is None:
            self._level = snapshot
        else:
            build_log(events, self._directory, snapshot=snapshot, progress=progress)

    def _extended(self, built: str, snapshot: str | None, progress: Progress | None) -> bool:
        """Add what the lake has beyond the log; not where the log must be built anew."""
        from giljabi.store.log import extend_log

        added = self._lake.added(built)
        if added is None:
            return False
        events = _beginning(added)
        if events is None:
            # What came says who somebody is, and nothing else.
            self._level = snapshot
            return True
        try:
            extend_log(events, self._directory, snapshot=snapshot, progress=progress)
        except LogError:
            # A column has become text, or the log is damaged: the lake has everything.
            return False
        return True

    def built_from(self) -> str | None:
        """Name the lake's snapshot the log was built from; None where there is no log."""
        from giljabi.store.log import log_info

        try:
            return log_info(self._directory).snapshot
        except LogError:
            return None


def _beginning(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch] | None:
    """Give batches as they are; None where there is none."""
    first = next(batches, None)
    return None if first is None else chain([first], batches)
