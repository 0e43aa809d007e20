"""What customers did in two periods, counted so that the periods can be compared.

Definition
----------
A *period* is ``start ≤ t < end``. Every fact is of a customer and counted once per customer and period, so
that what one customer does again and again is no evidence of its own:

- *active*: has an event in the period; *seen*: has an event of the name in the period.
- *transition* ``a → b``: of the customers with an ``a`` in the *start window* ``start ≤ t < end − follow``,
  those with such an ``a`` that is directly followed by ``b`` no later than ``follow`` after it. Its
  *duration* is that of the customer's first such transition in the period.
- *starter*: a customer whose first event of all lies in the start window. *Conversion* to ``b``: a starter
  who has a ``b`` after the first event, no later than ``follow`` after it. Their *variant* is the sequence of
  event names up to then.

All is in the order of the log (by time; ties in order of arrival). What begins near the end of a period is
seen for a shorter time, near the end of the log for none: as both periods leave out their last ``follow`` and
look exactly ``follow`` ahead, each beginning is watched for the same time, and the cut is the same for both.

Durations are compared by the rank sum (Mann & Whitney, *On a test of whether one of two random variables is
stochastically larger than the other*, 1947) with correction for ties, of bins an eighth of an octave wide.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.graph import BINS, DENSE_NAMES, EdgeIndex, _bin, _probe, edge_row
from giljabi.kernels.inputs import Array, Int, journeys


class Periods(NamedTuple):
    """Two periods, the earlier first, that do not overlap; ms. ``follow`` is shorter than either."""

    start: int
    end: int
    last_start: int
    last_end: int
    follow: int


class PeriodCounts(NamedTuple):
    """Customers by period (0 before, 1 last), all int64; add up over buckets by `merge_periods`.

    ``active``, ``starters`` (2); ``seen``, ``sources``, ``converted`` (2, names): who have the event in the
    period, in its start window, and the starters who come to it; ``key`` (rising, ``source · names +
    target``) and ``moved`` (edges, 2): transitions.
    """

    active: Array
    starters: Array
    seen: Array
    sources: Array
    converted: Array
    key: Array
    moved: Array


class Openings(NamedTuple):
    """The starters of a bucket: customer, period (0 or 1), and their events up to ``follow``, end to end."""

    customer: Array
    period: Array
    offsets: Array
    event: Array


def count_periods(offsets: Array, time: Array, event: Array, names: int, periods: Periods) -> PeriodCounts:
    """Count one bucket's customers by what they did in either period.

    Parameters
    ----------
    offsets, time, event
        The bucket's columns: ``customers + 1`` int64, and per event int64 ms and a uint16 code.
    names
        Number of event codes.
    periods
        The periods.
    """
    whole, nodes, keys, table = _periods(
        *journeys(offsets, time, event), names, names <= DENSE_NAMES, *periods
    )
    used = np.flatnonzero(table[:, 0] | table[:, 1]) if names <= DENSE_NAMES else np.flatnonzero(keys >= 0)
    key = used if names <= DENSE_NAMES else keys[used]
    order = np.argsort(key)
    moved = table[used[order], :2].astype(np.int64)
    return PeriodCounts(whole[0], whole[1], nodes[0], nodes[1], nodes[2], key[order], moved)


def merge_periods(partials: Iterable[PeriodCounts], names: int) -> PeriodCounts:
    """Add up; every customer lies in one bucket."""
    customers, nodes = np.zeros((2, 2), np.int64), np.zeros((3, 2, names), np.int64)
    key, moved = np.zeros(0, np.int64), np.zeros((0, 2), np.int64)
    for part in partials:
        customers += np.stack(part[:2])
        nodes += np.stack(part[2:5])
        key, moved = merge_keys([(key, moved), (part.key, part.moved)])
    return PeriodCounts(customers[0], customers[1], nodes[0], nodes[1], nodes[2], key, moved)


def merge_keys(parts: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Add up tables (n, columns) whose rows belong to keys; the keys come out rising."""
    key, where = np.unique(np.concatenate([key for key, _ in parts]), return_inverse=True)
    total = np.zeros((len(key), parts[0][1].shape[1]), np.int64)
    np.add.at(total, where, np.concatenate([table for _, table in parts]))
    return key, total


def period_durations(
    offsets: Array, time: Array, event: Array, names: int, periods: Periods, index: EdgeIndex, edges: int
) -> Array:
    """Count the durations of indexed transitions in bins, one per customer, edge and period.

    Returns
    -------
    array
        uint32 (2, edges, `giljabi.kernels.graph.BINS`).
    """
    counts: Array = _durations(
        *journeys(offsets, time, event), names, index.keys, index.rows, edges, *periods
    )
    return counts


def open_journeys(offsets: Array, time: Array, event: Array, periods: Periods) -> Openings:
    """Give the beginnings of the journeys that start in either period's start window."""
    return Openings(*_openings(*journeys(offsets, time, event), *periods))


