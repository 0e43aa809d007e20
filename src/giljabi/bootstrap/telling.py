"""How background work tells what it does: one row for each kind of work."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from giljabi.model.errors import GiljabiError, StorageUnavailable
from giljabi.store import Activity, Ledger

_BREATH = 0.5
"""Seconds between two tellings of progress."""


def did_something(facts: Mapping[str, Any]) -> bool:
    """Say whether a round found anything to do."""
    return any(isinstance(fact, int | float) and fact > 0 for fact in facts.values())


class Stopped(Exception):
    """The worker was told to stop in the middle of a job, which will be done again."""


class Telling:
    """Tells of one job; called with a step and the share 0..1 that is done, as `Progress`.

    Telling never makes work fail: while the database does not answer, nothing is told.

    Parameters
    ----------
    ledger
        The workspace's database.
    name
        Of the activity.
    stopping
        Once it says so, the next call raises `Stopped`.
    """

    def __init__(self, ledger: Ledger, name: str, stopping: Callable[[], bool]) -> None:
        self._ledger = ledger
        self._stopping = stopping
        self._last = time.monotonic()
        self._before: Activity | None = None
        self._now = Activity(name=name, state="running", started_at=datetime.now(UTC))
        self._begin()

    def __call__(self, step: str, share: float) -> None:
        """Tell the step and the share; raises `Stopped` where the worker was told to stop."""
        if self._stopping():
            raise Stopped
        if time.monotonic() - self._last >= _BREATH or step != self._now.step:
            self._last = time.monotonic()
            self._tell(step=step, progress=min(max(float(share), 0.0), 1.0))

    def done(self, facts: Mapping[str, Any]) -> None:
        """Tell that the job is done, with figures; a round that found nothing to do leaves the last ones."""
        plain = msgspec.to_builtins(dict(facts))
        if self._before is not None and not did_something(plain):
            plain = self._before.facts
        self._tell(state="done", step="", progress=1.0, facts=plain, finished_at=datetime.now(UTC))

    def failed(self, error: Exception) -> None:
        """Tell that the job failed, and by what."""
        known = isinstance(error, GiljabiError)
        cause = str(error) or type(error).__name__
        text = cause if known else f"this failed unexpectedly ({cause}); the worker's log has the details"
        self._tell(state="failed", error=text, finished_at=datetime.now(UTC))

    def stopped(self) -> None:
        """Tell that nothing is being done: things are as before."""
        if self._before is not None:
            self._put(self._before)
        else:
            self.forgotten()

    def forgotten(self) -> None:
        """Take back all that was told."""
        with contextlib.suppress(StorageUnavailable):
            self._ledger.within(lambda tx: tx.activities.remove(self._now.name))

    def _begin(self) -> None:
        with contextlib.suppress(StorageUnavailable):
            known = self._ledger.within(lambda tx: tx.activities.list())
            self._before = next((one for one in known if one.name == self._now.name), None)
        if self._before is not None:
            self._now = msgspec.structs.replace(
                self._now, facts=self._before.facts, finished_at=self._before.finished_at
            )
        self._put(self._now)

    def _tell(self, **fields: Any) -> None:
        self._now = msgspec.structs.replace(self._now, **fields)
        self._put(self._now)

    def _put(self, activity: Activity) -> None:
        with contextlib.suppress(StorageUnavailable):
            self._ledger.within(lambda tx: tx.activities.put(activity))
