"""What was tried too often, in PostgreSQL: the same for every process."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import StoredTries
from giljabi.store.postgres.tables import throttle


class PostgresThrottle:
    """What was tried too often. Whoever looks at a key is done with it before anybody else looks."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def look(self, key: str, now: datetime) -> StoredTries:
        """Give how often something was tried, and have others wait for the end of this transaction."""
        new = insert(throttle).values(workspace_id=self._workspace, key=key, tries=0, since=now)
        # An update that changes nothing holds the row as any other does.
        held = new.on_conflict_do_update(
            index_elements=[throttle.c.workspace_id, throttle.c.key], set_={"tries": throttle.c.tries}
        )
        row = (await self._connection.execute(held.returning(*throttle.c))).one()
        return StoredTries(row.tries, row.since, row.locked_until)

    async def put(self, key: str, tries: StoredTries) -> None:
        """Keep how often it was tried."""
        change = update(throttle).where(throttle.c.key == key)
        await self._connection.execute(
            change.values(tries=tries.tries, since=tries.since, locked_until=tries.locked_until)
        )

    async def reset(self, key: str) -> None:
        """Forget what was tried."""
        await self._connection.execute(delete(throttle).where(throttle.c.key == key))

    async def forget(self, before: datetime) -> int:
        """Forget what was not tried since a moment; give how many."""
        return (await self._connection.execute(delete(throttle).where(throttle.c.since < before))).rowcount
