"""Refusals in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import StoredRefusal
from giljabi.store.postgres.storable import storable
from giljabi.store.postgres.tables import refusal


class PostgresRefusals:
    """Calls that were refused."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def add(self, refusals: Sequence[StoredRefusal]) -> None:
        """Keep refusals."""
        rows = [
            {
                "workspace_id": self._workspace,
                "source_id": one.source,
                "received_at": one.received_at,
                "reason": one.reason,
                "detail": storable(one.detail),
                "event": None if one.event is None else storable(one.event),
                "body": one.body,
            }
            for one in refusals
        ]
        if rows:
            await self._connection.execute(insert(refusal), rows)

    async def list(
        self,
        *,
        reason: str | None = None,
        source: str | None = None,
        before: int | None = None,
        ids: Sequence[int] | None = None,
        limit: int = 50,
    ) -> Sequence[StoredRefusal]:
        """Give refusals that were not replayed, the newest first, from below an id."""
        wanted: list[ColumnElement[bool]] = [refusal.c.replayed_at.is_(None)]
        if reason is not None:
            wanted.append(refusal.c.reason == reason)
        if source is not None:
            wanted.append(refusal.c.source_id == source)
        if before is not None:
            wanted.append(refusal.c.refusal_id < before)
        if ids is not None:
            wanted.append(refusal.c.refusal_id.in_(ids))
        query = select(refusal).where(*wanted).order_by(refusal.c.refusal_id.desc()).limit(limit)
        return [_refusal(row) for row in await self._connection.execute(query)]

    async def counts(self) -> Sequence[tuple[str, str, int]]:
        """Count the refusals not replayed: reason, source, how many; the most frequent first."""
        many = func.count()
        query = (
            select(refusal.c.reason, refusal.c.source_id, many)
            .where(refusal.c.replayed_at.is_(None))
            .group_by(refusal.c.reason, refusal.c.source_id)
            .order_by(many.desc(), refusal.c.reason, refusal.c.source_id)
        )
        return [(reason, source, count) for reason, source, count in await self._connection.execute(query)]

    async def replayed(self, ids: Sequence[int], at: datetime) -> None:
        """Mark refusals as replayed."""
        change = update(refusal).where(refusal.c.refusal_id.in_(ids)).values(replayed_at=at)
        await self._connection.execute(change)

    async def amend(self, refusals: Sequence[StoredRefusal]) -> None:
        """Give refusals that were refused again the reason and detail they have now."""
        if not refusals:
            return
        change = (
            update(refusal)
            .where(refusal.c.refusal_id == bindparam("id"))
            .values(reason=bindparam("why"), detail=bindparam("right"))
        )
        rows = [{"id": one.id, "why": one.reason, "right": storable(one.detail)} for one in refusals]
        await self._connection.execute(change, rows)

    async def forget(self, before: datetime) -> int:
        """Remove refusals that came in before a moment; give how many."""
        gone = await self._connection.execute(delete(refusal).where(refusal.c.received_at < before))
        return gone.rowcount


def _refusal(row: Row[Any]) -> StoredRefusal:
    return StoredRefusal(
        id=row.refusal_id,
        source=row.source_id,
        received_at=row.received_at,
        reason=row.reason,
        detail=row.detail,
        event=row.event,
        body=row.body,
        replayed_at=row.replayed_at,
    )
