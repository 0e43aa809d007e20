"""Changes and drift as the explore page draws them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from giljabi.discover import Change, ChangesAnswer, DriftAnswer, DriftWindow
from giljabi.server.views.questions.units import ms


class PeriodView(msgspec.Struct, frozen=True):
    """A period: ``first`` inclusive, ``last`` exclusive, UTC."""

    first: datetime
    last: datetime


class ChangeView(msgspec.Struct, frozen=True):
    """One change; values are shares 0..1, or ms where the kind is ``duration``.

    ``low`` and ``high`` are the 95 % interval of ``difference``.
    """

    kind: Literal["event", "transition", "duration", "conversion", "variant"]
    became: Literal["new", "vanished", "more", "less", "slower", "faster"]
    subject: list[str]
    before: float
    now: float
    difference: float
    low: float
    high: float
    customers: int
    n_before: int
    n: int
    q_value: float


class ChangesView(msgspec.Struct, frozen=True):
    """What changed, the clearest first; ``total`` of ``looked_at`` hypotheses stood.

    The periods are null where there is no event. Each beginning was watched for ``follow_ms``.
    """

    changes: list[ChangeView]
    before: PeriodView | None
    last: PeriodView | None
    follow_ms: int
    looked_at: int
    total: int


class ShiftView(msgspec.Struct, frozen=True):
    """A transition's share of all transitions, in the window before and in this one."""

    source: str
    target: str
    before: float
    now: float


class DriftWindowView(msgspec.Struct, frozen=True):
    """A window: its distance to the one before, what chance alone stays below, and whether it stands out."""

    start: datetime
    end: datetime
    count: int
    distance: float | None
    threshold: float | None
    q_value: float | None
    changed: bool
    shifts: list[ShiftView]


class DriftView(msgspec.Struct, frozen=True):
    """The windows in order of time."""

    windows: list[DriftWindowView]


def changes_view(answer: ChangesAnswer) -> ChangesView:
    """Draw what changed."""
    return ChangesView(
        changes=[_change(one) for one in answer.changes],
        before=None if answer.before is None else PeriodView(*answer.before),
        last=None if answer.last is None else PeriodView(*answer.last),
        follow_ms=ms(answer.follow) or 0,
        looked_at=answer.looked_at,
        total=answer.total,
    )


def drift_view(answer: DriftAnswer) -> DriftView:
    """Draw the drift."""
    return DriftView([_window(one) for one in answer.windows])


def _change(one: Change) -> ChangeView:
    return ChangeView(
        kind=one.kind,
        became=one.became,
        subject=list(one.subject),
        before=_number(one.before),
        now=_number(one.now),
        difference=_number(one.difference),
        low=_number(one.low),
        high=_number(one.high),
        customers=one.customers,
        n_before=one.n_before,
        n=one.n,
        q_value=one.q_value,
    )


def _number(value: float | timedelta) -> float:
    return value / timedelta(milliseconds=1) if isinstance(value, timedelta) else value


def _window(one: DriftWindow) -> DriftWindowView:
    shifts = [ShiftView(shift.source, shift.target, shift.before, shift.now) for shift in one.shifts]
    return DriftWindowView(
        one.start, one.end, one.count, one.distance, one.threshold, one.q_value, one.changed, shifts
    )
