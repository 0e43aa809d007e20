"""The funnel: how many customers come through a row of steps, how far, and how fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, NamedTuple, get_args

import numpy as np

from giljabi.kernels import MAX_STEPS, NO_WINDOW, Order, funnel_levels, wilson
from giljabi.measure.steps import Step, read_steps, step_bits, step_text
from giljabi.model import Matcher, milliseconds
from giljabi.model.errors import BadParameter, UnknownColumn
from giljabi.store import Answer, Array, Bucket, Log, ask

_COLUMNS = ("step", "events", "customers", "share", "share_of_previous", "low", "high", "median", "p90")


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step: who reached it, and how fast.

    ``step`` counts from 1; ``events`` says what it is. ``share`` is that of the customers of step 1, with its
    95 % Wilson interval ``low``, ``high``; ``median`` and ``p90`` are times from the step before (None for
    step 1 and where nobody came).
    """

    step: int
    events: str
    customers: int
    share: float | None
    share_of_previous: float | None
    low: float | None
    high: float | None
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True, slots=True)
class FunnelGroup:
    """The steps of the customers of one group; ``group`` is None where the column is empty."""

    group: str | None
    steps: tuple[FunnelStep, ...]


@dataclass(frozen=True)
class FunnelAnswer(Answer):
    """How many customers came through the steps; one row per step."""

    columns: ClassVar[tuple[str, ...]] = _COLUMNS
    picture: ClassVar[str] = "share"

    steps: tuple[FunnelStep, ...]
    within: timedelta | None = None
    order: str = "ordered"

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per step."""
        return [_row(step) for step in self.steps]


@dataclass(frozen=True)
class GroupedFunnelAnswer(FunnelAnswer):
    """The same, broken down by a column; one row per group and step, the largest group first."""

    columns: ClassVar[tuple[str, ...]] = ("group", *_COLUMNS)

    by: str = ""
    groups: tuple[FunnelGroup, ...] = ()

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per group and step."""
        return [{"group": part.group} | _row(step) for part in self.groups for step in part.steps]


class _Partial(NamedTuple):
    """Of one bucket: customers by group and level, and per later step the groups and the gaps in ms."""

    reached: Array
    gaps: list[tuple[Array, Array]]


