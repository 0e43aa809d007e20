"""Where sessions are cut: rules read from a question, learned from a log, and the log they give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from giljabi.kernels import (
    Cuts,
    EdgeIndex,
    count_edges,
    cut_gaps,
    cut_pairs,
    gap_bin_ends,
    gap_bins,
    index_edges,
    merge_edges,
    otsu,
    score_boundaries,
)
from giljabi.model import milliseconds
from giljabi.model.errors import BadParameter
from giljabi.store import Array, Bucket, Log, ask

LEARNED, TIME = "learned", "time"

Pair = tuple[int, int, int, float]
"""Codes of an event and the next one, how often they follow, and their mean gap in ms."""


@dataclass(frozen=True, slots=True)
class SessionRule:
    """Cuts a bucket where a score is above ``threshold`` (ms).

    The score of a boundary is the gap, or where ``means`` has entries the mean gap of its pair of events:
    ``index`` finds the place of a pair in ``means``, and ``boundary`` only the pairs that are cut.
    """

    threshold: float
    names: int
    index: EdgeIndex
    boundary: EdgeIndex
    means: Array

    def cuts(self, bucket: Bucket) -> Cuts:
        """Cut a bucket."""
        if len(self.means):
            return cut_pairs(bucket.offsets, bucket.event, self.names, self.boundary)
        return cut_gaps(bucket.offsets, bucket.time, int(self.threshold))

    def scores(self, bucket: Bucket) -> Array:
        """Score the boundaries of a bucket."""
        return score_boundaries(bucket.offsets, bucket.time, bucket.event, self.names, self.index, self.means)


def read_rule(
    log: Log, gap: str | timedelta, threshold: str | timedelta | None
) -> tuple[SessionRule, list[Pair]]:
    """Read a gap, or learn one.

    Parameters
    ----------
    log
        The event log.
    gap
        A duration, ``"learned"`` or ``"time"``.
    threshold
        The score to cut above, where one would be learned.

    Returns
    -------
    rule, pairs
        The pairs of the log, the longest mean gap first; empty unless pairs were learned.
    """
    given = None if threshold is None else float(milliseconds(threshold))
    if gap == LEARNED:
        return _pair_rule(log, given)
    if gap == TIME:
        return _gap_rule(log, _learned_gap(log) if given is None else given), []
    if given is not None:
        raise BadParameter("a threshold belongs to gap='learned' or gap='time'; a fixed gap is one itself")
    try:
        return _gap_rule(log, milliseconds(gap)), []
    except BadParameter:
        raise BadParameter(
            f"{gap!r} is no gap between sessions; write a duration such as '30m', 'learned' or 'time'"
        ) from None


def _gap_rule(log: Log, longest: float) -> SessionRule:
    nothing = index_edges(np.zeros(0, np.int64), 1)
    return SessionRule(longest, len(log.names), nothing, nothing, np.zeros(0))


def _learned_gap(log: Log) -> float:
    counts = sum(ask(log, lambda bucket: gap_bins(bucket.offsets, bucket.time)), np.zeros(1, np.int64))
    return otsu(gap_bin_ends(), counts) if len(counts) > 1 else 0.0


def _pair_rule(log: Log, threshold: float | None) -> tuple[SessionRule, list[Pair]]:
    names = len(log.names)
    # Distinct customers of the pairs are not wanted.
    edges = merge_edges(ask(log, lambda b: count_edges(b.offsets, b.time, b.event, names, False)), names)
    means = edges.total / np.maximum(edges.transitions, 1)
    if threshold is None:
        # Pairs of equal means go together; unique gives each mean once, rising.
        values, place = np.unique(means, return_inverse=True)
        threshold = otsu(values, np.bincount(place, edges.transitions, minlength=len(values)))
    rule = SessionRule(
        threshold,
        names,
        index_edges(edges.key, names),
        index_edges(edges.key[means > threshold], names),
        means if len(means) else np.zeros(1),
    )
    source, target = np.divmod(edges.key, max(names, 1))
    columns = (source.tolist(), target.tolist(), edges.transitions.tolist(), means.tolist())
    return rule, sorted(zip(*columns, strict=True), key=lambda pair: (-pair[3], pair[0], pair[1]))


def session_log(log: Log, rule: SessionRule, sessions: int) -> Log:
    """Give a log whose customers are the sessions of another; events and columns are those of the other.

    Parameters
    ----------
    log
        The event log.
    rule
        Where it is cut.
    sessions
        How many sessions that gives.
    """
    buckets = tuple(SessionBucket(bucket, rule) for bucket in log.buckets)
    return Log(log.names, log.columns, buckets, log.events, sessions)


@dataclass(frozen=True)
class SessionBucket:
    """The events of a bucket with a run per session instead of one per customer.

    It is cut when it is first asked. A session of customer ``c`` is named ``c#1``, ``c#2`` … in order of
    time; the names, too, are made when they are first asked for.
    """

    whole: Bucket
    rule: SessionRule

    @cached_property
    def cuts(self) -> Cuts:
        """Where the bucket is cut."""
        return self.rule.cuts(self.whole)

    @property
    def customers(self) -> int:
        """How many sessions there are."""
        return len(self.cuts.offsets) - 1

    @property
    def events(self) -> int:
        """How many events there are."""
        return self.whole.events

    @property
    def offsets(self) -> Array:
        """Where each session begins and ends."""
        return self.cuts.offsets

    @property
    def time(self) -> Array:
        """Times of the events."""
        return self.whole.time

    @property
    def event(self) -> Array:
        """Codes of the events."""
        return self.whole.event

    @cached_property
    def customer_ids(self) -> Any:
        """Names of the sessions."""
        sessions = self.cuts.sessions
        owner = np.repeat(np.arange(len(sessions)), sessions)
        first = np.cumsum(sessions) - sessions
        number = np.arange(len(owner)) - first[owner] + 1
        ids = self.whole.customer_ids.take(pa.array(owner))
        return pc.binary_join_element_wise(ids, pa.array(number).cast(ids.type), "#")

    def column(self, name: str) -> Array:
        """Give the values of a column."""
        return self.whole.column(name)
