"""The directly-follows graph of a log, with how often and how long, and its simplification."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np

from giljabi.discover.asking import Progress, ask_telling
from giljabi.discover.drawn_graph import draw_graph
from giljabi.discover.edge_times import edge_quantiles
from giljabi.discover.loops import LoopsAnswer, find_loops
from giljabi.discover.simplify import connected_edges
from giljabi.kernels import GraphCounts, count_edges, merge_edges
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Log

_DRAWN_EVENTS, _DRAWN_EDGES = 40, 36


@dataclass(frozen=True, slots=True)
class GraphNode:
    """An event name: how many events, distinct customers, and customers who start and end with it.

    ``customers`` is None where they were not counted.
    """

    event: str
    count: int
    customers: int | None
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """``target`` directly after ``source``: how often, by how many customers, and how long it takes.

    ``customers`` is None where they were not counted, ``median`` and ``p90`` where not found.
    """

    source: str
    target: str
    count: int
    customers: int | None
    median: timedelta | None
    p90: timedelta | None
    mean: timedelta


@dataclass(frozen=True)
class GraphAnswer(Answer):
    """A directly-follows graph; one row per edge, the most frequent first.

    ``transitions``, ``total_edges`` and ``loops`` are those of the whole log, also where ``edges`` holds only
    some; ``loops`` is empty where they were not asked for.
    """

    columns: ClassVar[tuple[str, ...]] = ("source", "target", "count", "customers", "median", "p90", "mean")
    picture: ClassVar[str] = "count"

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    transitions: int
    total_edges: int
    loops: LoopsAnswer = field(default_factory=lambda: LoopsAnswer(()))

    @property
    def coverage(self) -> float:
        """The share of the log's transitions that lie on ``edges`` (1.0 for a log without transitions)."""
        return sum(edge.count for edge in self.edges) / self.transitions if self.transitions else 1.0

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per edge."""
        return [{name: getattr(edge, name) for name in self.columns} for edge in self.edges]

    def drawing(self) -> str:
        """Draw the most frequent ways, connected, layer by layer, with at most 40 events."""
        part = self
        for coverage in (1.0, 0.98, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0):
            if len(part.nodes) <= _DRAWN_EVENTS and len(part.edges) <= _DRAWN_EDGES:
                break
            part = self.simplify(coverage)
        return draw_graph(
            [(node.event, node.count, node.starts, node.ends) for node in part.nodes[:_DRAWN_EVENTS]],
            [(edge.source, edge.target, edge.count) for edge in part.edges],
            f"Ways that {part.coverage:.0%} of {self.transitions:,} transitions take",
        )

    def simplify(self, coverage: float) -> GraphAnswer:
        """Keep the most frequent edges that cover a share of the transitions, and stay connected.

        Kept are the fewest most frequent edges with at least ``coverage``; then, for each event on them, the
        edges of the widest way (the one whose rarest edge is most frequent) from a start and to an end. At 0
        the widest way through the most frequent first event is left.

        Parameters
        ----------
        coverage
            0..1, of the transitions of the whole log.

        Raises
        ------
        BadParameter
            If the coverage is out of range.
        """
        if not 0 <= coverage <= 1:
            raise BadParameter(f"coverage is a share from 0 to 1, not {coverage}")
        wanted, edges, covered = coverage * self.transitions, 0, 0
        # A share such as 0.9 is no exact binary number.
        while edges < len(self.edges) and covered < wanted - 1e-9 * self.transitions:
            covered += self.edges[edges].count
            edges += 1
        starts = {node.event: node.starts for node in self.nodes if node.starts}
        ends = {node.event: node.ends for node in self.nodes if node.ends}
        arcs = [(edge.source, edge.target, edge.count) for edge in self.edges]
        kept, events = connected_edges(arcs, edges, starts, ends)
        return _part(self, [self.edges[row] for row in sorted(kept)], events)


def graph(
    log: Log,
    top: int | None = None,
    quantiles: bool = True,
    *,
    customers: bool = True,
    loops: bool = True,
    progress: Progress | None = None,
) -> GraphAnswer:
    """Draw the directly-follows graph of a log.

    Parameters
    ----------
    log
        The event log.
    top
        Keep only so many of the most frequent edges, and the events on them; None: all. For a graph that
        stays connected see `GraphAnswer.simplify`.
    quantiles
        Whether to find median and p90 (exact, interpolated between ranks), which reads the log twice more.
    customers
        Whether to count the distinct customers of edges and events.
    loops
        Whether to find loops and rework, which reads the log once more.
    progress
        Told ``(what is being done, share done)`` as it goes.

    Raises
    ------
    BadParameter
        If ``top`` is below 1.

    Notes
    -----
    Definitions, ties and sources: `giljabi.kernels.graph` and `giljabi.kernels.loops`. Edges of equal
    frequency are in the order of names.
    """
    if top is not None and top < 1:
        raise BadParameter(f"top is a number of edges from 1, not {top}")
    names = len(log.names)
    counts = merge_edges(
        ask_telling(
            log,
            lambda bucket: count_edges(bucket.offsets, bucket.time, bucket.event, names, customers),
            progress,
            "graph",
            (0.0, 0.4 if quantiles or loops else 1.0),
        ),
        names,
    )
    found = find_loops(log, counts, progress, (0.4, 0.6 if quantiles else 1.0)) if loops else LoopsAnswer(())
    rank = np.argsort(np.argsort(np.array(log.names, dtype=object), kind="stable"), kind="stable")
    source, target = np.divmod(counts.key, max(names, 1))
    order = np.lexsort((rank[target], rank[source], -counts.transitions))[:top]
    times = edge_quantiles(log, counts.key[order], counts.transitions[order]) if quantiles else None
    if progress is not None:
        progress("graph", 1.0)
    whole = GraphAnswer(
        _nodes(log, counts, target, customers),
        _edges(log, counts, order, times, customers),
        int(counts.transitions.sum()),
        len(counts.key),
        found,
    )
    return whole if top is None else _part(whole, whole.edges, ())


def _nodes(log: Log, counts: GraphCounts, target: Array, counted: bool) -> tuple[GraphNode, ...]:
    # Each event either begins a journey or ends a transition.
    events = counts.starts.copy()
    np.add.at(events, target, counts.transitions)
    starts, ends, customers = counts.starts, counts.ends, counts.node_customers
    nodes = [
        GraphNode(name, int(events[c]), int(customers[c]) if counted else None, int(starts[c]), int(ends[c]))
        for c, name in enumerate(log.names)
        if events[c]
    ]
    return tuple(sorted(nodes, key=lambda node: (-node.count, node.event)))


def _edges(
    log: Log, counts: GraphCounts, order: Array, times: Array | None, counted: bool
) -> tuple[GraphEdge, ...]:
    names = len(log.names)
    edges = []
    for row, place in enumerate(order):
        source, target = divmod(int(counts.key[place]), names)
        count, total = int(counts.transitions[place]), int(counts.total[place])
        median, p90 = (None, None) if times is None else (_delta(times[row, 0]), _delta(times[row, 1]))
        edges.append(
            GraphEdge(
                log.names[source],
                log.names[target],
                count,
                int(counts.customers[place]) if counted else None,
                median,
                p90,
                _delta(total / count),
            )
        )
    return tuple(edges)


def _part(answer: GraphAnswer, edges: Collection[GraphEdge], events: Collection[str]) -> GraphAnswer:
    shown = {*events, *(edge.source for edge in edges), *(edge.target for edge in edges)}
    nodes = tuple(node for node in answer.nodes if node.event in shown)
    return GraphAnswer(nodes, tuple(edges), answer.transitions, answer.total_edges, answer.loops)


def _delta(value: float) -> timedelta:
    return timedelta(milliseconds=float(value))
