"""How long customers take from one event to another.

Definition
----------
For a customer, let A be the first event that matches the start. B is the first event after A, in the order of
the log (by time; ties in order of arrival), that matches the end. The duration is ``time(B) − time(A) ≥ 0``
ms, one per customer. A never serves as its own B, so start and end may be the same event: then it is the time
to the first repeat. An end that comes before A, or at the same time but arrived earlier, does not count. A
customer with A and no later B has *started* and has no duration.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, journeys, read_only


def measure_durations(offsets: Array, time: Array, symbol: Array, lut: Array) -> tuple[Array, Array, int]:
    """Measure the time from the first start to the next end, once per customer.

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
        int64 ms and the customer's place in the bucket, for each customer with a duration; and how many
        customers have a start.
    """
    value, customer, started = _durations(*journeys(offsets, time, symbol), read_only(lut, np.uint64))
    return value, customer, int(started)


@njit(nogil=True, cache=True)
def _durations(offsets: Array, time: Array, symbol: Array, lut: Array) -> tuple[Array, Array, int]:
    customers = len(offsets) - 1
    value = np.empty(customers, np.int64)
    who = np.empty(customers, np.int64)
    found = 0
    started = 0
    for customer in range(customers):
        i, end = offsets[customer], offsets[customer + 1]
        while i < end and not lut[symbol[i]] & np.uint64(1):
            i += 1
        if i == end:
            continue
        started += 1
        begin = time[i]
        i += 1
        while i < end and not lut[symbol[i]] & np.uint64(2):
            i += 1
        if i < end:
            value[found] = time[i] - begin
            who[found] = customer
            found += 1
    return value[:found].copy(), who[:found].copy(), started
