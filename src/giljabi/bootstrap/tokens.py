"""API tokens: how programs come in, in the name of an account and with less than its rights."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from giljabi.model.errors import BadParameter, NotAllowed, NotFound
from giljabi.store import Ledger, StoredToken, Transaction

if TYPE_CHECKING:
    from giljabi.access import Principal, Scope

BEGINNING = "gj_"
LONGEST_DAYS = 3650

_LONGEST_NAME = 80
_SHOWN = len(BEGINNING) + 4
_LONGEST_SECRET = 200


class Tokens:
    """The API tokens of one workspace.

    Parameters
    ----------
    ledger
        The workspace's database.
    now
        The clock.
    """

    def __init__(self, ledger: Ledger, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._ledger = ledger
        self._now = now

    def make(
        self, by: Principal, name: str, scopes: Collection[Scope], days: int | None
    ) -> tuple[StoredToken, str]:
        """Make a token, and give it with its secret, which is kept nowhere.

        Parameters
        ----------
        by
            Whose token it is.
        name
            What it is for, 1 to 80 letters.
        scopes
            What it may be used for, within the rights of its maker.
        days
            When it expires, 1 to 3,650; None: never.

        Raises
        ------
        BadParameter
            If name, scopes or days are not right.
        NotAllowed
            If it would have a right that its maker lacks.
        """
        from giljabi.access import LOCAL, new_secret, secret_digest

        said = " ".join(name.replace("\0", "").split())
        if not 1 <= len(said) <= _LONGEST_NAME:
            raise BadParameter(f"a token's name has 1 to {_LONGEST_NAME} letters, not {len(said)}")
        if days is not None and not 1 <= days <= LONGEST_DAYS:
            raise BadParameter(f"a token is good for 1 to {LONGEST_DAYS} days, not {days}")
        if by.account == LOCAL or by.token:
            raise NotAllowed("only somebody who is signed in makes tokens")
        if not scopes:
            raise BadParameter("choose what the token may be used for")
        if not set(scopes) <= set(self.scopes_for(by)):
            raise NotAllowed("nobody gives more than they have; leave out the scopes beyond your role")
        secret = BEGINNING + new_secret()
        expires = None if days is None else self._now() + timedelta(days=days)

        async def add(tx: Transaction) -> StoredToken:
            return await tx.tokens.add(
                by.account,
                said,
                sorted(set(scopes)),
                digest=secret_digest(secret),
                hint=secret[:_SHOWN],
                expires=expires,
            )

        return self._ledger.within(add), secret

    def scopes_for(self, by: Principal) -> Sequence[Scope]:
        """Give the scopes that fit somebody's rights."""
        from giljabi.access import SCOPES, scope_rights

        if by.role == "guest":
            return []
        # Metrics tell how the whole installation fares, so they are for those who run it.
        needed: dict[str, Any] = {**{one: scope_rights(one) for one in SCOPES}, "metrics": {"admin"}}
        return [one for one in SCOPES if needed[one] <= by.rights]

    def list(self, by: Principal | None = None) -> Sequence[StoredToken]:
        """Give somebody's tokens, or all, the newest first."""
        return self._ledger.within(lambda tx: tx.tokens.list(by.account if by is not None else None))

    def revoke(self, by: Principal, id: str) -> None:  # noqa: A002
        """Have a token open nothing from now on; admins may do so with anybody's.

        Raises
        ------
        NotFound
            If there is no such token, or it is another's and ``by`` is no admin.
        """

        async def end(tx: Transaction) -> None:
            kept = await tx.tokens.get(id)
            if kept.account != by.account and "admin" not in by.rights:
                raise NotFound(f"there is no token {id!r}")
            await tx.tokens.revoke(id, self._now())

        self._ledger.within(end)

    def principal(self, secret: str) -> Principal | None:
        """Give whom a secret stands for, with what its account is at present; None where it opens nothing.

        Raises
        ------
        StorageUnavailable
            If the database does not answer.
        """
        from giljabi.access import ROLES, SCOPES, Principal, secret_digest

        if not secret.startswith(BEGINNING) or len(secret) > _LONGEST_SECRET:
            return None
        found = self._ledger.within(lambda tx: tx.tokens.holder(secret_digest(secret), self._now()))
        if found is None:
            return None
        return Principal(
            account=found.account,
            name=found.name,
            role=next(one for one in ROLES if one == found.role),
            scopes=frozenset(one for one in SCOPES if one in found.scopes),
            token=found.token,
        )
