"""Seen messages in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import SeenBatch
from giljabi.store.postgres.tables import seen_batch

_DIGEST = 16
_columns = select(seen_batch.c.batch_id, seen_batch.c.digests)


class PostgresSeenMessages:
    """The messages of the last days, batch by batch."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def first(self) -> int:
        """Name the oldest batch that is still kept; 0 where there is none."""
        return await self._connection.scalar(select(func.min(seen_batch.c.batch_id))) or 0

    async def after(self, batch: int, limit: int = 100) -> Sequence[SeenBatch]:
        """Give the first batches after one, in the order in which they were kept."""
        query = _columns.where(seen_batch.c.batch_id > batch).order_by(seen_batch.c.batch_id).limit(limit)
        return [SeenBatch(*row) for row in await self._connection.execute(query)]

    async def of(self, batches: Sequence[int]) -> Sequence[SeenBatch]:
        """Give these batches, as far as they are still kept."""
        query = _columns.where(seen_batch.c.batch_id.in_(batches))
        return [SeenBatch(*row) for row in await self._connection.execute(query)]

    async def add(self, messages: Sequence[bytes], received_at: datetime) -> None:
        """Keep the digests of a batch, 16 bytes each, in pieces of one or more."""
        if messages:
            new = {"workspace_id": self._workspace, "received_at": received_at, "digests": b"".join(messages)}
            await self._connection.execute(insert(seen_batch).values(new))

    async def forget(self, before: datetime) -> int:
        """Remove batches that came in before a moment; give how many messages they had."""
        gone = (
            delete(seen_batch)
            .where(seen_batch.c.received_at < before)
            .returning(func.octet_length(seen_batch.c.digests) / _DIGEST)
        )
        return sum(int(count) for (count,) in await self._connection.execute(gone))
