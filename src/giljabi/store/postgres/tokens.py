"""API tokens in PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import NotFound
from giljabi.store.ports import StoredToken, TokenHolder
from giljabi.store.postgres.storable import storable
from giljabi.store.postgres.tables import account as _account
from giljabi.store.postgres.tables import api_token

_NOTED_EVERY = timedelta(minutes=1)
_OF = and_(
    _account.c.workspace_id == api_token.c.workspace_id, _account.c.account_id == api_token.c.account_id
)


class PostgresTokens:
    """The API tokens of a workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def list(self, account: str | None = None) -> Sequence[StoredToken]:
        """Give the tokens of an account, or all, the newest first."""
        query = _tokens().order_by(api_token.c.created_at.desc(), api_token.c.token_id)
        if account is not None:
            query = query.where(api_token.c.account_id == account)
        return [_token(row) for row in await self._connection.execute(query)]

    async def get(self, id: str) -> StoredToken:  # noqa: A002
        """Give a token; raises NotFound."""
        row = (await self._connection.execute(_tokens().where(api_token.c.token_id == id))).one_or_none()
        if row is None:
            raise NotFound(f"there is no token {id!r}")
        return _token(row)

    async def add(
        self,
        account: str,
        name: str,
        scopes: Sequence[str],
        digest: bytes,
        hint: str,
        expires: datetime | None,
    ) -> StoredToken:
        """Keep a new token under an id of its own."""
        id = secrets.token_hex(6)  # noqa: A001
        new = insert(api_token).values(
            workspace_id=self._workspace,
            token_id=id,
            account_id=account,
            name=storable(name),
            scopes=sorted(scopes),
            digest=digest,
            hint=hint,
            expires_at=expires,
        )
        await self._connection.execute(new)
        return await self.get(id)

    async def revoke(self, id: str, at: datetime) -> None:  # noqa: A002
        """Have a token open nothing any more; raises NotFound."""
        await self.get(id)
        gone = update(api_token).where(api_token.c.token_id == id, api_token.c.revoked_at.is_(None))
        await self._connection.execute(gone.values(revoked_at=at))

    async def holder(self, digest: bytes, at: datetime) -> TokenHolder | None:
        """Give whose token it is, and note that it is used; None where it opens nothing at that time."""
        query = select(api_token, _account.c.name.label("account_name"), _account.c.email, _account.c.role)
        query = query.join(_account, _OF).where(
            api_token.c.digest == digest,
            api_token.c.revoked_at.is_(None),
            or_(api_token.c.expires_at.is_(None), api_token.c.expires_at > at),
            _account.c.enabled,
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        if row.last_used_at is None or at - row.last_used_at >= _NOTED_EVERY:
            used = update(api_token).where(api_token.c.token_id == row.token_id)
            await self._connection.execute(used.values(last_used_at=at))
        return TokenHolder(
            token=row.token_id,
            account=row.account_id,
            name=row.account_name or row.email,
            role=row.role,
            scopes=tuple(row.scopes),
        )


def _tokens() -> Select[Any]:
    return select(api_token, _account.c.name.label("account_name"), _account.c.email).join(_account, _OF)


def _token(row: Row[Any]) -> StoredToken:
    return StoredToken(
        id=row.token_id,
        account=row.account_id,
        account_name=row.account_name or row.email,
        name=row.name,
        scopes=tuple(row.scopes),
        hint=row.hint,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
