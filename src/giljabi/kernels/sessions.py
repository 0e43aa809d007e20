"""Sessions: where the events of a customer are cut into visits.

An event begins a session if it is the customer's first, or if its *score* is above a threshold; the score
judges the boundary between the event before (``a``) and the event itself (``b``). Ties do not cut.

fixed, *time*
    The score is the gap ``time(b) − time(a)`` in ms: a gap strictly longer than the threshold cuts. This is
    TAP, *time-aware partitioning*.
*learned*
    The score is the mean gap of the pair ``(name(a), name(b))`` over all its occurrences directly after one
    another in the log: LCPAP, *local context process-aware partitioning*. A visit's last event is followed
    by the next visit's first, and such pairs wait longer on average, however long they waited this time.
    So a pair is a boundary everywhere or nowhere.

A learned threshold is Otsu's: it parts the logarithms of the scores of all transitions, ``log2(1 + ms)``,
into the two classes between which the variance is greatest. Between two scores it lies at the lower one.

Sources: Bernard, Senderovich & Andritsos, *Cut to the Trace! Process-aware partitioning of long-running cases
in customer journey logs*, CAiSE 2021; Otsu, *A threshold selection method from gray-level histograms*, IEEE
SMC 9 (1979). Departures: the paper's scores are taken for granted only in their order (it reports the area
under the curve); the threshold is ours, and its third method, which reads whole contexts by a neural network,
is left out.

Quantiles of sessions are exact by two passes: counts in bins (every number below 2,048 has a bin of its own,
above there are 1,024 per octave), then the values of the few bins in which the wanted ranks lie.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.graph import EdgeIndex, edge_row
from giljabi.kernels.inputs import Array, Int, journeys, read_only

_FINE = 10
_OCTAVES = 34
SPREAD_BINS = (_OCTAVES + 1) << _FINE
"""Bins of a spread; the last ends at 2^44 (557 years in ms)."""

_BASE = (1023 + _FINE - 1) << _FINE

GAP_BINS = 44 << 4
"""Bins of the gaps for Otsu's threshold: sixteen per octave."""


class Cuts(NamedTuple):
    """The sessions of a bucket.

    ``offsets`` (int64, sessions + 1): session ``s`` owns the events ``offsets[s]:offsets[s + 1]``.
    ``sessions`` (int64): how many each customer has, in the order of the bucket.
    """

    offsets: Array
    sessions: Array


class SessionTally(NamedTuple):
    """What the sessions of a bucket are like; all int64.

    ``starts`` and ``ends`` count by event code; ``times`` (ms from first to last event), ``lengths`` (events)
    and ``repeats`` (sessions per customer) count in `SPREAD_BINS` bins, whose least values `spread_values`
    gives.
    """

    starts: Array
    ends: Array
    times: Array
    lengths: Array
    repeats: Array


def cut_gaps(offsets: Array, time: Array, longest: int) -> Cuts:
    """Cut where the gap is longer than ``longest`` ms; ``offsets`` and ``time`` are the bucket's columns."""
    return Cuts(*_cut_gaps(read_only(offsets, np.int64), read_only(time, np.int64), longest))


def cut_pairs(offsets: Array, event: Array, names: int, index: EdgeIndex) -> Cuts:
    """Cut between the events of indexed pairs.

    Parameters
    ----------
    offsets, event
        The bucket's columns.
    names
        Number of event codes.
    index
        Of `giljabi.kernels.index_edges`: the pairs that are boundaries.
    """
    return Cuts(
        *_cut_pairs(read_only(offsets, np.int64), read_only(event, np.uint16), names, index.keys, index.rows)
    )


def gap_bins(offsets: Array, time: Array) -> Array:
    """Count the gaps between events of one bucket in `GAP_BINS` bins (int64); counts add up."""
    counts: Array = _gap_bins(read_only(offsets, np.int64), read_only(time, np.int64))
    return counts


