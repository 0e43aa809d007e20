"""Retention: what share of customers comes back, by when they began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal, TypeAlias, get_args

import numpy as np

from giljabi.kernels import RetentionCounts, merge_retention, retention_bucket, wilson
from giljabi.measure.periods import read_periods
from giljabi.measure.steps import Step, read_steps, step_bits
from giljabi.model import Matcher
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Bucket, By, Groups, Log, Progress, ask, pictures, read_groups

Kind: TypeAlias = Literal["on", "by"]

MAX_PERIODS = 400
"""Periods after a cohort's own at most."""

_COLUMNS = ("cohort", "period", "customers", "count", "share", "low", "high")
_DRAWN, _DRAWN_PERIODS = 26, 24


@dataclass(frozen=True, slots=True)
class RetentionPeriod:
    """Who came back ``period`` periods after their own.

    ``count`` of ``customers`` came back; ``share`` has the 95 % Wilson interval ``low``, ``high``. Of a
    cohort, all are None where the period is not over at the log's end; ``customers`` are then those it would
    be measured on. Over all cohorts, ``customers`` are those whose period is over.
    """

    period: int
    customers: int
    count: int | None
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class RetentionCohort:
    """The customers whose first start event lies in the period that begins on the day ``cohort``."""

    cohort: date
    customers: int
    periods: tuple[RetentionPeriod, ...]


@dataclass(frozen=True, slots=True)
class RetentionGroup:
    """All cohorts of one group; ``group`` is None for customers of no group."""

    group: str | None
    customers: int
    periods: tuple[RetentionPeriod, ...]


@dataclass(frozen=True)
class RetentionAnswer(Answer):
    """What share came back: a row per cohort and period, and first (cohort None) all cohorts together.

    ``overall`` weights every cohort by its customers and holds only cohorts whose period is over: later
    periods rest on fewer, older cohorts.
    """

    columns: ClassVar[tuple[str, ...]] = _COLUMNS

    cohorts: tuple[RetentionCohort, ...]
    overall: tuple[RetentionPeriod, ...]
    every: str
    time_zone: str
    kind: str

    def rows(self) -> list[dict[str, Any]]:
        """Give the overall rows, then one row per cohort and period."""
        parts: list[tuple[date | None, Sequence[RetentionPeriod]]] = [(None, self.overall)]
        parts += [(one.cohort, one.periods) for one in self.cohorts]
        return [{"cohort": cohort} | _row(cell) for cohort, cells in parts for cell in cells]

    def _k(self) -> str:
        return f"{self.every} k" if self.kind == "on" else f"{self.every} k or later"

    def drawing(self) -> str:
        """Draw the latest cohorts as heat, and the curve over all cohorts."""
        if not self.cohorts:
            return ""
        shown = self.cohorts[-_DRAWN:]
        width = min(len(self.overall), _DRAWN_PERIODS + 1)
        names = ["all", *(one.cohort.isoformat() for one in shown)]
        cells = [self.overall[:width], *(one.periods[:width] for one in shown)]
        heat = pictures.heat(
            f"Share of each cohort back in {self._k()}",
            names,
            [str(k) for k in range(width)],
            [[cell.share for cell in line] for line in cells],
            [["" if cell.share is None else f"{cell.share:.0%}" for cell in line] for line in cells],
        )
        return heat + _curves(f"Share back in {self._k()}", {"all": self.overall})


