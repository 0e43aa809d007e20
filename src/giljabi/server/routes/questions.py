"""Questions to the event log: graph, variants, funnel."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.discover import graph, variants
from giljabi.measure import funnel
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions import (
    FunnelView,
    GraphView,
    VariantsView,
    funnel_view,
    graph_view,
    variants_view,
)


class GraphQuestion(msgspec.Struct, frozen=True):
    """Which part of the directly-follows graph to draw; ``coverage`` 0..1 is the share of steps it keeps."""

    coverage: float = 0.9
    filters: Filters = msgspec.field(default_factory=Filters)


class VariantsQuestion(msgspec.Struct, frozen=True):
    """How many of the most frequent variants to list."""

    top: int = 20
    filters: Filters = msgspec.field(default_factory=Filters)


class FunnelQuestion(msgspec.Struct, frozen=True):
    """Steps (each a list of event names), the window from the first step, the order and a breakdown."""

    steps: list[list[str]]
    within_ms: int | None = None
    order: str = "ordered"
    by: str | None = None
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/graph", status_code=200, sync_to_thread=True)
def ask_graph(data: JSONBody[GraphQuestion], workspace: NamedDependency[Workspace]) -> GraphView:
    """Give the directly-follows graph, simplified to the coverage asked for."""
    return graph_view(graph(select(workspace.log(), data.filters)), data.coverage)


@post("/variants", status_code=200, sync_to_thread=True)
def ask_variants(data: JSONBody[VariantsQuestion], workspace: NamedDependency[Workspace]) -> VariantsView:
    """Give the most frequent variants."""
    return variants_view(variants(select(workspace.log(), data.filters), top=data.top))


@post("/funnel", status_code=200, sync_to_thread=True)
def ask_funnel(data: JSONBody[FunnelQuestion], workspace: NamedDependency[Workspace]) -> FunnelView:
    """Count the customers who come through the steps."""
    within = timedelta(milliseconds=data.within_ms) if data.within_ms else None
    log = select(workspace.log(), data.filters)
    answer = funnel(log, data.steps, within=within, order=data.order, by=data.by)
    return funnel_view(answer, data.steps)


router = Router("/questions", route_handlers=[ask_graph, ask_variants, ask_funnel], tags=["questions"])
