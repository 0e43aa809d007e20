"""Sessions as the explore page draws them."""

from __future__ import annotations

import msgspec

from giljabi.measure import SessionBin, SessionEvent, SessionsAnswer
from giljabi.server.views.questions.units import ms


class SessionTimeView(msgspec.Struct, frozen=True):
    """How many sessions take at least ``low_ms`` and less than ``high_ms`` (null: any longer)."""

    low_ms: int
    high_ms: int | None
    count: int


class SessionBinView(msgspec.Struct, frozen=True):
    """How many have ``low`` to ``high`` (null: or more) events or sessions."""

    low: int
    high: int | None
    count: int


class SessionEventView(msgspec.Struct, frozen=True):
    """An event that sessions begin or end with."""

    event: str
    count: int
    share: float


class SessionPairView(msgspec.Struct, frozen=True):
    """Two events that follow one another, their mean gap, and whether sessions are cut between them."""

    source: str
    target: str
    count: int
    mean_ms: int
    boundary: bool


class SessionsView(msgspec.Struct, frozen=True):
    """Sessions; ``share`` are those of one event, with the 95 % interval ``low``, ``high``.

    ``median_ms`` and ``p90_ms`` are durations, ``threshold_ms`` the score above which was cut, ``pairs`` the
    most frequent boundaries where pairs were learned.
    """

    count: int
    customers: int
    share: float | None
    low: float | None
    high: float | None
    median_ms: int | None
    p90_ms: int | None
    median_events: float | None
    p90_events: float | None
    mean_sessions: float | None
    threshold_ms: int
    times: list[SessionTimeView]
    lengths: list[SessionBinView]
    repeats: list[SessionBinView]
    starts: list[SessionEventView]
    ends: list[SessionEventView]
    pairs: list[SessionPairView]


def sessions_view(answer: SessionsAnswer, top: int) -> SessionsView:
    """Draw sessions; at most ``top`` events at either end, and as many pairs."""
    cut = sorted((one for one in answer.pairs if one.boundary), key=lambda one: -one.count)
    return SessionsView(
        count=answer.count,
        customers=answer.customers,
        share=answer.share,
        low=answer.low,
        high=answer.high,
        median_ms=ms(answer.median),
        p90_ms=ms(answer.p90),
        median_events=answer.median_events,
        p90_events=answer.p90_events,
        mean_sessions=answer.mean_sessions,
        threshold_ms=ms(answer.threshold) or 0,
        times=[SessionTimeView(ms(one.low) or 0, ms(one.high), one.count) for one in answer.times],
        lengths=[_bin(one) for one in answer.lengths],
        repeats=[_bin(one) for one in answer.repeats],
        starts=[_event(one) for one in answer.starts[:top]],
        ends=[_event(one) for one in answer.ends[:top]],
        pairs=[
            SessionPairView(one.source, one.target, one.count, ms(one.mean) or 0, one.boundary)
            for one in cut[:top]
        ],
    )


def _bin(one: SessionBin) -> SessionBinView:
    return SessionBinView(one.low, one.high, one.count)


def _event(one: SessionEvent) -> SessionEventView:
    return SessionEventView(one.event, one.count, one.share)
