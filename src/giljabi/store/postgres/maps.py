"""Journey maps and their checks in PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import NotFound
from giljabi.store.ports import StoredCheck, StoredMap
from giljabi.store.postgres.tables import journey_map, map_check


class PostgresMaps:
    """The journey maps of a workspace, with their checks."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def list(self) -> Sequence[StoredMap]:
        """Give all maps, the last edited first."""
        query = select(journey_map).order_by(journey_map.c.updated_at.desc(), journey_map.c.map_id)
        return [_map(row) for row in await self._connection.execute(query)]

    async def get(self, id: str) -> StoredMap:  # noqa: A002
        """Give a map; raises NotFound."""
        query = select(journey_map).where(journey_map.c.map_id == id)
        return _map(_found((await self._connection.execute(query)).one_or_none(), id))

    async def add(self, text: str, title: str) -> StoredMap:
        """Keep a new map under an id of its own."""
        new = insert(journey_map).values(
            workspace_id=self._workspace, map_id=secrets.token_hex(6), title=title, text=text
        )
        return _map((await self._connection.execute(new.returning(*journey_map.c))).one())

    async def replace(self, id: str, text: str, title: str) -> StoredMap:  # noqa: A002
        """Put a new text in the map's place; raises NotFound."""
        change = (
            update(journey_map)
            .where(journey_map.c.map_id == id)
            .values(title=title, text=text, updated_at=func.clock_timestamp())
            .returning(*journey_map.c)
        )
        return _map(_found((await self._connection.execute(change)).one_or_none(), id))

    async def remove(self, id: str) -> None:  # noqa: A002
        """Remove a map with its checks; raises NotFound."""
        gone = delete(journey_map).where(journey_map.c.map_id == id).returning(journey_map.c.map_id)
        _found((await self._connection.execute(gone)).one_or_none(), id)

    async def add_check(self, id: str, snapshot: str, result: Mapping[str, Any]) -> StoredCheck:  # noqa: A002
        """Keep what a check of the map found; raises NotFound."""
        new = insert(map_check).values(
            workspace_id=self._workspace, map_id=id, snapshot=snapshot, result=dict(result)
        )
        try:
            row = (await self._connection.execute(new.returning(*map_check.c))).one()
        except IntegrityError as error:
            raise _no_map(id) from error
        return StoredCheck(row.map_id, row.checked_at, row.snapshot, row.result)

    async def last_check(self, id: str) -> StoredCheck | None:  # noqa: A002
        """Give the map's newest check, if it was ever checked."""
        rows = await self._connection.execute(_NEWEST_CHECKS.where(map_check.c.map_id == id))
        return next((_check(row) for row in rows), None)

    async def last_checks(self) -> Mapping[str, StoredCheck]:
        """Give the newest check of every map that has one, by the map's id."""
        return {row.map_id: _check(row) for row in await self._connection.execute(_NEWEST_CHECKS)}


_NEWEST_CHECKS = (
    select(map_check, (journey_map.c.updated_at > map_check.c.checked_at).label("stale"))
    .join(journey_map)
    .ext(distinct_on(map_check.c.map_id))
    .order_by(map_check.c.map_id, map_check.c.checked_at.desc())
)


def _no_map(id: str) -> NotFound:  # noqa: A002
    return NotFound(f"there is no map {id!r} in this workspace")


def _found(row: Row[Any] | None, id: str) -> Row[Any]:  # noqa: A002
    if row is None:
        raise _no_map(id)
    return row


def _map(row: Row[Any]) -> StoredMap:
    return StoredMap(row.map_id, row.title, row.text, row.created_at, row.updated_at)


def _check(row: Row[Any]) -> StoredCheck:
    return StoredCheck(row.map_id, row.checked_at, row.snapshot, row.result, row.stale)
