"""Stickiness: on how many days of a month customers are active."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import numpy as np

from giljabi.kernels import active_days
from giljabi.measure.periods import read_periods
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Log, Progress, ask, pictures

_MOST = {"week": 7, "month": 31}


@dataclass(frozen=True, slots=True)
class StickinessDays:
    """How many customers were active on exactly so many ``days``; a customer counts in each month."""

    days: int
    customers: int
    share: float


@dataclass(frozen=True, slots=True)
class StickinessMonth:
    """The month (or week) that begins on the day ``period``.

    ``customers`` were active in it, on average ``daily`` of them on each of its ``days`` from the log's first
    to its last; ``share`` is ``daily / customers``, known as DAU/MAU. ``complete`` says whether the log
    reaches from its first day to its last.
    """

    period: date
    customers: int
    days: int
    daily: float
    share: float
    complete: bool


@dataclass(frozen=True)
class StickinessAnswer(Answer):
    """How many customers were active on how many days; one row per number of days.

    The distribution is that of complete months; of all months where none is complete (``complete`` False).
    ``months`` tells each month by itself.
    """

    columns: ClassVar[tuple[str, ...]] = ("days", "customers", "share")
    picture: ClassVar[str] = "share"

    days: tuple[StickinessDays, ...]
    months: tuple[StickinessMonth, ...]
    within: str
    time_zone: str
    complete: bool

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per number of days."""
        return [{name: getattr(one, name) for name in self.columns} for one in self.days]

    def drawing(self) -> str:
        """Draw the share of customers active on an average day, month by month."""
        if len(self.months) < 2:
            return ""
        shares = [one.share for one in self.months]
        labels = [one.period.isoformat() for one in self.months]
        title = f"Daily active customers as a share of those of the {self.within}"
        return pictures.lines(title, labels, {"daily share": shares}, f"{max(shares):.0%}")


def stickiness(
    log: Log,
    *,
    every: str = "day",
    within: str = "month",
    time_zone: str = "UTC",
    progress: Progress | None = None,
) -> StickinessAnswer:
    """Count customers by the number of days on which they are active within a month or week.

    Parameters
    ----------
    log
        The event log; filter it first to make only some events count as activity.
    every
        ``"day"``; only days divide both weeks and months.
    within
        ``"month"`` or ``"week"`` (from Monday).
    time_zone
        An IANA name such as ``"Asia/Seoul"``: its days, weeks and months are counted.
    progress
        Told ``("stickiness", share done)`` after each bucket.

    Raises
    ------
    BadParameter
        If there is no such period or time zone.

    Notes
    -----
    Exact definition and source: `giljabi.kernels.lifecycle`.
    """
    if every != "day":
        raise BadParameter(f"stickiness counts days, not {every!r}; only days divide weeks and months")
    if within not in _MOST:
        raise BadParameter(f"stickiness counts days within {' or '.join(_MOST)}, not {within!r}")
    days, months = read_periods(log, "day", time_zone), read_periods(log, within, time_zone)
    most = _MOST[within]
    month_of = np.searchsorted(months.bounds, days.bounds[:-1], side="right") - 1
    bounds, many = days.bounds, len(months.starts)
    table = np.zeros((many, most + 1), np.int64)
    asked = ask(log, lambda b: active_days(b.offsets, b.time, bounds, month_of, many, most))
    for done, partial in enumerate(asked, 1):
        table += partial
        if progress is not None:
            progress("stickiness", done / len(log.buckets))

    observed = np.bincount(month_of, minlength=many)
    told = []
    for place, day in enumerate(months.starts):
        line, latest = table[place], place == months.closed
        customers, seen = int(line.sum()), int(observed[place])
        daily = float(line @ np.arange(most + 1)) / seen
        # Only the log's first and last month can be cut off.
        complete = days.starts[0] <= day and (not latest or _is_last_day(days.starts[-1], within))
        told.append(
            StickinessMonth(day, customers, seen, daily, daily / customers if customers else 0.0, complete)
        )
    whole = [place for place, one in enumerate(told) if one.complete]
    counts = table[whole or slice(None)].sum(axis=0) if many else np.zeros(most + 1, np.int64)
    total = int(counts.sum())
    spread = tuple(
        StickinessDays(number, int(counts[number]), int(counts[number]) / total)
        for number in range(1, most + 1)
        if total
    )
    return StickinessAnswer(spread, tuple(told), within, time_zone, bool(whole))


def _is_last_day(day: date, within: str) -> bool:
    if within == "week":
        return day.weekday() == 6
    return date.fromordinal(day.toordinal() + 1).day == 1
