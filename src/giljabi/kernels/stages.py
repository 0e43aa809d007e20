"""Stages: how long it takes from event to event, within the visits of a stage, and between stages.

Definition
----------
Events of number (or stage) 0 are left out: what stands around them counts as following directly.

A *visit* is a run of a customer's events of one stage with no event of another stage between. Its time is
that from its first to its last event. The *gap* of a stage is the time from the last event of a visit to the
first of the next visit, where that is one to a later stage; steps back have no gap.

Octaves of a duration: 0 for none, else the number of binary digits of its milliseconds.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.graph import BINS, _bin
from giljabi.kernels.inputs import Array, journeys, read_only

OCTAVES = 44
"""Durations are told apart up to 2^43 ms, some 280 years."""


def succession_octaves(offsets: Array, time: Array, event: Array, number: Array, count: int) -> Array:
    """Count how long direct successions take, for each pair of events.

    Parameters
    ----------
    offsets, time, event
        The bucket.
    number
        int64 per code: its number from 1, 0 to leave it out.
    count
        How many numbers there are.

    Returns
    -------
    int64 (count, count, OCTAVES): sums over buckets give the log's.
    """
    found = np.zeros((count, count, OCTAVES), np.int64)
    _octaves(*journeys(offsets, time, event), read_only(number, np.int64), found)
    return found


def visit_histograms(offsets: Array, time: Array, event: Array, stage: Array, count: int) -> Array:
    """Count the visits of each stage by their time, and the gaps behind them.

    Parameters
    ----------
    offsets, time, event
        The bucket.
    stage
        int64 per code: its stage from 1, 0 to leave it out.
    count
        How many stages there are.

    Returns
    -------
    int64 (stages × 2, BINS): row 2i the times of visits to stage i + 1, row 2i + 1 the gaps behind them, in
    the bins of `giljabi.kernels.graph`; sums over buckets give the log's.
    """
    counts = np.zeros((2 * count, BINS), np.int64)
    _count_visits(*journeys(offsets, time, event), read_only(stage, np.int64), counts)
    return counts


def visit_values(offsets: Array, time: Array, event: Array, stage: Array, bins: Array) -> tuple[Array, Array]:
    """Collect the times and gaps that lie in some bins.

    Parameters
    ----------
    offsets, time, event, stage
        As for `visit_histograms`.
    bins
        int64 (stages × 2, 2): of each row the first bin, and the one behind the last.

    Returns
    -------
    row, value
        int64 each.
    """
    columns = (*journeys(offsets, time, event), read_only(stage, np.int64))
    row, value = _collect_visits(*columns, np.ascontiguousarray(bins, np.int64))
    return row, value


@njit(nogil=True, cache=True)
def _octaves(offsets: Array, time: Array, event: Array, number: Array, found: Array) -> None:
    for customer in range(len(offsets) - 1):
        last, since = np.int64(0), np.int64(0)
        for at in range(offsets[customer], offsets[customer + 1]):
            this = number[event[at]]
            if this == 0:
                continue
            if last:
                took = time[at] - since
                # The exponent of a float is its number of binary digits.
                octave = (np.float64(took).view(np.int64) >> np.int64(52)) - 1022 if took > 0 else 0
                found[last - 1, this - 1, min(octave, OCTAVES - 1)] += 1
            last, since = this, time[at]


@njit(nogil=True, cache=True)
def _count_visits(offsets: Array, time: Array, event: Array, stage: Array, counts: Array) -> None:
    for customer in range(len(offsets) - 1):
        here, began, ended = np.int64(0), np.int64(0), np.int64(0)
        for i in range(offsets[customer], offsets[customer + 1]):
            this = stage[event[i]]
            if this == 0:
                continue
            if this != here:
                if here:
                    counts[2 * here - 2, _bin(ended - began)] += 1
                    if this > here:
                        counts[2 * here - 1, _bin(time[i] - ended)] += 1
                here, began = this, time[i]
            ended = time[i]
        if here:
            counts[2 * here - 2, _bin(ended - began)] += 1


@njit(nogil=True, cache=True)
def _collect_visits(
    offsets: Array, time: Array, event: Array, stage: Array, bins: Array
) -> tuple[Array, Array]:
    row, value, size = np.empty(1024, np.int64), np.empty(1024, np.int64), 0
    for customer in range(len(offsets) - 1):
        here, began, ended = np.int64(0), np.int64(0), np.int64(0)
        end = offsets[customer + 1]
        for i in range(offsets[customer], end + 1):
            # Behind the last event the customer is at no stage.
            this = stage[event[i]] if i < end else np.int64(0)
            if this == 0 and i < end:
                continue
            if this != here:
                if size + 2 > len(row):
                    row, value = np.append(row, row), np.append(value, value)
                if here and bins[2 * here - 2, 0] <= _bin(ended - began) < bins[2 * here - 2, 1]:
                    row[size], value[size] = 2 * here - 2, ended - began
                    size += 1
                if 0 < here < this and bins[2 * here - 1, 0] <= _bin(time[i] - ended) < bins[2 * here - 1, 1]:
                    row[size], value[size] = 2 * here - 1, time[i] - ended
                    size += 1
                here = this
                if i < end:
                    began = time[i]
            if i < end:
                ended = time[i]
    return row[:size].copy(), value[:size].copy()
