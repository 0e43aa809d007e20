"""Which events come before which, and which follow directly: the raw facts a first map is made of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.automaton import Array


class Precedence(NamedTuple):
    """Facts about some events (numbered from 1 where 0 has a meaning); add up over buckets, all int64.

    ``customers`` (events): who has the event. ``before`` (events, events): customers whose first ``a`` comes
    before their first ``b``. ``follows`` (events + 1, events + 1): how often ``b`` comes directly after
    ``a`` when all other events are left out; 0 stands for the start and the end of a journey. ``again``
    (events): customers who have the event directly after itself.
    """

    customers: Array
    before: Array
    follows: Array
    again: Array


def precedence_bucket(offsets: Array, event: Array, number: Array, count: int) -> Precedence:
    """Count the facts of one bucket.

    Parameters
    ----------
    offsets
        int64 (customers + 1).
    event
        uint16 (events), codes.
    number
        int64 per code: its number from 1, 0 to leave it out.
    count
        How many numbers there are.
    """
    found = Precedence(
        np.zeros(count, np.int64),
        np.zeros((count, count), np.int64),
        np.zeros((count + 1, count + 1), np.int64),
        np.zeros(count, np.int64),
    )
    _precedence(offsets, event, number, count, *found)
    return found


def merge_precedence(partials: list[Precedence]) -> Precedence:
    """Add up."""
    return Precedence(*(np.sum(fields, axis=0) for fields in zip(*partials, strict=True)))


@njit(cache=True, nogil=True)
def _precedence(  # type: ignore[no-untyped-def]
    offsets, event, number, count, customers, before, follows, again
):
    seen_by = np.full(count + 1, -1, np.int64)
    again_by = np.full(count + 1, -1, np.int64)
    met = np.empty(count, np.int64)
    for customer in range(len(offsets) - 1):
        last, kinds = 0, 0
        for at in range(offsets[customer], offsets[customer + 1]):
            this = number[event[at]]
            if this == 0:
                continue
            follows[last, this] += 1
            if last == this and again_by[this] != customer:
                again_by[this] = customer
                again[this - 1] += 1
            if seen_by[this] != customer:
                seen_by[this] = customer
                for earlier in range(kinds):
                    before[met[earlier], this - 1] += 1
                met[kinds] = this - 1
                kinds += 1
                customers[this - 1] += 1
            last = this
        if last:
            follows[last, 0] += 1


def spread_bucket(offsets: Array, event: Array, names: int) -> Array:
    """Count the customers who have each event; int64 (names)."""
    found = np.zeros(names, np.int64)
    _spread(offsets, event, found)
    return found


def extent_bucket(offsets: Array, event: Array, stage: Array, count: int) -> Array:
    """Count how far customers come.

    Parameters
    ----------
    offsets, event
        The bucket.
    stage
        uint8 per code: the stage from 1, 0 for none.
    count
        How many stages there are.

    Returns
    -------
    array
        int64 (2, stages + 1): customers who have the stage; customers whose furthest stage it is.
    """
    found = np.zeros((2, count + 1), np.int64)
    _extent(offsets, event, stage, found)
    return found


@njit(cache=True, nogil=True)
def _spread(offsets, event, found):  # type: ignore[no-untyped-def]
    seen_by = np.full(len(found), -1, np.int64)
    for customer in range(len(offsets) - 1):
        for at in range(offsets[customer], offsets[customer + 1]):
            this = event[at]
            found[this] += seen_by[this] != customer
            seen_by[this] = customer


@njit(cache=True, nogil=True)
def _extent(offsets, event, stage, found):  # type: ignore[no-untyped-def]
    for customer in range(len(offsets) - 1):
        seen, furthest = np.uint64(0), 0
        for at in range(offsets[customer], offsets[customer + 1]):
            this = stage[event[at]]
            seen |= np.uint64(1) << np.uint64(this)
            furthest = max(furthest, this)
        found[1, furthest] += 1
        for one in range(1, found.shape[1]):
            found[0, one] += (seen >> np.uint64(one)) & np.uint64(1)
