"""The directly-follows graph."""

from __future__ import annotations

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.discover import graph
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.graph import GraphView, graph_view


class GraphQuestion(msgspec.Struct, frozen=True):
    """Which part of the directly-follows graph to draw; ``coverage`` 0..1 is the share of steps it keeps."""

    coverage: float = 0.9
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/graph", status_code=200, sync_to_thread=True, needs="view")
def ask_graph(data: JSONBody[GraphQuestion], workspace: NamedDependency[Workspace]) -> GraphView:
    """Give the directly-follows graph, simplified to the coverage asked for."""
    return graph_view(graph(select(workspace, data.filters)), data.coverage)
