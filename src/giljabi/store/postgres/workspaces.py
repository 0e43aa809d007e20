"""Workspaces in PostgreSQL."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import StoredWorkspace
from giljabi.store.postgres.tables import workspace

_NAMES = UUID("b0f5a9d0-3f0e-5a53-9b38-6c1d6f2a7e11")


def workspace_id(name: str) -> str:
    """Give the id of the workspace of a name.

    The id follows from the name, so that a workspace can be entered without a look into the others.
    """
    return str(uuid5(_NAMES, name))


class PostgresWorkspaces:
    """The workspaces; a transaction sees its own only."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def get_or_add(self, name: str) -> StoredWorkspace:
        """Give the transaction's workspace; make it under this name when it is new."""
        new = insert(workspace).values(workspace_id=self._workspace, name=name)
        await self._connection.execute(new.on_conflict_do_nothing())
        row = (await self._connection.execute(select(workspace))).one()
        return StoredWorkspace(row.workspace_id, row.name, row.created_at)
