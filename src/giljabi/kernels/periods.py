"""Calendar periods inside kernels: which one a time lies in, and from when to when a bucket reaches.

Periods are told by ``bounds``, rising int64 ms: period ``p`` holds the times
``bounds[p] ≤ t < bounds[p + 1]``. A period may be empty (a day that a time zone left out).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, read_only


def time_extent(offsets: Array, time: Array) -> tuple[int, int] | None:
    """Give the times of the first and the last event of a bucket, None where it has none."""
    first, last = _extent(read_only(offsets, np.int64), read_only(time, np.int64))
    return None if first > last else (int(first), int(last))


@njit(nogil=True, cache=True)
def _extent(offsets: Array, time: Array) -> tuple[Int, Int]:
    first, last = np.int64((1 << 63) - 1), np.int64(-(1 << 62))
    for customer in range(len(offsets) - 1):
        if offsets[customer] < offsets[customer + 1]:
            # Times rise within a customer.
            first = min(first, time[offsets[customer]])
            last = max(last, time[offsets[customer + 1] - 1])
    return first, last


@njit(nogil=True, cache=True)
def mean_rate(bounds: Array) -> Any:
    """Give how many periods of mean length a ms is."""
    return np.float64(len(bounds) - 1) / max(bounds[-1] - bounds[0], 1)


@njit(nogil=True, cache=True)
def any_period(time: Int, bounds: Array, rate: float) -> Int:
    """Give the period of a time that lies in one; ``rate`` is that of `mean_rate`."""
    # Calendar periods are nearly alike, so the guess is a few off at most.
    period: Int = min(np.int64((time - bounds[0]) * rate), np.int64(len(bounds) - 2))
    while time < bounds[period]:
        period -= 1
    while time >= bounds[period + 1]:
        period += 1
    return period


@njit(nogil=True, cache=True)
def later_period(time: Int, bounds: Array, known: Int) -> Int:
    """Give the period of a time that does not lie before period ``known``."""
    if time < bounds[known + 1]:
        return known
    if time < bounds[known + 2]:
        return known + 1
    return known + 1 + np.searchsorted(bounds[known + 2 :], time, side="right")
