"""Loops and rework: how often journeys come back to an event they had before.

Definition
----------
For a customer with events ``e1 … en`` in the order of the log (by time; ties in order of arrival), event
``e_i`` is a *return* if its name occurred before; its *distance* is ``i − j`` with ``j`` the latest earlier
place of the name. Every event is at most one return.

repeat
    distance 1: the name directly again (``a → a``).
back and forth
    distance 2: one other event between (``a → b → a``), counted per pair of ``a`` and ``b``.
cycle
    distance 3 or more: at least two other events between, counted per name returned to.

Each is counted with its distinct customers and its time ``time(e_i) − time(e_j) ≥ 0``, summed in int64 ms:
what it took to come back. Times of loops inside one another overlap, so they do not add up.

Sources: rework and loops as in van der Aalst, *Process Mining* (2016); repeats as the tandem
arrays of Bose & van der Aalst, *Abstractions in process mining*, BPM 2009. Departure: a loop is known by
the event returned to (and the one between), not by the whole sequence, so that counts are exact over all
customers in one pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.graph import EdgeIndex, edge_row
from giljabi.kernels.inputs import Array, Int, journeys


class LoopCounts(NamedTuple):
    """Loops of one bucket or, merged, of a log.

    ``repeats`` and ``cycles`` are int64, ``names × 3``; ``pairs`` int64, ``edges × 3``, by the row of the
    edge ``a → b``. The columns are count, customers and time in ms.
    """

    repeats: Array
    cycles: Array
    pairs: Array


def count_loops(
    offsets: Array, time: Array, event: Array, names: int, index: EdgeIndex, edges: int
) -> LoopCounts:
    """Count the loops of one bucket.

    Parameters
    ----------
    offsets, time, event, names
        As in `giljabi.kernels.count_edges`.
    index
        Of `giljabi.kernels.index_edges`, over all edges of the log.
    edges
        How many edges the index holds.
    """
    repeats, cycles, pairs = _count(*journeys(offsets, time, event), names, index.keys, index.rows, edges)
    return LoopCounts(repeats[:, :3].copy(), cycles[:, :3].copy(), pairs[:, :3].copy())


def merge_loops(partials: Iterable[LoopCounts], names: int, edges: int) -> LoopCounts:
    """Add up the loops of buckets."""
    whole = LoopCounts(*(np.zeros((rows, 3), np.int64) for rows in (names, names, edges)))
    for part in partials:
        for total, found in zip(whole, part, strict=True):
            np.add(total, found, out=total)
    return whole


@njit(nogil=True, cache=True)
def _see(table: Array, row: Int, took: Int, stamp: Int) -> None:
    table[row, 0] += 1
    table[row, 1] += table[row, 3] != stamp
    table[row, 2] += took
    table[row, 3] = stamp


@njit(nogil=True, cache=True)
def _count(
    offsets: Array, time: Array, event: Array, names: Int, keys: Array, rows: Array, edges: Int
) -> tuple[Array, Array, Array]:
    repeats, cycles = np.zeros((names, 4), np.int64), np.zeros((names, 4), np.int64)
    pairs = np.zeros((edges, 4), np.int64)
    # Places rise through the bucket: one before the customer's first belongs to an earlier customer.
    latest = np.full(names, -1, np.int64)
    for customer in range(len(offsets) - 1):
        first, end = offsets[customer], offsets[customer + 1]
        stamp = customer + 1
        for i in range(first, end):
            code = np.uint64(event[i])
            before = latest[code]
            latest[code] = i
            if before < first:
                continue
            took = time[i] - time[before]
            if i - before == 1:
                _see(repeats, code, took, stamp)
            elif i - before == 2:
                row = edge_row(keys, rows, np.int64(code) * names + np.int64(event[i - 1]))
                _see(pairs, row, took, stamp)
            else:
                _see(cycles, code, took, stamp)
    return repeats, cycles, pairs
