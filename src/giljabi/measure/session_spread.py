"""How sessions spread: bins for reading, and exact quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

import numpy as np

from giljabi.kernels import SessionTally, session_values, spread_rank_bins, spread_values
from giljabi.measure.session_cuts import SessionRule
from giljabi.model import format_duration
from giljabi.store import Array, Bucket, Log, ask

_SECOND, _MINUTE, _HOUR, _DAY = 1000, 60_000, 3_600_000, 86_400_000
_TIMES = (
    *(0, 1),
    *(n * _SECOND for n in (10, 30)),
    *(n * _MINUTE for n in (1, 3, 10, 30)),
    *(n * _HOUR for n in (1, 3, 12)),
    *(n * _DAY for n in (1, 7, 30)),
)
_COUNTS = (1, 2, 3, 4, 5, 6, 11, 21, 51, 101)
_SHARES = (0.5, 0.9)

EXACT_BELOW = 2048
"""Bins numbered below hold one value each."""

Quantiles: TypeAlias = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class TimeBin:
    """How many sessions take at least ``low`` and less than ``high`` (None: any longer).

    The first bin has those without duration: one event, or all at once.
    """

    low: timedelta
    high: timedelta | None
    count: int

    def text(self) -> str:
        """Write the bin for people."""
        if not self.low:
            return "0s"
        if self.high is None:
            return f"{format_duration(self.low)} or more"
        first = "under" if self.low < timedelta(seconds=1) else f"{format_duration(self.low)} to"
        return f"{first} {format_duration(self.high)}"


@dataclass(frozen=True, slots=True)
class SessionBin:
    """How many sessions (or customers) have ``low`` to ``high`` events (or sessions); None: any more."""

    low: int
    high: int | None
    count: int


def time_bins(spread: Array) -> tuple[TimeBin, ...]:
    """Give a spread of durations in bins people read off an axis."""
    counts, ends = _binned(spread, _TIMES), [*_TIMES[1:], None]
    return tuple(
        TimeBin(timedelta(milliseconds=low), None if high is None else timedelta(milliseconds=high), count)
        for low, high, count in zip(_TIMES, ends, counts, strict=True)
    )


def count_bins(spread: Array) -> tuple[SessionBin, ...]:
    """Give a spread of small numbers in bins; the last ones are wider."""
    counts, ends = _binned(spread, _COUNTS), [*_COUNTS[1:], None]
    return tuple(
        SessionBin(low, None if high is None else high - 1, count)
        for low, high, count in zip(_COUNTS, ends, counts, strict=True)
    )


def _binned(spread: Array, bounds: tuple[int, ...]) -> list[int]:
    place = np.searchsorted(bounds, spread_values(), side="right") - 1
    some = spread > 0
    counts: list[int] = np.bincount(place[some], spread[some], minlength=len(bounds)).astype(int).tolist()
    return counts


def quantiles(log: Log, rule: SessionRule, tally: SessionTally) -> tuple[Quantiles, Quantiles, Quantiles]:
    """Give median and 90 % quantile, interpolated between ranks, of durations, events and sessions.

    Each None where there are no sessions.
    """
    spreads = (tally.times, tally.lengths, tally.repeats)
    if not tally.times.any():
        return None, None, None
    ranks = [_ranks(int(spread.sum())) for spread in spreads]
    places = [spread_rank_bins(spread, rank) for spread, rank in zip(spreads, ranks, strict=True)]
    exact = spread_values()
    # Small values have bins of their own; only for larger ones the log is read again.
    wide = [np.unique(own[own >= EXACT_BELOW]) for own in places]
    found: list[list[tuple[Array, Array]]] = [[], [], []]
    if any(len(own) for own in wide):
        for partial in ask(log, lambda bucket: _values(bucket, rule, (wide[0], wide[1], wide[2]))):
            for kept, pair in zip(found, partial, strict=True):
                kept.append(pair)
    told = []
    for spread, rank, own, bins, pairs in zip(spreads, ranks, places, wide, found, strict=True):
        at = exact[own].astype(np.float64)
        if len(bins):
            inside = own >= EXACT_BELOW
            at[inside] = _values_at(spread, rank[inside], own[inside], bins, pairs)
        low, high = at[: len(_SHARES)], at[len(_SHARES) :]
        part = np.array([share * (int(spread.sum()) - 1) for share in _SHARES]) % 1
        median, p90 = (low + (high - low) * part).tolist()
        told.append((median, p90))
    return told[0], told[1], told[2]


def _ranks(n: int) -> Array:
    places = np.array([share * (n - 1) for share in _SHARES])
    return np.concatenate([np.floor(places), np.ceil(places)]).astype(np.int64)


def _values(bucket: Bucket, rule: SessionRule, bins: tuple[Array, Array, Array]) -> list[tuple[Array, Array]]:
    return session_values(rule.cuts(bucket), bucket.time, bins)


def _values_at(
    spread: Array, ranks: Array, own: Array, bins: Array, pairs: list[tuple[Array, Array]]
) -> Array:
    """Give the values of ranks from the collected ones, which are those of some bins only."""
    values, place = np.unique(np.concatenate([pair[0] for pair in pairs]), return_inverse=True)
    counts = np.bincount(place, np.concatenate([pair[1] for pair in pairs])).astype(np.int64)
    before = np.cumsum(spread) - spread
    skipped = before[own] - np.array([int(spread[bins[bins < one]].sum()) for one in own])
    found: Array = values[np.searchsorted(np.cumsum(counts), ranks - skipped, side="right")]
    return found
