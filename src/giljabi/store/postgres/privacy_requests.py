"""Requests of customers, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import NotFound
from giljabi.store.ports import StoredRequest
from giljabi.store.postgres.storable import storable
from giljabi.store.postgres.tables import privacy_request


class PostgresPrivacyRequests:
    """What customers asked for: to see what is kept of them, or to be forgotten."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def add(self, new: StoredRequest) -> None:
        """Keep a new request."""
        fields = {name: getattr(new, name) for name in new.__struct_fields__ if name != "id"}
        row = {"workspace_id": self._workspace, "request_id": new.id, **fields}
        await self._connection.execute(insert(privacy_request).values(row))

    async def get(self, id: str) -> StoredRequest:  # noqa: A002
        """Give a request; raises NotFound."""
        query = select(privacy_request).where(privacy_request.c.request_id == storable(id))
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise _no_request(id)
        return _request(row)

    async def list(self, limit: int = 200) -> Sequence[StoredRequest]:
        """Give requests, the newest first."""
        order = (privacy_request.c.created_at.desc(), privacy_request.c.request_id)
        rows = await self._connection.execute(select(privacy_request).order_by(*order).limit(limit))
        return [_request(row) for row in rows]

    async def waiting(self) -> Sequence[StoredRequest]:
        """Give the requests that are open or under way, the oldest first."""
        query = (
            select(privacy_request)
            .where(privacy_request.c.state.in_(["open", "running"]))
            .order_by(privacy_request.c.created_at, privacy_request.c.request_id)
        )
        return [_request(row) for row in await self._connection.execute(query)]

    async def change(self, id: str, **fields: Any) -> None:  # noqa: A002
        """Set fields of a request; raises NotFound."""
        this = privacy_request.c.request_id == storable(id)
        change = update(privacy_request).where(this).values(**fields)
        found = await self._connection.execute(change.returning(privacy_request.c.request_id))
        if found.one_or_none() is None:
            raise _no_request(id)


def _no_request(id: str) -> NotFound:  # noqa: A002
    return NotFound(f"there is no request {id!r} in this workspace")


def _request(row: Row[Any]) -> StoredRequest:
    values = row._asdict()
    names = [name for name in StoredRequest.__struct_fields__ if name != "id"]
    return StoredRequest(id=values["request_id"], **{name: values[name] for name in names})
