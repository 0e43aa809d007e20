"""Lifecycle and stickiness as the explore page draws them."""

from __future__ import annotations

from datetime import date

import msgspec

from giljabi.measure import LifecycleAnswer, StickinessAnswer

_PERIODS = 120


class LifecyclePeriodView(msgspec.Struct, frozen=True):
    """A period by its first day; ``dormant`` is null where it is not over yet."""

    period: date
    customers: int
    new: int
    returning: int
    resurrected: int
    dormant: int | None


class LifecycleView(msgspec.Struct, frozen=True):
    """The latest periods, of ``total`` ones."""

    periods: list[LifecyclePeriodView]
    total: int


class StickinessDaysView(msgspec.Struct, frozen=True):
    """How many customers were active on exactly so many days."""

    days: int
    customers: int
    share: float


class StickinessMonthView(msgspec.Struct, frozen=True):
    """A month or week: its customers, how many of them a day (``daily``), and the share that these are."""

    period: date
    customers: int
    days: int
    daily: float
    share: float
    complete: bool


class StickinessView(msgspec.Struct, frozen=True):
    """Days active in complete months (in all, where ``complete`` is false), and the latest months."""

    days: list[StickinessDaysView]
    months: list[StickinessMonthView]
    complete: bool


def lifecycle_view(answer: LifecycleAnswer) -> LifecycleView:
    """Draw a lifecycle."""
    shown = answer.periods[-_PERIODS:]
    return LifecycleView(
        [
            LifecyclePeriodView(
                one.period, one.customers, one.new, one.returning, one.resurrected, one.dormant
            )
            for one in shown
        ],
        len(answer.periods),
    )


def stickiness_view(answer: StickinessAnswer) -> StickinessView:
    """Draw stickiness."""
    return StickinessView(
        [StickinessDaysView(one.days, one.customers, one.share) for one in answer.days],
        [
            StickinessMonthView(one.period, one.customers, one.days, one.daily, one.share, one.complete)
            for one in answer.months[-_PERIODS:]
        ],
        answer.complete,
    )
