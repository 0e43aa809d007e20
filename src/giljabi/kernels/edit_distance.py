"""Edit distance: how many events must be put in, taken out or exchanged to make one journey of another.

Definition
----------
The Levenshtein distance of two sequences of event codes, each edit costing 1, divided by the length of the
longer one: 0 for equal journeys, 1 for journeys without anything in common. Of longer sequences than ``cap``
only the first ``cap`` events count, on both sides.

One pattern is held against many journeys by Myers' bit vectors: a column of the table of distances is 64
differences to a word, so a journey of ``n`` events costs ``n × ⌈m / 64⌉`` steps of some fifteen machine
instructions instead of ``n × m``. A pair whose lengths alone differ by the bound is not compared.

Sources: Levenshtein, *Binary codes capable of correcting deletions, insertions and reversals* (1966); Myers,
*A fast bit-vector algorithm for approximate string matching based on dynamic programming*, JACM 46 (1999), in
Hyyrö's form for the whole of both sequences with blocks (*A bit-vector algorithm for computing Levenshtein
and Damerau edit distances*, 2003).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, read_only


def edit_distances(offsets: Array, event: Array, patterns: Array, names: int, cap: int) -> Array:
    """Give the distance of every pattern to every journey.

    Parameters
    ----------
    offsets, event
        The journeys: int64, one more than there are; uint16 codes.
    patterns
        int64: which of the journeys are patterns.
    names
        How many codes there are.
    cap
        Events of a journey that count, at least 1.

    Returns
    -------
    float32 (patterns, journeys), 0..1.
    """
    found = np.empty((len(patterns), len(offsets) - 1), np.float32)
    _matrix(
        read_only(offsets, np.int64),
        read_only(event, np.uint16),
        read_only(patterns, np.int64),
        names,
        cap,
        found,
    )
    return found


def nearest_patterns(
    offsets: Array, event: Array, pattern_offsets: Array, pattern_event: Array, names: int, cap: int
) -> tuple[Array, Array]:
    """Give the nearest of some patterns to every journey, of equally near ones the first.

    Parameters
    ----------
    offsets, event
        The journeys: int64, one more than there are; uint16 codes.
    pattern_offsets, pattern_event
        The patterns, in the same form; at least one.
    names
        How many codes there are.
    cap
        Events of a journey that count, at least 1.

    Returns
    -------
    which, distance
        int64 and float64, one per journey.
    """
    which, distance = _nearest(
        read_only(offsets, np.int64),
        read_only(event, np.uint16),
        read_only(pattern_offsets, np.int64),
        read_only(pattern_event, np.uint16),
        names,
        cap,
    )
    return which, distance


@njit(nogil=True, cache=True)
def _matrix(offsets: Array, event: Array, patterns: Array, names: int, cap: int, found: Array) -> None:
    words = (cap + 63) // 64
    has = np.zeros((names, words), np.uint64)
    state = np.empty((2, words), np.uint64)
    for row in range(len(patterns)):
        first, size = _part(offsets, patterns[row], cap)
        _enter(has, event, first, size)
        for journey in range(len(offsets) - 1):
            begin, length = _part(offsets, journey, cap)
            edits = _compare(has, size, event, begin, length, state)
            found[row, journey] = edits / max(1, size, length)
        _leave(has, event, first, size)


@njit(nogil=True, cache=True)
def _nearest(
    offsets: Array, event: Array, pattern_offsets: Array, pattern_event: Array, names: int, cap: int
) -> tuple[Array, Array]:
    journeys = len(offsets) - 1
    words = (cap + 63) // 64
    has = np.zeros((names, words), np.uint64)
    state = np.empty((2, words), np.uint64)
    which = np.zeros(journeys, np.int64)
    distance = np.full(journeys, 2.0)
    for pattern in range(len(pattern_offsets) - 1):
        first, size = _part(pattern_offsets, pattern, cap)
        _enter(has, pattern_event, first, size)
        for journey in range(journeys):
            begin, length = _part(offsets, journey, cap)
            longer = max(1, size, length)
            if abs(size - length) / longer >= distance[journey]:
                continue
            share = _compare(has, size, event, begin, length, state) / longer
            if share < distance[journey]:
                distance[journey] = share
                which[journey] = pattern
        _leave(has, pattern_event, first, size)
    return which, distance


@njit(nogil=True, cache=True)
def _part(offsets: Array, journey: Int, cap: Int) -> tuple[Int, Int]:
    """Where a journey begins, and how many of its events count."""
    first = offsets[journey]
    return first, min(cap, offsets[journey + 1] - first)


@njit(nogil=True, cache=True)
def _enter(has: Array, event: Array, first: Int, size: Int) -> None:
    """Note at which places of the pattern each code stands."""
    for place in range(size):
        has[event[first + place], place >> 6] |= np.uint64(1) << np.uint64(place & 63)


@njit(nogil=True, cache=True)
def _leave(has: Array, event: Array, first: Int, size: Int) -> None:
    for place in range(size):
        has[event[first + place], place >> 6] = np.uint64(0)


@njit(nogil=True, cache=True)
def _compare(has: Array, size: Int, event: Array, begin: Int, length: Int, state: Array) -> Int:
    """Count the edits between the pattern that was entered and a journey."""
    if size == 0 or length == 0:
        return max(size, length)
    one = np.uint64(1)
    last = one << np.uint64((size - 1) & 63)
    words = (size + 63) >> 6
    edits = size
    if words == 1:
        up, down = ~np.uint64(0), np.uint64(0)
        for at in range(begin, begin + length):
            equal = has[event[at], 0]
            vertical = equal | down
            across = (((equal & up) + up) ^ up) | equal
            rise = down | ~(across | up)
            fall = up & across
            if rise & last:
                edits += 1
            elif fall & last:
                edits -= 1
            rise = (rise << one) | one
            up = (fall << one) | ~(vertical | rise)
            down = rise & vertical
        return edits
    state[0, :words] = ~np.uint64(0)
    state[1, :words] = np.uint64(0)
    top = one << np.uint64(63)
    for at in range(begin, begin + length):
        carry = 1
        for word in range(words):
            up, down = state[0, word], state[1, word]
            equal = has[event[at], word]
            vertical = equal | down
            if carry < 0:
                equal |= one
            across = (((equal & up) + up) ^ up) | equal
            rise = down | ~(across | up)
            fall = up & across
            high = last if word == words - 1 else top
            step = 1 if rise & high else -1 if fall & high else 0
            rise <<= one
            fall <<= one
            if carry > 0:
                rise |= one
            elif carry < 0:
                fall |= one
            state[0, word] = fall | ~(vertical | rise)
            state[1, word] = rise & vertical
            carry = step
        edits += carry
    return edits
