"""Audiences: which customers have how many events that match, and their events on their own.

Definition
----------
A customer belongs where the number of their events that match, within ``since ≤ time < until``, is between
``at_least`` and ``at_most``, both included. Events are looked at in order and no further than needed; one
byte per customer is written and nothing per event: an audience costs less than the question it narrows.
The definition for one customer is `giljabi.model.Did.accepts`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, read_only

_ALWAYS = np.int64(1) << np.int64(62)


def count_matches(
    offsets: Array,
    time: Array | None,
    symbol: Array,
    accepted: Array,
    at_least: int,
    at_most: int | None = None,
    since: int | None = None,
    until: int | None = None,
) -> Array:
    """Say for each customer of a bucket whether the number of their matching events lies in a range.

    Parameters
    ----------
    offsets, time
        The bucket's columns; ``time`` (int64 ms) is read only where a period is given, and may be None else.
    symbol
        One small number per event: uint16 event codes, int16 or int32 codes of a column, or uint8.
    accepted
        bool, one per symbol, whether it matches; the last one is that of the symbol −1, an absent value.
    at_least, at_most
        Both included; ``at_most`` None: any number more.
    since, until
        ms, inclusive and exclusive; None: from the first, to the last.

    Returns
    -------
    bool array, one per customer.
    """
    starts = read_only(offsets, np.int64)
    symbols, known = read_only(symbol, symbol.dtype), read_only(accepted, np.bool_)
    least, most = np.int64(at_least), _ALWAYS if at_most is None else np.int64(at_most)
    if since is None and until is None:
        inside: Array = _count(starts, symbols, known, least, most)
        return inside
    begin = -_ALWAYS if since is None else np.int64(since)
    end = _ALWAYS if until is None else np.int64(until)
    when = read_only(np.asarray(time), np.int64)
    within: Array = _count_within(starts, when, symbols, known, least, most, begin, end)
    return within


def first_values(offsets: Array, code: Array) -> Array:
    """Give the first code of each customer that is not −1, plus one; 0 where there is none (int64)."""
    found: Array = _first(read_only(offsets, np.int64), read_only(code, code.dtype))
    return found


def runs_within(offsets: Array, time: Array, since: int | None, until: int | None) -> tuple[Array, Array]:
    """Give each customer's events of a period as a run: its first place, and that after its last (int64)."""
    begin = -_ALWAYS if since is None else np.int64(since)
    end = _ALWAYS if until is None else np.int64(until)
    first, last = _runs(read_only(offsets, np.int64), read_only(time, np.int64), begin, end)
    return first, last


def copy_runs(values: Array, begin: Array, offsets: Array) -> Array:
    """Lay runs of a column side by side.

    Parameters
    ----------
    values
        One per event, of any type.
    begin
        int64: where each run begins.
    offsets
        int64, one longer: where each run begins in the result; its differences are the lengths.
    """
    out = np.empty(int(offsets[-1]), values.dtype)
    _copy(read_only(values, values.dtype), read_only(begin, np.int64), read_only(offsets, np.int64), out)
    return out


@njit(nogil=True, cache=True)
def _count(offsets: Array, symbol: Array, accepted: Array, at_least: Int, at_most: Int) -> Array:
    customers = len(offsets) - 1
    inside = np.empty(customers, np.bool_)
    bounded = at_most < _ALWAYS
    for customer in range(customers):
        count = 0
        for i in range(offsets[customer], offsets[customer + 1]):
            count += accepted[symbol[i]]
            if count > at_most or (not bounded and count >= at_least):
                break
        inside[customer] = at_least <= count <= at_most
    return inside


@njit(nogil=True, cache=True)
def _count_within(
    offsets: Array,
    time: Array,
    symbol: Array,
    accepted: Array,
    at_least: Int,
    at_most: Int,
    since: Int,
    until: Int,
) -> Array:
    customers = len(offsets) - 1
    inside = np.empty(customers, np.bool_)
    bounded = at_most < _ALWAYS
    for customer in range(customers):
        count = 0
        for i in range(offsets[customer], offsets[customer + 1]):
            # The cheaper test first: times are four times as wide as symbols, and are read for matches only.
            if not accepted[symbol[i]]:
                continue
            if time[i] >= until:
                break
            count += time[i] >= since
            if count > at_most or (not bounded and count >= at_least):
                break
        inside[customer] = at_least <= count <= at_most
    return inside


@njit(nogil=True, cache=True)
def _first(offsets: Array, code: Array) -> Array:
    customers = len(offsets) - 1
    found = np.zeros(customers, np.int64)
    for customer in range(customers):
        for i in range(offsets[customer], offsets[customer + 1]):
            if code[i] >= 0:
                found[customer] = np.int64(code[i]) + 1
                break
    return found


@njit(nogil=True, cache=True)
def _place(time: Array, low: Int, high: Int, bound: Int) -> Int:
    while low < high:
        middle = (low + high) // 2
        if time[middle] < bound:
            low = middle + 1
        else:
            high = middle
    return low


@njit(nogil=True, cache=True)
def _runs(offsets: Array, time: Array, since: Int, until: Int) -> tuple[Array, Array]:
    customers = len(offsets) - 1
    first = np.empty(customers, np.int64)
    last = np.empty(customers, np.int64)
    for customer in range(customers):
        first[customer] = _place(time, offsets[customer], offsets[customer + 1], since)
        last[customer] = _place(time, first[customer], offsets[customer + 1], until)
    return first, last


@njit(nogil=True, cache=True)
def _copy(values: Array, begin: Array, offsets: Array, out: Array) -> None:
    for run in range(len(begin)):
        place = begin[run]
        for i in range(offsets[run], offsets[run + 1]):
            out[i] = values[place]
            place += 1
