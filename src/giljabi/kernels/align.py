"""Exact alignment of journeys to a journey map.

**Question.** With how few deviations can each journey be explained as a way through the map? A deviation is
an event that is dropped (cost 1) or a required stage that is passed without an event (*missing*, cost 1).
The moves of the map are those of `giljabi.kernels.automaton`. This is the optimal alignment of process
mining (Adriansyah, *Aligning observed and modeled behavior*, 2014) under standard costs; stages and moves
are few, so that instead of A* over a synchronous product a dynamic program over the stages suffices:
O(events × stages) per journey, all stages in one or two vector instructions.

**Events.** Symbol 0 is an event of no touchpoint; it is left out or, where the map counts it, dropped
(*unexpected*). A dropped event of stage ``j`` in state ``i`` is *out of order* when ``j`` lies before ``i``
and ``i`` does not return to it, else *unexpected*. Simultaneous events keep the order of the log.

**Fitness** of a journey is 1 − cost / worst. The worst alignment drops every event considered and passes
the map without one: number of events + required stages where the map must be followed to the last. Worst 0
is fitness 1.

**Ties.** Among the alignments of least cost that with the fewest missing stages is taken; among these the one
that keeps the earliest event, then the next earliest, and so on.

**Visits.** A visit is a stretch of kept events of one stage with no other kept event between. A visit is
*late* when more than the stage's ``within`` lies between the first event of the visit before (of whichever
stage) and its own first event. Late is no part of the cost. ``gaps`` counts the same time span at each
customer's first visit of a stage, in bins of `gap_bin` that are exact below 256 ms and 0.4 % wide above.

Journeys without an event considered and without a stage missing say nothing: they are counted as
``unmapped`` and as nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.automaton import IMPOSSIBLE, Array, Automaton

UNEXPECTED, OUT_OF_ORDER = 0, 1

GAP_BINS = 1 + 42 * 256
FITNESS_BINS = 21
"""Twenty bins of width .05, and one for fitness 1."""

_LANES = 16
_CUSTOMERS, _UNMAPPED, _EXACT, _COST, _MATCHED, _UNMATCHED = range(6)
_SMALL, _LARGE = 2**15 - 1, 2**30


class AlignPartial(NamedTuple):
    """What the journeys of one bucket add to the answer; every field is a sum.

    ``totals``: customers, unmapped, exact, cost, matched events, unmatched events (int64). ``fitness``:
    their sum (float64, one). ``spread``: customers per bin of fitness. ``reach``: customers with an event of
    the stage. ``missing``, ``late`` (2, stages + 1): times, customers. ``dropped`` (2, stages + 1,
    names, 2): by kind, stage (0: no touchpoint) and event code the times and customers. ``gaps`` (stages + 1,
    `GAP_BINS`).
    """

    totals: Array
    fitness: Array
    spread: Array
    reach: Array
    missing: Array
    late: Array
    dropped: Array
    gaps: Array


def align_bucket(
    offsets: Array,
    time: Array,
    event: Array,
    symbols: Array,
    way: Automaton,
    names: int,
    *,
    by_name: bool,
    count_unmatched: bool,
    costs: Array | None = None,
) -> AlignPartial:
    """Align every journey of a bucket.

    Parameters
    ----------
    offsets
        int64 (customers + 1): where each customer's events begin.
    time
        int64 (events), ms, rising within a customer.
    event
        uint16 (events), codes below ``names``.
    symbols
        uint8: the stage from 1, or 0 for none, per event code (``by_name``) or per event.
    way
        The map's automaton.
    names
        How many event codes there are.
    by_name
        Whether ``symbols`` is per code.
    count_unmatched
        Whether events of symbol 0 are deviations.
    costs
        int64 (customers), filled with each journey's cost (−1: unmapped) where given.

    Returns
    -------
    AlignPartial
    """
    stages = way.stages
    longest = int(np.diff(offsets).max(initial=0))
    lanes = -(-(stages + 1) // _LANES) * _LANES
    large = longest + stages >= _SMALL
    number = np.int64 if large else np.int32
    unit = _LARGE if large else _SMALL
    moves = np.full((stages + 1, lanes), unit * unit, number)
    moves[:, : stages + 1] = np.where(
        way.steps == IMPOSSIBLE, unit * unit, way.steps.astype(np.int64) * (unit + 1)
    )
    ends = np.zeros(lanes, number)
    ends[: stages + 1] = way.ends * (unit + 1)
    partial = AlignPartial(
        totals=np.zeros(6, np.int64),
        fitness=np.zeros(1, np.float64),
        spread=np.zeros(FITNESS_BINS, np.int64),
        reach=np.zeros(stages + 1, np.int64),
        missing=np.zeros((2, stages + 1), np.int64),
        late=np.zeros((2, stages + 1), np.int64),
        dropped=np.zeros((2, stages + 1, names, 2), np.int64),
        gaps=np.zeros((stages + 1, GAP_BINS), np.uint32),
    )
    _align(
        offsets,
        time,
        event,
        symbols,
        by_name,
        count_unmatched,
        way,
        moves,
        number(unit),
        partial,
        np.empty(0, np.int64) if costs is None else costs,
        _Scratch(
            symbol=np.empty(longest, np.uint8),
            weight=np.empty(longest, number),
            first=np.empty(longest, np.int64),
            keep=np.empty((longest, lanes), np.uint8),
            value=np.empty(lanes, number),
            ends=ends,
            dropped_by=np.full((2, stages + 1, names), -1, np.int64),
            missing_by=np.full(stages + 1, -1, np.int64),
            late_by=np.full(stages + 1, -1, np.int64),
        ),
    )
    return partial


def merge_alignments(partials: Iterable[AlignPartial]) -> AlignPartial:
    """Add partial answers up; at least one."""
    merged: list[Array] = []
    for partial in partials:
        if not merged:
            merged = [np.array(field, np.promote_types(field.dtype, np.int64)) for field in partial]
        else:
            for total, field in zip(merged, partial, strict=True):
                np.add(total, field, out=total)
    return AlignPartial(*merged)


def gap_quantile(bins: Array, share: float) -> tuple[float | None, int]:
    """Give a quantile of one stage's gaps.

    Parameters
    ----------
    bins
        One row of `AlignPartial.gaps`.
    share
        Which quantile, 0..1.

    Returns
    -------
    tuple
        Milliseconds (None without gaps) and how many gaps there are. Between two ranks their mean is taken.
    """
    total = int(bins.sum())
    if not total:
        return None, 0
    rank = share * (total - 1)
    below = np.cumsum(bins)
    at = np.searchsorted(below, [np.floor(rank), np.ceil(rank)], side="right")
    low, high = (_gap_value(int(index)) for index in at)
    return low + (high - low) * (rank - np.floor(rank)), total


def _gap_value(index: int) -> float:
    """Give the middle of a bin's whole milliseconds."""
    if index == 0:
        return 0.0
    edges = (np.array([index - 1, index]) + (1023 << 8) << 44).view(np.float64)
    low, high = np.ceil(edges)
    return float(low + max(0.0, high - 1 - low) / 2)


