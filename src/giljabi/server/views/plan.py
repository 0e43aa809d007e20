"""The tracking plan as the pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from giljabi.store import PlanDeparture, PlannedEvent


class PlanProperty(msgspec.Struct, frozen=True):
    """What is expected of a property; ``one_of`` empty admits every value."""

    name: str
    kind: Literal["text", "number", "truth", "time", "any"] = "any"
    required: bool = False
    one_of: list[str] = []


class PlanEvent(msgspec.Struct, frozen=True):
    """An event that is expected; without properties it takes any."""

    event: str
    about: str = ""
    properties: list[PlanProperty] = []


class PlanFile(msgspec.Struct, frozen=True):
    """Events that are expected, as they are taken out of a plan and brought into one."""

    events: list[PlanEvent]


class DepartureView(msgspec.Struct, frozen=True):
    """A way in which calls departed from the plan: how often, by which source, with an example."""

    event: str
    property: str
    kind: Literal["unknown_event", "unknown_property", "missing_property", "bad_value"]
    count: int
    example: str
    source_name: str
    first_at: datetime
    last_at: datetime


class PlanView(msgspec.Struct, frozen=True):
    """The tracking plan: what is expected by name, and what departed from it, the most frequent first."""

    events: list[PlanEvent]
    departures: list[DepartureView]


def plan_file(events: Sequence[PlannedEvent]) -> PlanFile:
    """Draw events of a plan."""
    return PlanFile(msgspec.convert(msgspec.to_builtins(events), list[PlanEvent]))


def planned(events: Sequence[PlanEvent]) -> list[PlannedEvent]:
    """Read events as a page sends them."""
    return msgspec.convert(msgspec.to_builtins(events), list[PlannedEvent])


def plan_view(events: Sequence[PlannedEvent], departures: Sequence[PlanDeparture]) -> PlanView:
    """Draw a tracking plan."""
    return PlanView(plan_file(events).events, [_departure(one) for one in departures])


def _departure(one: PlanDeparture) -> DepartureView:
    return msgspec.convert({**msgspec.structs.asdict(one), "source_name": one.source}, DepartureView)
