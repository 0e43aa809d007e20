"""Steps of journeys from an anchor: which event customers are at so many events before or after it.

Definition
----------
The *anchor* of a customer is the first event whose name is one of the start names, or their first event where
none are given; customers without an anchor are left out. Step 1 is the anchor, steps 2, 3, … the events after
it, and −1, −2, … the events before it, in the order of the log (by time; ties in order of arrival). There is
no step 0. Where end names are given, a journey is closed by the first such event after the anchor: it still
counts, what follows does not.

At each step a customer is at one event, or nowhere: not yet begun, or over. Source: the step matrix of
retentioneering 3 (2023), which shares of paths fill, and its step Sankey. Departures: there ended paths pile
up in a row of their own, ENDED; here who is over is told apart, counts stand beside shares, and the links
between steps come from the same customers.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, journeys, read_only


def count_steps(
    offsets: Array, time: Array, event: Array, role: Array, before: int, after: int, names: int
) -> tuple[Array, int]:
    """Count the customers of one bucket at each event at each step.

    Parameters
    ----------
    offsets, time, event
        As in `giljabi.kernels.count_edges`.
    role
        uint8 per event code: bit 0 set where it may be the anchor, bit 1 where it closes a journey.
    before, after
        How many steps before the anchor and from it on; ``after`` at least 1.
    names
        Number of event codes.

    Returns
    -------
    counts, customers
        int64, ``before + after × names``, steps in order of time; and how many customers have an anchor.
    """
    offsets, _, event = journeys(offsets, time, event)
    counts, customers = _counts(offsets, event, read_only(role, np.uint8), before, after, names)
    return counts, int(customers)


def count_links(
    offsets: Array, time: Array, event: Array, role: Array, before: int, after: int, fold: Array, shown: int
) -> Array:
    """Count the customers of one bucket from event to event between neighbouring steps.

    Parameters
    ----------
    offsets, time, event, role, before, after
        As in `count_steps`.
    fold
        int64 per event code: which of ``shown`` events it is shown as.
    shown
        How many events are shown.

    Returns
    -------
    Array
        int64, ``before + after − 1 × shown × shown``.
    """
    offsets, _, event = journeys(offsets, time, event)
    links: Array = _links(
        offsets, event, read_only(role, np.uint8), before, after, read_only(fold, np.int64), shown
    )
    return links


@njit(nogil=True, cache=True)
def _stretch(
    first: Int, end: Int, event: Array, role: Array, before: Int, after: Int
) -> tuple[Int, Int, Int]:
    """Give the anchor, the first place to count and the place after the last; the anchor is −1 if absent."""
    anchor = first
    while anchor < end and not role[np.uint64(event[anchor])] & 1:
        anchor += 1
    if anchor >= end:
        return -1, first, first
    low, high = max(first, anchor - before), min(end, anchor + after)
    for i in range(anchor + 1, high):
        if role[np.uint64(event[i])] & 2:
            high = i + 1
            break
    return anchor, low, high


@njit(nogil=True, cache=True)
def _counts(
    offsets: Array, event: Array, role: Array, before: Int, after: Int, names: Int
) -> tuple[Array, Int]:
    counts = np.zeros((before + after, names), np.int64)
    customers = 0
    for customer in range(len(offsets) - 1):
        anchor, low, high = _stretch(offsets[customer], offsets[customer + 1], event, role, before, after)
        if anchor < 0:
            continue
        customers += 1
        for i in range(low, high):
            counts[i - anchor + before, np.uint64(event[i])] += 1
    return counts, customers


@njit(nogil=True, cache=True)
def _links(
    offsets: Array, event: Array, role: Array, before: Int, after: Int, fold: Array, shown: Int
) -> Array:
    links = np.zeros((before + after - 1, shown, shown), np.int64)
    for customer in range(len(offsets) - 1):
        anchor, low, high = _stretch(offsets[customer], offsets[customer + 1], event, role, before, after)
        if anchor < 0:
            continue
        for i in range(low + 1, high):
            source, target = fold[np.uint64(event[i - 1])], fold[np.uint64(event[i])]
            links[i - 1 - anchor + before, source, target] += 1
    return links
