"""Segments in PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import BadParameter, NotFound
from giljabi.store.ports import StoredSegment
from giljabi.store.postgres.tables import segment


class PostgresSegments:
    """The segments of a workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def list(self) -> Sequence[StoredSegment]:
        """Give all segments, by name."""
        query = select(segment).order_by(func.lower(segment.c.name), segment.c.segment_id)
        return [_segment(row) for row in await self._connection.execute(query)]

    async def get(self, key: str) -> StoredSegment:
        """Give a segment by its id or its name; raises NotFound."""
        query = (
            select(segment)
            .where(or_(segment.c.segment_id == key, func.lower(segment.c.name) == func.lower(key)))
            .order_by(segment.c.segment_id != key)
            .limit(1)
        )
        return _segment(_found((await self._connection.execute(query)).one_or_none(), key))

    async def add(self, name: str, audience: str) -> StoredSegment:
        """Keep a new segment under an id of its own; raises BadParameter where the name is taken."""
        new = insert(segment).values(
            workspace_id=self._workspace, segment_id=secrets.token_hex(6), name=name, audience=audience
        )
        return _segment(await self._one(new.returning(*segment.c), name, name))

    async def replace(self, id: str, name: str, audience: str) -> StoredSegment:  # noqa: A002
        """Give a segment another name and audience; raises NotFound, and BadParameter as `add` does."""
        change = (
            update(segment)
            .where(segment.c.segment_id == id)
            .values(name=name, audience=audience, updated_at=func.clock_timestamp())
        )
        return _segment(await self._one(change.returning(*segment.c), id, name))

    async def remove(self, id: str) -> None:  # noqa: A002
        """Remove a segment; raises NotFound."""
        gone = delete(segment).where(segment.c.segment_id == id).returning(segment.c.segment_id)
        _found((await self._connection.execute(gone)).one_or_none(), id)

    async def _one(self, statement: Any, key: str, name: str) -> Row[Any]:
        try:
            return _found((await self._connection.execute(statement)).one_or_none(), key)
        except IntegrityError as error:
            if "ix_segment_name" in str(error.orig):
                raise BadParameter(f"there is already a segment {name!r}; choose another name") from error
            raise


def _found(row: Row[Any] | None, key: str) -> Row[Any]:
    if row is None:
        raise NotFound(f"there is no segment {key!r} in this workspace")
    return row


def _segment(row: Row[Any]) -> StoredSegment:
    return StoredSegment(row.segment_id, row.name, row.audience, row.created_at, row.updated_at)
