"""Durations: how long customers take from one event to the next other one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np

from giljabi.kernels import measure_durations, quantile_interval
from giljabi.measure.steps import Step, read_steps, step_bits
from giljabi.store import Answer, Array, Bucket, Log, ask

_SECOND, _MINUTE, _HOUR, _DAY = 1000, 60_000, 3_600_000, 86_400_000
# Bounds people read off an axis; durations spread over decades, so each is about twice the one before.
_LADDER = (
    *(0, 1, 10, 100),
    *(n * _SECOND for n in (1, 2, 5, 10, 20, 30)),
    *(n * _MINUTE for n in (1, 2, 5, 10, 20, 30)),
    *(n * _HOUR for n in (1, 2, 4, 8, 12)),
    *(n * _DAY for n in (1, 2, 3, 5, 7, 14, 21, 30, 60, 90, 180, 365)),
    *(n * 365 * _DAY for n in (2, 3, 5, 10, 20, 50, 100)),
)
_BINS = 24


@dataclass(frozen=True, slots=True)
class DurationBin:
    """How many durations are at least ``low`` and below ``high`` (the last bin includes its ``high``)."""

    low: timedelta
    high: timedelta
    count: int


@dataclass(frozen=True)
class DurationsAnswer(Answer):
    """How long it takes; one row.

    ``n`` customers have a duration, of the ``started`` who have a start. ``median`` has a 95 % interval
    ``low``, ``high`` by order statistics (None below six customers). ``values`` are all durations in ms,
    rising (int64).
    """

    columns: ClassVar[tuple[str, ...]] = ("n", "started", "median", "low", "high", "p90", "mean")

    n: int
    started: int
    median: timedelta | None
    low: timedelta | None
    high: timedelta | None
    p90: timedelta | None
    mean: timedelta | None
    bins: tuple[DurationBin, ...]
    values: Array = field(repr=False, compare=False)

    def rows(self) -> list[dict[str, Any]]:
        """Give the one row."""
        return [{name: getattr(self, name) for name in self.columns}]


def durations(log: Log, start: Step, end: Step) -> DurationsAnswer:
    """Measure the time from each customer's first start to the next end after it.

    Parameters
    ----------
    log
        The event log.
    start, end
        An event name, a list of names of which any will do, or a matcher; the exact definition, with ties,
        stands in `giljabi.kernels.durations`.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If the log does not have an event or column.
    BadParameter
        If start or end name no event.
    """
    matchers = read_steps(log, (start, end), "a duration")

    def measure(bucket: Bucket) -> tuple[Array, int]:
        bits = step_bits(log, bucket, matchers)
        value, _, started = measure_durations(bucket.offsets, bucket.time, bits.symbol, bits.lut)
        return value, started

    partials = list(ask(log, measure))
    values = np.sort(np.concatenate([np.zeros(0, np.int64), *(value for value, _ in partials)]))
    values.flags.writeable = False
    started = sum(count for _, count in partials)
    if not len(values):
        return DurationsAnswer(0, started, None, None, None, None, None, (), values)
    median, p90 = np.quantile(values, [0.5, 0.9])
    low, high = quantile_interval(values, 0.5)
    return DurationsAnswer(
        n=len(values),
        started=started,
        median=_delta(median),
        low=None if low is None else _delta(low),
        high=None if high is None else _delta(high),
        p90=_delta(p90),
        mean=_delta(values.mean()),
        bins=_bins(values),
        values=values,
    )


def _delta(value: float) -> timedelta:
    return timedelta(milliseconds=float(value))


def _bins(ordered: Array) -> tuple[DurationBin, ...]:
    bounds = _bounds(int(ordered[0]), int(ordered[-1]))
    inner = np.searchsorted(ordered, bounds[1:-1])
    counts = np.diff([0, *inner, len(ordered)])
    return tuple(
        DurationBin(_delta(low), _delta(high), int(count))
        for low, high, count in zip(bounds, bounds[1:], counts, strict=False)
    )


def _bounds(least: int, greatest: int) -> list[int]:
    """Give bounds around the values: even ones where they lie close together, else those of the ladder."""
    if greatest > 20 * max(least, 1) and greatest > 20:
        begin = int(np.searchsorted(_LADDER, least, side="right")) - 1
        end = int(np.searchsorted(_LADDER, greatest))
        return [*_LADDER[begin : end + 1]]
    width = next((one for one in _LADDER[1:] if (greatest - least) / one <= _BINS), _LADDER[-1])
    begin = least // width * width
    return list(range(begin, greatest + width + 1, width))
