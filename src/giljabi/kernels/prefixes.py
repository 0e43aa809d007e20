"""Prefixes of journeys: how many customers begin with the same event names, level by level.

Definition
----------
The prefix of length ``d`` of a customer is the names of the first ``d`` events in the order of the log (by
time; ties in order of arrival). Customers with fewer events have no such prefix. A tree's nodes are prefixes;
the parent of one is the same without its last name. Sources: Fredkin, *Trie memory*, CACM
3 (1960); drawn as an icicle, Kruskal & Landwehr, *Icicle plots*, The American Statistician 37 (1983).

A level is counted at a time. The nodes that are kept so far are known as edges ``(node, name) → node`` in a
hash index, so each customer is walked down from the root without hashing whole sequences, which makes the
counts exact, and only as far as their nodes are kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.graph import EdgeIndex, edge_row
from giljabi.kernels.inputs import Array, Int, journeys


class Level(NamedTuple):
    """What one bucket knows of a level.

    ``key`` is ``node · names + name`` of the next prefixes (int64, rising) and ``customers`` how many have
    them. ``ends`` is int64 per node of the level, by ``node − first``: customers with no further event.
    ``node`` (int32) and ``gap`` (int64, ms since the event before) have an entry per customer in the level,
    in no order that means anything; at the root they are empty.
    """

    key: Array
    customers: Array
    ends: Array
    node: Array
    gap: Array


def count_prefixes(
    offsets: Array,
    time: Array,
    event: Array,
    names: int,
    index: EdgeIndex,
    depth: int,
    first: int,
    count: int,
    ahead: bool,
) -> Level:
    """Count how customers go on from the kept prefixes of a length.

    Parameters
    ----------
    offsets, time, event, names
        As in `giljabi.kernels.count_edges`.
    index
        Of the kept nodes: the key ``node · names + name`` has the row ``child − 1``; the root is node 0.
    depth
        Length of the prefixes.
    first, count
        The nodes of that length are ``first … first + count − 1``.
    ahead
        Whether to count the next prefixes.
    """
    columns = journeys(offsets, time, event)
    node, following, gap, ends = _walk(*columns, names, index.keys, index.rows, depth, first, count)
    if ahead:
        going = following >= 0
        key, customers = np.unique(node[going] * names + following[going], return_counts=True)
    else:
        key = customers = np.zeros(0, np.int64)
    reached = node if depth else np.zeros(0, np.int64)
    return Level(key, customers.astype(np.int64), ends, reached.astype(np.int32), gap if depth else reached)


@njit(nogil=True, cache=True)
def _walk(
    offsets: Array,
    time: Array,
    event: Array,
    names: Int,
    keys: Array,
    rows: Array,
    depth: Int,
    level: Int,
    count: Int,
) -> tuple[Array, Array, Array, Array]:
    customers = len(offsets) - 1
    nodes, following = np.empty(customers, np.int64), np.empty(customers, np.int64)
    gap = np.empty(customers, np.int64)
    ends = np.zeros(count, np.int64)
    found = 0
    for customer in range(customers):
        first, end = offsets[customer], offsets[customer + 1]
        if end == first or end - first < depth:
            continue
        node: Int = 0
        for i in range(first, first + depth):
            node = np.int64(edge_row(keys, rows, node * names + np.int64(event[i]))) + 1
            if node == 0:
                break
        if node == 0 and depth > 0:
            continue
        at = first + depth
        nodes[found] = node
        gap[found] = time[at - 1] - time[at - 2] if depth > 1 else 0
        following[found] = np.int64(event[at]) if at < end else -1
        ends[node - level] += at == end
        found += 1
    return nodes[:found].copy(), following[:found].copy(), gap[:found].copy(), ends
