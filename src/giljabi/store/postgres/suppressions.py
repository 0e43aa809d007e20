"""Who is kept out, in PostgreSQL: digests only."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.postgres.tables import suppression


class PostgresSuppressions:
    """The digests of identifiers that are kept out of a workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def add(self, digests: Collection[bytes], request: str) -> int:
        """Keep digests; give how many are new."""
        rows = [
            {"workspace_id": self._workspace, "digest": one, "request_id": request}
            for one in sorted(set(digests))
        ]
        if not rows:
            return 0
        new = insert(suppression).values(rows).on_conflict_do_nothing().returning(suppression.c.digest)
        return len((await self._connection.execute(new)).all())

    async def all(self) -> frozenset[bytes]:
        """Give all digests."""
        return frozenset((await self._connection.scalars(select(suppression.c.digest))).all())

    async def count(self) -> int:
        """Count them."""
        return int(await self._connection.scalar(select(func.count()).select_from(suppression)) or 0)

    async def requests_of(self, digests: Collection[bytes]) -> Sequence[str]:
        """Name the requests that digests are kept for."""
        query = select(suppression.c.request_id).where(suppression.c.digest.in_(list(digests))).distinct()
        return sorted((await self._connection.scalars(query)).all())

    async def remove(self, requests: Sequence[str]) -> int:
        """Let in again who was kept out for these requests; give how many digests went."""
        gone = delete(suppression).where(suppression.c.request_id.in_(list(requests)))
        return (await self._connection.execute(gone)).rowcount
