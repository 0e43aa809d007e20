"""The directly-follows graph: which event comes directly after which, how often, and how long it takes.

Definition
----------
For every customer with events ``e1 … en`` in the order of the log (by time; ties in order of arrival), each
pair ``(e_i, e_{i+1})`` is one transition along the edge ``name(e_i) → name(e_{i+1})``; loops to the same name
count. An edge has ``count`` transitions by ``customers`` distinct customers, and the durations
``time(e_{i+1}) − time(e_i) ≥ 0`` in ms. ``starts`` counts the customers whose first event has the name,
``ends`` those whose last has. A customer without events adds nothing.

Sources: van der Aalst, *A practitioner's guide to process mining: limitations of the directly-follows graph*,
Procedia Computer Science 164 (2019); Leemans, Poppe, Wynn, *Directly follows-based process mining*, ICPM
2019. Departure: customers are the cases, and an edge's distinct customers are counted too.

Quantiles of the durations are exact. `edge_histograms` counts durations in bins an eighth of an octave wide;
the merged counts say in which bins the wanted ranks lie, and `edge_values` collects the few values in those
bins (selection by bucketing: Munro & Paterson 1980). Sums are int64 ms; 8 million customers of 36 years fit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, journeys, read_only

DENSE_NAMES = 1024
"""Up to so many names, edges are counted in a names × names table (32 MB); beyond in a hash table."""

_FRACTION = 3
_OCTAVES = 44
BINS = (_OCTAVES << _FRACTION) + 1
"""Bins of a histogram: 0 ms, then eight per octave up to 2^44 ms (557 years); the last takes all above."""

NO_BIN = 0xFFFF
"""The first bin of a range that takes no duration."""

_BASE = (1023 << _FRACTION) - 1
_SHIFT = 52 - _FRACTION
_COUNT, _TOTAL, _CUSTOMERS, _SEEN = 0, 1, 2, 3
_WORD = 64


class GraphCounts(NamedTuple):
    """The graph of one bucket or, merged, of a log.

    ``key`` is ``source · names + target`` (int64, rising); ``transitions``, ``customers`` and ``total`` (ms)
    belong to it. ``starts``, ``ends`` and ``node_customers`` have one entry per event code. All are int64.
    """

    key: Array
    transitions: Array
    customers: Array
    total: Array
    starts: Array
    ends: Array
    node_customers: Array


class EdgeIndex(NamedTuple):
    """Finds the row of an edge: by ``rows[key]`` where ``keys`` is empty, else by probing ``keys``."""

    keys: Array
    rows: Array


def count_edges(offsets: Array, time: Array, event: Array, names: int, customers: bool = True) -> GraphCounts:
    """Count the directly-follows graph of one bucket.

    Parameters
    ----------
    offsets, time, event
        The bucket's columns: ``customers + 1`` int64, and per event int64 ms and a uint16 code; fewer than
        2^32 events.
    names
        Number of event codes; every code lies below it.
    customers
        Whether distinct customers are wanted; where not, they may be told as 0, which is nearly twice as
        fast.
    """
    columns = journeys(offsets, time, event)
    if names > DENSE_NAMES:
        return _sparse(columns, names)
    if customers:
        count = _edges_few if names <= _WORD else _edges_dense
        cells, starts, ends, visitors = count(*columns, names)
    else:
        cells, starts, ends = _edges_only(*columns, names)
        visitors = np.zeros(names, np.int64)
    key = np.flatnonzero(cells[:, 0])
    both = cells[key, 0]
    return GraphCounts(
        key,
        (both & np.uint64(0xFFFFFFFF)).astype(np.int64),
        (both >> np.uint64(32)).astype(np.int64),
        cells[key, 1].astype(np.int64),
        starts,
        ends,
        visitors,
    )


def _sparse(columns: tuple[Array, Array, Array], names: int) -> GraphCounts:
    keys, table, nodes = _edges_hashed(*columns, names)
    used = np.flatnonzero(keys >= 0)
    used = used[np.argsort(keys[used])]
    counted = table[used]
    return GraphCounts(
        keys[used],
        counted[:, _COUNT],
        counted[:, _CUSTOMERS],
        counted[:, _TOTAL],
        nodes[:, 0],
        nodes[:, 1],
        nodes[:, 2],
    )


def merge_edges(partials: Iterable[GraphCounts], names: int) -> GraphCounts:
    """Add up the graphs of buckets; every customer lies in one bucket, so customers add up too."""
    parts = list(partials)
    if not parts:
        empty, nodes = np.zeros(0, np.int64), np.zeros(names, np.int64)
        return GraphCounts(empty, empty, empty, empty, nodes, nodes, nodes)
    key, where = np.unique(np.concatenate([part.key for part in parts]), return_inverse=True)
    sums = np.zeros((3, len(key)), np.int64)
    for row, column in enumerate(("transitions", "customers", "total")):
        np.add.at(sums[row], where, np.concatenate([getattr(part, column) for part in parts]))
    nodes = np.zeros((3, names), np.int64)
    for row, column in enumerate(("starts", "ends", "node_customers")):
        for part in parts:
            nodes[row] += getattr(part, column)
    return GraphCounts(key, sums[0], sums[1], sums[2], nodes[0], nodes[1], nodes[2])


def index_edges(keys: Array, names: int) -> EdgeIndex:
    """Make an index that gives the place of each edge key in ``keys``; other edges have none."""
    keys = read_only(keys, np.int64)
    if names <= DENSE_NAMES:
        rows = np.full(names * names, -1, np.int32)
        rows[keys] = np.arange(len(keys), dtype=np.int32)
        return EdgeIndex(read_only(np.zeros(0, np.int64), np.int64), read_only(rows, np.int32))
    table, rows = _hash_keys(keys)
    return EdgeIndex(read_only(table, np.int64), read_only(rows, np.int32))


def edge_histograms(
    offsets: Array, time: Array, event: Array, names: int, index: EdgeIndex, edges: int
) -> Array:
    """Count the durations of the indexed edges in bins.

    Parameters
    ----------
    offsets, time, event, names
        As in `count_edges`.
    index
        Of `index_edges`.
    edges
        How many edges the index holds.

    Returns
    -------
    Array
        uint32, ``edges × BINS``; sums over buckets give the log's.
    """
    counts: Array = _histograms(*journeys(offsets, time, event), names, index.keys, index.rows, edges)
    return counts


def edge_values(
    offsets: Array, time: Array, event: Array, names: int, index: EdgeIndex, ranges: Array
) -> tuple[Array, Array]:
    """Collect those durations of the indexed edges that lie in given bins.

    Parameters
    ----------
    offsets, time, event, names
        As in `count_edges`.
    index
        Of `index_edges`.
    ranges
        uint16, ``edges × 2 × 2``: an edge has two slots, each a first bin (`NO_BIN` to take none) and how
        many bins more. A duration in both goes into both.

    Returns
    -------
    slot, value
        int32 and int64, one entry per duration found: ``2 · row of the edge + 0 or 1``, and the ms.
    """
    columns = journeys(offsets, time, event)
    slot, value = _values(*columns, names, index.keys, index.rows, read_only(ranges.ravel(), np.uint16))
    return slot, value


@njit(nogil=True, cache=True)
def _probe(keys: Array, key: Int) -> Int:
    """Give the place of a key in an open-addressing table, or the free place where it belongs."""
    mask = len(keys) - 1
    place = (np.uint64(key) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)) & np.uint64(mask)
    while keys[place] != key and keys[place] >= 0:
        place = (place + np.uint64(1)) & np.uint64(mask)
    return np.int64(place)


@njit(nogil=True, cache=True)
def _hash_keys(wanted: Array) -> tuple[Array, Array]:
    capacity = 16
    while capacity < 2 * len(wanted):
        capacity *= 2
    keys = np.full(capacity, -1, np.int64)
    rows = np.full(capacity, -1, np.int32)
    for row in range(len(wanted)):
        place = _probe(keys, wanted[row])
        keys[place] = wanted[row]
        rows[place] = row
    return keys, rows


@njit(nogil=True, cache=True)
def edge_row(keys: Array, rows: Array, key: Int) -> Int:
    """Give the row of an edge in the arrays of an `EdgeIndex`, −1 where it has none."""
    return rows[key] if len(keys) == 0 else rows[_probe(keys, key)]


@njit(nogil=True, cache=True)
def _see_node(nodes: Array, code: Int, stamp: Int) -> None:
    nodes[code, 2] += nodes[code, 3] != stamp
    nodes[code, 3] = stamp


@njit(nogil=True, cache=True)
def _see_edge(table: Array, place: Int, took: Int, stamp: Int) -> None:
    table[place, _COUNT] += 1
    table[place, _TOTAL] += took
    # Comparing with a stamp of the customer counts each customer once without a branch.
    table[place, _CUSTOMERS] += table[place, _SEEN] != stamp
    table[place, _SEEN] = stamp


# The three loops over a dense table keep one cell per edge, the transitions in the low half of its first
# number and the customers in the high half, and the sum beside it: the fewest stores, which bound them.
# Unsigned indices spare the test for negative ones, and reading the event before anew frees each turn from
# waiting for the last. A stamp of the customer tells, without a branch, whether they were counted.


@njit(nogil=True, cache=True)
def _edges_only(offsets: Array, time: Array, event: Array, names: Int) -> tuple[Array, Array, Array]:
    one, width = np.uint64(1), np.uint64(names)
    cells = np.zeros((names * names, 2), np.uint64)
    starts, ends = np.zeros(names, np.int64), np.zeros(names, np.int64)
    for i in range(one, np.uint64(len(event))):
        place = np.uint64(event[i - one]) * width + np.uint64(event[i])
        cells[place, 0] += one
        cells[place, 1] += np.uint64(time[i] - time[i - one])
    # Where one journey ends and the next begins is no transition: taken back, once per customer.
    for customer in range(len(offsets) - 1):
        first, end = np.uint64(offsets[customer]), np.uint64(offsets[customer + 1])
        if first == end:
            continue
        starts[np.uint64(event[first])] += 1
        ends[np.uint64(event[end - one])] += 1
        if first > np.uint64(0):
            place = np.uint64(event[first - one]) * width + np.uint64(event[first])
            cells[place, 0] -= one
            cells[place, 1] -= np.uint64(time[first] - time[first - one])
    return cells, starts, ends


@njit(nogil=True, cache=True)
def _edges_few(offsets: Array, time: Array, event: Array, names: Int) -> tuple[Array, Array, Array, Array]:
    one, half, width = np.uint64(1), np.uint64(32), np.uint64(names)
    cells = np.zeros((names * names, 2), np.uint64)
    seen = np.zeros(names * names, np.uint32)
    starts, ends = np.zeros(names, np.int64), np.zeros(names, np.int64)
    visited = np.zeros(len(offsets) - 1, np.uint64)
    for customer in range(len(offsets) - 1):
        first, end = np.uint64(offsets[customer]), np.uint64(offsets[customer + 1])
        if first == end:
            continue
        stamp = np.uint32(customer + 1)
        begin = np.uint64(event[first])
        starts[begin] += 1
        ends[np.uint64(event[end - one])] += 1
        names_seen = one << begin
        for i in range(first + one, end):
            target = np.uint64(event[i])
            names_seen |= one << target
            place = np.uint64(event[i - one]) * width + target
            new = np.uint64(seen[place] != stamp)
            seen[place] = stamp
            cells[place, 0] += one + (new << half)
            cells[place, 1] += np.uint64(time[i] - time[i - one])
        visited[customer] = names_seen
    visitors = np.zeros(names, np.int64)
    for name in range(names):
        for customer in range(len(visited)):
            visitors[name] += np.int64(visited[customer] >> np.uint64(name) & one)
    return cells, starts, ends, visitors


@njit(nogil=True, cache=True)
def _edges_dense(offsets: Array, time: Array, event: Array, names: Int) -> tuple[Array, Array, Array, Array]:
    one, half, width = np.uint64(1), np.uint64(32), np.uint64(names)
    cells = np.zeros((names * names, 2), np.uint64)
    seen = np.zeros(names * names, np.uint32)
    starts, ends, visitors = np.zeros((3, names), np.int64)
    visited = np.zeros(names, np.uint32)
    for customer in range(len(offsets) - 1):
        first, end = np.uint64(offsets[customer]), np.uint64(offsets[customer + 1])
        if first == end:
            continue
        stamp = np.uint32(customer + 1)
        begin = np.uint64(event[first])
        starts[begin] += 1
        ends[np.uint64(event[end - one])] += 1
        visitors[begin] += 1
        visited[begin] = stamp
        for i in range(first + one, end):
            target = np.uint64(event[i])
            visitors[target] += np.int64(visited[target] != stamp)
            visited[target] = stamp
            place = np.uint64(event[i - one]) * width + target
            new = np.uint64(seen[place] != stamp)
            seen[place] = stamp
            cells[place, 0] += one + (new << half)
            cells[place, 1] += np.uint64(time[i] - time[i - one])
    return cells, starts, ends, visitors


@njit(nogil=True, cache=True)
def _edges_hashed(offsets: Array, time: Array, event: Array, names: Int) -> tuple[Array, Array, Array]:
    keys = np.full(1 << 16, -1, np.int64)
    table = np.zeros((1 << 16, 4), np.int64)
    used = 0
    nodes = np.zeros((names, 4), np.int64)
    for customer in range(len(offsets) - 1):
        first, end = offsets[customer], offsets[customer + 1]
        if first == end:
            continue
        stamp = customer + 1
        source, before = np.int64(event[first]), time[first]
        nodes[source, 0] += 1
        _see_node(nodes, source, stamp)
        for i in range(first + 1, end):
            target, now = np.int64(event[i]), time[i]
            _see_node(nodes, target, stamp)
            key = source * names + target
            place = _probe(keys, key)
            if keys[place] < 0:
                if 2 * used >= len(keys):
                    keys, table = _grown(keys, table)
                    place = _probe(keys, key)
                keys[place] = key
                used += 1
            _see_edge(table, place, now - before, stamp)
            source, before = target, now
        nodes[source, 1] += 1
    return keys, table, nodes


@njit(nogil=True, cache=True)
def _grown(keys: Array, table: Array) -> tuple[Array, Array]:
    more_keys = np.full(2 * len(keys), -1, np.int64)
    more = np.zeros((2 * len(keys), 4), np.int64)
    for place in range(len(keys)):
        if keys[place] >= 0:
            new = _probe(more_keys, keys[place])
            more_keys[new] = keys[place]
            more[new] = table[place]
    return more_keys, more


@njit(nogil=True, cache=True)
def _bin(took: Int) -> Int:
    # The leading bits of a float are its logarithm: exponent, then the fraction of the octave.
    place = (np.float64(took).view(np.int64) >> np.int64(_SHIFT)) - np.int64(_BASE)
    return min(max(place, 0), BINS - 1)


@njit(nogil=True, cache=True)
def _histograms(
    offsets: Array, time: Array, event: Array, names: Int, keys: Array, rows: Array, edges: Int
) -> Array:
    counts = np.zeros((edges, BINS), np.uint32)
    for customer in range(len(offsets) - 1):
        first, end = offsets[customer], offsets[customer + 1]
        if first == end:
            continue
        source, before = np.int64(event[first]), time[first]
        for i in range(first + 1, end):
            target, now = np.int64(event[i]), time[i]
            row = edge_row(keys, rows, source * names + target)
            if row >= 0:
                counts[row, _bin(now - before)] += 1
            source, before = target, now
    return counts


@njit(nogil=True, cache=True)
def _values(
    offsets: Array, time: Array, event: Array, names: Int, keys: Array, rows: Array, ranges: Array
) -> tuple[Array, Array]:
    # Room for all: pages not written are never taken, and growing inside the loop would slow it threefold.
    slot = np.empty(2 * len(time), np.int32)
    value = np.empty(2 * len(time), np.int64)
    found: Int = 0
    for customer in range(len(offsets) - 1):
        first, end = offsets[customer], offsets[customer + 1]
        if first == end:
            continue
        source, before = np.int64(event[first]), time[first]
        for i in range(first + 1, end):
            target, now = np.int64(event[i]), time[i]
            row = np.int64(edge_row(keys, rows, source * names + target))
            took = now - before
            source, before = target, now
            if row < 0:
                continue
            place = _bin(took)
            # A bin before the range wraps to a huge number.
            low = np.uint64(place - np.int64(ranges[4 * row])) <= np.uint64(ranges[4 * row + 1])
            high = np.uint64(place - np.int64(ranges[4 * row + 2])) <= np.uint64(ranges[4 * row + 3])
            if low | high:
                slot[found] = 2 * row
                value[found] = took
                found += low
                slot[found] = 2 * row + 1
                value[found] = took
                found += high
    return slot[:found].copy(), value[:found].copy()
