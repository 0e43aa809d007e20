"""Second factors in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import NotFound
from giljabi.store.postgres.tables import account as accounts
from giljabi.store.postgres.tables import recovery_code


class PostgresSecondFactors:
    """Second factors of accounts: the secret of an authenticator, and recovery codes."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def offer(self, account: str, sealed: bytes) -> None:
        """Keep an encrypted secret that is not confirmed yet; raises NotFound."""
        change = update(accounts).where(accounts.c.account_id == account, ~accounts.c.totp_confirmed)
        done = await self._connection.execute(change.values(totp_secret=sealed, totp_step=0))
        if not done.rowcount:
            raise NotFound(f"there is no account {account!r} without a second factor in this workspace")

    async def use_step(self, account: str, step: int, *, confirm: bool = False) -> bool:
        """Use a time step once; give False where it or a later one was used. ``confirm`` the secret by it."""
        change = update(accounts).where(
            accounts.c.account_id == account,
            accounts.c.totp_secret.is_not(None),
            accounts.c.totp_confirmed.is_(not confirm),
            accounts.c.totp_step < step,
        )
        done = await self._connection.execute(change.values(totp_step=step, totp_confirmed=True))
        return done.rowcount == 1

    async def turn_off(self, account: str) -> None:
        """Forget secret and recovery codes."""
        change = update(accounts).where(accounts.c.account_id == account)
        await self._connection.execute(change.values(totp_secret=None, totp_confirmed=False, totp_step=0))
        await self.replace_codes(account, [])

    async def replace_codes(self, account: str, digests: Sequence[bytes]) -> None:
        """Put recovery codes in the place of all others."""
        await self._connection.execute(delete(recovery_code).where(recovery_code.c.account_id == account))
        if digests:
            rows = [
                {"workspace_id": self._workspace, "account_id": account, "digest": one} for one in digests
            ]
            await self._connection.execute(insert(recovery_code), rows)

    async def use_code(self, account: str, digest: bytes, at: datetime) -> bool:
        """Use a recovery code, once; give False where there is none, or it was used."""
        change = update(recovery_code).where(
            recovery_code.c.account_id == account,
            recovery_code.c.digest == digest,
            recovery_code.c.used_at.is_(None),
        )
        return (await self._connection.execute(change.values(used_at=at))).rowcount == 1

    async def codes_left(self, account: str) -> int:
        """Count the recovery codes that were not used."""
        query = (
            select(func.count())
            .select_from(recovery_code)
            .where(recovery_code.c.account_id == account, recovery_code.c.used_at.is_(None))
        )
        return (await self._connection.execute(query)).scalar_one()
