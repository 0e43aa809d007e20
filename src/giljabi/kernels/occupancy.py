"""Where customers are at moments of a period: on which edge of the directly-follows graph.

Definition
----------
Frames are the moments ``start + f · step`` for ``f`` in ``0 … frames − 1``. A customer is *on* the edge
``name(e_i) → name(e_{i+1})`` at a moment ``t`` if ``time(e_i) ≤ t < time(e_{i+1})``: they have done the one
and not yet the other. So a customer is on at most one edge at a time, on none before their first event and
from their last on. Transitions within one millisecond are on no frame.

Counts come from all customers, as differences from frame to frame: each transition adds one where it begins
and takes one away where it ends (prefix sums: Blelloch 1990), so long waits cost no more than short ones.
Source: token replay animation as in Fluxicon Disco and bupaR ``processanimateR`` (Mannhardt 2018); departure:
counts are exact for all customers, only the tokens drawn are a sample.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.graph import EdgeIndex, edge_row
from giljabi.kernels.inputs import Array, Int, journeys, read_only


class Frames(NamedTuple):
    """The moments: ``start`` and ``step`` in ms, and how many."""

    start: int
    step: int
    number: int


def count_on_edges(
    offsets: Array, time: Array, event: Array, names: int, index: EdgeIndex, edges: int, frames: Frames
) -> tuple[Array, Array]:
    """Count the customers of one bucket on each edge at each frame.

    Parameters
    ----------
    offsets, time, event, names
        As in `giljabi.kernels.count_edges`.
    index
        Of `giljabi.kernels.index_edges`; transitions on other edges fall into the last row.
    edges
        How many edges the index holds.
    frames
        The moments; ``step`` at least 1.

    Returns
    -------
    counts, active
        int64, ``edges + 1 × frames``; sums over buckets give the log's. And bool per customer: whether they
        are on an edge of the index at any frame.
    """
    changes, active = _changes(*journeys(offsets, time, event), names, index.keys, index.rows, edges, *frames)
    return np.cumsum(changes[:, :-1], axis=1), active


def token_moves(
    offsets: Array,
    time: Array,
    event: Array,
    names: int,
    index: EdgeIndex,
    frames: Frames,
    chosen: Array,
    most: int,
) -> tuple[Array, Array, Array, Array]:
    """Give the moves of chosen customers along the edges of an index during the frames.

    Parameters
    ----------
    offsets, time, event, names, index, frames
        As in `count_on_edges`.
    chosen
        int64: places of customers in the bucket.
    most
        Moves of a customer to give at most, the earliest.

    Returns
    -------
    token, row, begin, end
        int64 each, one entry per move: the place in ``chosen``, the row of the edge, and the ms at which the
        move begins and ends (which may lie outside of the frames).
    """
    columns = journeys(offsets, time, event)
    token, row, begin, end = _moves(
        *columns, names, index.keys, index.rows, *frames, read_only(chosen, np.int64), most
    )
    return token, row, begin, end


@njit(nogil=True, cache=True)
def _frame(moment: Int, start: Int, step: Int, count: Int) -> Int:
    """Give the first frame at or after a moment, at most ``count``."""
    if moment <= start:
        return 0
    return min((moment - start + step - 1) // step, count)


@njit(nogil=True, cache=True)
def _changes(
    offsets: Array,
    time: Array,
    event: Array,
    names: Int,
    keys: Array,
    rows: Array,
    edges: Int,
    start: Int,
    step: Int,
    count: Int,
) -> tuple[Array, Array]:
    changes = np.zeros((edges + 1, count + 1), np.int64)
    active = np.zeros(len(offsets) - 1, np.bool_)
    for customer in range(len(offsets) - 1):
        first, end = offsets[customer], offsets[customer + 1]
        if first == end:
            continue
        begun = _frame(time[first], start, step, count)
        for i in range(first + 1, end):
            over = _frame(time[i], start, step, count)
            if begun < over:
                row = edge_row(keys, rows, np.int64(event[i - 1]) * names + np.int64(event[i]))
                if row < 0:
                    row = edges
                else:
                    active[customer] = True
                changes[row, begun] += 1
                changes[row, over] -= 1
            begun = over
            if begun == count:
                break
    return changes, active


@njit(nogil=True, cache=True)
def _moves(
    offsets: Array,
    time: Array,
    event: Array,
    names: Int,
    keys: Array,
    rows: Array,
    start: Int,
    step: Int,
    count: Int,
    chosen: Array,
    most: Int,
) -> tuple[Array, Array, Array, Array]:
    room = 0
    for customer in chosen:
        room += min(most, offsets[customer + 1] - offsets[customer])
    token, where = np.empty(room, np.int64), np.empty(room, np.int64)
    begin, end = np.empty(room, np.int64), np.empty(room, np.int64)
    last = start + step * (count - 1)
    found = 0
    for place in range(len(chosen)):
        customer = chosen[place]
        mine = 0
        for i in range(offsets[customer] + 1, offsets[customer + 1]):
            if time[i] <= start:
                continue
            if time[i - 1] > last or mine == most:
                break
            row = edge_row(keys, rows, np.int64(event[i - 1]) * names + np.int64(event[i]))
            if row >= 0:
                token[found], where[found] = place, row
                begin[found], end[found] = time[i - 1], time[i]
                found += 1
                mine += 1
    return token[:found].copy(), where[:found].copy(), begin[:found].copy(), end[:found].copy()
