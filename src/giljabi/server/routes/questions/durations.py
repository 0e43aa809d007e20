"""Durations between two events, and waiting between stages."""

from __future__ import annotations

from typing import Literal

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.measure import durations, waiting
from giljabi.server.selection import Filters, breakdown, select
from giljabi.server.views.questions.durations import (
    DurationsView,
    WaitingView,
    durations_view,
    waiting_view,
)


class DurationsQuestion(msgspec.Struct, frozen=True):
    """From which events to which, each a list of names; of each customer's first start, or of each start."""

    start: list[str]
    end: list[str]
    which: Literal["first", "each"] = "first"
    by: str | None = None
    filters: Filters = msgspec.field(default_factory=Filters)


class WaitingQuestion(msgspec.Struct, frozen=True):
    """Between which stages to look for waits: 2 to 64, each a list of event names."""

    stages: list[list[str]]
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/durations", status_code=200, sync_to_thread=True, needs="view")
def ask_durations(data: JSONBody[DurationsQuestion], workspace: NamedDependency[Workspace]) -> DurationsView:
    """Measure the time from start to the next end."""
    by = breakdown(workspace, data.by)
    return durations_view(
        durations(select(workspace, data.filters), data.start, data.end, which=data.which, by=by)
    )


@post("/waiting", status_code=200, sync_to_thread=True, needs="view")
def ask_waiting(data: JSONBody[WaitingQuestion], workspace: NamedDependency[Workspace]) -> WaitingView:
    """Show between which stages time is lost."""
    return waiting_view(waiting(select(workspace, data.filters), data.stages))
