"""The tracking plan in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import NotFound
from giljabi.store.ports import PlanDeparture, PlannedEvent, PlannedProperty
from giljabi.store.postgres.storable import storable
from giljabi.store.postgres.tables import plan_departure, planned_event

MOST_DEPARTURES = 2000
"""Kinds of departures that are told apart; names made up by the thousand are not kept beyond it."""


class PostgresTrackingPlan:
    """Which events are expected, and how calls departed from that."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def events(self) -> Sequence[PlannedEvent]:
        """Give the expected events, by name."""
        query = select(planned_event).order_by(func.lower(planned_event.c.event), planned_event.c.event)
        return [_event(row) for row in await self._connection.execute(query)]

    async def put(self, event: PlannedEvent) -> None:
        """Expect an event, in the place of what was expected under its name."""
        new = insert(planned_event).values(
            workspace_id=self._workspace,
            event=event.event,
            about=event.about,
            properties=msgspec.to_builtins(event.properties),
        )
        kept = new.on_conflict_do_update(
            index_elements=["workspace_id", "event"],
            set_={
                "about": new.excluded.about,
                "properties": new.excluded.properties,
                "updated_at": func.clock_timestamp(),
            },
        )
        await self._connection.execute(kept)

    async def remove(self, event: str) -> None:
        """Expect an event no more; raises NotFound."""
        gone = delete(planned_event).where(planned_event.c.event == event).returning(planned_event.c.event)
        if (await self._connection.execute(gone)).one_or_none() is None:
            raise NotFound(f"the tracking plan has no event {event!r}")

    async def departures(self) -> Sequence[PlanDeparture]:
        """Give the departures, the most frequent first."""
        query = select(plan_departure).order_by(
            plan_departure.c.count.desc(),
            plan_departure.c.event,
            plan_departure.c.property,
            plan_departure.c.kind,
        )
        return [_departure(row) for row in await self._connection.execute(query)]

    async def depart(self, departures: Sequence[PlanDeparture]) -> None:
        """Add departures to those counted; at most `MOST_DEPARTURES` are told apart."""
        rows = [self._row(one) for one in sorted(departures, key=_key)[:MOST_DEPARTURES]]
        if not rows:
            return
        asked = [_row_key(row) for row in rows]
        query = select(*_KEY).where(tuple_(*_KEY).in_(asked))
        known = {tuple(row) for row in await self._connection.execute(query)}
        kept = await self._connection.scalar(select(func.count()).select_from(plan_departure)) or 0
        new = [row for row in rows if _row_key(row) not in known][: max(0, MOST_DEPARTURES - kept)]
        await self._connection.execute(_COUNTED, [row for row in rows if _row_key(row) in known] + new)

    def _row(self, one: PlanDeparture) -> dict[str, Any]:
        return {
            "workspace_id": self._workspace,
            "event": storable(one.event),
            "property": storable(one.property),
            "kind": one.kind,
            "count": one.count,
            "example": storable(one.example),
            "source_id": one.source,
            "first_at": one.first_at,
            "last_at": one.last_at,
        }

    async def forget(self, events: Sequence[str] | None = None) -> None:
        """Forget the departures of some events, or of all."""
        gone = delete(plan_departure)
        if events is not None:
            gone = gone.where(plan_departure.c.event.in_(events))
        await self._connection.execute(gone)

    async def dismiss(self, event: str, property: str, kind: str) -> None:  # noqa: A002
        """Forget one departure."""
        gone = delete(plan_departure).where(tuple_(*_KEY) == (event, property, kind))
        await self._connection.execute(gone)


_KEY = (plan_departure.c.event, plan_departure.c.property, plan_departure.c.kind)
_NEW = insert(plan_departure)
_COUNTED = _NEW.on_conflict_do_update(
    index_elements=["workspace_id", "event", "property", "kind"],
    set_={
        "count": plan_departure.c.count + _NEW.excluded.count,
        "example": _NEW.excluded.example,
        "source_id": _NEW.excluded.source_id,
        "first_at": func.least(plan_departure.c.first_at, _NEW.excluded.first_at),
        "last_at": func.greatest(plan_departure.c.last_at, _NEW.excluded.last_at),
    },
)


def _key(one: PlanDeparture) -> tuple[str, str, str]:
    return one.event, one.property, one.kind


def _row_key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["event"], row["property"], row["kind"]


def _event(row: Row[Any]) -> PlannedEvent:
    return PlannedEvent(
        row.event, row.about, msgspec.convert(row.properties, type=tuple[PlannedProperty, ...])
    )


def _departure(row: Row[Any]) -> PlanDeparture:
    return PlanDeparture(
        event=row.event,
        property=row.property,
        kind=row.kind,
        count=row._mapping["count"],
        example=row.example,
        source=row.source_id,
        first_at=row.first_at,
        last_at=row.last_at,
    )
