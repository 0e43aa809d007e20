"""Accounts in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import BadParameter, NotFound
from giljabi.store.ports import Credentials, StoredAccount
from giljabi.store.postgres.storable import storable
from giljabi.store.postgres.tables import account, account_login

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


class PostgresAccounts:
    """The accounts of a workspace, and who they are elsewhere."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def hold(self) -> None:
        """Have all others who change who may come in wait until this transaction ends."""
        await self._connection.execute(_HOLD, {"key": f"giljabi/{self._workspace}/accounts"})

    async def count(self) -> int:
        """Count the accounts."""
        return (await self._connection.execute(select(func.count()).select_from(account))).scalar_one()

    async def list(self) -> Sequence[StoredAccount]:
        """Give all accounts, by name and e-mail."""
        query = select(account).order_by(
            func.lower(account.c.name), func.lower(account.c.email), account.c.account_id
        )
        return [_account(row) for row in await self._connection.execute(query)]

    async def get(self, id: str) -> StoredAccount:  # noqa: A002
        """Give an account; raises NotFound."""
        return _account(await self._one(select(account).where(account.c.account_id == storable(id)), id))

    async def by_email(self, email: str) -> StoredAccount | None:
        """Give the account of an e-mail address, if there is one."""
        row = (await self._connection.execute(_of_email(email))).one_or_none()
        return None if row is None else _account(row)

    async def add(self, new: StoredAccount, password_hash: str | None) -> StoredAccount:
        """Keep a new account; raises BadParameter where there is one of that e-mail address."""
        values = {
            "workspace_id": self._workspace,
            "account_id": new.id,
            "email": new.email,
            "name": new.name,
            "role": new.role,
            "language": new.language,
            "enabled": new.enabled,
            "password_hash": password_hash,
            "created_at": new.created_at,
            "password_changed_at": new.password_changed_at,
        }
        return _account(await self._one(insert(account).values(values).returning(*account.c), new.id))

    async def change(self, id: str, **fields: Any) -> StoredAccount:  # noqa: A002
        """Set ``email``, ``name``, ``role``, ``language``, ``enabled`` or ``last_seen_at``.

        Raises NotFound, and BadParameter where another account has that e-mail address.
        """
        change = update(account).where(account.c.account_id == storable(id)).values(fields)
        return _account(await self._one(change.returning(*account.c), id))

    async def remove(self, id: str) -> None:  # noqa: A002
        """Remove an account with all that hangs on it; raises NotFound."""
        gone = delete(account).where(account.c.account_id == storable(id)).returning(account.c.account_id)
        await self._one(gone, id)

    async def credentials(self, id: str) -> Credentials:  # noqa: A002
        """Give what an account signs in with; raises NotFound."""
        return _credentials(await self._one(select(account).where(account.c.account_id == storable(id)), id))

    async def held(self, id: str) -> Credentials:  # noqa: A002
        """Give the same, and have others who would change the account wait; raises NotFound."""
        query = select(account).where(account.c.account_id == storable(id)).with_for_update(key_share=True)
        return _credentials(await self._one(query, id))

    async def credentials_by_email(self, email: str) -> Credentials | None:
        """Give what the account of an e-mail address signs in with, if there is one."""
        row = (await self._connection.execute(_of_email(email))).one_or_none()
        return None if row is None else _credentials(row)

    async def set_password(self, id: str, password_hash: str, at: datetime | None) -> None:  # noqa: A002
        """Keep the hash of a password; ``at`` is when it was changed, None where it is the old one anew."""
        changed = {} if at is None else {"password_changed_at": at}
        change = update(account).where(account.c.account_id == storable(id))
        await self._one(
            change.values(password_hash=password_hash, **changed).returning(account.c.account_id), id
        )

    async def by_login(self, issuer: str, subject: str) -> StoredAccount | None:
        """Give the account of somebody at a provider, if there is one."""
        query: Select[Any] = (
            select(account)
            .join(account_login)
            .where(account_login.c.issuer == storable(issuer), account_login.c.subject == storable(subject))
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _account(row)

    async def add_login(self, issuer: str, subject: str, account: str, at: datetime) -> None:
        """Keep who an account is at a provider."""
        values = {
            "workspace_id": self._workspace,
            "issuer": storable(issuer),
            "subject": storable(subject),
            "account_id": account,
            "created_at": at,
        }
        await self._connection.execute(upsert(account_login).values(values).on_conflict_do_nothing())

    async def _one(self, statement: Any, id: str) -> Row[Any]:  # noqa: A002
        try:
            row = (await self._connection.execute(statement)).one_or_none()
        except IntegrityError as error:
            if "ix_account_email" in str(error.orig):
                raise BadParameter("there is already an account of this e-mail address") from error
            raise
        if row is None:
            raise NotFound(f"there is no account {id!r} in this workspace")
        return row


def _of_email(email: str) -> Select[Any]:
    return select(account).where(func.lower(account.c.email) == func.lower(storable(email)))


def _credentials(row: Row[Any]) -> Credentials:
    return Credentials(
        account=_account(row),
        password_hash=row.password_hash,
        totp_secret=row.totp_secret,
        totp_confirmed=row.totp_confirmed,
        totp_step=row.totp_step,
    )


def _account(row: Row[Any]) -> StoredAccount:
    return StoredAccount(
        id=row.account_id,
        email=row.email,
        name=row.name,
        role=row.role,
        language=row.language,
        enabled=row.enabled,
        has_password=row.password_hash is not None,
        second_factor=row.totp_confirmed,
        created_at=row.created_at,
        password_changed_at=row.password_changed_at,
        last_seen_at=row.last_seen_at,
    )