class _Scratch(NamedTuple):
    symbol: Array
    weight: Array
    first: Array
    keep: Array
    value: Array
    ends: Array
    dropped_by: Array
    missing_by: Array
    late_by: Array


@njit(cache=True, nogil=True)
def gap_bin(gap: int) -> int:
    """Give the bin of a time span in ms: the exponent and eight bits of the fraction of a float64."""
    if gap <= 0:
        return 0
    index = (np.float64(gap).view(np.int64) >> 44) - (1023 << 8) + 1
    return index if index < GAP_BINS else GAP_BINS - 1  # type: ignore[return-value]


@njit(cache=True, nogil=True)
def _solve(runs, symbol, weight, moves, ends, unit, value, keep):  # type: ignore[no-untyped-def]
    """Fill ``keep[run, state]``: whether a journey in that state does best to keep the run.

    ``value[state]`` is unit × cost + missing of the best rest of the journey, from its end to its start.
    """
    lanes = len(value)
    for i in range(lanes):
        value[i] = ends[i]
    for run in range(runs - 1, -1, -1):
        drop = weight[run] * unit
        row = moves[symbol[run]]
        after = value[symbol[run]]
        kept = keep[run]
        for block in range(0, lanes, _LANES):
            for lane in range(_LANES):
                i = block + lane
                keeping = row[i] + after
                dropping = value[i] + drop
                kept[i] = keeping <= dropping
                value[i] = min(keeping, dropping)


@njit(cache=True, nogil=True)
def _drop(kind, stage, code, customer, dropped, dropped_by):  # type: ignore[no-untyped-def]
    # Without a branch, which would be guessed wrong half of the time.
    new = dropped_by[kind, stage, code] != customer
    dropped_by[kind, stage, code] = customer
    dropped[kind, stage, code, 0] += 1
    dropped[kind, stage, code, 1] += new


