"""Retention as the explore page draws it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from giljabi.measure import GroupedRetentionAnswer, RetentionAnswer, RetentionPeriod

_COHORTS, _GROUPS = 100, 20


class RetentionPeriodView(msgspec.Struct, frozen=True):
    """Who came back in a period; all but ``customers`` are null where it is not over yet."""

    period: int
    customers: int
    count: int | None
    share: float | None
    low: float | None
    high: float | None


class RetentionCohortView(msgspec.Struct, frozen=True):
    """The customers who began in the period that begins on a day."""

    cohort: date
    customers: int
    periods: list[RetentionPeriodView]


class RetentionGroupView(msgspec.Struct, frozen=True):
    """All cohorts of one group; its name is null for customers of none."""

    group: str | None
    customers: int
    periods: list[RetentionPeriodView]


class RetentionView(msgspec.Struct, frozen=True):
    """The latest cohorts (of ``total`` ones), all cohorts together, and the largest groups.

    ``overall`` and groups hold, in each period, only cohorts whose period is over.
    """

    cohorts: list[RetentionCohortView]
    total: int
    overall: list[RetentionPeriodView]
    groups: list[RetentionGroupView]


def retention_view(answer: RetentionAnswer) -> RetentionView:
    """Draw retention."""
    groups = answer.groups if isinstance(answer, GroupedRetentionAnswer) else ()
    return RetentionView(
        cohorts=[
            RetentionCohortView(one.cohort, one.customers, _periods(one.periods))
            for one in answer.cohorts[-_COHORTS:]
        ],
        total=len(answer.cohorts),
        overall=_periods(answer.overall),
        groups=[
            RetentionGroupView(one.group, one.customers, _periods(one.periods)) for one in groups[:_GROUPS]
        ],
    )


def _periods(periods: Sequence[RetentionPeriod]) -> list[RetentionPeriodView]:
    return [
        RetentionPeriodView(one.period, one.customers, one.count, one.share, one.low, one.high)
        for one in periods
    ]
