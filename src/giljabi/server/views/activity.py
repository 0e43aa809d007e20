"""Background work as the pages show it."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from giljabi.bootstrap import BackgroundState
from giljabi.server.language import Language, translate
from giljabi.store import Activity

_HELD_FOR_ALIVE = 30.0
"""Seconds after its last sign of life for which a worker is held for alive."""


class ActivityView(msgspec.Struct, frozen=True):
    """One kind of background work: what it does now, and how it ended last.

    ``source`` names the source that is pulled. ``facts`` are figures of the last round that found something
    to do. ``ended_seconds_ago`` is null before the first end.
    """

    kind: str
    source: str | None
    state: str
    step: str
    progress: float
    facts: dict[str, float]
    error: str | None
    ended_seconds_ago: float | None


class InboxLagView(msgspec.Struct, frozen=True):
    """What was acknowledged and is not in the lake yet."""

    calls: int
    bytes: int
    oldest_seconds: float | None


class BackgroundView(msgspec.Struct, frozen=True):
    """The background work of the workspace; ``worker`` says whether somebody does it."""

    worker: bool
    waiting: InboxLagView
    activities: list[ActivityView]


def background_view(state: BackgroundState, language: Language) -> BackgroundView:
    """Draw how the background work stands."""
    now = datetime.now(UTC)
    silent = _ago(state.workers[0], now) if state.workers else None
    lag = state.lag
    return BackgroundView(
        worker=silent is not None and silent <= _HELD_FOR_ALIVE,
        waiting=InboxLagView(lag.calls, lag.bytes, _ago(lag.oldest, now)),
        activities=[_activity(one, state, now, language) for one in state.activities],
    )


def _activity(one: Activity, state: BackgroundState, now: datetime, language: Language) -> ActivityView:
    kind, _, source = one.name.partition("/")
    return ActivityView(
        kind=kind,
        source=state.sources.get(source, source) or None,
        state=one.state,
        step=one.step,
        progress=one.progress,
        facts={name: float(fact) for name, fact in one.facts.items() if isinstance(fact, int | float)},
        error=translate(one.error, language) or None,
        ended_seconds_ago=_ago(one.finished_at, now),
    )


def _ago(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())