def gap_bin_ends() -> Array:
    """Give the largest gap in ms that each bin of `gap_bins` takes."""
    ends: Array = np.floor(np.exp2((np.arange(GAP_BINS) + 1) / 16) - 1).astype(np.int64)
    return ends


def score_boundaries(
    offsets: Array, time: Array, event: Array, names: int, index: EdgeIndex, scores: Array
) -> Array:
    """Give the score of the boundary before each event.

    Parameters
    ----------
    offsets, time, event, names
        The bucket's columns, and the number of event codes.
    index
        Of all pairs of the log.
    scores
        Per pair of the index its score; empty: the score is the gap.

    Returns
    -------
    Array
        float64 per event; NaN at a customer's first.
    """
    found: Array = _scores(
        *journeys(offsets, time, event), names, index.keys, index.rows, read_only(scores, np.float64)
    )
    return found


def otsu(values: Array, counts: Array) -> float:
    """Give the value at which Otsu's threshold parts a spread: at most it, and above it.

    Parameters
    ----------
    values
        Rising, each once, 0 or more.
    counts
        How often each occurs; their logarithms ``log2(1 + value)`` are parted.

    Returns
    -------
    float
        One of the values; the last where there is nothing to part. Of several as good, the least.
    """
    kept = counts > 0
    values, counts = values[kept], counts[kept].astype(np.float64)
    if len(values) < 2:
        return float(values[-1]) if len(values) else 0.0
    level = np.log2(1.0 + values)
    below, moment = np.cumsum(counts)[:-1], np.cumsum(counts * level)[:-1]
    total, whole = counts.sum(), float((counts * level).sum())
    between = (whole * below / total - moment) ** 2 / (below * (total - below))
    return float(values[int(np.argmax(between))])


def tally_sessions(cuts: Cuts, time: Array, event: Array, names: int) -> SessionTally:
    """Count what the sessions of one bucket are like; counts of buckets add up.

    Parameters
    ----------
    cuts
        The sessions.
    time, event
        The bucket's columns.
    names
        Number of event codes.
    """
    columns = journeys(cuts.offsets, time, event)
    return SessionTally(*_tally(columns[0], cuts.sessions, columns[1], columns[2], names))


def session_values(cuts: Cuts, time: Array, bins: tuple[Array, Array, Array]) -> list[tuple[Array, Array]]:
    """Collect durations, lengths and numbers of sessions that lie in some bins of each.

    Returns
    -------
    list
        Of each of the three: the values, rising and each once (int64), and how often each occurs.
    """
    wanted = np.zeros((3, SPREAD_BINS), np.bool_)
    for row, some in zip(wanted, bins, strict=True):
        row[some] = True
    offsets = read_only(cuts.offsets, np.int64)
    found = [_times_in(offsets, read_only(time, np.int64), wanted[0])]
    for row, values in zip(wanted[1:], (np.diff(offsets), cuts.sessions[cuts.sessions > 0]), strict=True):
        found.append(_values_in(values, row) if row.any() else np.zeros(0, np.int64))
    return [np.unique(values, return_counts=True) for values in found]


def spread_values() -> Array:
    """Give the least value of each bin of a spread; it is the only one below 2,048."""
    place = np.arange(SPREAD_BINS, dtype=np.int64)
    octave = place >> _FINE
    above = ((place & ((1 << _FINE) - 1)) + (1 << _FINE)) << np.maximum(octave - 1, 0)
    return np.where(octave == 0, place, above)


def spread_rank_bins(counts: Array, ranks: Array) -> Array:
    """Give the bins in which the values of given ranks (from 0) lie."""
    return np.searchsorted(np.cumsum(counts), ranks, side="right")


@njit(nogil=True, cache=True)
def _bin(value: Int) -> Int:
    if value < 1 << _FINE:
        return value
    # The leading bits of a float are its logarithm: exponent, then the fraction of the octave.
    place = (np.float64(value).view(np.int64) >> np.int64(52 - _FINE)) - np.int64(_BASE)
    return place if place < SPREAD_BINS else SPREAD_BINS - 1


