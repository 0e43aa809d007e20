"""Drivers: what customers had done early on, and whether those who did came to convert later.

Each customer *enters* with the first event that matches the anchor; customers without one are left out. What
counts as *seen* are the events from the entry on and before the *landmark*, ``horizon`` ms later. Whether a
customer *converted* is asked only from the landmark on (and before ``landmark + follow``). So everyone is
looked at for the same time, and nobody has longer to be seen because they took longer to convert: without a
landmark, whoever stays undecided for months "sees" everything, and whoever buys at once nothing.

left out
    *early*: a conversion from the entry on and before the landmark; *short*: the landmark, or with ``follow``
    the end of it, lies after the last event of the log, so that nobody can know yet.

Source: Anderson, Cain & Gelber, *Analysis of survival by tumor response*, J. Clin. Oncol. 1 (1983).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, read_only

STAYED, CONVERTED, NOT_ENTERED, EARLY, SHORT = range(5)
"""What `Landmarks.status` says of a customer; only the first two are compared."""


class Landmarks(NamedTuple):
    """Of each customer the events seen, ``begin`` up to ``end`` (int64 places), and ``status`` (uint8)."""

    begin: Array
    end: Array
    status: Array


def landmarks(
    offsets: Array, time: Array, anchor: Array, goal: Array, horizon: int, follow: int, last: int
) -> Landmarks:
    """Find what each customer of one bucket is to be judged by.

    Parameters
    ----------
    offsets, time
        The bucket's columns.
    anchor, goal
        bool, one per event: whether it lets a customer enter; whether it is a conversion.
    horizon, follow
        In ms, above 0; ``follow`` 0: up to the end of the log.
    last
        Time of the last event of the whole log.
    """
    return Landmarks(
        *_landmarks(
            read_only(offsets, np.int64), read_only(time, np.int64), read_only(anchor, np.bool_),
            read_only(goal, np.bool_), np.int64(horizon), np.int64(follow), np.int64(last),
        )
    )  # fmt: skip


def count_seen(marks: Landmarks, codes: Array, size: int) -> Array:
    """Count, per code and outcome, the customers who saw it: int64, ``size × 2``; negative codes are none."""
    counts: Array = _count(*_read(marks), read_only(codes, np.int32), size)
    return counts


def mark_seen(marks: Landmarks, codes: Array, bits: Array, seen: Array) -> None:
    """Set, for each customer in ``seen`` (uint64), the bits (uint64, one per code) of the codes they saw."""
    _mark(*_read(marks), read_only(codes, np.int32), read_only(bits, np.uint64), seen)


def count_together(seen: Array) -> Array:
    """Count the customers who have both of two bits: int64, 64 × 64."""
    both: Array = _together(read_only(seen, np.uint64))
    return both


def _read(marks: Landmarks) -> tuple[Array, Array, Array]:
    begin, end, status = marks
    return read_only(begin, np.int64), read_only(end, np.int64), read_only(status, np.uint8)


@njit(nogil=True, cache=True)
def _landmarks(
    offsets: Array, time: Array, anchor: Array, goal: Array, horizon: Int, follow: Int, last: Int
) -> tuple[Array, Array, Array]:
    customers = len(offsets) - 1
    begin, end = np.zeros(customers, np.int64), np.zeros(customers, np.int64)
    status = np.zeros(customers, np.uint8)
    for customer in range(customers):
        i, stop = offsets[customer], offsets[customer + 1]
        while i < stop and not anchor[i]:
            i += 1
        if i == stop:
            status[customer] = NOT_ENTERED
            continue
        landmark = time[i] + horizon
        begin[customer] = i
        early = False
        while i < stop and time[i] < landmark:
            early |= goal[i]
            i += 1
        end[customer] = i
        if early:
            status[customer] = EARLY
        elif landmark + follow > last:
            status[customer] = SHORT
        else:
            while i < stop and (follow == 0 or time[i] < landmark + follow):
                if goal[i]:
                    status[customer] = CONVERTED
                    break
                i += 1
    return begin, end, status


@njit(nogil=True, cache=True)
def _count(begin: Array, end: Array, status: Array, codes: Array, size: Int) -> Array:
    counts = np.zeros((size, 2), np.int64)
    stamp = np.full(size, -1, np.int64)
    for customer in range(len(status)):
        if status[customer] <= CONVERTED:
            for i in range(begin[customer], end[customer]):
                code = codes[i]
                if code >= 0 and stamp[code] != customer:
                    stamp[code] = customer
                    counts[code, status[customer]] += 1
    return counts


@njit(nogil=True, cache=True)
def _mark(begin: Array, end: Array, status: Array, codes: Array, bits: Array, seen: Array) -> None:
    for customer in range(len(status)):
        if status[customer] <= CONVERTED:
            own = np.uint64(0)
            for i in range(begin[customer], end[customer]):
                if codes[i] >= 0:
                    own |= bits[codes[i]]
            seen[customer] |= own


@njit(nogil=True, cache=True)
def _together(seen: Array) -> Array:
    both = np.zeros((64, 64), np.int64)
    own = np.empty(64, np.int64)
    for customer in range(len(seen)):
        left, n = seen[customer], 0
        k = 0
        while left:
            if left & np.uint64(1):
                own[n] = k
                n += 1
            left >>= np.uint64(1)
            k += 1
        for a in range(n):
            for b in range(n):
                both[own[a], own[b]] += 1
    return both
