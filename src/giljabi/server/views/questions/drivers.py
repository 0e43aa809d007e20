"""Drivers of conversion as the explore page draws them."""

from __future__ import annotations

import msgspec

from giljabi.measure import DriversAnswer


class DriverView(msgspec.Struct, frozen=True):
    """One thing seen early: an event where ``column`` is null; shares 0..1, see `giljabi.measure.Driver`."""

    column: str | None
    value: str
    customers: int
    count: int
    share: float
    others: int
    share_of_others: float
    odds_ratio: float
    low: float
    high: float
    p_value: float
    q_value: float
    together: str | None
    overlap: float | None


class DriversView(msgspec.Struct, frozen=True):
    """What goes with converting, and who was compared and who left out; ``note`` states the confounding."""

    drivers: list[DriverView]
    customers: int
    converted: int
    early: int
    short: int
    never: int
    looked_at: int
    note: str


def drivers_view(answer: DriversAnswer, note: str) -> DriversView:
    """Draw drivers; ``note`` is in the reader's language."""
    return DriversView(
        [DriverView(**row) for row in answer.rows()],
        answer.customers,
        answer.converted,
        answer.early,
        answer.short,
        answer.never,
        answer.looked_at,
        note,
    )
