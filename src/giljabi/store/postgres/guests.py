"""The guests of maps in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import NotFound
from giljabi.store.ports import StoredGuest
from giljabi.store.postgres.storable import storable
from giljabi.store.postgres.tables import map_guest


class PostgresGuests:
    """The guests of maps."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def of_map(self, map: str) -> Sequence[StoredGuest]:  # noqa: A002
        """Give the guests of a map."""
        query = select(map_guest).where(map_guest.c.map_id == storable(map)).order_by(map_guest.c.created_at)
        rows = await self._connection.execute(query)
        return [StoredGuest(row.map_id, row.account_id, row.role) for row in rows]

    async def of_account(self, account: str) -> Mapping[str, str]:
        """Give the maps of a guest, and what it is on each."""
        query = select(map_guest.c.map_id, map_guest.c.role).where(
            map_guest.c.account_id == storable(account)
        )
        return {row.map_id: row.role for row in await self._connection.execute(query)}

    async def list(self) -> Sequence[StoredGuest]:
        """Give all guests of all maps."""
        rows = await self._connection.execute(select(map_guest).order_by(map_guest.c.created_at))
        return [StoredGuest(row.map_id, row.account_id, row.role) for row in rows]

    async def put(self, guest: StoredGuest) -> None:
        """Let a guest in, or change what it is there; raises NotFound where there is no such map."""
        new = insert(map_guest).values(
            workspace_id=self._workspace,
            map_id=storable(guest.map),
            account_id=guest.account,
            role=guest.role,
        )
        key = [map_guest.c.workspace_id, map_guest.c.map_id, map_guest.c.account_id]
        try:
            await self._connection.execute(
                new.on_conflict_do_update(index_elements=key, set_={"role": guest.role})
            )
        except IntegrityError as error:
            raise NotFound(f"there is no map {guest.map!r} in this workspace") from error

    async def remove(self, account: str, map: str | None = None) -> int:  # noqa: A002
        """Turn a guest away from a map, or from all; give from how many."""
        gone = delete(map_guest).where(map_guest.c.account_id == storable(account))
        if map is not None:
            gone = gone.where(map_guest.c.map_id == storable(map))
        return (await self._connection.execute(gone)).rowcount
