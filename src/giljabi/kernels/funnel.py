"""Funnels: how far each customer gets through a row of steps within a window of time.

A step is a set of events; an event may match several steps. The *level* of a customer is the greatest ``k``
such that steps 1..k are reached; 0 without a step-1 event. ``window`` is the longest time in ms, ends
included, between the first and the last event used.

ordered
    There are events, one for each of steps 1..k, with ``t1 ≤ t2 ≤ … ≤ tk`` and ``tk − t1 ≤ window``; other
    events may lie between. Events at the same time count as being in whichever order helps, and one event may
    serve several steps it matches. The best of all step-1 events counts. This is ClickHouse's
    ``windowFunnel`` in its default mode, ties included: there too the list is sorted by (time, number of the
    step).
strict
    ``k`` events that follow one another directly in the order of the log (by time; ties in order of arrival),
    with no other event of the customer between, the j-th matching step j, and ``tk − t1 ≤ window``. The best
    of all step-1 events counts. Departure from ClickHouse's ``strict_order``, which stops for good at the
    first event after a step-1 event that matches no step, sees ties in the order of steps, and lets steps
    recur between.
unordered
    In some stretch of time of at most ``window`` there is an event of each of steps 1..k, in any order; one
    event may serve several steps. Step 1 must be among them; to have steps 2 and 3 alone is level 0.

Times to convert are those of the *first start that reaches the furthest*. Ordered: the earliest step-1 event
from which the level is reached; from there each step at its earliest. Strict: the earliest such run.
Unordered: the earliest event of any of steps 1..level from which all of them lie within the window, each step
at its earliest from there; step k is complete when steps 1..k have all happened. The gap of step k is the
time from step k − 1 to step k.

Sources: ClickHouse ``AggregateFunctionWindowFunnel`` (the latest start per level is kept, one pass); for
strict, Baeza-Yates & Gonnet's Shift-And, *A new approach to text searching*, CACM 35 (1992).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, journeys, read_only

Order: TypeAlias = Literal["ordered", "strict", "unordered"]

MAX_STEPS = 64
"""Steps of a funnel at most: a symbol's steps are the bits of a uint64."""

NO_WINDOW = np.int64(1) << np.int64(60)
"""A window longer than any journey."""

_NEVER = -(1 << 61)


class FunnelLevels(NamedTuple):
    """How far each customer of a bucket got.

    ``level`` (uint8, one per customer); ``entry`` (int64): the place in the bucket of the customer's first
    step-1 event, −1 where level is 0; ``gap`` (int64, ``steps − 1`` × customers): ms from step ``j + 1`` to
    ``j + 2``, defined where ``level > j + 1``.
    """

    level: Array
    entry: Array
    gap: Array


def funnel_levels(
    offsets: Array, time: Array, symbol: Array, lut: Array, steps: int, window: int, order: Order = "ordered"
) -> FunnelLevels:
    """Find how far each customer of one bucket gets.

    Parameters
    ----------
    offsets, time
        The bucket's columns: ``customers + 1`` int64, and per event int64 ms.
    symbol
        uint16, one per event: its code, or another number that says what it matches.
    lut
        uint64, one per symbol: bit ``j`` set where it matches step ``j + 1``.
    steps
        Number of steps, 1..`MAX_STEPS`; higher bits of ``lut`` must be 0.
    window
        Longest time in ms, 0..`NO_WINDOW`.
    order
        As defined above.
    """
    level, entry, gap = _KERNELS[order](
        *journeys(offsets, time, symbol), read_only(lut, np.uint64), steps, np.int64(window)
    )
    return FunnelLevels(level, entry, gap)


@njit(nogil=True, cache=True)
def _longest(offsets: Array) -> int:
    longest = 0
    for customer in range(len(offsets) - 1):
        longest = max(longest, offsets[customer + 1] - offsets[customer])
    return longest


@njit(nogil=True, cache=True)
def _moments(
    first: int, end: int, time: Array, symbol: Array, lut: Array, place: Array, mask: Array, when: Array
) -> int:
    """Fill ``mask`` and ``when`` with the moments at which steps happen; give their number."""
    matched = 0
    for i in range(first, end):
        # Written always, kept only where a step matches: no branch to mispredict.
        place[matched] = i
        matched += lut[symbol[i]] != 0
    moments = 0
    for j in range(matched):
        i = place[j]
        if moments == 0 or time[i] != when[moments - 1]:
            when[moments] = time[i]
            mask[moments] = 0
            moments += 1
        mask[moments - 1] |= lut[symbol[i]]
    return moments


@njit(nogil=True, cache=True)
def _entry(matched_from: int, symbol: Array, lut: Array) -> int:
    i = matched_from
    while not lut[symbol[i]] & np.uint64(1):
        i += 1
    return i


