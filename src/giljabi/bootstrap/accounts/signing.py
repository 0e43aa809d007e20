"""Signing in and out, and who is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from giljabi.access import (
    Principal,
    SignedIn,
    Visit,
    code_step,
    email_key,
    hash_password,
    is_outdated,
    is_password,
    normal_recovery_code,
    secret_digest,
)
from giljabi.bootstrap.accounts.desk import Desk, principal_of
from giljabi.model.errors import NotFound, SignInFailed, SignInNeeded
from giljabi.store import Credentials, StoredSession, Transaction

_NOTED_EVERY = timedelta(minutes=1)
"""How often it is noted, at most, that a session is in use."""


class Signing(Desk):
    """Signing in and out, and who is signed in."""

    def sign_in(self, email: str, password: str, visit: Visit, replacing: str = "") -> SignedIn:
        """Sign in with a password.

        Parameters
        ----------
        email, password
            As they were typed.
        visit
            From where.
        replacing
            The session of before, if there was one; it ends.

        Returns
        -------
        SignedIn
            Not complete where a second factor is to be given.

        Raises
        ------
        SignInFailed
            If they do not belong together; it is not said whether there is such an account.
        TooMany
            If it was tried too often, for this e-mail address or from this place.
        """
        key = email_key(email)
        last = self._count_try(("password", key), ("address", visit.address))
        known = self._ledger.within(lambda tx: tx.accounts.credentials_by_email(key))
        right = is_password(password, None if known is None else known.password_hash)
        if known is None or not right or not known.account.enabled:
            self._note(
                None,
                "session.sign_in_failed",
                "" if known is None else known.account.id,
                address=visit.address,
                locked=last,
            )
            raise SignInFailed("e-mail address or password is not right")
        anew = hash_password(password) if is_outdated(known.password_hash or "") else None

        async def enter(tx: Transaction) -> SignedIn:
            again = await tx.accounts.held(known.account.id)
            if again.password_hash != known.password_hash or not again.account.enabled:
                raise SignInFailed("e-mail address or password is not right")
            if anew is not None:
                await tx.accounts.set_password(known.account.id, anew, None)
            await self._was_right(tx, "password", key, visit)
            if replacing:
                await tx.sessions.end(known.account.id, secret_digest(replacing).hex())
            return await self._open_session(tx, again.account, visit, complete=not again.totp_confirmed)

        return self._signed_in(self._ledger.within(enter), visit)

    def second_factor(self, token: str, code: str, visit: Visit) -> SignedIn:
        """Give the second factor of a session that waits for it; another session takes its place.

        Parameters
        ----------
        token
            The secret of the session.
        code
            Of the authenticator, or a recovery code.
        visit
            From where.

        Raises
        ------
        SignInNeeded
            If there is no session that waits for it, any more.
        SignInFailed
            If the code is wrong, or was used before.
        TooMany
            If it was tried too often.
        """
        old = secret_digest(token).hex()
        session = self._ledger.within(lambda tx: tx.sessions.get(old, self._clock()))
        if session is None or session.complete:
            raise SignInNeeded("sign in with your password first")
        account = session.account
        last = self._count_try(("second_factor", account), ("address", visit.address))

        async def enter(tx: Transaction) -> tuple[SignedIn | None, str]:
            known = await tx.accounts.held(account)
            if not known.account.enabled or await tx.sessions.get(old, self._clock()) is None:
                raise SignInNeeded("sign in with your password first")
            way = await self._use_code(tx, known, code)
            if not way:
                return None, way
            await self._was_right(tx, "second_factor", account, visit)
            await tx.sessions.end(account, old)
            return await self._open_session(tx, known.account, visit, complete=True), way

        done, way = self._ledger.within(enter)
        if done is None:
            self._note(None, "session.second_factor_failed", account, address=visit.address, locked=last)
            raise SignInFailed("the code is not right, or was used before")
        if way == "recovery_code":
            self._note(done.principal, "session.recovery_code_used", account, address=visit.address)
        return self._signed_in(done, visit)

    def principal(self, token: str) -> Principal | None:
        """Say who is signed in by a session; None where it is not complete, over, or was idle too long."""

        async def look(tx: Transaction) -> Principal | None:
            now = self._clock()
            session = await tx.sessions.get(secret_digest(token).hex(), now)
            if session is None or not session.complete or now - session.seen_at >= self._idle:
                return None
            account = await tx.accounts.get(session.account)
            if not account.enabled:
                return None
            if now - session.seen_at >= _NOTED_EVERY:
                await tx.sessions.seen(session.id, now)
            maps = await tx.guests.of_account(account.id) if account.role == "guest" else {}
            return principal_of(account, maps, session=session.id)

        return self._ledger.within(look) if token else None

    def waits_for_code(self, token: str) -> bool:
        """Say whether a session waits for its second factor still; it opens nothing but that step."""

        async def look(tx: Transaction) -> bool:
            session = await tx.sessions.get(secret_digest(token).hex(), self._clock())
            if session is None or session.complete:
                return False
            return (await tx.accounts.get(session.account)).enabled

        return self._ledger.within(look)

    def sign_out(self, token: str) -> None:
        """End a session; nothing happens where there is none, nothing is noted where it was half a one."""

        async def leave(tx: Transaction) -> str | None:
            session = await tx.sessions.get(secret_digest(token).hex(), self._clock())
            if session is None or not await tx.sessions.end(session.account, session.id):
                return None
            return session.account if session.complete else None

        account = self._ledger.within(leave)
        if account is not None:
            self._note_of(account, "session.signed_out")

    def sessions(self, account: str) -> Sequence[StoredSession]:
        """Give the sessions of an account, the last seen first."""

        async def look(tx: Transaction) -> Sequence[StoredSession]:
            now = self._clock()
            return [one for one in await tx.sessions.of(account, now) if now - one.seen_at < self._idle]

        return self._ledger.within(look)

    def end_session(self, account: str, id: str) -> None:  # noqa: A002
        """End a session of an account; raises NotFound."""
        if not self._ledger.within(lambda tx: tx.sessions.end(account, id)):
            raise NotFound("there is no such session any more")

    def end_other_sessions(self, account: str, keep: str) -> int:
        """End the sessions of an account but one; give how many."""
        return self._ledger.within(lambda tx: tx.sessions.end_all(account, keep))

    def end_everyones_sessions(self) -> int:
        """Sign everybody out; give how many sessions ended."""
        ended = self._ledger.within(lambda tx: tx.sessions.end_all())
        self._note(None, "session.everyone_signed_out", sessions=ended)
        return ended

    async def _use_code(self, tx: Transaction, known: Credentials, code: str) -> str:
        """Use a code once: ``authenticator``, ``recovery_code``, or nothing where it is neither."""
        account = known.account.id
        if not known.totp_confirmed:
            return ""
        step = code_step(self._totp_secret(known), code, self._clock())
        if step is not None:
            return "authenticator" if await tx.second_factors.use_step(account, step) else ""
        digest = secret_digest(normal_recovery_code(code))
        used = await tx.second_factors.use_code(account, digest, self._clock())
        return "recovery_code" if used else ""

    def _totp_secret(self, known: Credentials) -> str:
        return self._vault.decrypt(known.totp_secret or b"", f"totp/{known.account.id}")

    def _signed_in(self, done: SignedIn, visit: Visit) -> SignedIn:
        if done.principal is not None:
            self._note(done.principal, "session.signed_in", done.principal.account, address=visit.address)
        return done

    def _note_of(self, account: str, action: str, **detail: object) -> None:
        """Note what somebody did with their own account."""
        who = self._ledger.within(lambda tx: tx.accounts.get(account))
        self._note(principal_of(who), action, account, **detail)
