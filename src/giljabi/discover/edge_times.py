"""Exact medians and 90th percentiles of the durations of many edges, in bounded memory."""

from __future__ import annotations

import numpy as np

from giljabi.kernels import BINS, NO_BIN, edge_histograms, edge_values, index_edges
from giljabi.store import Array, Log, ask

QUANTILES = (0.5, 0.9)

_SMALL = 2048
_EDGES_AT_ONCE = 8192
_VALUES_AT_ONCE = 1 << 24


def edge_quantiles(log: Log, keys: Array, counts: Array) -> Array:
    """Find median and p90 of the durations of edges.

    Durations of edges with up to 2,048 transitions are all collected. For the others a histogram says in
    which bins the wanted ranks lie, and only the values in those bins are collected.

    Parameters
    ----------
    log
        The event log.
    keys, counts
        int64 each: the edges as ``source · names + target``, and how many transitions each has (at least 1).

    Returns
    -------
    Array
        float64, ``edges × 2``, in ms; interpolated linearly between the two nearest ranks, as
        `numpy.quantile` does.
    """
    edges = len(keys)
    ranges = np.full((edges, len(QUANTILES), 2), [NO_BIN, 0], np.uint16)
    before, expected = np.zeros((2, edges, len(QUANTILES)), np.int64)
    small = counts <= _SMALL
    # One slot serves both quantiles of a small edge.
    ranges[small, 0], expected[small, 0] = (0, BINS), counts[small]
    large = np.flatnonzero(~small)
    for part in _parts(large, np.ones(len(large)), _EDGES_AT_ONCE):
        cumulated = np.cumsum(_histogram(log, keys[part]), axis=1)
        for slot, quantile in enumerate(QUANTILES):
            ranges[part, slot], before[part, slot], expected[part, slot] = _bins(cumulated, quantile)
    found = np.empty((edges, len(QUANTILES)))
    for part in _parts(np.arange(edges), expected.sum(axis=1), _VALUES_AT_ONCE):
        values, begin = _collected(log, keys[part], ranges[part])
        for row, edge in enumerate(part):
            for slot, quantile in enumerate(QUANTILES):
                at = 2 * row + (0 if small[edge] else slot)
                rank = quantile * (counts[edge] - 1) - before[edge, slot]
                found[edge, slot] = _at_rank(values[begin[at] : begin[at + 1]], rank)
    return found


def _parts(rows: Array, weights: Array, most: int) -> list[Array]:
    """Cut rows into parts whose weights sum to about ``most``."""
    if not len(rows):
        return []
    part = (np.cumsum(weights) - weights) // most
    return np.split(rows, np.flatnonzero(np.diff(part)) + 1)


def _histogram(log: Log, keys: Array) -> Array:
    names, index = len(log.names), index_edges(keys, len(log.names))
    total = np.zeros((len(keys), BINS), np.int64)
    for counts in ask(log, lambda b: edge_histograms(b.offsets, b.time, b.event, names, index, len(keys))):
        total += counts
    return total


def _bins(cumulated: Array, quantile: float) -> tuple[Array, Array, Array]:
    """Give the bins around a quantile (the first, and how many more), durations below, durations within."""
    rank = quantile * (cumulated[:, -1] - 1)
    edges = np.arange(len(rank))
    first = (cumulated <= np.floor(rank)[:, None]).sum(axis=1)
    last = (cumulated <= np.ceil(rank)[:, None]).sum(axis=1)
    before = np.where(first > 0, cumulated[edges, first - 1], 0)
    return np.stack([first, last - first], axis=1), before, cumulated[edges, last] - before


def _collected(log: Log, keys: Array, ranges: Array) -> tuple[Array, Array]:
    """Give the durations in the ranges, ordered by slot, and where each slot begins."""
    names, index = len(log.names), index_edges(keys, len(log.names))
    found = list(ask(log, lambda b: edge_values(b.offsets, b.time, b.event, names, index, ranges)))
    slot = np.concatenate([np.zeros(0, np.int64), *(slot for slot, _ in found)])
    value = np.concatenate([np.zeros(0, np.int64), *(value for _, value in found)])
    begin = np.concatenate([[0], np.cumsum(np.bincount(slot, minlength=2 * len(keys)))])
    return value[np.argsort(slot, kind="stable")], begin


def _at_rank(values: Array, rank: float) -> float:
    below, above = int(np.floor(rank)), int(np.ceil(rank))
    nearest = np.partition(values, sorted({below, above}))
    return float(nearest[below] + (nearest[above] - nearest[below]) * (rank - below))
