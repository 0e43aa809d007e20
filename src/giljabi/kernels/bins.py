"""Quantiles read off histograms of durations, whose bins `giljabi.kernels.graph` makes."""

from __future__ import annotations

import numpy as np

from giljabi.kernels.graph import BINS
from giljabi.kernels.inputs import Array

_ROWS_AT_ONCE = 4096


def bin_floors() -> Array:
    """Give the least duration of each bin in ms, and the end of the last: float64, ``BINS + 1``."""
    octave, eighth = np.divmod(np.arange(BINS), 8)
    return np.concatenate([[0.0], np.ldexp(1 + eighth / 8, octave)])


def histogram_quantile(counts: Array, share: float | Array) -> Array:
    """Read a quantile off each histogram.

    Within a bin (an eighth of an octave, so at most 12.5 % wide) durations are taken to lie evenly; a bin of
    whole milliseconds that holds one value only is exact.

    Parameters
    ----------
    counts
        Integers, ``rows × BINS``.
    share
        Which quantile, 0..1: one for all rows, or one per row.

    Returns
    -------
    array
        float64, ms, one per row; NaN where a histogram is empty.
    """
    found = np.empty(len(counts))
    shares = np.broadcast_to(share, len(counts))
    for begin in range(0, len(counts), _ROWS_AT_ONCE):
        rows = slice(begin, begin + _ROWS_AT_ONCE)
        found[rows] = _quantile(counts[rows], shares[rows])
    return found


def _quantile(counts: Array, share: Array) -> Array:
    cumulated = np.cumsum(counts, axis=1, dtype=np.int64)
    total = cumulated[:, -1]
    wanted = np.clip(share, 0.0, 1.0) * total
    place = np.minimum((cumulated < np.maximum(wanted, 1e-9)[:, None]).sum(axis=1), BINS - 1)
    rows = np.arange(len(total))
    inside = counts[rows, place]
    before = cumulated[rows, place] - inside
    floors = bin_floors()
    low, high = floors[place], np.ceil(floors[place + 1]) - 1
    # Durations are whole milliseconds: the greatest of a bin is one less than where the next begins.
    low = np.ceil(low)
    within = (wanted - before) / np.maximum(inside, 1)
    found = low + np.maximum(high - low, 0) * np.clip(within, 0.0, 1.0)
    return np.where(total > 0, found, np.nan)
