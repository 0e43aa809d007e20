"""How far the process of each window lies from that of the window before.

Definition
----------
A transition is a pair of directly following events of one customer, in the order of the log (by time; ties in
order of arrival); it belongs to the window of its second event. The distance of two windows is the
Jensen–Shannon distance of their distributions over transitions, the square root of the divergence to base 2:
0 where every transition has the same share in both, 1 where none is in both (Lin, *Divergence measures based
on the Shannon entropy*, 1991; Endres & Schindelin, *A new metric for probability distributions*, 2003).

Chance alone makes windows differ, the more the fewer customers there are, and a customer's transitions are no
independent draws. So customers are dealt into `GROUPS` groups, by a hash of when and how their journey
begins and ends; in a random half of the groups both windows are swapped, again and again, and the distances
that come out are those of chance (a permutation test on blocks: Good, *Permutation, Parametric, and Bootstrap
Tests of Hypotheses*, 2005). Departure from common drift detection: no window size is tuned, and the groups
keep together what is of one customer, in both windows.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.graph import EdgeIndex, edge_row
from giljabi.kernels.inputs import Array, journeys, read_only

GROUPS = 16
"""Groups of customers; they can be swapped in 32,768 ways that differ."""

_DRAWS_AT_ONCE = 500


def count_windows(
    offsets: Array, time: Array, event: Array, names: int, borders: Array, index: EdgeIndex, edges: int
) -> Array:
    """Count the transitions of one bucket by window, edge and group of customers; add up over buckets.

    Parameters
    ----------
    offsets, time, event
        The bucket's columns: ``customers + 1`` int64, and per event int64 ms and a uint16 code.
    names
        Number of event codes.
    borders
        int64, rising, ms: window ``w`` is ``borders[w] ≤ t < borders[w + 1]``; other events are left out.
    index, edges
        Edges to tell apart, and how many they are; all others count as one.

    Returns
    -------
    array
        uint32 (windows, edges + 1, `GROUPS`), the others last.
    """
    table: Array = _windows(
        *journeys(offsets, time, event), names, read_only(borders, np.int64), index.keys, index.rows, edges
    )
    return table


def drift_distances(before: Array, after: Array) -> Array:
    """Give the Jensen–Shannon distance of pairs of counts (…, edges); NaN where a side is empty."""
    a, b = before.astype(np.float64), after.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = a / a.sum(axis=-1, keepdims=True), b / b.sum(axis=-1, keepdims=True)
        divergence = _parts(p, q).sum(axis=-1)
    found: Array = np.sqrt(np.clip(divergence, 0.0, 1.0))
    return found


def drift_contributions(before: Array, after: Array) -> Array:
    """Give what each edge adds to the divergence of two counts (edges), 0..1."""
    p, q = before / max(1, before.sum()), after / max(1, after.sum())
    return _parts(p, q)


def drift_by_chance(before: Array, after: Array, draws: int, seed: int) -> Array:
    """Give distances of two windows where only chance tells them apart.

    Parameters
    ----------
    before, after
        int64 (edges, `GROUPS`).
    draws
        How many.
    seed
        Of the random halves; the same seed draws the same.

    Returns
    -------
    array
        float64 (draws).
    """
    swapped = np.random.default_rng(seed).integers(0, 2, (draws, before.shape[1])).astype(np.float64)
    found = np.empty(draws)
    for begin in range(0, draws, _DRAWS_AT_ONCE):
        some = swapped[begin : begin + _DRAWS_AT_ONCE]
        moved = some @ (after - before).T.astype(np.float64)
        found[begin : begin + len(some)] = drift_distances(
            before.sum(axis=1) + moved, after.sum(axis=1) - moved
        )
    return found


def _parts(p: Array, q: Array) -> Array:
    middle = (p + q) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        left = np.where(p > 0, p * np.log2(p / middle), 0.0)
        right = np.where(q > 0, q * np.log2(q / middle), 0.0)
    parts: Array = (left + right) / 2
    return parts


@njit(nogil=True, cache=True)
def _windows(offsets, time, event, names, borders, keys, rows, edges):  # type: ignore[no-untyped-def]
    windows = len(borders) - 1
    table = np.zeros((windows, edges + 1, GROUPS), np.uint32)
    for customer in range(len(offsets) - 1):
        first, end = offsets[customer], offsets[customer + 1]
        if first == end:
            continue
        mixed = np.uint64(time[first]) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(29))) + np.uint64(time[end - 1]) + np.uint64(end - first)
        mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xFF51AFD7ED558CCD)
        group = np.int64(mixed >> np.uint64(60))
        window = np.searchsorted(borders, time[first], side="right") - 1
        for i in range(first + 1, end):
            now = time[i]
            while window < windows and now >= borders[window + 1]:
                window += 1
            if window == windows:
                break
            if window < 0:
                continue
            row = edge_row(keys, rows, np.int64(event[i - 1]) * names + np.int64(event[i]))
            table[window, row if row >= 0 else edges, group] += np.uint32(1)
    return table
