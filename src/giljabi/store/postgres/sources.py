"""Sources in PostgreSQL."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection


class PostgresSources:
    """The sources of a workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id
