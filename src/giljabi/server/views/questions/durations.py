"""Durations and waits as the explore page draws them."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from giljabi.measure import DurationGroup, DurationsAnswer, GroupedDurationsAnswer, WaitingAnswer
from giljabi.server.views.questions.units import ms


class DurationBinView(msgspec.Struct, frozen=True):
    """Durations of at least ``low_ms`` and less than ``high_ms``."""

    low_ms: int
    high_ms: int
    count: int


class DurationGroupView(msgspec.Struct, frozen=True):
    """The durations of one group: ``n`` of ``started``; times in ms, ``low`` and ``high`` of the median.

    ``curve_ms``: below how long 0 %, 1 % … 100 % of the durations lie.
    """

    group: str | None
    n: int
    started: int
    customers: int
    median_ms: int | None
    low_ms: int | None
    high_ms: int | None
    mean_ms: int | None
    p10_ms: int | None
    p25_ms: int | None
    p75_ms: int | None
    p90_ms: int | None
    p95_ms: int | None
    p99_ms: int | None
    bins: list[DurationBinView]
    curve_ms: list[int]


class DurationsView(msgspec.Struct, frozen=True):
    """How long it takes, with the groups where a breakdown was asked for."""

    whole: DurationGroupView
    groups: list[DurationGroupView]


class WaitView(msgspec.Struct, frozen=True):
    """The waits from one stage to the next; ``share`` of all time waited, ``shares`` of the waits per bin."""

    stage: str
    next: str
    count: int
    customers: int
    median_ms: int
    p90_ms: int
    total_ms: int
    share: float
    shares: list[float]


class WaitingView(msgspec.Struct, frozen=True):
    """Waits, those with most time lost first; bin ``i`` begins at ``bounds_ms[i]``, the last has no end."""

    bounds_ms: list[int]
    waits: list[WaitView]


def durations_view(answer: DurationsAnswer) -> DurationsView:
    """Draw durations."""
    groups = answer.groups if isinstance(answer, GroupedDurationsAnswer) else ()
    return DurationsView(_group(answer.whole), [_group(part) for part in groups])


def waiting_view(answer: WaitingAnswer) -> WaitingView:
    """Draw waits."""
    return WaitingView(
        [_ms(bound) for bound in answer.bounds],
        [
            WaitView(
                one.stage,
                one.next,
                one.count,
                one.customers,
                _ms(one.median),
                _ms(one.p90),
                _ms(one.total),
                one.share,
                list(one.shares),
            )
            for one in answer.waits
        ],
    )


def _group(part: DurationGroup) -> DurationGroupView:
    timed = [
        name for name in DurationGroupView.__struct_fields__ if name.endswith("_ms") and name != "curve_ms"
    ]
    times = {name: ms(getattr(part, name.removesuffix("_ms"))) for name in timed}
    return DurationGroupView(
        group=part.group,
        n=part.n,
        started=part.started,
        customers=part.customers,
        bins=[DurationBinView(_ms(one.low), _ms(one.high), one.count) for one in part.bins],
        curve_ms=[_ms(one) for one in part.curve],
        **times,
    )


def _ms(value: timedelta) -> int:
    return round(value / timedelta(milliseconds=1))