@njit(cache=True, nogil=True)
def _count(stage, times, customer, counts, counted):  # type: ignore[no-untyped-def]
    counts[0, stage] += times
    if counted[stage] != customer:
        counted[stage] = customer
        counts[1, stage] += 1


@njit(cache=True, nogil=True)
def _align(  # type: ignore[no-untyped-def]
    offsets, time, event, symbols, by_name, count_unmatched, way, moves, unit, out, costs, scratch
):
    # Arrays are taken out of their tuples once: inside the loop that would cost reference counts.
    steps, passed_stages, ends, required = way.steps, way.missing, way.ends, way.required
    repeats, within, backward = way.repeats, way.within, way.backward
    totals, fitnesses, spread, reach = out.totals, out.fitness, out.spread, out.reach
    missing, late, dropped, gaps = out.missing, out.late, out.dropped, out.gaps
    symbol, weight, first = scratch.symbol, scratch.weight, scratch.first
    keep, value, closing = scratch.keep, scratch.value, scratch.ends
    dropped_by, missing_by, late_by = scratch.dropped_by, scratch.missing_by, scratch.late_by
    stages = len(ends) - 1
    top = FITNESS_BINS - 1
    for customer in range(len(offsets) - 1):
        # The journey as runs: events in a row of a stage that repeats are kept or dropped together.
        runs, seen, unmatched, state, exact, last = 0, np.uint64(0), 0, 0, True, 0
        for at in range(offsets[customer], offsets[customer + 1]):
            stage = symbols[event[at]] if by_name else symbols[at]
            if stage == 0:
                unmatched += 1
                if count_unmatched:
                    _drop(UNEXPECTED, 0, event[at], customer, dropped, dropped_by)
                continue
            if stage == last and repeats[stage]:
                weight[runs - 1] += 1
                continue
            symbol[runs], weight[runs], first[runs] = stage, 1, at
            runs += 1
            seen |= np.uint64(1) << np.uint64(stage)
            exact = exact and steps[stage, state] == 0
            state = last = stage
        totals[_UNMATCHED] += unmatched
        events = offsets[customer + 1] - offsets[customer]
        totals[_MATCHED] += events - unmatched
        considered = events if count_unmatched else events - unmatched
        if considered == 0 and ends[0] == 0:
            totals[_UNMAPPED] += 1
            if len(costs):
                costs[customer] = -1
            continue
        totals[_CUSTOMERS] += 1
        for stage in range(1, stages + 1):
            reach[stage] += (seen >> np.uint64(stage)) & np.uint64(1)

        exact = exact and ends[state] == 0
        cost = unmatched if count_unmatched else 0
        if not exact:
            _solve(runs, symbol, weight, moves, closing, unit, value, keep)
            cost += value[0] // unit
        if len(costs):
            costs[customer] = cost
        worst = considered + ends[0]
        fitness = 1.0 if worst == 0 else 1.0 - cost / worst
        totals[_COST] += cost
        fitnesses[0] += fitness
        totals[_EXACT] += cost == 0
        spread[top if cost == 0 else min(top - 1, int(fitness * top))] += 1

        # Follow the optimal alignment and count what lies on it.
        state, since, visited = 0, 0, np.uint64(0)
        for run in range(runs):
            stage, at = symbol[run], first[run]
            if exact or keep[run, state]:
                skipped = steps[stage, state]
                if skipped:
                    for between in range(1, stages + 1):
                        times = passed_stages[stage, state, between]
                        if times:
                            _count(between, times, customer, missing, missing_by)
                elif state == stage:
                    continue
                now = time[at]
                bit = np.uint64(1) << np.uint64(stage)
                if state:
                    gap = now - since
                    if gap > within[stage]:
                        _count(stage, 1, customer, late, late_by)
                    if not visited & bit:
                        gaps[stage, gap_bin(gap)] += 1
                visited |= bit
                state, since = stage, now
                continue
            kind = OUT_OF_ORDER if backward[state, stage] else UNEXPECTED
            left = weight[run]
            while left > 0:
                if stage == (symbols[event[at]] if by_name else symbols[at]):
                    _drop(kind, stage, event[at], customer, dropped, dropped_by)
                    left -= 1
                at += 1
        if ends[state]:
            for after in range(state + 1, stages + 1):
                if required[after]:
                    _count(after, 1, customer, missing, missing_by)