def funnel(
    log: Log,
    steps: Sequence[Step],
    *,
    within: str | timedelta | None = None,
    order: str = "ordered",
    by: str | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> FunnelAnswer:
    """Count the customers who come through the steps.

    Parameters
    ----------
    log
        The event log.
    steps
        1 to 64 steps, each an event name, a list of names of which any will do, or a matcher.
    within
        Longest time from the first to the last step; None: no limit.
    order
        ``"ordered"``: one after another, other events may lie between (ClickHouse's ``windowFunnel``);
        ``"strict"``: directly one after another; ``"unordered"``: the first k steps in any order.
        The exact definitions, with ties, stand in `giljabi.kernels.funnel`.
    by
        A text column to break down by. A customer belongs to the value on the first step-1 event, whether or
        not the furthest way starts there.
    progress
        Told ``("funnel", share done)`` after each bucket.

    Returns
    -------
    FunnelAnswer
        A `GroupedFunnelAnswer` where ``by`` is given.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If the log does not have an event or column.
    BadParameter
        If the steps, the order or the window are out of range, or ``by`` is a column of numbers.
    """
    if not 1 <= len(steps) <= MAX_STEPS:
        raise BadParameter(f"a funnel has 1 to {MAX_STEPS} steps, not {len(steps)}")
    kept: Order | None = next((known for known in get_args(Order) if known == order), None)
    if kept is None:
        raise BadParameter(f"no order is named {order!r}; there are {', '.join(get_args(Order))}")
    window = int(NO_WINDOW) if within is None else milliseconds(within)
    matchers = read_steps(log, steps, "the funnel")
    labels = _labels(log, by)

    partials = []
    for partial in ask(log, lambda bucket: _ask(log, bucket, matchers, window, kept, by)):
        partials.append(partial)
        if progress is not None:
            progress("funnel", len(partials) / len(log.buckets))
    reached = np.sum([partial.reached for partial in partials], axis=0).reshape(-1, len(steps) + 1)
    gaps = [
        (_joined([partial.gaps[j][0] for partial in partials]), _joined([p.gaps[j][1] for p in partials]))
        for j in range(len(steps) - 1)
    ]
    texts = [step_text(matcher) for matcher in matchers]
    limit = None if within is None else timedelta(milliseconds=window)
    whole = _steps(texts, reached.sum(axis=0), [gap for _, gap in gaps])
    if by is None:
        return FunnelAnswer(whole, limit, order)
    split = [_by_group(codes, gap, len(labels)) for codes, gap in gaps]
    groups = tuple(
        FunnelGroup(labels[group], _steps(texts, reached[group], [parts[group] for parts in split]))
        for group in np.argsort(-reached[:, 1:].sum(axis=1), kind="stable")
        if reached[group, 1:].any()
    )
    return GroupedFunnelAnswer(whole, limit, order, by, groups)


def _row(step: FunnelStep) -> dict[str, Any]:
    return {name: getattr(step, name) for name in _COLUMNS}


def _labels(log: Log, by: str | None) -> list[str | None]:
    if by is None:
        return [None]
    if by not in log.columns:
        raise UnknownColumn(by, log.columns)
    if log.columns[by].kind != "code":
        raise BadParameter(f"{by!r} holds numbers; break a funnel down by a column of texts")
    return [None, *log.columns[by].dictionary]


def _ask(
    log: Log, bucket: Bucket, matchers: Sequence[Matcher], window: int, order: Order, by: str | None
) -> _Partial:
    bits = step_bits(log, bucket, matchers)
    steps = len(matchers)
    level, entry, gap = funnel_levels(
        bucket.offsets, bucket.time, bits.symbol, bits.lut, steps, window, order
    )
    groups, group = 1, np.zeros(len(level), np.int64)
    if by is not None:
        groups = len(log.columns[by].dictionary) + 1
        # Group 0 is "absent", code −1; customers without a step-1 event are of level 0, which no row shows.
        entered = entry >= 0
        group[entered] = bucket.column(by)[entry[entered]].astype(np.int64) + 1
    reached = np.bincount(group * (steps + 1) + level, minlength=groups * (steps + 1))
    kept = [level > j + 1 for j in range(steps - 1)]
    return _Partial(reached, [(group[some], gap[j, some]) for j, some in enumerate(kept)])


def _by_group(group: Array, gap: Array, groups: int) -> list[Array]:
    bounds = np.cumsum(np.bincount(group, minlength=groups))[:-1]
    return np.split(gap[np.argsort(group, kind="stable")], bounds)


def _joined(arrays: list[Array]) -> Array:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.int64)


def _steps(texts: Sequence[str], levels: Array, gaps: Sequence[Array]) -> tuple[FunnelStep, ...]:
    # levels[k]: customers whose level is exactly k; from the end summed up: at least k.
    customers = [int(n) for n in np.cumsum(levels[::-1])[::-1][1:]]
    found = []
    for j, (text, n) in enumerate(zip(texts, customers, strict=True)):
        first, previous = customers[0], customers[max(j - 1, 0)]
        interval = wilson(n, first) if j else (1.0, 1.0) if n else None
        low, high = interval or (None, None)
        median, p90 = _quantiles(gaps[j - 1]) if j and n else (None, None)
        share, onward = (n / first if first else None), (n / previous if previous else None)
        found.append(FunnelStep(j + 1, text, n, share, onward, low, high, median, p90))
    return tuple(found)


def _quantiles(gaps: Array) -> tuple[timedelta, timedelta]:
    median, p90 = np.quantile(gaps, [0.5, 0.9])
    return timedelta(milliseconds=float(median)), timedelta(milliseconds=float(p90))
