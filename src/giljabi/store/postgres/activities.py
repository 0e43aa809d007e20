"""Activity in PostgreSQL."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection


class PostgresActivities:
    """What is being done in the background."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id
