"""A funnel as the explore page draws it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from giljabi.measure import CustomersAnswer, FunnelAnswer, FunnelStep, GroupedFunnelAnswer
from giljabi.server.views.questions.units import ms


class FunnelStepView(msgspec.Struct, frozen=True):
    """One step; shares 0..1, ``low`` and ``high`` the 95 % interval of ``share``.

    ``share_of_previous`` and the times are from the required step before.
    """

    step: int
    events: list[str]
    customers: int
    share: float | None
    share_of_previous: float | None
    low: float | None
    high: float | None
    median_ms: int | None
    p90_ms: int | None
    optional: bool
    within_ms: int | None


class FunnelGroupView(msgspec.Struct, frozen=True):
    """The steps of one group; its name is null for the customers of no group."""

    group: str | None
    steps: list[FunnelStepView]
    median_ms: int | None
    p90_ms: int | None


class FunnelView(msgspec.Struct, frozen=True):
    """A funnel, with its groups where a breakdown was asked for.

    ``median_ms`` and ``p90_ms`` are times from the first to the last required step.
    """

    steps: list[FunnelStepView]
    groups: list[FunnelGroupView]
    median_ms: int | None
    p90_ms: int | None


class FunnelCustomerView(msgspec.Struct, frozen=True):
    """A customer, and the last required step that they reached."""

    customer: str
    step: int


class FunnelCustomersView(msgspec.Struct, frozen=True):
    """Some of the customers, in the order of the log; ``total`` says how many there are."""

    total: int
    customers: list[FunnelCustomerView]


def funnel_view(answer: FunnelAnswer, asked: Sequence[Sequence[str]]) -> FunnelView:
    """Draw a funnel; ``asked`` are the event names of each step."""
    groups = answer.groups if isinstance(answer, GroupedFunnelAnswer) else ()
    return FunnelView(
        [_step(one, asked) for one in answer.steps],
        [
            FunnelGroupView(
                part.group, [_step(one, asked) for one in part.steps], ms(part.median), ms(part.p90)
            )
            for part in groups
        ],
        ms(answer.median),
        ms(answer.p90),
    )


def funnel_customers_view(answer: CustomersAnswer, offset: int, limit: int) -> FunnelCustomersView:
    """List some of the customers: from ``offset`` on at most ``limit``, within 100,000."""
    begin, many = max(0, offset), min(max(1, limit), _MOST)
    pairs = zip(
        answer.ids.slice(begin, many).to_pylist(), answer.steps[begin : begin + many].tolist(), strict=True
    )
    return FunnelCustomersView(len(answer), [FunnelCustomerView(str(name), step) for name, step in pairs])


_MOST = 100_000


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
        optional=step.optional,
        within_ms=ms(step.within),
    )