@njit(nogil=True, cache=True)
def _tally(
    begin: Array, sessions: Array, time: Array, event: Array, names: Int
) -> tuple[Array, Array, Array, Array, Array]:
    starts, ends = np.zeros(names, np.int64), np.zeros(names, np.int64)
    times, lengths = np.zeros(SPREAD_BINS, np.int64), np.zeros(SPREAD_BINS, np.int64)
    repeats = np.zeros(SPREAD_BINS, np.int64)
    for session in range(len(begin) - 1):
        first, last = begin[session], begin[session + 1] - 1
        starts[event[first]] += 1
        ends[event[last]] += 1
        times[_bin(time[last] - time[first])] += 1
        lengths[_bin(last - first + 1)] += 1
    for customer in range(len(sessions)):
        repeats[_bin(sessions[customer])] += sessions[customer] > 0
    return starts, ends, times, lengths, repeats


@njit(nogil=True, cache=True)
def _times_in(begin: Array, time: Array, wanted: Array) -> Array:
    found = np.empty(len(begin), np.int64)
    many = 0
    for session in range(len(begin) - 1):
        took = time[begin[session + 1] - 1] - time[begin[session]]
        found[many] = took
        many += wanted[_bin(took)]
    return found[:many].copy()


@njit(nogil=True, cache=True)
def _values_in(values: Array, wanted: Array) -> Array:
    found = np.empty(len(values), np.int64)
    many = 0
    for i in range(len(values)):
        found[many] = values[i]
        many += wanted[_bin(values[i])]
    return found[:many].copy()


@njit(nogil=True, cache=True)
def _cut_gaps(offsets: Array, time: Array, longest: Int) -> tuple[Array, Array]:
    customers = len(offsets) - 1
    begin = np.empty(len(time) + 1, np.int64)
    sessions = np.empty(customers, np.int64)
    many = 0
    for customer in range(customers):
        first, end = offsets[customer], offsets[customer + 1]
        before = many
        if first < end:
            begin[many] = first
            many += 1
        for i in range(first + 1, end):
            # Written always, kept only where the gap is long: no branch to mispredict.
            begin[many] = i
            many += time[i] - time[i - 1] > longest
        sessions[customer] = many - before
    begin[many] = len(time)
    return begin[: many + 1].copy(), sessions


@njit(nogil=True, cache=True)
def _cut_pairs(offsets: Array, event: Array, names: Int, keys: Array, rows: Array) -> tuple[Array, Array]:
    customers = len(offsets) - 1
    begin = np.empty(len(event) + 1, np.int64)
    sessions = np.empty(customers, np.int64)
    many = 0
    for customer in range(customers):
        first, end = offsets[customer], offsets[customer + 1]
        before = many
        if first < end:
            begin[many] = first
            many += 1
        for i in range(first + 1, end):
            begin[many] = i
            many += edge_row(keys, rows, np.int64(event[i - 1]) * names + event[i]) >= 0
        sessions[customer] = many - before
    begin[many] = len(event)
    return begin[: many + 1].copy(), sessions


@njit(nogil=True, cache=True)
def _gap_bins(offsets: Array, time: Array) -> Array:
    counts = np.zeros(GAP_BINS, np.int64)
    for customer in range(len(offsets) - 1):
        for i in range(offsets[customer] + 1, offsets[customer + 1]):
            place: Int = np.int64(np.log2(1.0 + (time[i] - time[i - 1])) * 16)
            counts[place if place < GAP_BINS else GAP_BINS - 1] += 1
    return counts


@njit(nogil=True, cache=True)
def _scores(
    offsets: Array, time: Array, event: Array, names: Int, keys: Array, rows: Array, scores: Array
) -> Array:
    found = np.full(len(time), np.nan)
    for customer in range(len(offsets) - 1):
        for i in range(offsets[customer] + 1, offsets[customer + 1]):
            if len(scores) == 0:
                found[i] = time[i] - time[i - 1]
            else:
                found[i] = scores[edge_row(keys, rows, np.int64(event[i - 1]) * names + event[i])]
    return found
