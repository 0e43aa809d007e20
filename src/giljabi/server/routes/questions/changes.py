"""What changed in the last period, and when the process drifted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.discover import changes, drift
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.changes import ChangesView, DriftView, changes_view, drift_view


class ChangesQuestion(msgspec.Struct, frozen=True):
    """Which periods to compare.

    The last period is ``last_ms`` long, or goes from ``last_first`` to ``last_last``; null: chosen from the
    log. ``before_ms`` is the length of the one before; null: as long. ``q`` lies between 0 and 1, ``top``
    from 1 to 200.
    """

    last_ms: int | None = None
    last_first: datetime | None = None
    last_last: datetime | None = None
    before_ms: int | None = None
    q: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.05
    top: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    filters: Filters = msgspec.field(default_factory=Filters)


class DriftQuestion(msgspec.Struct, frozen=True):
    """Windows to cut the log into, in a time zone, and the share of false alarms to accept (0 to 1)."""

    every: Literal["hour", "day", "week", "month"] = "week"
    time_zone: str = "UTC"
    q: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.05
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/changes", status_code=200, sync_to_thread=True, needs="view")
def ask_changes(data: JSONBody[ChangesQuestion], workspace: NamedDependency[Workspace]) -> ChangesView:
    """Tell what changed in the last period against the one before."""
    last: timedelta | tuple[datetime, datetime] | None = _length(data.last_ms)
    if data.last_first is not None and data.last_last is not None:
        last = (data.last_first, data.last_last)
    before = _length(data.before_ms)
    log = select(workspace, data.filters)
    return changes_view(changes(log, last=last, before=before, q=data.q, top=data.top))


@post("/drift", status_code=200, sync_to_thread=True, needs="view")
def ask_drift(data: JSONBody[DriftQuestion], workspace: NamedDependency[Workspace]) -> DriftView:
    """Tell how far each window's process lies from that of the window before."""
    log = select(workspace, data.filters)
    return drift_view(drift(log, every=data.every, time_zone=data.time_zone, q=data.q))


def _length(value: int | None) -> timedelta | None:
    return None if value is None else timedelta(milliseconds=value)
