"""Friction as the explore page draws it."""

from __future__ import annotations

from typing import Literal

import msgspec

from giljabi.discover import FrictionAnswer
from giljabi.server.views.questions.units import ms


class FrictionKindView(msgspec.Struct, frozen=True):
    """One kind at an event: ``share`` of ``n`` customers, 95 % interval, occurrences, mean time lost."""

    kind: Literal["repeats", "steps_back", "hesitation", "rage", "abandonment"]
    customers: int
    n: int
    share: float | None
    low: float | None
    high: float | None
    count: int
    lost_ms: int | None


class EventFrictionView(msgspec.Struct, frozen=True):
    """An event: ``troubled`` of its customers met any kind; ``severity`` is the share of all customers."""

    rank: int
    event: str
    customers: int
    troubled: int
    share: float
    low: float
    high: float
    severity: float
    kinds: list[FrictionKindView]


class FrictionView(msgspec.Struct, frozen=True):
    """The most severe events of ``total`` with any friction, among ``customers``."""

    events: list[EventFrictionView]
    total: int
    customers: int


def friction_view(answer: FrictionAnswer) -> FrictionView:
    """Draw friction."""
    return FrictionView(
        events=[
            EventFrictionView(
                rank=one.rank,
                event=one.event,
                customers=one.customers,
                troubled=one.troubled,
                share=one.share,
                low=one.low,
                high=one.high,
                severity=one.severity,
                kinds=[
                    FrictionKindView(
                        kind.kind,
                        kind.customers,
                        kind.n,
                        kind.share,
                        kind.low,
                        kind.high,
                        kind.count,
                        ms(kind.lost),
                    )
                    for kind in one.kinds
                ],
            )
            for one in answer.events
        ],
        total=answer.total,
        customers=answer.customers,
    )
