"""Waits between stages: from a customer's last event in one stage to the first in the next other stage.

Definition
----------
A *stage* is a number of 1 or more that an event stands for; events of stage 0 are passed over. For every
customer, in the order of the log (by time; ties in order of arrival), let ``a`` and ``b`` be stage events
with no other stage event between. Where their stages differ, ``time(b) − time(a) ≥ 0`` ms is one *wait* of
the transition from the stage of ``a`` to that of ``b``; where they are the same, both belong to one visit.

Per transition the waits are counted in bins; medians and 90th percentiles are read off bins an eighth of an
octave wide as `giljabi.kernels.bins` does, so that a billion waits take no more room than ten.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.graph import BINS, _bin
from giljabi.kernels.inputs import Array, Int, journeys, read_only

MAX_WAITING = 64
"""Stages at most: every pair of them has a table of bins."""


class Waits(NamedTuple):
    """Of one bucket or, added up, of a log; all int64, stages × stages first.

    ``counts``: waits between the bounds; ``fine``: waits per bin of `giljabi.kernels.bins`; ``total``: ms;
    ``customers``: distinct ones with such a wait.
    """

    counts: Array
    fine: Array
    total: Array
    customers: Array


def count_waits(
    offsets: Array, time: Array, symbol: Array, stage: Array, stages: int, bounds: Array
) -> Waits:
    """Count the waits of one bucket.

    Parameters
    ----------
    offsets, time
        The bucket's columns: ``customers + 1`` int64, and per event int64 ms.
    symbol
        uint16, one per event: its code, or another number that says what it matches.
    stage
        int64, one per symbol: its stage, 1..``stages``, or 0.
    stages
        Number of stages, at most `MAX_WAITING`.
    bounds
        int64 ms, rising: bin ``i`` holds waits from ``bounds[i]``, included, to the next bound; the last one
        has no end, and ``bounds[0]`` is 0.
    """
    return Waits(
        *_waits(
            *journeys(offsets, time, symbol), read_only(stage, np.int64), stages, read_only(bounds, np.int64)
        )
    )


@njit(nogil=True, cache=True)
def _waits(
    offsets: Array, time: Array, symbol: Array, stage: Array, stages: Int, bounds: Array
) -> tuple[Array, Array, Array, Array]:
    counts = np.zeros((stages, stages, len(bounds)), np.int64)
    fine = np.zeros((stages, stages, BINS), np.int64)
    total = np.zeros((stages, stages), np.int64)
    customers = np.zeros((stages, stages), np.int64)
    seen = np.full((stages, stages), -1, np.int64)
    for customer in range(len(offsets) - 1):
        before, left = 0, np.int64(0)
        for i in range(offsets[customer], offsets[customer + 1]):
            now = stage[symbol[i]]
            if now == 0:
                continue
            if before not in (0, now):
                a, b, wait = before - 1, now - 1, time[i] - left
                counts[a, b, np.searchsorted(bounds, wait, side="right") - 1] += 1
                fine[a, b, _bin(wait)] += 1
                total[a, b] += wait
                if seen[a, b] != customer:
                    seen[a, b] = customer
                    customers[a, b] += 1
            before, left = now, time[i]
    return counts, fine, total, customers
