"""Lifecycle: how many customers are new, returning, resurrected and dormant, period by period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import numpy as np

from giljabi.kernels import lifecycle_bucket
from giljabi.measure.periods import read_periods
from giljabi.store import Answer, Log, Progress, ask, pictures

_DRAWN = 40


@dataclass(frozen=True, slots=True)
class LifecyclePeriod:
    """The customers of the period that begins on the day ``period``.

    ``customers`` were active: ``new`` for the first time in this log, ``returning`` after being active in the
    period before, ``resurrected`` after a longer pause. ``dormant`` were active in the period before and not
    in this one; None in the period in which the log ends, which is not over.
    """

    period: date
    customers: int
    new: int
    returning: int
    resurrected: int
    dormant: int | None


@dataclass(frozen=True)
class LifecycleAnswer(Answer):
    """How many customers are of which kind; one row per period. The first period has only new ones."""

    columns: ClassVar[tuple[str, ...]] = (
        "period",
        "customers",
        "new",
        "returning",
        "resurrected",
        "dormant",
    )

    periods: tuple[LifecyclePeriod, ...]
    every: str
    time_zone: str

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per period."""
        return [{name: getattr(one, name) for name in self.columns} for one in self.periods]

    def drawing(self) -> str:
        """Draw the kinds stacked, the dormant below the line."""
        shown = self.periods[-_DRAWN:]
        if not shown:
            return ""
        return pictures.stacked(
            f"Customers by {self.every}: new, returning, resurrected; below: dormant",
            [one.period.isoformat() for one in shown],
            {name: [getattr(one, name) for one in shown] for name in ("returning", "resurrected", "new")},
            {"dormant": [one.dormant or 0 for one in shown]},
        )


def lifecycle(
    log: Log, *, every: str = "week", time_zone: str = "UTC", progress: Progress | None = None
) -> LifecycleAnswer:
    """Count customers by their kind of activity, period by period.

    Parameters
    ----------
    log
        The event log; filter it first to make only some events count as activity.
    every
        ``"day"``, ``"week"`` (from Monday) or ``"month"``, as the calendar of the time zone has them.
    time_zone
        An IANA name such as ``"Asia/Seoul"``.
    progress
        Told ``("lifecycle", share done)`` after each bucket.

    Raises
    ------
    BadParameter
        If there is no such period or time zone.

    Notes
    -----
    Exact definition and source: `giljabi.kernels.lifecycle`.
    """
    calendar = read_periods(log, every, time_zone)
    bounds, total = calendar.bounds, np.zeros((4, len(calendar.starts)), np.int64)
    asked = ask(log, lambda bucket: lifecycle_bucket(bucket.offsets, bucket.time, bounds))
    for done, partial in enumerate(asked, 1):
        total += np.stack(partial)
        if progress is not None:
            progress("lifecycle", done / len(log.buckets))
    periods = []
    for place, (day, counts) in enumerate(zip(calendar.starts, total.T.tolist(), strict=True)):
        new, returning, resurrected, dormant = counts
        gone = dormant if place < calendar.closed else None
        active = new + returning + resurrected
        periods.append(LifecyclePeriod(day, active, new, returning, resurrected, gone))
    return LifecycleAnswer(tuple(periods), every, time_zone)
