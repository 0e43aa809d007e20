"""Sessions in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import StoredSession
from giljabi.store.postgres.storable import digest_bytes, storable
from giljabi.store.postgres.tables import account as accounts
from giljabi.store.postgres.tables import session


class PostgresSessions:
    """Who is signed in."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def add(self, new: StoredSession) -> None:
        """Keep a new session."""
        values = {
            "workspace_id": self._workspace,
            "digest": digest_bytes(new.id),
            "account_id": new.account,
            "complete": new.complete,
            "address": storable(new.address),
            "agent": storable(new.agent),
            "created_at": new.created_at,
            "seen_at": new.seen_at,
            "expires_at": new.expires_at,
        }
        await self._connection.execute(insert(session).values(values))

    async def get(self, id: str, now: datetime) -> StoredSession | None:  # noqa: A002
        """Give a session that has not expired."""
        query = select(session).where(session.c.digest == digest_bytes(id), session.c.expires_at > now)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _session(row)

    async def of(self, account: str, now: datetime) -> Sequence[StoredSession]:
        """Give the complete sessions of an account that have not expired, the last seen first."""
        query = (
            select(session)
            .where(session.c.account_id == storable(account), session.c.complete, session.c.expires_at > now)
            .order_by(session.c.seen_at.desc(), session.c.digest)
        )
        return [_session(row) for row in await self._connection.execute(query)]

    async def seen(self, id: str, at: datetime) -> None:  # noqa: A002
        """Note that a session was used, for its account too."""
        # Whoever changes an account and its sessions begins with the account, so that none waits for another.
        whose = select(session.c.account_id).where(session.c.digest == digest_bytes(id)).scalar_subquery()
        noted = update(accounts).where(accounts.c.account_id == whose).values(last_seen_at=at)
        await self._connection.execute(noted)
        change = update(session).where(session.c.digest == digest_bytes(id)).values(seen_at=at)
        await self._connection.execute(change)

    async def end(self, account: str, id: str) -> bool:  # noqa: A002
        """End a session of an account; give whether there was one."""
        gone = delete(session).where(
            session.c.account_id == storable(account), session.c.digest == digest_bytes(id)
        )
        return (await self._connection.execute(gone)).rowcount == 1

    async def end_all(self, account: str | None = None, keep: str = "") -> int:
        """End the sessions of an account, or everybody's, but one to keep; give how many."""
        gone = delete(session).where(session.c.digest != digest_bytes(keep))
        if account is not None:
            gone = gone.where(session.c.account_id == storable(account))
        return (await self._connection.execute(gone)).rowcount

    async def forget(self, now: datetime) -> int:
        """Remove sessions that have expired; give how many."""
        gone = delete(session).where(session.c.expires_at <= now)
        return (await self._connection.execute(gone)).rowcount


def _session(row: Row[Any]) -> StoredSession:
    return StoredSession(
        id=row.digest.hex(),
        account=row.account_id,
        complete=row.complete,
        address=row.address,
        agent=row.agent,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )
