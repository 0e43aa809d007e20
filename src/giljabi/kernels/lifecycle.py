"""Lifecycle and stickiness: in which periods customers are active, in what row, and on how many days.

Periods are told by ``bounds`` as in `giljabi.kernels.periods`. A customer is *active* in a period in which
an event lies.

lifecycle
    Active in period ``p``, a customer is *new* if never active before in the log, *returning* if active in
    ``p − 1`` too, else *resurrected*. A customer is *dormant* in ``p`` if active in ``p − 1`` and not in
    ``p``; whoever stays away longer is dormant once. Every active customer is of exactly one of the first
    three kinds, so ``new + returning + resurrected`` are the active ones.
stickiness
    How many periods of a finer kind (*days*) a customer is active in within each period of a coarser kind
    (*months*): one count per customer and month with an event.

Departure from tools that first list distinct customers per period and join them: one pass in the order of the
log, which has each customer's events together.

The kinds are those of *growth accounting* (Hsu, *Diligence at Social Capital*, 2015).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, read_only
from giljabi.kernels.periods import any_period, later_period, mean_rate


class LifecycleCounts(NamedTuple):
    """Customers of each kind per period, int64; counts of buckets add up."""

    new: Array
    returning: Array
    resurrected: Array
    dormant: Array


def lifecycle_bucket(offsets: Array, time: Array, bounds: Array) -> LifecycleCounts:
    """Count new, returning, resurrected and dormant customers per period in one bucket.

    Parameters
    ----------
    offsets, time
        The bucket's columns: ``customers + 1`` int64, and per event int64 ms.
    bounds
        Bounds of the periods; the first is not after the first event, the last is after the last.
    """
    table = _lifecycle(read_only(offsets, np.int64), read_only(time, np.int64), read_only(bounds, np.int64))
    return LifecycleCounts(*table)


def active_days(offsets: Array, time: Array, days: Array, month: Array, months: int, most: int) -> Array:
    """Count customers by the days on which they were active, per month, in one bucket.

    Parameters
    ----------
    offsets, time
        As in `lifecycle_bucket`.
    days
        Bounds of the finer periods.
    month
        int64, per finer period: the coarser period it lies in, rising.
    months
        How many coarser periods there are.
    most
        The largest number of finer periods in a coarser one.

    Returns
    -------
    Array
        int64, ``months × most + 1``: customers active on so many days of the month; column 0 stays 0.
    """
    table: Array = _active_days(
        read_only(offsets, np.int64),
        read_only(time, np.int64),
        read_only(days, np.int64),
        read_only(month, np.int64),
        months,
        most,
    )
    return table


@njit(nogil=True, cache=True)
def _lifecycle(offsets: Array, time: Array, bounds: Array) -> Array:
    periods = len(bounds) - 1
    new, returning, resurrected, dormant = 0, 1, 2, 3
    table = np.zeros((4, periods), np.int64)
    rate = mean_rate(bounds)
    for customer in range(len(offsets) - 1):
        i, end = offsets[customer], offsets[customer + 1]
        if i == end:
            continue
        last = any_period(time[i], bounds, rate)
        table[new, last] += 1
        fresh = bounds[last + 1]
        for j in range(i + 1, end):
            if time[j] < fresh:
                continue
            period = later_period(time[j], bounds, last)
            fresh = bounds[period + 1]
            if period == last + 1:
                table[returning, period] += 1
            else:
                table[resurrected, period] += 1
                table[dormant, last + 1] += 1
            last = period
        if last + 1 < periods:
            table[dormant, last + 1] += 1
    return table


@njit(nogil=True, cache=True)
def _active_days(offsets: Array, time: Array, days: Array, month: Array, months: Int, most: Int) -> Array:
    table = np.zeros((months, most + 1), np.int64)
    rate = mean_rate(days)
    for customer in range(len(offsets) - 1):
        i, end = offsets[customer], offsets[customer + 1]
        if i == end:
            continue
        day = any_period(time[i], days, rate)
        within, active, fresh = month[day], 1, days[day + 1]
        for j in range(i + 1, end):
            if time[j] < fresh:
                continue
            day = later_period(time[j], days, day)
            fresh = days[day + 1]
            if month[day] != within:
                table[within, active] += 1
                within, active = month[day], 0
            active += 1
        table[within, active] += 1
    return table
