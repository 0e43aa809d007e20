"""Every time from a start to the next end, as often as a customer has it; and who converts.

Pairs
-----
The first event that matches the start opens a pair; the next event after it, in the order of the log (by
time; ties in order of arrival), that matches the end closes it; further starts in between are passed over.
The end itself may open the next pair, so that start and end of one name give all times between its
occurrences; pairs do not overlap otherwise. A last start without an end is *started* and has no duration.

Chances
-------
For a customer without an event A: whether B ever occurs, and whether it occurs no later than ``window`` ms
after the customer's first event. For a customer with A: when the last A was.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, journeys, read_only


class Chances(NamedTuple):
    """Of one bucket, one per customer: ``did``, ``ever``, ``soon`` (bool) and ``last`` (int64 ms).

    ``last`` is the time of the last A, of customers without one that of the first event.
    """

    did: Array
    ever: Array
    soon: Array
    last: Array


def measure_pairs(offsets: Array, time: Array, symbol: Array, lut: Array) -> tuple[Array, Array, Array]:
    """Measure every time from a start to the next end.

    Parameters
    ----------
    offsets, time
        The bucket's columns: ``customers + 1`` int64, and per event int64 ms.
    symbol
        uint16, one per event: its code, or another number that says what it matches.
    lut
        uint64, one per symbol: bit 0 set where it matches the start, bit 1 where it matches the end.

    Returns
    -------
    value, customer, started
        int64 ms and the customer's place in the bucket, for each pair; and per customer how many were opened.
    """
    value, who, started = _pairs(*journeys(offsets, time, symbol), read_only(lut, np.uint64))
    return value, who, started


def see_chances(offsets: Array, time: Array, symbol: Array, lut: Array, window: int) -> Chances:
    """See what customers with and without A do; bit 0 of ``lut`` is A, bit 1 is B, otherwise as above."""
    return Chances(*_chances(*journeys(offsets, time, symbol), read_only(lut, np.uint64), np.int64(window)))


@njit(nogil=True, cache=True)
def _pairs(offsets: Array, time: Array, symbol: Array, lut: Array) -> tuple[Array, Array, Array]:
    customers = len(offsets) - 1
    value, who = np.empty(len(time), np.int64), np.empty(len(time), np.int64)
    started = np.zeros(customers, np.int64)
    found = 0
    for customer in range(customers):
        begin, opened = np.int64(0), False
        for i in range(offsets[customer], offsets[customer + 1]):
            bits = lut[symbol[i]]
            if opened and bits & np.uint64(2):
                value[found], who[found] = time[i] - begin, customer
                found += 1
                opened = False
            if not opened and bits & np.uint64(1):
                begin, opened = time[i], True
                started[customer] += 1
    return value[:found].copy(), who[:found].copy(), started


@njit(nogil=True, cache=True)
def _chances(
    offsets: Array, time: Array, symbol: Array, lut: Array, window: Int
) -> tuple[Array, Array, Array, Array]:
    customers = len(offsets) - 1
    did, ever, soon = (
        np.zeros(customers, np.bool_),
        np.zeros(customers, np.bool_),
        np.zeros(customers, np.bool_),
    )
    last = np.zeros(customers, np.int64)
    for customer in range(customers):
        first, end = offsets[customer], offsets[customer + 1]
        if first == end:
            continue
        last[customer] = time[first]
        for i in range(first, end):
            bits = lut[symbol[i]]
            if bits & np.uint64(1):
                did[customer] = True
                last[customer] = time[i]
            if bits & np.uint64(2):
                ever[customer] = True
                soon[customer] |= time[i] - time[first] <= window
    return did, ever, soon, last
