"""The inbox in PostgreSQL.

A position is taken before its row is committed, so a row may appear below others that were read already.
Therefore writers share a lock from before they take positions until they are committed; who holds it alone
for a moment knows that no row below the newest one is on its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import TupleRow
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import InboxLag, InboxRow
from giljabi.store.postgres.tables import inbox

_KEY = "hashtextextended('giljabi/' || %(workspace)s || '/inbox', 0)"

# A writer that stops dead within its transaction, as a paused process does, would hold up the sealer for as
# long as it likes: the server ends its transaction, of which nothing was acknowledged.
_PUT = f"""
WITH entered AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared({_KEY}),
           set_config('idle_in_transaction_session_timeout', '15s', true)
)
INSERT INTO inbox (workspace_id, source_id, received_at, calls, body)
SELECT %(workspace)s::uuid, row.source_id, row.received_at, row.calls, row.body
FROM entered, unnest(
    %(sources)s::text[], %(received)s::timestamptz[], %(calls)s::int[], %(bodies)s::bytea[]
) AS row (source_id, received_at, calls, body)
"""
# The lock is taken and let go of within one statement: a sealer that is slow to go on holds up no writer.
# What a block that fails has locked is free again, while its variables stay.
_SETTLE = """
DO $$
DECLARE newest bigint := 0;
BEGIN
    PERFORM set_config('lock_timeout', '1s', true);
    BEGIN
        PERFORM pg_advisory_xact_lock(
            hashtextextended('giljabi/' || current_setting('giljabi.workspace') || '/inbox', 0)
        );
        SELECT coalesce(max(position), 0) INTO newest FROM inbox;
        RAISE SQLSTATE 'GJ001';
    EXCEPTION WHEN SQLSTATE 'GJ001' OR lock_not_available THEN NULL;
    END;
    PERFORM set_config('giljabi.settled', newest::text, true);
END $$
"""
_SETTLED = "SELECT current_setting('giljabi.settled')::bigint"

_LOOK_AHEAD = 50_000
_READ = f"""
WITH waiting AS MATERIALIZED (
    SELECT position, octet_length(body) AS size FROM inbox
    WHERE workspace_id = %(workspace)s::uuid AND position > %(after)s AND position <= %(up_to)s
    ORDER BY position LIMIT {_LOOK_AHEAD}
), summed AS (
    SELECT position, sum(size) OVER (ORDER BY position) - size AS before FROM waiting
)
SELECT source_id, received_at, calls, body, position FROM inbox
WHERE workspace_id = %(workspace)s::uuid AND position > %(after)s
  AND position <= (SELECT max(position) FROM summed WHERE before < %(limit)s)
ORDER BY position
"""


class PostgresInbox:
    """What was acknowledged and is not yet in the lake, in the order of arrival."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def put(self, rows: Sequence[InboxRow]) -> None:
        """Add rows; they are durable when the transaction is."""
        if not rows:
            return
        values = {
            "workspace": self._workspace,
            "sources": [row.source for row in rows],
            "received": [row.received_at for row in rows],
            "calls": [row.calls for row in rows],
            "bodies": [row.body for row in rows],
        }
        async with await self._cursor() as cursor:
            await cursor.execute(_PUT, values)

    async def settled(self) -> int:
        """Give a position up to which no row can come in any more; 0 where nothing waits.

        Where a writer does not come to its end within a second, it is 0 too.
        """
        async with await self._cursor() as cursor:
            await cursor.execute(_SETTLE)
            await cursor.execute(_SETTLED)
            (position,) = (await cursor.fetchone()) or (0,)
            return int(position)

    async def read(self, up_to: int, limit_bytes: int, after: int = 0) -> Sequence[InboxRow]:
        """Give the first rows of a span of positions, until their bodies come to a limit; at least one.

        Parameters
        ----------
        up_to, after
            The span: ``after`` itself does not belong to it, ``up_to`` does.
        limit_bytes
            The bytes of the bodies after which no further row is given.
        """
        values = {"workspace": self._workspace, "after": after, "up_to": up_to, "limit": limit_bytes}
        async with await self._cursor() as cursor:
            await cursor.execute(_READ, values)
            return [InboxRow(*row) for row in await cursor.fetchall()]

    async def trim(self, up_to: int) -> int:
        """Remove the rows up to a position; give how many there were."""
        return (await self._connection.execute(delete(inbox).where(inbox.c.position <= up_to))).rowcount

    async def lag(self) -> InboxLag:
        """Say what waits."""
        query = select(
            func.coalesce(func.sum(inbox.c.calls), 0).label("calls"),
            func.coalesce(func.sum(func.octet_length(inbox.c.body)), 0).label("bytes"),
            func.min(inbox.c.received_at).label("oldest"),
        )
        row = (await self._connection.execute(query)).one()
        return InboxLag(int(row.calls), int(row.bytes), row.oldest)

    async def _cursor(self) -> psycopg.AsyncCursor[TupleRow]:
        raw = await self._connection.get_raw_connection()
        driver: psycopg.AsyncConnection[Any] = raw.driver_connection  # type: ignore[assignment]
        return driver.cursor(binary=True)
