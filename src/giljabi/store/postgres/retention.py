"""Periods in PostgreSQL, and what goes when they are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, not_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import NotFound
from giljabi.store.ports import StoredRetention
from giljabi.store.postgres.tables import feedback, refusal, retention

# What feedback there is, is known by its newest row: whoever keeps a copy sees by it that some went.
_TOUCH = text(
    "UPDATE feedback SET moved_at = clock_timestamp() "
    "WHERE feedback_id = (SELECT max(feedback_id) FROM feedback)"
)


class PostgresRetentions:
    """How long what sources brought is kept, and what goes when its time is over."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def list(self) -> Sequence[StoredRetention]:
        """Give the periods of all sources that have one."""
        query = select(retention).order_by(retention.c.source_id)
        return [_retention(row) for row in await self._connection.execute(query)]

    async def put(self, source: str, days: int) -> StoredRetention:
        """Set a source's period."""
        new = insert(retention).values(workspace_id=self._workspace, source_id=source, days=days)
        keep = new.on_conflict_do_update(index_elements=["workspace_id", "source_id"], set_={"days": days})
        return _retention((await self._connection.execute(keep.returning(*retention.c))).one())

    async def remove(self, source: str) -> None:
        """Keep what a source brought for good; raises NotFound where it was kept so."""
        gone = await self._connection.execute(delete(retention).where(retention.c.source_id == source))
        if not gone.rowcount:
            raise NotFound(f"there is no retention period for {source!r}")

    async def applied(self, source: str, at: datetime, removed: int) -> None:
        """Note that a period was seen to, and how much went."""
        await self._connection.execute(
            update(retention)
            .where(retention.c.source_id == source)
            .values(applied_at=at, removed=retention.c.removed + removed)
        )

    async def count_feedback(self, source: str, before: datetime) -> int:
        """Count the feedback of a source from before a moment."""
        query = select(func.count()).select_from(feedback).where(*_old(source, before))
        return int(await self._connection.scalar(query) or 0)

    async def forget_feedback(self, source: str, before: datetime) -> int:
        """Remove the feedback of a source from before a moment; give how much."""
        gone = await self._connection.execute(delete(feedback).where(*_old(source, before)))
        if gone.rowcount:
            await self._connection.execute(_TOUCH)
        return gone.rowcount

    async def forget_refusals(self, source: str, before: datetime) -> int:
        """Remove the refusals of a source that came before a moment; give how many."""
        old = refusal.c.received_at < before
        gone = await self._connection.execute(delete(refusal).where(refusal.c.source_id == source, old))
        return gone.rowcount


def _old(source: str, before: datetime) -> Sequence[ColumnElement[bool]]:
    """Say which feedback is meant: that of sources lies under an import of their own."""
    live = feedback.c.import_id.startswith("live-", autoescape=True)
    whose = feedback.c.import_id == f"live-{source}" if source else not_(live)
    return (whose, feedback.c.time < before)


def _retention(row: Row[Any]) -> StoredRetention:
    return StoredRetention(row.source_id, row.days, row.applied_at, row.removed)
