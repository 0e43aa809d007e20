"""A funnel as the explore page draws it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from giljabi.measure import FunnelAnswer, FunnelStep, GroupedFunnelAnswer
from giljabi.server.views.questions.units import ms


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
        median_ms=ms(step.median),
        p90_ms=ms(step.p90),
    )
