"""The funnel."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.measure import funnel
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.funnel import FunnelView, funnel_view


class FunnelQuestion(msgspec.Struct, frozen=True):
    """Steps (each a list of event names), the window from the first step, the order and a breakdown."""

    steps: list[list[str]]
    within_ms: int | None = None
    order: str = "ordered"
    by: str | None = None
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/funnel", status_code=200, sync_to_thread=True)
def ask_funnel(data: JSONBody[FunnelQuestion], workspace: NamedDependency[Workspace]) -> FunnelView:
    """Count the customers who come through the steps."""
    within = timedelta(milliseconds=data.within_ms) if data.within_ms else None
    log = select(workspace, data.filters)
    answer = funnel(log, data.steps, within=within, order=data.order, by=data.by)
    return funnel_view(answer, data.steps)
