"""Links that work once, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import LinkPurpose, StoredLink
from giljabi.store.postgres.storable import digest_bytes
from giljabi.store.postgres.tables import one_time_link as link


class PostgresLinks:
    """Links that work once."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def add(self, new: StoredLink) -> None:
        """Keep a new link."""
        values = {
            "workspace_id": self._workspace,
            "digest": digest_bytes(new.id),
            "purpose": new.purpose,
            "email": new.email,
            "account_id": new.account,
            "offer": dict(new.offer),
            "made_by": new.made_by,
            "created_at": new.created_at,
            "expires_at": new.expires_at,
        }
        await self._connection.execute(insert(link).values(values))

    async def get(self, id: str, now: datetime) -> StoredLink | None:  # noqa: A002
        """Give a link that is good still."""
        query = select(link).where(link.c.digest == digest_bytes(id), *_good(now))
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _link(row)

    async def open(self, purpose: LinkPurpose, now: datetime, email: str = "") -> Sequence[StoredLink]:
        """Give the links of a purpose that are good still, for an e-mail address or all; the newest first."""
        query = select(link).where(link.c.purpose == purpose, *_good(now))
        if email:
            query = query.where(func.lower(link.c.email) == func.lower(email))
        query = query.order_by(link.c.created_at.desc(), link.c.digest)
        return [_link(row) for row in await self._connection.execute(query)]

    async def use(self, id: str, purpose: LinkPurpose, now: datetime) -> StoredLink | None:  # noqa: A002
        """Use a link; of any number who do so at once, one gets it."""
        change = update(link).where(link.c.digest == digest_bytes(id), link.c.purpose == purpose, *_good(now))
        used = await self._connection.execute(change.values(used_at=now).returning(*link.c))
        row = used.one_or_none()
        return None if row is None else _link(row)

    async def end(
        self,
        purpose: LinkPurpose,
        *,
        account: str | None = None,
        email: str = "",
        id: str = "",  # noqa: A002
    ) -> int:
        """End the links of a purpose, of an account, of an e-mail address, or of an id; give how many."""
        gone = delete(link).where(link.c.purpose == purpose, link.c.used_at.is_(None))
        if account is not None:
            gone = gone.where(link.c.account_id == account)
        if email:
            gone = gone.where(func.lower(link.c.email) == func.lower(email))
        if id:
            gone = gone.where(link.c.digest == digest_bytes(id))
        return (await self._connection.execute(gone)).rowcount

    async def forget(self, before: datetime) -> int:
        """Remove links whose time was over before a moment; give how many."""
        gone = delete(link).where(link.c.expires_at < before)
        return (await self._connection.execute(gone)).rowcount


def _good(now: datetime) -> tuple[Any, ...]:
    return (link.c.used_at.is_(None), link.c.expires_at > now)


def _link(row: Row[Any]) -> StoredLink:
    return StoredLink(
        id=row.digest.hex(),
        purpose=row.purpose,
        created_at=row.created_at,
        expires_at=row.expires_at,
        email=row.email,
        account=row.account_id,
        offer=row.offer,
        made_by=row.made_by,
    )
