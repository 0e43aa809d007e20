"""Sessions: the events of customers cut into visits, by a fixed gap or where the log says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np

from giljabi.kernels import Cuts, SessionTally, tally_sessions, wilson
from giljabi.measure.session_cuts import SessionRule, read_rule, session_log
from giljabi.measure.session_spread import SessionBin, TimeBin, count_bins, quantiles, time_bins
from giljabi.store import Answer, Array, Bucket, Log, Progress, ask, pictures

_DRAWN = 12


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """An event name at the edge of sessions: ``count`` sessions begin (or end) with it."""

    event: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class SessionPair:
    """``target`` directly after ``source``, ``count`` times, after ``mean`` on average.

    ``mean`` is the pair's score; ``boundary`` says whether sessions are cut between the two.
    """

    source: str
    target: str
    count: int
    mean: timedelta
    boundary: bool


@dataclass(frozen=True)
class SessionsAnswer(Answer):
    """How many sessions there are and what they are like; one row.

    ``count`` sessions of ``customers`` customers; ``share`` of them are *bounces*, sessions of one event,
    with the 95 % Wilson interval ``low``, ``high``. ``median`` and ``p90`` are times from a session's first
    event to its last, ``median_events`` and ``p90_events`` its events, ``median_sessions`` and
    ``mean_sessions`` how many a customer has.

    ``gap`` is what was asked, ``threshold`` the score above which was cut (learned, unless it was given).
    ``times``, ``lengths`` and ``repeats`` are the distributions of duration, events and sessions per
    customer; ``starts`` and ``ends`` the events that sessions begin and end with, the most frequent first.
    ``pairs``, the longest mean first, are there where pairs were learned.
    """

    columns: ClassVar[tuple[str, ...]] = (
        "count",
        "customers",
        "share",
        "low",
        "high",
        "median",
        "p90",
        "median_events",
        "p90_events",
        "median_sessions",
        "mean_sessions",
    )

    count: int
    customers: int
    share: float | None
    low: float | None
    high: float | None
    median: timedelta | None
    p90: timedelta | None
    median_events: float | None
    p90_events: float | None
    median_sessions: float | None
    mean_sessions: float | None
    gap: str | timedelta
    threshold: timedelta
    times: tuple[TimeBin, ...]
    lengths: tuple[SessionBin, ...]
    repeats: tuple[SessionBin, ...]
    starts: tuple[SessionEvent, ...]
    ends: tuple[SessionEvent, ...]
    pairs: tuple[SessionPair, ...]
    rule: SessionRule = field(repr=False, compare=False)
    log: Log = field(repr=False, compare=False)
    wrap: Callable[[Log], Any] | None = field(default=None, repr=False, compare=False)

    def rows(self) -> list[dict[str, Any]]:
        """Give the one row."""
        return [{name: getattr(self, name) for name in self.columns}]

    def to_log(self) -> Log:
        """Give a log whose unit is the session: sessions stand where customers stood, named ``id#number``.

        Its events are the log's own, not copied; only where sessions begin is kept, eight bytes each.
        """
        return session_log(self.log, self.rule, self.count)

    def as_log(self) -> Any:
        """Give the log of sessions as the front that asked has logs: an `EventLog` in notebooks."""
        return self.to_log() if self.wrap is None else self.wrap(self.to_log())

    def scores(self) -> Array:
        """Give the score in ms of the boundary before each event, in the order of the log (float64).

        A customer's first event, which has none before it, has NaN. Above ``threshold`` sessions are cut.
        """
        # As large as the log's times: made here, never sent from a cluster.
        found = list(ask(replace(self.log, engine=None), self.rule.scores))
        return np.concatenate(found) if found else np.zeros(0)

    def drawing(self) -> str:
        """Draw how long sessions take."""
        shown = [one for one in self.times if one.count]
        if not shown:
            return ""
        labels = [one.text() for one in shown]
        counts = [one.count for one in shown]
        told = [f"{one.count:,} ({one.count / self.count:.0%})" for one in shown]
        return pictures.bars("How long sessions take", labels, counts, told)


def sessions(
    log: Log,
    gap: str | timedelta = "30m",
    *,
    threshold: str | timedelta | None = None,
    progress: Progress | None = None,
) -> SessionsAnswer:
    """Cut the events of each customer into sessions.

    Parameters
    ----------
    log
        The event log.
    gap
        A duration such as ``"30m"``: a gap strictly longer begins a new session. ``"learned"``: pairs of
        events whose mean gap in the log is long are boundaries (LCPAP). ``"time"``: the longest gap within a
        session is learned (TAP).
    threshold
        For ``"learned"`` and ``"time"``, the score above which to cut; None: where the scores part best.
    progress
        Told ``("sessions", share done)``.

    Raises
    ------
    BadParameter
        If the gap or threshold is no duration, or a threshold stands beside a fixed gap.

    Notes
    -----
    Exact definitions and sources: `giljabi.kernels.sessions`.
    """
    rule, learned = read_rule(log, gap, threshold)
    nobody = Cuts(np.zeros(1, np.int64), np.zeros(0, np.int64))
    tally = tally_sessions(nobody, nobody.sessions, nobody.sessions, len(log.names))
    for done, partial in enumerate(ask(log, lambda bucket: _ask(log, bucket, rule)), 1):
        tally = SessionTally(*map(np.add, tally, partial))
        if progress is not None:
            progress("sessions", done / len(log.buckets))
    time, events, repeats = quantiles(log, rule, tally)
    count, customers, bounces = (
        int(one) for one in (tally.times.sum(), tally.repeats.sum(), tally.lengths[1])
    )
    interval = wilson(bounces, count)
    low, high = interval or (None, None)
    return SessionsAnswer(
        count=count,
        customers=customers,
        share=bounces / count if count else None,
        low=low,
        high=high,
        median=None if time is None else timedelta(milliseconds=time[0]),
        p90=None if time is None else timedelta(milliseconds=time[1]),
        median_events=None if events is None else events[0],
        p90_events=None if events is None else events[1],
        median_sessions=None if repeats is None else repeats[0],
        mean_sessions=count / customers if customers else None,
        gap=gap,
        threshold=timedelta(milliseconds=rule.threshold),
        times=time_bins(tally.times),
        lengths=count_bins(tally.lengths),
        repeats=count_bins(tally.repeats),
        starts=_edges(log, tally.starts, count),
        ends=_edges(log, tally.ends, count),
        pairs=tuple(
            SessionPair(
                log.names[source],
                log.names[target],
                count,
                timedelta(milliseconds=mean),
                mean > rule.threshold,
            )
            for source, target, count, mean in learned
        ),
        rule=rule,
        log=log,
    )


def _ask(log: Log, bucket: Bucket, rule: SessionRule) -> SessionTally:
    return tally_sessions(rule.cuts(bucket), bucket.time, bucket.event, len(log.names))


def _edges(log: Log, counts: Array, total: int) -> tuple[SessionEvent, ...]:
    found = [
        SessionEvent(log.names[code], int(counts[code]), int(counts[code]) / total)
        for code in np.flatnonzero(counts)
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.event)))
