"""Durations: how long customers take from one event to the next other one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from giljabi.kernels import measure_durations, measure_pairs, quantile_interval
from giljabi.measure.ladder import count_between, round_bounds
from giljabi.measure.steps import Step, read_steps, step_bits, step_text
from giljabi.model import Matcher, format_duration
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Bucket, By, Groups, Log, ask, pictures, read_groups

Which: TypeAlias = Literal["first", "each"]
"""A customer's first start to the next end, or every start to the next end."""

_PERCENTILES = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99}
_COLUMNS = (
    *("n", "started", "customers", "median", "low", "high", "p90", "mean"),
    *("p10", "p25", "p75", "p95", "p99"),
)
_POINTS = 101


@dataclass(frozen=True, slots=True)
class DurationBin:
    """How many durations are at least ``low`` and below ``high`` (the last bin includes its ``high``)."""

    low: timedelta
    high: timedelta
    count: int


@dataclass(frozen=True, slots=True)
class DurationGroup:
    """The durations of one group; ``group`` is None for the customers of no group.

    There are ``n`` durations of ``customers``, of ``started`` that have a start. ``median`` has a 95 %
    interval ``low``, ``high`` by order statistics, None below six durations and where a customer may have
    several, which are not independent. ``bins`` have the same bounds in every group.
    """

    group: str | None
    n: int
    started: int
    customers: int
    median: timedelta | None
    low: timedelta | None
    high: timedelta | None
    p90: timedelta | None
    mean: timedelta | None
    p10: timedelta | None
    p25: timedelta | None
    p75: timedelta | None
    p95: timedelta | None
    p99: timedelta | None
    bins: tuple[DurationBin, ...]
    curve: tuple[timedelta, ...] = field(repr=False)
    """The durations below which 0 %, 1 % … 100 % lie; empty where there are none."""


@dataclass(frozen=True)
class DurationsAnswer(Answer):
    """How long it takes; one row.

    The named columns are those of ``whole``, see `DurationGroup`, and can be read off the answer itself.
    ``values`` are all durations in ms, rising (int64).
    """

    columns: ClassVar[tuple[str, ...]] = _COLUMNS

    whole: DurationGroup
    start: str
    end: str
    which: Which
    values: Array = field(repr=False, compare=False)

    def __getattr__(self, name: str) -> Any:
        if name in _COLUMNS or name == "bins":
            return getattr(self.whole, name)
        raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")

    def rows(self) -> list[dict[str, Any]]:
        """Give the one row."""
        return [{name: getattr(self.whole, name) for name in self.columns}]

    def drawing(self) -> str:
        """Draw how many durations lie in each bin."""
        bins = self.whole.bins
        return pictures.bars(
            f"Time from {self.start} to {self.end}",
            [f"{_text(one.low)} – {_text(one.high)}" for one in bins],
            [one.count for one in bins],
            [f"{one.count:,} ({one.count / self.whole.n:.1%})" for one in bins],
        )


