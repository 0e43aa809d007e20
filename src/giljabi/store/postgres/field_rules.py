"""Rules for fields in PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import BadParameter, NotFound
from giljabi.store.ports import FieldAction, StoredFieldRule
from giljabi.store.postgres.tables import field_rule


class PostgresFieldRules:
    """What happens at the door to fields."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def list(self) -> Sequence[StoredFieldRule]:
        """Give all rules, in the order in which they were made."""
        query = select(field_rule).order_by(field_rule.c.created_at, field_rule.c.rule_id)
        return [_rule(row) for row in await self._connection.execute(query)]

    async def add(self, source: str, field: str, action: FieldAction) -> StoredFieldRule:
        """Keep a new rule; raises BadParameter where there is one for the field."""
        new = insert(field_rule).values(
            workspace_id=self._workspace,
            rule_id=secrets.token_hex(6),
            source_id=source,
            field=field,
            action=action,
        )
        try:
            return _rule((await self._connection.execute(new.returning(*field_rule.c))).one())
        except IntegrityError as error:
            if "ix_field_rule_once" in str(error.orig):
                raise BadParameter(f"there is already a rule for {field!r} here; remove it first") from error
            raise

    async def remove(self, id: str) -> None:  # noqa: A002
        """Remove a rule; raises NotFound."""
        gone = await self._connection.execute(delete(field_rule).where(field_rule.c.rule_id == id))
        if not gone.rowcount:
            raise NotFound(f"there is no rule {id!r} in this workspace")


def _rule(row: Row[Any]) -> StoredFieldRule:
    return StoredFieldRule(row.rule_id, row.source_id, row.field, row.action, row.created_at)
