"""Coming in by a provider of OpenID Connect, which has found out who somebody is."""

from __future__ import annotations

import msgspec

from giljabi.access import Role, SignedIn, Visit, email_key, normal_email
from giljabi.bootstrap.accounts.members import Members
from giljabi.model.errors import NotAllowed
from giljabi.store import StoredAccount, Transaction


class Accounts(Members):
    """The accounts of one workspace: who may come in, who is in, and as what.

    Calls wait for their answer; any thread may make them. The parameters are those of a `Desk`.
    """

    def login_by_provider(
        self,
        issuer: str,
        subject: str,
        email: str,
        email_verified: bool,
        name: str,
        visit: Visit,
        role: Role | None = None,
    ) -> SignedIn:
        """Sign in somebody whom a provider knows.

        Parameters
        ----------
        issuer, subject
            Who they are there; this names them for good, whatever becomes of their e-mail address.
        email, email_verified, name
            What the provider says of them. An address that it has not verified ties them to nobody.
        visit
            From where.
        role
            What people become who were not invited; None lets in none of them.

        Returns
        -------
        SignedIn
            Not complete where the account asks for a second factor.

        Raises
        ------
        NotAllowed
            If they have no account, are not invited, or their account is disabled.
        """

        async def enter(tx: Transaction) -> tuple[SignedIn | None, str]:
            await tx.accounts.hold()
            account = await tx.accounts.by_login(issuer, subject)
            if account is None:
                account = await self._known_by_email(tx, email, email_verified, name, role)
                if account is None:
                    return None, ""
                await tx.accounts.add_login(issuer, subject, account.id, self._clock())
            if not account.enabled:
                return None, account.id
            complete = not (await tx.accounts.credentials(account.id)).totp_confirmed
            return await self._open_session(tx, account, visit, complete=complete), account.id

        done, account = self._ledger.within(enter)
        if done is None:
            self._note(None, "session.sign_in_failed", account, address=visit.address, by="provider")
            raise NotAllowed("you have no account here; ask an admin of the workspace to invite you")
        return self._signed_in(done, visit)

    async def _known_by_email(
        self, tx: Transaction, email: str, verified: bool, name: str, role: Role | None
    ) -> StoredAccount | None:
        """Give the account of a verified address: one there is, one that was invited, or a new one."""
        if not verified:
            return None
        account = await tx.accounts.by_email(email_key(email))
        if account is not None:
            return account
        address = normal_email(email)
        for link in await tx.links.open("invitation", self._clock(), address):
            used = await tx.links.use(link.id, "invitation", self._clock())
            if used is not None:
                return await self._admit(tx, used, self._without_password(address, name, used.offer["role"]))
        if role is None or not await tx.accounts.count():
            return None
        return await tx.accounts.add(self._without_password(address, name, role), None)

    def _without_password(self, email: str, name: str, role: Role) -> StoredAccount:
        shown = name[:80] if name else email.partition("@")[0]
        new = self._new_account(email, shown, role, "")
        return msgspec.structs.replace(new, has_password=False)
