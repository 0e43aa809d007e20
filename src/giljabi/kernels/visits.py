"""Customers' visits to the stages of a map, as their events tell them.

All functions take a bucket's ``offsets`` and the stage of each event as ``stages`` (uint8, 0: of no stage),
and answer per customer with indices of events, −1 where there is none.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.automaton import Array

ANY_TIME = np.iinfo(np.int64).max


def first_visits(offsets: Array, stages: Array, stage: int) -> tuple[Array, Array]:
    """Find each customer's first event of a stage, and the event of any stage just before it.

    Returns
    -------
    tuple of arrays
        Two int64 arrays, one per customer.
    """
    first = np.full(len(offsets) - 1, -1, np.int64)
    before = np.full(len(offsets) - 1, -1, np.int64)
    _first_visits(offsets, stages, stage, first, before)
    return first, before


def journeys_between(
    offsets: Array,
    time: Array,
    stages: Array,
    source: int,
    target: int,
    within: int | None,
    *,
    any_start: bool,
) -> tuple[Array, Array]:
    """Find for each customer a start at one stage and the first event of another stage after it.

    Parameters
    ----------
    offsets, time, stages
        The bucket.
    source, target
        Stage numbers; they may be equal.
    within
        The most milliseconds between start and arrival; None for any time.
    any_start
        True: the first event of the source that is followed in time, else (none is) the first of all.
        False: always the first event of the source.

    Returns
    -------
    tuple of arrays
        Start and arrival, int64 per customer. "After" is later in the log's order, simultaneous included.
    """
    start = np.full(len(offsets) - 1, -1, np.int64)
    arrival = np.full(len(offsets) - 1, -1, np.int64)
    limit = ANY_TIME if within is None else within
    _journeys_between(offsets, time, stages, source, target, limit, any_start, start, arrival)
    return start, arrival


def last_events_before(
    offsets: Array, time: Array, stages: Array, customers: Array, moments: Array, within: int
) -> Array:
    """Find the last event of any stage at or before given moments of given customers.

    Parameters
    ----------
    offsets, time, stages
        The bucket.
    customers, moments
        int64 (questions): rows of the bucket and times in ms.
    within
        The most milliseconds the event may lie back, inclusive.

    Returns
    -------
    array
        int64 (questions), event indices.
    """
    found = np.full(len(customers), -1, np.int64)
    _last_events_before(offsets, time, stages, customers, moments, within, found)
    return found


@njit(cache=True, nogil=True)
def _first_visits(offsets, stages, stage, first, before):  # type: ignore[no-untyped-def]
    for customer in range(len(offsets) - 1):
        last = -1
        for at in range(offsets[customer], offsets[customer + 1]):
            if stages[at] == stage:
                first[customer] = at
                before[customer] = last
                break
            if stages[at] != 0:
                last = at


@njit(cache=True, nogil=True)
def _journeys_between(  # type: ignore[no-untyped-def]
    offsets, time, stages, source, target, limit, any_start, start, arrival
):
    for customer in range(len(offsets) - 1):
        # From the end to the start, so that the next arrival is known at each start.
        following = -1
        for at in range(offsets[customer + 1] - 1, offsets[customer] - 1, -1):
            stage = stages[at]
            if stage == source:
                arrives = following >= 0 and time[following] - time[at] <= limit
                if arrives or not any_start or arrival[customer] < 0:
                    start[customer] = at
                    arrival[customer] = following if arrives else -1
            if stage == target:
                following = at


@njit(cache=True, nogil=True)
def _last_events_before(  # type: ignore[no-untyped-def]
    offsets, time, stages, customers, moments, within, found
):
    for question in range(len(customers)):
        begin = offsets[customers[question]]
        at = (
            begin
            + np.searchsorted(time[begin : offsets[customers[question] + 1]], moments[question], side="right")
            - 1
        )
        while at >= begin and moments[question] - time[at] <= within:
            if stages[at] != 0:
                found[question] = at
                break
            at -= 1
