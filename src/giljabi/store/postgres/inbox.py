"""The inbox in PostgreSQL."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection


class PostgresInbox:
    """What was acknowledged and is not yet in the lake, in the order of arrival."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id
