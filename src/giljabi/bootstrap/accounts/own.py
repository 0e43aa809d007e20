"""What people change of their own account: name, password, e-mail address, second factor."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from giljabi.access import (
    SignedIn,
    TotpOffer,
    Visit,
    check_password,
    code_step,
    hash_password,
    is_password,
    new_offer,
    new_recovery_codes,
    normal_email,
    normal_recovery_code,
    secret_digest,
)
from giljabi.bootstrap.accounts.inviting import LANGUAGES, Inviting, checked_name, no_longer_good
from giljabi.model.errors import BadParameter, SignInFailed
from giljabi.store import Credentials, StoredAccount, Transaction


class EmailChange(msgspec.Struct, frozen=True):
    """A change of an e-mail address that waits to be confirmed.

    ``token`` is the secret of its link, where no mail went out; ``problem`` says why it did not.
    """

    token: str | None
    mailed: bool
    problem: str = ""


class OwnAccount(Inviting):
    """What people change of their own account."""

    def me(self, account: str) -> StoredAccount:
        """Give an account; raises NotFound."""
        return self._ledger.within(lambda tx: tx.accounts.get(account))

    def change_profile(self, account: str, name: str, language: str) -> StoredAccount:
        """Change name and language; raises BadParameter and NotFound."""
        if language not in {*LANGUAGES, ""}:
            raise BadParameter(f"{language!r} is no language here; there are {', '.join(LANGUAGES)}")
        said = checked_name(name)
        return self._ledger.within(lambda tx: tx.accounts.change(account, name=said, language=language))

    def change_password(self, account: str, old: str, new: str, visit: Visit) -> SignedIn:
        """Change the password; all sessions end, and a new one begins.

        Raises
        ------
        SignInFailed
            If the old password is wrong.
        BadParameter
            If the new one will not do.
        TooMany
            If it was tried too often.
        """
        known = self._with_password(account, old)
        check_password(new, known.account.email, known.account.name)
        if is_password(new, known.password_hash):
            raise BadParameter("that is the password of before; take another one")
        kept = hash_password(new)

        async def change(tx: Transaction) -> SignedIn:
            await tx.links.end("reset", account=account)
            await tx.accounts.set_password(account, kept, self._clock())
            await tx.sessions.end_all(account)
            return await self._open_session(tx, known.account, visit, complete=True)

        done = self._ledger.within(change)
        self._tell(known.account, "password")
        return done

    def change_email(self, account: str, password: str, email: str) -> EmailChange:
        """Have an account's address changed once whoever has the new one confirms it.

        Raises
        ------
        SignInFailed
            If the password is wrong.
        BadParameter
            If it is no e-mail address.
        """
        known = self._with_password(account, password)
        address = normal_email(email)

        async def offer(tx: Transaction) -> str:
            await tx.links.end("email", account=account)
            return (await self._new_link(tx, "email", email=address, account=account))[0]

        token = self._ledger.within(offer)
        problem = self._mail_now("email", address, token, known.account.language)
        return EmailChange(None, True) if problem is None else EmailChange(token, False, problem)

    def confirm_email(self, token: str) -> StoredAccount:
        """Change the address of an account by the link that was sent there.

        Raises
        ------
        NotFound
            If the link is no longer good.
        BadParameter
            If another account has that address by now.
        """

        async def change(tx: Transaction) -> tuple[StoredAccount, StoredAccount]:
            await tx.accounts.hold()
            link = await tx.links.use(secret_digest(token).hex(), "email", self._clock())
            if link is None or link.account is None:
                raise no_longer_good()
            before = await tx.accounts.get(link.account)
            await tx.links.end("reset", account=link.account)
            return await tx.accounts.change(link.account, email=link.email), before

        changed, before = self._ledger.within(change)
        self._note_of(changed.id, "session.email_changed")
        self._tell(before, "email", changed.email)
        return changed

    def set_up_totp(self, account: str, password: str) -> TotpOffer:
        """Offer a secret to an authenticator; it counts once a code confirms it.

        Raises
        ------
        SignInFailed
            If the password is wrong.
        BadParameter
            If a second factor is set up already.
        """
        known = self._with_password(account, password)
        if known.totp_confirmed:
            raise BadParameter("a second factor is set up already; turn it off first")
        offer = new_offer(known.account.email)
        sealed = self._vault.encrypt(offer.secret, f"totp/{account}")
        self._ledger.within(lambda tx: tx.second_factors.offer(account, sealed))
        return offer

    def confirm_totp(self, account: str, code: str) -> Sequence[str]:
        """Confirm the secret by a code of the authenticator; give the recovery codes, this once.

        Raises
        ------
        BadParameter
            If none was offered, or the code is wrong.
        TooMany
            If it was tried too often.
        """
        self._count_try(("second_factor", account))
        codes = new_recovery_codes()

        async def confirm(tx: Transaction) -> StoredAccount | None:
            known = await tx.accounts.held(account)
            if known.totp_secret is None or known.totp_confirmed:
                raise BadParameter("begin with setting up the second factor")
            step = code_step(self._totp_secret(known), code, self._clock())
            if step is None or not await tx.second_factors.use_step(account, step, confirm=True):
                return None
            await tx.second_factors.replace_codes(account, _digests(codes))
            await self._was_right(tx, "second_factor", account)
            return known.account

        confirmed = self._ledger.within(confirm)
        if confirmed is None:
            raise BadParameter("the code is not right; type the one the authenticator shows now")
        self._tell(confirmed, "totp_on")
        return codes

    def turn_off_totp(self, account: str, password: str) -> None:
        """Ask for no second factor any more; raises SignInFailed where the password is wrong."""
        known = self._with_password(account, password)
        self._ledger.within(lambda tx: tx.second_factors.turn_off(account))
        if known.totp_confirmed:
            self._tell(known.account, "totp_off")

    def new_recovery_codes(self, account: str, password: str) -> Sequence[str]:
        """Make recovery codes anew; those of before are good no longer.

        Raises
        ------
        SignInFailed
            If the password is wrong.
        BadParameter
            If there is no second factor to recover.
        """
        known = self._with_password(account, password)
        if not known.totp_confirmed:
            raise BadParameter("set up the second factor first")
        codes = new_recovery_codes()
        self._ledger.within(lambda tx: tx.second_factors.replace_codes(account, _digests(codes)))
        self._tell(known.account, "codes")
        return codes

    def recovery_codes_left(self, account: str) -> int:
        """Count the recovery codes that were not used."""
        return self._ledger.within(lambda tx: tx.second_factors.codes_left(account))

    def _with_password(self, account: str, password: str) -> Credentials:
        """Give what an account signs in with, to whoever knows its password.

        Raises
        ------
        SignInFailed
            If it is wrong.
        BadParameter
            If the account has none.
        NotFound
            If there is no such account.
        """
        known = self._ledger.within(lambda tx: tx.accounts.credentials(account))
        if known.password_hash is None:
            raise BadParameter("this account has no password yet; have a link sent to choose one")
        self._count_try(("own_password", account))
        if not known.account.enabled or not is_password(password, known.password_hash):
            raise SignInFailed("the password is not right")
        self._ledger.within(lambda tx: self._was_right(tx, "own_password", account))
        return known


def _digests(codes: Sequence[str]) -> list[bytes]:
    return [secret_digest(normal_recovery_code(one)) for one in codes]
