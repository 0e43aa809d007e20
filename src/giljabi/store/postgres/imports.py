"""Imports in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import NotFound
from giljabi.store.ports import ImportKind, StoredImport
from giljabi.store.postgres.tables import imported

_COLUMN = {"id": "import_id", "rejects": "rejects_path"}
"""Fields whose column has another name."""


class PostgresImports:
    """The files a workspace was given."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def list(self) -> Sequence[StoredImport]:
        """Give all imports, the newest first."""
        query = select(imported).order_by(imported.c.created_at.desc(), imported.c.import_id)
        return [_import(row) for row in await self._connection.execute(query)]

    async def get(self, id: str) -> StoredImport:  # noqa: A002
        """Give an import; raises NotFound."""
        found = await self._one(select(imported).where(imported.c.import_id == id))
        if found is None:
            raise _no_import(id)
        return found

    async def done(self, kind: ImportKind, digest: str) -> StoredImport | None:
        """Give the import that brought in a file of this digest, if one did."""
        is_it = (imported.c.kind == kind) & (imported.c.digest == digest) & (imported.c.state == "done")
        return await self._one(select(imported).where(is_it))

    async def done_ids(self, kind: ImportKind) -> Sequence[str]:
        """Name every import of a kind that is done, in a fixed order."""
        is_it = (imported.c.kind == kind) & (imported.c.state == "done")
        query = select(imported.c.import_id).where(is_it).order_by(imported.c.import_id)
        return (await self._connection.scalars(query)).all()

    async def add(self, new: StoredImport) -> None:
        """Keep a new import."""
        fields = {name: getattr(new, name) for name in new.__struct_fields__}
        await self._connection.execute(
            insert(imported).values(workspace_id=self._workspace, **_columns(fields))
        )

    async def change(self, id: str, **fields: Any) -> None:  # noqa: A002
        """Set fields of an import; raises NotFound."""
        change = update(imported).where(imported.c.import_id == id).values(**_columns(fields))
        if (await self._connection.execute(change.returning(imported.c.import_id))).one_or_none() is None:
            raise _no_import(id)

    async def remove(self, id: str) -> None:  # noqa: A002
        """Forget an import that brought in nothing; raises NotFound."""
        gone = delete(imported).where((imported.c.import_id == id) & (imported.c.state != "done"))
        if (await self._connection.execute(gone.returning(imported.c.import_id))).one_or_none() is None:
            raise _no_import(id)

    async def _one(self, query: Select[Any]) -> StoredImport | None:
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _import(row)


def _no_import(id: str) -> NotFound:  # noqa: A002
    return NotFound(f"there is no import {id!r} in this workspace")


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    return {_COLUMN.get(name, name): value for name, value in fields.items()}


def _import(row: Row[Any]) -> StoredImport:
    values = row._asdict()
    return StoredImport(**{name: values[_COLUMN.get(name, name)] for name in StoredImport.__struct_fields__})
