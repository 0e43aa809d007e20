"""A new password for who has forgotten it, by a link in a mail."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec

from giljabi.access import SignedIn, Visit, check_password, email_key, hash_password
from giljabi.bootstrap.accounts.inviting import no_longer_good
from giljabi.bootstrap.accounts.own import OwnAccount
from giljabi.model.errors import BadParameter, NotFound, TooMany
from giljabi.store import StoredAccount, Transaction

_RESET = "reset"

_WORTH_SENDING = timedelta(hours=1)
"""How long it is tried to send a link; later nobody waits for it any more."""


class _Asked(msgspec.Struct, frozen=True):
    """What was asked: a link for an e-mail address, in a language, at a moment."""

    email: str
    language: str
    at: datetime


class Resetting(OwnAccount):
    """A new password for who has forgotten it."""

    def ask_reset(self, email: str, language: str, visit: Visit) -> None:
        """Have a link sent by which a new password can be chosen, if there is such an account.

        What is done here is the same for every address; whether there is an account is looked up in the
        background.

        Raises
        ------
        TooMany
            If it was asked too often from this place.
        """
        self._count_try(("reset_address", visit.address))
        self._post(_RESET, _Asked(email_key(email), language, self._clock()))

    def send_reset(self, letter: str, tell: Any = None) -> dict[str, Any]:
        """Send what `ask_reset` asked for; the work of a job, which tells nobody whether mail went out.

        Raises
        ------
        SourceUnavailable
            If the mail server does not answer; it is tried again.
        """
        if tell is not None:
            tell("reset", 0.0)
        asked = self._opened(_RESET, letter, _Asked)
        account = self._ledger.within(lambda tx: tx.accounts.by_email(asked.email))
        late = self._clock() - asked.at >= _WORTH_SENDING
        if account is None or not account.enabled or not self.mail_set_up or late:
            return {}
        try:
            self._count_try(("reset", asked.email))
        except TooMany:
            return {}
        token = self._reset_token(account)
        # What the server will never have is let go of; whoever was told would learn who has an account.
        with suppress(BadParameter):
            self._mail("reset", account.email, token, asked.language or account.language)
        return {}

    def reset_link(self, email: str) -> str:
        """Make a link by which somebody can choose a new password, for who runs the server; give its secret.

        Raises
        ------
        NotFound
            If there is no account of that e-mail address.
        """
        account = self._ledger.within(lambda tx: tx.accounts.by_email(email_key(email)))
        if account is None:
            raise NotFound(f"there is no account of {email}")
        return self._reset_token(account)

    def turn_off_totp_of(self, email: str) -> StoredAccount:
        """Ask somebody for no second factor any more, for who runs the server; raises NotFound."""
        account = self._ledger.within(lambda tx: tx.accounts.by_email(email_key(email)))
        if account is None:
            raise NotFound(f"there is no account of {email}")
        self._ledger.within(lambda tx: tx.second_factors.turn_off(account.id))
        if account.second_factor:
            self._tell(account, "totp_taken")
        return account

    def reset(self, token: str, password: str, visit: Visit) -> SignedIn:
        """Choose a new password by a link, and sign in; all other sessions end, and lock-outs with them.

        Returns
        -------
        SignedIn
            Not complete where a second factor is to be given.

        Raises
        ------
        NotFound
            If the link is no longer good.
        BadParameter
            If the password will not do.
        """
        link = self._look(token, "reset")
        account = self._ledger.within(lambda tx: tx.accounts.get(link.account or ""))
        check_password(password, account.email, account.name)
        kept = hash_password(password)

        async def change(tx: Transaction) -> SignedIn:
            used = await tx.links.use(link.id, "reset", self._clock())
            known = await tx.accounts.held(account.id)
            if used is None or not known.account.enabled:
                raise no_longer_good()
            await tx.accounts.set_password(account.id, kept, self._clock())
            await self._was_right(tx, "password", email_key(known.account.email))
            await tx.sessions.end_all(account.id)
            return await self._open_session(tx, known.account, visit, complete=not known.totp_confirmed)

        done = self._ledger.within(change)
        self._note(done.principal, "session.password_reset", account.id, address=visit.address)
        self._tell(account, "reset")
        return done

    def _reset_token(self, account: StoredAccount) -> str:
        async def make(tx: Transaction) -> str:
            await tx.links.end("reset", account=account.id)
            return (await self._new_link(tx, "reset", email=account.email, account=account.id))[0]

        token = self._ledger.within(make)
        self._note(None, "session.reset_asked", account.id)
        return token