@njit(nogil=True, cache=True)
def _ordered(
    offsets: Array, time: Array, symbol: Array, lut: Array, steps: int, window: int
) -> tuple[Array, Array, Array]:
    customers = len(offsets) - 1
    level = np.zeros(customers, np.uint8)
    entry = np.full(customers, -1, np.int64)
    gap = np.empty((steps - 1, customers), np.int64)
    room = _longest(offsets) + 1
    place, when, mask = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.uint64)
    start = np.empty(steps, np.int64)
    at = np.empty(steps, np.int64)
    one = np.uint64(1)
    for customer in range(customers):
        moments = _moments(offsets[customer], offsets[customer + 1], time, symbol, lut, place, mask, when)
        best = 0
        for j in range(moments):
            bits, now = mask[j], when[j]
            if bits & one:
                # start[k]: the latest step-1 event from which step k + 1 was reached in time.
                start[0] = now
                best = max(best, 1)
            bits >>= one
            k = 1
            while bits and k <= best:
                if bits & one and now - start[k - 1] <= window:
                    start[k] = start[k - 1]
                    best = max(best, k + 1)
                bits >>= one
                k += 1
            if best == steps:
                break
        if best == 0:
            continue
        level[customer] = best
        entry[customer] = _entry(place[0], symbol, lut)
        if best == 1:
            continue
        # A later start reaches each step no earlier, so every pointer only moves forward.
        at[:best] = 0
        while True:
            while not mask[at[0]] & one:
                at[0] += 1
            for k in range(1, best):
                j = max(at[k], at[k - 1])
                while not (mask[j] >> np.uint64(k)) & one:
                    j += 1
                at[k] = j
            if when[at[best - 1]] - when[at[0]] <= window:
                break
            at[0] += 1
        for k in range(1, best):
            gap[k - 1, customer] = when[at[k]] - when[at[k - 1]]
    return level, entry, gap


@njit(nogil=True, cache=True)
def _strict(
    offsets: Array, time: Array, symbol: Array, lut: Array, steps: int, window: int
) -> tuple[Array, Array, Array]:
    customers = len(offsets) - 1
    level = np.zeros(customers, np.uint8)
    entry = np.full(customers, -1, np.int64)
    gap = np.empty((steps - 1, customers), np.int64)
    one = np.uint64(1)
    for customer in range(customers):
        # Bit k − 1 of runs: the last k events match steps 1..k.
        runs = np.uint64(0)
        best, begin = 0, 0
        for i in range(offsets[customer], offsets[customer + 1]):
            runs = ((runs << one) | one) & lut[symbol[i]]
            longer = runs >> np.uint64(best)
            if longer == 0:
                continue
            if entry[customer] < 0:
                entry[customer] = i
            k = best
            while longer:
                k += 1
                if longer & one and time[i] - time[i - k + 1] <= window:
                    best, begin = k, i - k + 1
                longer >>= one
            if best == steps:
                break
        level[customer] = best
        for k in range(1, best):
            gap[k - 1, customer] = time[begin + k] - time[begin + k - 1]
    return level, entry, gap


@njit(nogil=True, cache=True)
def _unordered(
    offsets: Array, time: Array, symbol: Array, lut: Array, steps: int, window: int
) -> tuple[Array, Array, Array]:
    customers = len(offsets) - 1
    level = np.zeros(customers, np.uint8)
    entry = np.full(customers, -1, np.int64)
    gap = np.empty((steps - 1, customers), np.int64)
    room = _longest(offsets) + 1
    place, when, mask = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.uint64)
    last = np.empty(steps, np.int64)
    at = np.empty(steps, np.int64)
    one = np.uint64(1)
    for customer in range(customers):
        moments = _moments(offsets[customer], offsets[customer + 1], time, symbol, lut, place, mask, when)
        best = 0
        last[:] = _NEVER
        for j in range(moments):
            now = when[j]
            for k in range(steps):
                if (mask[j] >> np.uint64(k)) & one:
                    last[k] = now
            k = 0
            while k < steps and now - last[k] <= window:
                k += 1
            best = max(best, k)
            if best == steps:
                break
        if best == 0:
            continue
        level[customer] = best
        entry[customer] = _entry(place[0], symbol, lut)
        wanted = (one << np.uint64(best - 1) << one) - one
        at[:best] = 0
        for j in range(moments):
            if not mask[j] & wanted:
                continue
            latest = j
            for k in range(best):
                at[k] = max(at[k], j)
                while not (mask[at[k]] >> np.uint64(k)) & one:
                    at[k] += 1
                latest = max(latest, at[k])
            if when[latest] - when[j] <= window:
                break
        done = when[at[0]]
        for k in range(1, best):
            gap[k - 1, customer] = max(when[at[k]] - done, 0)
            done = max(done, when[at[k]])
    return level, entry, gap


_KERNELS: dict[Order, Callable[..., Any]] = {"ordered": _ordered, "strict": _strict, "unordered": _unordered}
