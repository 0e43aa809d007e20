"""The audit log in PostgreSQL; the database itself refuses to change or remove an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import StoredEntry
from giljabi.store.postgres.storable import storable
from giljabi.store.postgres.tables import audit_entry


class PostgresAudit:
    """The audit log of a workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def add(
        self,
        action: str,
        *,
        account: str,
        actor: str,
        token: str,
        object: str,  # noqa: A002
        detail: Mapping[str, Any],
        address: str,
    ) -> None:
        """Add an entry."""
        new = insert(audit_entry).values(
            workspace_id=self._workspace,
            account_id=account,
            actor=storable(actor),
            token_id=token,
            action=action,
            object=storable(object),
            detail=_storable(dict(detail)),
            address=storable(address),
        )
        await self._connection.execute(new)

    async def list(
        self,
        *,
        before: int | None = None,
        limit: int,
        action: str | None = None,
        account: str | None = None,
    ) -> Sequence[StoredEntry]:
        """Give entries from below an id, the newest first."""
        query = select(audit_entry).order_by(audit_entry.c.entry_id.desc()).limit(limit)
        if before is not None:
            query = query.where(audit_entry.c.entry_id < before)
        if action is not None:
            query = query.where(audit_entry.c.action == action)
        if account is not None:
            query = query.where(audit_entry.c.account_id == account)
        return [_entry(row) for row in await self._connection.execute(query)]

    async def actions(self) -> Sequence[str]:
        """Give every action that occurs, by name."""
        query = select(audit_entry.c.action).distinct().order_by(audit_entry.c.action)
        return list(await self._connection.scalars(query))


def _entry(row: Row[Any]) -> StoredEntry:
    return StoredEntry(
        id=row.entry_id,
        at=row.at,
        account=row.account_id,
        actor=row.actor,
        token=row.token_id,
        action=row.action,
        object=row.object,
        detail=row.detail,
        address=row.address,
    )


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(name)): _storable(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_storable(one) for one in value]
    return value
