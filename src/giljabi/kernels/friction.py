"""Friction in behaviour: which customers repeat, step back, wait or leave at a stage.

A *visit* is a stretch of a customer's events of one stage with no event of another stage between; events of
no stage are not seen. Two passes over the log: `usual_visits` tells what is usual, `friction_bucket` counts
who departs from it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.align import GAP_BINS, gap_bin
from giljabi.kernels.automaton import Array

LENGTHS = 256
"""Bins of visit lengths; the last holds all longer ones."""

CUSTOMERS, SMOOTH, REPEATS, STEPS_BACK, WAITING, LEAVING = range(6)


class UsualVisits(NamedTuple):
    """How long visits are; add up over buckets.

    ``lengths`` (stages + 1, `LENGTHS`): visits by their number of events. ``waits`` (stages + 1,
    `giljabi.kernels.align.GAP_BINS`): by the time since the visit before began.
    """

    lengths: Array
    waits: Array


class Limits(NamedTuple):
    """Where friction begins, per stage number (index 0 unused).

    ``events`` (int64) is the most events of a visit, ``wait`` (int64, ms) the longest time since the visit
    before began, ``back[i, j]`` (bool) forbids a step from stage ``i`` back to ``j``, and ``leave`` (bool)
    says whether a journey that ends at the stage has been broken off.
    """

    events: Array
    wait: Array
    back: Array
    leave: Array


def usual_visits(offsets: Array, time: Array, stages: Array, count: int) -> UsualVisits:
    """Count visits by length and waiting time.

    Parameters
    ----------
    offsets, time
        A bucket's customers (int64, customers + 1) and times (int64, ms, per event).
    stages
        uint8 per event: the stage from 1, 0 for none.
    count
        How many stages there are.
    """
    usual = UsualVisits(np.zeros((count + 1, LENGTHS), np.int64), np.zeros((count + 1, GAP_BINS), np.int64))
    _usual_visits(offsets, time, stages, usual.lengths, usual.waits)
    return usual


def friction_bucket(offsets: Array, time: Array, stages: Array, limits: Limits) -> Array:
    """Count customers per stage by what befell them there.

    Parameters
    ----------
    offsets, time, stages
        As for `usual_visits`.
    limits
        Where friction begins.

    Returns
    -------
    array
        int64 (stages + 1, 6), columns `CUSTOMERS`, `SMOOTH` (none of the following), `REPEATS` (a visit of
        more events), `STEPS_BACK` (a step back from here), `WAITING` (a visit after a longer wait),
        `LEAVING` (the journey ends here). A customer may have several.
    """
    counts = np.zeros((len(limits.events), 6), np.int64)
    _friction(offsets, time, stages, limits.events, limits.wait, limits.back, limits.leave, counts)
    return counts


@njit(cache=True, nogil=True)
def _usual_visits(offsets, time, stages, lengths, waits):  # type: ignore[no-untyped-def]
    for customer in range(len(offsets) - 1):
        state, since, events = 0, 0, 0
        for at in range(offsets[customer], offsets[customer + 1]):
            stage = stages[at]
            if stage == 0:
                continue
            if stage == state:
                events += 1
                continue
            if state:
                lengths[state, min(events, LENGTHS - 1)] += 1
                waits[stage, gap_bin(time[at] - since)] += 1
            state, since, events = stage, time[at], 1
        if state:
            lengths[state, min(events, LENGTHS - 1)] += 1


@njit(cache=True, nogil=True)
def _friction(  # type: ignore[no-untyped-def]
    offsets, time, stages, most_events, longest_wait, back, leave, counts
):
    size = len(most_events)
    troubles = np.zeros(size, np.uint8)
    for customer in range(len(offsets) - 1):
        state, since, events = 0, 0, 0
        for at in range(offsets[customer], offsets[customer + 1]):
            stage = stages[at]
            if stage == 0:
                continue
            if stage == state:
                events += 1
                if events > most_events[stage]:
                    troubles[stage] |= 1 << REPEATS
                continue
            if state:
                if back[state, stage]:
                    troubles[state] |= 1 << STEPS_BACK
                if time[at] - since > longest_wait[stage]:
                    troubles[stage] |= 1 << WAITING
            state, since, events = stage, time[at], 1
            troubles[stage] |= 1 << CUSTOMERS
        if state and leave[state]:
            troubles[state] |= 1 << LEAVING
        for stage in range(1, size):
            trouble = troubles[stage]
            if trouble:
                counts[stage, CUSTOMERS] += 1
                counts[stage, SMOOTH] += trouble == 1 << CUSTOMERS
                for kind in range(REPEATS, LEAVING + 1):
                    counts[stage, kind] += (trouble >> kind) & 1
                troubles[stage] = 0