@dataclass(frozen=True)
class GroupedRetentionAnswer(RetentionAnswer):
    """The same, broken down: a row per group and period over all cohorts, the largest group first."""

    columns: ClassVar[tuple[str, ...]] = ("group", *_COLUMNS[1:])

    groups: tuple[RetentionGroup, ...] = ()

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per group and period."""
        return [{"group": part.group} | _row(cell) for part in self.groups for cell in part.periods]

    def drawing(self) -> str:
        """Draw one curve per group, of the largest groups."""
        curves = {part.group or "none": part.periods for part in self.groups[: len(pictures.COLOURS)]}
        return _curves(f"Share back in {self._k()}", curves) if curves else ""


def retention(
    log: Log,
    *,
    every: str = "week",
    start: Step | None = None,
    back: Step | None = None,
    time_zone: str = "UTC",
    periods: int = 12,
    by: By | None = None,
    kind: str = "on",
    progress: Progress | None = None,
) -> RetentionAnswer:
    """Measure what share of customers comes back, period after period.

    Parameters
    ----------
    log
        The event log.
    every
        ``"day"``, ``"week"`` (from Monday) or ``"month"``, as the calendar of the time zone has them.
    start
        What makes a customer begin: an event name, names or a matcher; None: any event. The cohort is the
        period of the first such event *in this log*.
    back
        What counts as coming back, from the start event on, itself included; None: any event.
    time_zone
        An IANA name such as ``"Asia/Seoul"``.
    periods
        How many periods after the cohort's own to follow, 1 to 400. Period 0 is the cohort's own.
    by
        A breakdown: a column of texts, an audience, or named audiences.
    kind
        ``"on"``: back in period k itself; ``"by"``: back in period k or any later one (also called unbounded
        or rolling). Later returns may still come, so the latter is a lower bound for recent cohorts.
    progress
        Told ``("retention", share done)`` after each bucket.

    Returns
    -------
    RetentionAnswer
        A `GroupedRetentionAnswer` where ``by`` is given. The period in which the log ends is not over, so a
        cohort's share there and later is None, never 0.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If the log does not have an event or column.
    BadParameter
        If a parameter is out of range.

    Notes
    -----
    Exact definition and sources: `giljabi.kernels.retention`.
    """
    if kind not in get_args(Kind):
        raise BadParameter(f"no kind of retention is named {kind!r}; there are {', '.join(get_args(Kind))}")
    if not 1 <= periods <= MAX_PERIODS:
        raise BadParameter(f"retention follows 1 to {MAX_PERIODS} periods, not {periods}")
    matchers = _matchers(log, start, back)
    groups = read_groups(log, by)
    calendar = read_periods(log, every, time_zone)
    bounds, closed = calendar.bounds, calendar.closed

    partials: list[RetentionCounts] = []
    asked = ask(log, lambda b: _ask(log, b, matchers, bounds, periods, closed, groups, kind == "by"))
    for done, partial in enumerate(asked, 1):
        partials = [merge_retention([*partials, partial])]
        if progress is not None:
            progress("retention", done / len(log.buckets))
    if not partials or not calendar.starts:
        return _answer((), (), every, time_zone, kind, () if by is not None else None)
    counts = partials[0]
    size, came = counts.size, counts.back
    cohorts = tuple(
        RetentionCohort(day, int(size[c]), _cells(came[c], [int(size[c])] * (periods + 1), closed - c))
        for c, day in enumerate(calendar.starts)
        if size[c]
    )
    overall = _cells(counts.group_back.sum(axis=0), counts.risk.sum(axis=0).tolist(), periods + 1)
    if by is None:
        return _answer(cohorts, overall, every, time_zone, kind, None)
    parts = [
        RetentionGroup(groups.labels[code], int(risk[0]), _cells(back_there, risk.tolist(), periods + 1))
        for code, risk, back_there in zip(counts.group, counts.risk, counts.group_back, strict=True)
        if risk[0]
    ]
    parts.sort(key=lambda part: (-part.customers, part.group or ""))
    return _answer(cohorts, overall, every, time_zone, kind, tuple(parts))


def _answer(
    cohorts: tuple[RetentionCohort, ...],
    overall: tuple[RetentionPeriod, ...],
    every: str,
    time_zone: str,
    kind: str,
    groups: tuple[RetentionGroup, ...] | None,
) -> RetentionAnswer:
    if groups is None:
        return RetentionAnswer(cohorts, overall, every, time_zone, kind)
    return GroupedRetentionAnswer(cohorts, overall, every, time_zone, kind, groups)


def _matchers(log: Log, start: Step | None, back: Step | None) -> tuple[Matcher | None, Matcher | None]:
    begin = None if start is None else read_steps(log, [start], "the start")[0]
    again = None if back is None else read_steps(log, [back], "the return")[0]
    return begin, again


def _ask(
    log: Log,
    bucket: Bucket,
    matchers: tuple[Matcher | None, Matcher | None],
    bounds: Array,
    periods: int,
    closed: int,
    groups: Groups,
    unbounded: bool,
) -> RetentionCounts:
    steps = None
    if matchers != (None, None):
        asked = [matcher for matcher in matchers if matcher is not None]
        bits = step_bits(log, bucket, asked)
        lut = bits.lut
        if len(asked) == 1:
            # The part that is not named is any event: its bit is always set.
            lut = lut | np.uint64(2) if matchers[1] is None else (lut << np.uint64(1)) | np.uint64(1)
        steps = (bits.symbol, lut)
    group = None if groups.by is None else groups.codes(log, bucket)
    return retention_bucket(bucket.offsets, bucket.time, steps, bounds, periods, closed, group, unbounded)


def _cells(came: Array, customers: Sequence[int], known: int) -> tuple[RetentionPeriod, ...]:
    """Give the cells of a line; those from number ``known`` on are not over."""
    cells = []
    for period, (back, n) in enumerate(zip(came.tolist(), customers, strict=True)):
        interval = wilson(back, n) if period < known else None
        if interval is None:
            cells.append(RetentionPeriod(period, n, None, None, None, None))
        else:
            cells.append(RetentionPeriod(period, n, back, back / n, *interval))
    return tuple(cells)


def _row(cell: RetentionPeriod) -> dict[str, Any]:
    return {name: getattr(cell, name) for name in _COLUMNS[1:]}


def _curves(title: str, lines: dict[str, tuple[RetentionPeriod, ...]]) -> str:
    longest = max((len(cells) for cells in lines.values()), default=0)
    # From period 1: the cohort's own would press the rest to the ground.
    series = {name: [cell.share for cell in cells[1:]] for name, cells in lines.items()}
    most = max((share for line in series.values() for share in line if share is not None), default=0)
    return pictures.lines(title, [str(k) for k in range(1, longest)], series, f"{most:.0%}")
