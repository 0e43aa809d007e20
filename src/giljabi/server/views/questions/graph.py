"""A directly-follows graph as the explore page draws it."""

from __future__ import annotations

import msgspec

from giljabi.discover import GraphAnswer
from giljabi.server.views.questions.units import ms


class NodeView(msgspec.Struct, frozen=True):
    """An event name of the graph."""

    event: str
    count: int
    customers: int
    starts: int
    ends: int


class EdgeView(msgspec.Struct, frozen=True):
    """``target`` directly after ``source``."""

    source: str
    target: str
    count: int
    customers: int
    median_ms: int | None
    p90_ms: int | None


class GraphView(msgspec.Struct, frozen=True):
    """A directly-follows graph; ``kept`` is the share of transitions on its edges."""

    nodes: list[NodeView]
    edges: list[EdgeView]
    total_edges: int
    kept: float


def graph_view(answer: GraphAnswer, coverage: float) -> GraphView:
    """Draw a graph, simplified to a coverage."""
    simple = answer.simplify(coverage)
    return GraphView(
        nodes=[NodeView(one.event, one.count, one.customers, one.starts, one.ends) for one in simple.nodes],
        edges=[
            EdgeView(one.source, one.target, one.count, one.customers, ms(one.median), ms(one.p90))
            for one in simple.edges
        ],
        total_edges=simple.total_edges,
        kept=simple.coverage,
    )