@dataclass(frozen=True)
class GroupedDurationsAnswer(DurationsAnswer):
    """The same, broken down; one row per group, the one with most durations first."""

    columns: ClassVar[tuple[str, ...]] = ("group", *_COLUMNS)

    by: By = ""
    groups: tuple[DurationGroup, ...] = ()

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per group."""
        return [{name: getattr(part, name) for name in self.columns} for part in self.groups]


class _Partial(NamedTuple):
    """Of one bucket: the ms and the group of each duration; per group the starts and the customers."""

    value: Array
    group: Array
    started: Array
    customers: Array


def durations(
    log: Log, start: Step, end: Step, *, which: str = "first", by: By | None = None
) -> DurationsAnswer:
    """Measure the time from starts to the next end after them.

    Parameters
    ----------
    log
        The event log.
    start, end
        An event name, a list of names of which any will do, or a matcher.
    which
        ``"first"``: from each customer's first start, once per customer, as `giljabi.kernels.durations`
        defines it; ``"each"``: from every start that lies in no pair before, as `giljabi.kernels.pairs` does.
    by
        A column of texts, an audience or audiences by name to break down by; see `giljabi.store.read_groups`.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If the log does not have an event or column.
    BadParameter
        If start or end name no event, or another parameter is out of range.
    """
    kept: Which | None = next((known for known in get_args(Which) if known == which), None)
    if kept is None:
        raise BadParameter(f"which is {which!r}; durations are of the 'first' start or of 'each'")
    matchers = read_steps(log, (start, end), "a duration")
    groups = read_groups(log, by)
    partials = list(ask(log, lambda bucket: _ask(log, bucket, matchers, kept, groups)))
    value = np.concatenate([np.zeros(0, np.int64), *(one.value for one in partials)])
    group = np.concatenate([np.zeros(0, np.int64), *(one.group for one in partials)])
    started = np.sum([one.started for one in partials], axis=0)
    customers = np.sum([one.customers for one in partials], axis=0)
    values = np.sort(value)
    values.flags.writeable = False
    bounds = round_bounds(int(values[0]), int(values[-1])) if len(values) else []
    whole = _group(None, values, int(started.sum()), int(customers.sum()), bounds, kept)
    told = (whole, step_text(matchers[0]), step_text(matchers[1]), kept, values)
    if by is None:
        return DurationsAnswer(*told)
    order = np.lexsort((value, group))
    split = np.split(value[order], np.cumsum(np.bincount(group, minlength=len(started)))[:-1])
    parts = tuple(
        _group(groups.labels[one], split[one], int(started[one]), int(customers[one]), bounds, kept)
        for one in np.argsort([-len(part) for part in split], kind="stable")
        if started[one]
    )
    return GroupedDurationsAnswer(*told, by, parts)


def _ask(log: Log, bucket: Bucket, matchers: tuple[Matcher, ...], which: Which, groups: Groups) -> _Partial:
    bits = step_bits(log, bucket, matchers)
    columns = (bucket.offsets, bucket.time, bits.symbol, bits.lut)
    code, many = groups.codes(log, bucket), len(groups.labels)
    value, who, opened = measure_pairs(*columns)
    group = code[who]
    customers = np.bincount(code[np.unique(who)], minlength=many)
    if which == "each":
        started = np.bincount(code, weights=opened, minlength=many).astype(np.int64)
        return _Partial(value, group, started, customers)
    value, who, _ = measure_durations(*columns)
    return _Partial(value, code[who], np.bincount(code[opened > 0], minlength=many), customers)


def _group(
    label: str | None, ordered: Array, started: int, customers: int, bounds: list[int], which: Which
) -> DurationGroup:
    if not len(ordered):
        empty = dict.fromkeys((*_PERCENTILES, "low", "high", "mean"))
        return DurationGroup(label, 0, started, 0, bins=(), curve=(), **empty)
    told = np.quantile(ordered, list(_PERCENTILES.values()))
    low, high = quantile_interval(ordered, 0.5) if which == "first" else (None, None)
    counts = count_between(ordered, bounds)
    return DurationGroup(
        label,
        len(ordered),
        started,
        customers,
        low=None if low is None else _delta(low),
        high=None if high is None else _delta(high),
        mean=_delta(ordered.mean()),
        bins=tuple(
            DurationBin(_delta(begin), _delta(end), count)
            for begin, end, count in zip(bounds, bounds[1:], counts, strict=False)
        ),
        curve=tuple(map(_delta, np.quantile(ordered, np.linspace(0, 1, _POINTS)))),
        **{name: _delta(one) for name, one in zip(_PERCENTILES, told, strict=True)},
    )


def _delta(value: float) -> timedelta:
    return timedelta(milliseconds=float(value))


def _text(value: timedelta) -> str:
    return format_duration(value) if value else "0"
