"""Activity in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import Activity
from giljabi.store.postgres.tables import activity

_HEARTBEATS = text(
    "SELECT last_heartbeat FROM procrastinate.procrastinate_workers ORDER BY last_heartbeat DESC"
)


class PostgresActivities:
    """What is being done in the background."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def list(self) -> Sequence[Activity]:
        """Give all kinds of work that were ever done, by name."""
        query = select(activity).order_by(activity.c.name)
        return [_activity(row) for row in await self._connection.execute(query)]

    async def put(self, activity: Activity) -> None:
        """Tell how a kind of work goes."""
        await self._connection.execute(_put(self._workspace, activity))

    async def remove(self, name: str) -> None:
        """Forget a kind of work that will not be done again."""
        await self._connection.execute(activity.delete().where(activity.c.name == name))

    async def heartbeats(self) -> Sequence[datetime]:
        """Say when each worker was last alive, the latest first."""
        return list(await self._connection.scalars(_HEARTBEATS))


def _put(workspace: str, told: Activity) -> Any:
    values = {
        "state": told.state,
        "step": told.step,
        "progress": told.progress,
        "error": told.error.replace("\0", "\ufffd"),
        "facts": told.facts,
        "started_at": told.started_at,
        "finished_at": told.finished_at,
    }
    new = insert(activity).values(workspace_id=workspace, name=told.name, **values)
    return new.on_conflict_do_update(
        index_elements=["workspace_id", "name"], set_={**values, "updated_at": func.clock_timestamp()}
    )


def _activity(row: Row[Any]) -> Activity:
    return Activity(
        name=row.name,
        state=row.state,
        step=row.step,
        progress=row.progress,
        error=row.error,
        facts=row.facts,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
