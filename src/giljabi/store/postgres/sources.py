"""Sources in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import BadParameter, NotFound
from giljabi.store.ports import StoredSource
from giljabi.store.postgres.tables import source

_COLUMN = {"id": "source_id"}
"""Fields whose column has another name."""


class PostgresSources:
    """The sources of a workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def list(self) -> Sequence[StoredSource]:
        """Give all sources, by name."""
        query = select(source).order_by(func.lower(source.c.name), source.c.source_id)
        return [_source(row) for row in await self._connection.execute(query)]

    async def get(self, id: str) -> StoredSource:  # noqa: A002
        """Give a source; raises NotFound."""
        query = select(source).where(source.c.source_id == id)
        return _source(_found((await self._connection.execute(query)).one_or_none(), id))

    async def add(self, new: StoredSource) -> StoredSource:
        """Keep a new source; raises BadParameter where the name is taken."""
        fields = {name: getattr(new, name) for name in new.__struct_fields__}
        statement = insert(source).values(workspace_id=self._workspace, **_columns(fields))
        return _source(await self._one(statement.returning(*source.c), new.id, new.name))

    async def change(self, id: str, **fields: Any) -> StoredSource:  # noqa: A002
        """Set fields of a source; raises NotFound, and BadParameter as `add` does."""
        told = _columns(fields)
        if "name" in fields:
            # Events say by its name where they came from, so the old one must be known still.
            told["former_names"] = case(
                (source.c.name == fields["name"], source.c.former_names),
                else_=source.c.former_names.op("-")(source.c.name).op("||")(func.to_jsonb(source.c.name)),
            )
        statement = (
            update(source).where(source.c.source_id == id).values(updated_at=func.clock_timestamp(), **told)
        )
        return _source(await self._one(statement.returning(*source.c), id, str(fields.get("name", ""))))

    async def count(
        self,
        id: str,  # noqa: A002
        accepted: int,
        refused: int,
        last_event_at: datetime | None,
        declined: int = 0,
    ) -> None:
        """Add to what a source has brought; a source that is gone is passed over."""
        # GREATEST passes over nulls: neither an earlier event nor none takes the later one's place.
        statement = (
            update(source)
            .where(source.c.source_id == id)
            .values(
                accepted=source.c.accepted + accepted,
                refused=source.c.refused + refused,
                declined=source.c.declined + declined,
                last_event_at=func.greatest(source.c.last_event_at, last_event_at),
            )
        )
        await self._connection.execute(statement)

    async def remove(self, id: str) -> None:  # noqa: A002
        """Forget a source; what it brought stays. Raises NotFound."""
        gone = delete(source).where(source.c.source_id == id).returning(source.c.source_id)
        _found((await self._connection.execute(gone)).one_or_none(), id)

    async def _one(self, statement: Any, id: str, name: str) -> Row[Any]:  # noqa: A002
        try:
            return _found((await self._connection.execute(statement)).one_or_none(), id)
        except IntegrityError as error:
            if "ix_source_name" in str(error.orig):
                raise BadParameter(f"there is already a source {name!r}; choose another name") from error
            raise


def _found(row: Row[Any] | None, id: str) -> Row[Any]:  # noqa: A002
    if row is None:
        raise NotFound(f"there is no source {id!r} in this workspace")
    return row


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    return {_COLUMN.get(name, name): value for name, value in fields.items()}


def _source(row: Row[Any]) -> StoredSource:
    values = row._asdict()
    return StoredSource(**{name: values[_COLUMN.get(name, name)] for name in StoredSource.__struct_fields__})
