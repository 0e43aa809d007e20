"""New, returning, resurrected and dormant customers, and on how many days they are active."""

from __future__ import annotations

from typing import Literal

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.measure import lifecycle, stickiness
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.lifecycle import (
    LifecycleView,
    StickinessView,
    lifecycle_view,
    stickiness_view,
)


class LifecycleQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Calendar periods of a time zone (an IANA name)."""

    every: Literal["day", "week", "month"] = "week"
    time_zone: str = "UTC"
    filters: Filters = msgspec.field(default_factory=Filters)


class StickinessQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Days within weeks or months of a time zone (an IANA name)."""

    within: Literal["week", "month"] = "month"
    time_zone: str = "UTC"
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/lifecycle", status_code=200, sync_to_thread=True, needs="view")
def ask_lifecycle(data: JSONBody[LifecycleQuestion], workspace: NamedDependency[Workspace]) -> LifecycleView:
    """Count customers by their kind of activity, period by period."""
    log = select(workspace, data.filters)
    return lifecycle_view(lifecycle(log, every=data.every, time_zone=data.time_zone))


@post("/stickiness", status_code=200, sync_to_thread=True, needs="view")
def ask_stickiness(
    data: JSONBody[StickinessQuestion], workspace: NamedDependency[Workspace]
) -> StickinessView:
    """Count customers by the days on which they are active."""
    log = select(workspace, data.filters)
    return stickiness_view(stickiness(log, within=data.within, time_zone=data.time_zone))