def rank_sum(before: Array, last: Array) -> Array:
    """Give the z-value of the rank sum of two histograms per row; above 0 where ``last`` is larger.

    Parameters
    ----------
    before, last
        Integers (rows, bins). NaN where a row is empty in either, or all is in one bin.
    """
    a, b = before.astype(np.float64), last.astype(np.float64)
    n, m = a.sum(axis=1), b.sum(axis=1)
    below = np.cumsum(a, axis=1) - a
    u = (b * (below + a / 2)).sum(axis=1)
    ties, whole = a + b, n + m
    with np.errstate(invalid="ignore", divide="ignore"):
        tied = (ties**3 - ties).sum(axis=1) / (whole * (whole - 1))
        z: Array = (u - n * m / 2) / np.sqrt(n * m / 12 * (whole + 1 - tied))
    return np.where(np.isfinite(z), z, np.nan)


@njit(nogil=True, cache=True)
def _period(t: Int, start: Int, end: Int, last_start: Int, last_end: Int) -> Int:
    if start <= t < end:
        return 0
    return 1 if last_start <= t < last_end else -1


@njit(nogil=True, cache=True)
def _periods(  # type: ignore[no-untyped-def]
    offsets, time, event, names, dense, start, end, last_start, last_end, follow
):
    whole = np.zeros((2, 2), np.int64)
    nodes = np.zeros((3, 2, names), np.int64)
    stamps = np.zeros((3, names), np.int64)
    cells = names * names if dense else 1 << 12
    keys = np.full(0 if dense else cells, -1, np.int64)
    table = np.zeros((cells, 3), np.int32)
    used = 0
    for customer in range(len(offsets) - 1):
        first, stop = offsets[customer], offsets[customer + 1]
        if first == stop:
            continue
        begun = time[first]
        opening = _period(begun, start, end - follow, last_start, last_end - follow)
        if opening >= 0:
            whole[1, opening] += 1
        before = -1
        for i in range(first, stop):
            now, code = time[i], np.int64(event[i])
            if now < start:
                continue
            if now >= last_end:
                break
            if opening >= 0 and i > first and now - begun <= follow and stamps[2, code] != customer + 1:
                stamps[2, code] = customer + 1
                nodes[2, opening, code] += 1
            period = _period(now, start, end, last_start, last_end)
            if period < 0:
                continue
            whole[0, period] += period != before
            before = period
            stamp = 2 * customer + period + 1
            nodes[0, period, code] += stamps[0, code] != stamp
            stamps[0, code] = stamp
            if now >= (last_end if period else end) - follow:
                continue
            nodes[1, period, code] += stamps[1, code] != stamp
            stamps[1, code] = stamp
            if i + 1 < stop and time[i + 1] - now <= follow:
                key = code * names + np.int64(event[i + 1])
                if dense:
                    place = key
                else:
                    place = _probe(keys, key)
                    if keys[place] < 0:
                        if 2 * used >= len(keys):
                            keys, table = _more(keys, table)
                            place = _probe(keys, key)
                        keys[place] = key
                        used += 1
                table[place, period] += table[place, 2] != stamp
                table[place, 2] = stamp
    return whole, nodes, keys, table


@njit(nogil=True, cache=True)
def _more(keys, table):  # type: ignore[no-untyped-def]
    more_keys = np.full(2 * len(keys), -1, np.int64)
    more = np.zeros((2 * len(keys), table.shape[1]), table.dtype)
    for place in range(len(keys)):
        if keys[place] >= 0:
            new = _probe(more_keys, keys[place])
            more_keys[new] = keys[place]
            more[new] = table[place]
    return more_keys, more


@njit(nogil=True, cache=True)
def _durations(  # type: ignore[no-untyped-def]
    offsets, time, event, names, keys, rows, edges, start, end, last_start, last_end, follow
):
    counts = np.zeros((2, edges, BINS), np.uint32)
    stamps = np.zeros(edges, np.int64)
    for customer in range(len(offsets) - 1):
        for i in range(offsets[customer], offsets[customer + 1] - 1):
            now = time[i]
            if now < start:
                continue
            if now >= last_end:
                break
            period = _period(now, start, end - follow, last_start, last_end - follow)
            if period < 0 or time[i + 1] - now > follow:
                continue
            row = edge_row(keys, rows, np.int64(event[i]) * names + np.int64(event[i + 1]))
            stamp = 2 * customer + period + 1
            if row >= 0 and stamps[row] != stamp:
                stamps[row] = stamp
                counts[period, row, _bin(time[i + 1] - now)] += 1
    return counts


@njit(nogil=True, cache=True)
def _openings(  # type: ignore[no-untyped-def]
    offsets, time, event, start, end, last_start, last_end, follow
):
    customers = len(offsets) - 1
    who = np.empty(customers, np.int64)
    when = np.empty(customers, np.int64)
    begins = np.zeros(customers + 1, np.int64)
    found = 0
    for customer in range(customers):
        first, stop = offsets[customer], offsets[customer + 1]
        if first == stop:
            continue
        period = _period(time[first], start, end - follow, last_start, last_end - follow)
        if period < 0:
            continue
        until = first
        while until < stop and time[until] - time[first] <= follow:
            until += 1
        who[found], when[found] = customer, period
        begins[found + 1] = begins[found] + until - first
        found += 1
    events = np.empty(begins[found], event.dtype)
    for row in range(found):
        first = offsets[who[row]]
        for i in range(begins[row + 1] - begins[row]):
            events[begins[row] + i] = event[first + i]
    return who[:found].copy(), when[:found].copy(), begins[: found + 1].copy(), events
