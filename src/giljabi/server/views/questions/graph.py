"""A directly-follows graph as the explore page draws it."""

from __future__ import annotations

from typing import Literal

import msgspec

from giljabi.discover import GraphAnswer
from giljabi.server.views.questions.units import ms

_LOOPS = 100


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


class LoopView(msgspec.Struct, frozen=True):
    """What customers come back to: at once, by way of a second event, or after two others or more."""

    kind: Literal["repeat", "back_and_forth", "cycle"]
    events: list[str]
    count: int
    customers: int
    time_ms: int
    mean_ms: int


class KnotView(msgspec.Struct, frozen=True):
    """Events that can all be reached from each other, and the transitions among them."""

    events: list[str]
    count: int
    share: float


class GraphView(msgspec.Struct, frozen=True):
    """A directly-follows graph; ``kept`` is the share of transitions on its edges.

    ``loops`` are the most frequent of the whole log, ``total_loops`` how many it has.
    """

    nodes: list[NodeView]
    edges: list[EdgeView]
    total_edges: int
    kept: float
    loops: list[LoopView]
    total_loops: int
    knots: list[KnotView]


def graph_view(answer: GraphAnswer, coverage: float) -> GraphView:
    """Draw a graph, simplified to a coverage."""
    simple = answer.simplify(coverage)
    loops = answer.loops.loops
    return GraphView(
        nodes=[
            NodeView(one.event, one.count, one.customers or 0, one.starts, one.ends) for one in simple.nodes
        ],
        edges=[
            EdgeView(one.source, one.target, one.count, one.customers or 0, ms(one.median), ms(one.p90))
            for one in simple.edges
        ],
        total_edges=simple.total_edges,
        kept=simple.coverage,
        loops=[
            LoopView(
                one.kind,
                list(one.events),
                one.count,
                one.customers,
                round(one.time.total_seconds() * 1000),
                round(one.mean.total_seconds() * 1000),
            )
            for one in loops[:_LOOPS]
        ],
        total_loops=len(loops),
        knots=[KnotView(list(one.events), one.count, one.share) for one in answer.loops.knots],
    )
