"""Answers of the event log as the explore page draws them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from giljabi.discover import GraphAnswer, VariantsAnswer
from giljabi.measure import FunnelAnswer, FunnelStep, GroupedFunnelAnswer


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


class VariantView(msgspec.Struct, frozen=True):
    """One way through."""

    events: list[str]
    customers: int
    share: float
    median_ms: int | None


class VariantsView(msgspec.Struct, frozen=True):
    """The most frequent ways; ``total`` says how many there are, ``customers`` of how many customers."""

    variants: list[VariantView]
    total: int
    customers: int


class FunnelStepView(msgspec.Struct, frozen=True):
    """One step; shares 0..1, ``low`` and ``high`` the 95 % interval of ``share``."""

    step: int
    events: list[str]
    customers: int
    share: float | None
    share_of_previous: float | None
    low: float | None
    high: float | None
    median_ms: int | None
    p90_ms: int | None


class FunnelGroupView(msgspec.Struct, frozen=True):
    """The steps of one group; its name is null where the column is empty."""

    group: str | None
    steps: list[FunnelStepView]


class FunnelView(msgspec.Struct, frozen=True):
    """A funnel, with its groups where a breakdown was asked for."""

    steps: list[FunnelStepView]
    groups: list[FunnelGroupView]


def graph_view(answer: GraphAnswer, coverage: float) -> GraphView:
    """Draw a graph, simplified to a coverage."""
    simple = answer.simplify(coverage)
    return GraphView(
        nodes=[NodeView(one.event, one.count, one.customers, one.starts, one.ends) for one in simple.nodes],
        edges=[
            EdgeView(one.source, one.target, one.count, one.customers, _ms(one.median), _ms(one.p90))
            for one in simple.edges
        ],
        total_edges=simple.total_edges,
        kept=simple.coverage,
    )


def variants_view(answer: VariantsAnswer) -> VariantsView:
    """Draw the most frequent variants."""
    return VariantsView(
        [VariantView(list(one.events), one.customers, one.share, _ms(one.median)) for one in answer.variants],
        answer.total,
        answer.customers,
    )


def funnel_view(answer: FunnelAnswer, asked: Sequence[Sequence[str]]) -> FunnelView:
    """Draw a funnel; ``asked`` are the event names of each step."""
    groups = answer.groups if isinstance(answer, GroupedFunnelAnswer) else ()
    return FunnelView(
        [_step(one, asked) for one in answer.steps],
        [FunnelGroupView(part.group, [_step(one, asked) for one in part.steps]) for part in groups],
    )


def _step(step: FunnelStep, asked: Sequence[Sequence[str]]) -> FunnelStepView:
    return FunnelStepView(
        step=step.step,
        events=list(asked[step.step - 1]),
        customers=step.customers,
        share=step.share,
        share_of_previous=step.share_of_previous,
        low=step.low,
        high=step.high,
        median_ms=_ms(step.median),
        p90_ms=_ms(step.p90),
    )


def _ms(value: timedelta | None) -> int | None:
    return None if value is None else round(value / timedelta(milliseconds=1))
