"""Retention: which customers come back, by the calendar period in which they began.

Periods are told by ``bounds`` as in `giljabi.kernels.periods`. The *cohort* of a customer is the period ``c``
of their first start event in the order of the log; customers without one are not counted. *Back* events count
from that start event on, itself included if it is one.

bounded (*on*)
    The customer is back in period ``k`` if a back event lies in period ``c + k``. Several there count once.
unbounded (*by*, also called rolling)
    The customer is back in period ``k`` or later if a back event lies in period ``c + k`` or a later one.

A period is *over* if it is numbered below ``closed``. Per group, only cohorts whose period ``c + k`` is over
are added up: those at risk, and those of them who came back (in an unbounded count also during the period
still running).

Sources: cohort tables as in Fader & Hardie, *How to project customer retention*, Journal of Interactive
Marketing 21 (2007); the censoring follows Kaplan & Meier, *Nonparametric estimation from incomplete
observations*, JASA 53 (1958): what has not been observed to its end is no absence. One pass; further events
in a period already seen cost one comparison.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, read_only
from giljabi.kernels.periods import any_period, later_period, mean_rate


class RetentionCounts(NamedTuple):
    """Who came back, in one bucket or, merged, in a log; all int64.

    ``size`` (per cohort) and ``back`` (cohorts × periods + 1) count customers. ``group`` names the groups
    met, rising; ``risk`` and ``group_back`` (groups met × periods + 1) belong to them.
    """

    size: Array
    back: Array
    group: Array
    risk: Array
    group_back: Array


def retention_bucket(
    offsets: Array,
    time: Array,
    steps: tuple[Array, Array] | None,
    bounds: Array,
    periods: int,
    closed: int,
    group: Array | None = None,
    unbounded: bool = False,
) -> RetentionCounts:
    """Count who comes back in one bucket.

    Parameters
    ----------
    offsets, time
        The bucket's columns: ``customers + 1`` int64, and per event int64 ms.
    steps
        uint16 symbols, one per event, and uint64 per symbol: bit 0 set for a start event, bit 1 for a back
        event. None: every event is both.
    bounds
        Bounds of the periods; the first is not after the first event, the last is after the last.
    periods
        Count up to period ``periods`` after the cohort's own.
    closed
        How many periods are over.
    group
        int64 per customer: its group; None: all are of group 0.
    unbounded
        Count "in period k or later".
    """
    symbol, lut = steps or (np.zeros(0, np.uint16), np.zeros(1, np.uint64))
    met, place = np.zeros(1, np.int64), np.zeros(0, np.int64)
    if group is not None:
        met, place = np.unique(np.asarray(group, np.int64), return_inverse=True)
    size, back, risk, group_back = _count(
        read_only(offsets, np.int64),
        read_only(time, np.int64),
        read_only(symbol, np.uint16),
        read_only(lut, np.uint64),
        steps is None,
        read_only(bounds, np.int64),
        periods,
        closed,
        read_only(place, np.int64),
        len(met),
        unbounded,
    )
    if unbounded:
        back, group_back = _from_the_end(back), _from_the_end(group_back)
    return RetentionCounts(size, back, met, _from_the_end(risk), group_back)


def merge_retention(partials: Iterable[RetentionCounts]) -> RetentionCounts:
    """Add up the counts of buckets, of which there is at least one; each customer lies in one bucket."""
    parts = list(partials)
    met, place = np.unique(np.concatenate([part.group for part in parts]), return_inverse=True)
    risk, group_back = (np.zeros((len(met), parts[0].back.shape[1]), np.int64) for _ in range(2))
    np.add.at(risk, place, np.concatenate([part.risk for part in parts]))
    np.add.at(group_back, place, np.concatenate([part.group_back for part in parts]))
    size, back = parts[0].size.copy(), parts[0].back.copy()
    for part in parts[1:]:
        size += part.size
        back += part.back
    return RetentionCounts(size, back, met, risk, group_back)


def _from_the_end(table: Array) -> Array:
    return np.ascontiguousarray(np.cumsum(table[:, ::-1], axis=1)[:, ::-1])


@njit(nogil=True, cache=True)
def _count(
    offsets: Array,
    time: Array,
    symbol: Array,
    lut: Array,
    plain: bool,
    bounds: Array,
    periods: Int,
    closed: Int,
    group: Array,
    groups: Int,
    unbounded: bool,
) -> tuple[Array, Array, Array, Array]:
    start, coming = np.uint64(1), np.uint64(2)
    cohorts = len(bounds) - 1
    rate = mean_rate(bounds)
    size = np.zeros(cohorts, np.int64)
    back = np.zeros((cohorts, periods + 1), np.int64)
    risk = np.zeros((groups, periods + 1), np.int64)
    group_back = np.zeros((groups, periods + 1), np.int64)
    for customer in range(len(offsets) - 1):
        i, end = offsets[customer], offsets[customer + 1]
        if not plain:
            while i < end and not lut[symbol[i]] & start:
                i += 1
        if i == end:
            continue
        own = group[customer] if len(group) else 0
        cohort = any_period(time[i], bounds, rate)
        size[cohort] += 1
        over = closed - 1 - cohort
        if over >= 0:
            risk[own, min(over, periods)] += 1
        if unbounded:
            j = end - 1
            if not plain:
                while j >= i and not lut[symbol[j]] & coming:
                    j -= 1
            if j >= i:
                latest = later_period(time[j], bounds, cohort) - cohort
                back[cohort, min(latest, periods)] += 1
                if over >= 0:
                    group_back[own, min(latest, over, periods)] += 1
            continue
        # Events before this moment lie in a period already counted.
        fresh = time[i]
        period = cohort
        for j in range(i, end):
            now = time[j]
            if now < fresh:
                continue
            if not plain and not lut[symbol[j]] & coming:
                continue
            period = later_period(now, bounds, period)
            fresh = bounds[period + 1]
            later = period - cohort
            if later > periods:
                break
            back[cohort, later] += 1
            if later <= over:
                group_back[own, later] += 1
    return size, back, risk, group_back
