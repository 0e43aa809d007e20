"""Signing in with the provider of OpenID Connect that the operator has set up."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from giljabi.access import Outward, SignedIn, Visit
from giljabi.bootstrap.settings import Settings
from giljabi.model.errors import NotAllowed, NotFound, SignInFailed
from giljabi.store import Ledger, StoredLink, Transaction

if TYPE_CHECKING:
    from giljabi.access import Known, Provider, Vault
    from giljabi.bootstrap.accounts import Accounts, Note

_log = logging.getLogger(__name__)

LASTS = timedelta(minutes=10)
"""How long somebody may take at the provider."""


class Departure(msgspec.Struct, frozen=True):
    """Where a browser is sent, and what it keeps meanwhile."""

    address: str
    kept: str


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """What a browser keeps: a secret that state, nonce and verifier are made of, when, and where to then."""

    secret: str
    made_at: int
    next: str

    def part(self, name: str) -> str:
        digest = hmac.new(self.secret.encode(), name.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class SingleSignOn:
    """Sends browsers to the provider, and takes them back.

    Nothing is kept while somebody is away: what the browser keeps is signed, tied to what it brings back,
    good for ten minutes, and for one sign-in.

    Parameters
    ----------
    settings
        Say which provider, and whom it lets in.
    outward
        What may be reached.
    accounts
        Sign in whom the provider knows.
    ledger
        The workspace's database.
    vault
        Signs what browsers keep.
    note
        Is told of sign-ins that failed.
    clock
        Gives the time.
    """

    def __init__(
        self,
        settings: Settings,
        outward: Outward,
        accounts: Accounts,
        ledger: Ledger,
        vault: Vault,
        note: Note,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._outward = outward
        self._accounts = accounts
        self._ledger = ledger
        self._vault = vault
        self._note = note
        self._clock = clock

    @property
    def name(self) -> str | None:
        """What the provider is called; None where none is set up."""
        known = self._settings
        return known.oidc_name if known.oidc_issuer and known.oidc_client_id else None

    def start(self, redirect: str, next: str) -> Departure:  # noqa: A002
        """Send a browser to the provider.

        Parameters
        ----------
        redirect
            Where the provider is to send it back to.
        next
            The path of the page to be seen then.

        Raises
        ------
        NotFound
            If no provider is set up.
        SignInFailed
            If it does not answer.
        """
        kept = _Kept(secrets.token_urlsafe(32), int(self._clock().timestamp()), _path(next))
        parts = kept.part("state"), kept.part("nonce"), kept.part("verifier")
        try:
            address = self._provider.address(redirect, *parts)
        except SignInFailed as error:
            _log.warning("nobody can be sent to the provider: %s", error)
            raise
        return Departure(address, self._signed(kept))

    def finish(
        self, kept: str, answer: Mapping[str, str], redirect: str, visit: Visit
    ) -> tuple[SignedIn, str]:
        """Take a browser back; give who signed in, and the page to be seen.

        Parameters
        ----------
        kept
            What the browser kept.
        answer
            What it brings from the provider.
        redirect
            As at the start.
        visit
            From where.

        Raises
        ------
        NotFound
            If no provider is set up.
        SignInFailed
            If it was not sent there by us within ten minutes, comes again, or the provider's answer is not
            right.
        NotAllowed
            If the provider knows them, and this workspace does not.
        """
        provider = self._provider
        opened = self._opened(kept)
        if not hmac.compare_digest(opened.part("state").encode(), answer.get("state", "").encode()):
            raise SignInFailed("the answer belongs to another sign-in")
        try:
            known = provider.who(answer, redirect, opened.part("nonce"), opened.part("verifier"))
            self._once(opened)
        except SignInFailed as error:
            self._note(
                None, "session.sign_in_failed", "", address=visit.address, by="provider", why=str(error)
            )
            raise
        self._check_domain(known)
        role = None if self._settings.oidc_role == "none" else self._settings.oidc_role
        entered = self._accounts.login_by_provider(
            known.issuer, known.subject, known.email, known.verified, known.name, visit, role
        )
        return entered, opened.next

    @cached_property
    def _made(self) -> Provider:
        from giljabi.access import Provider

        known = self._settings
        return Provider(
            str(known.oidc_issuer), str(known.oidc_client_id), known.oidc_client_secret, self._outward
        )

    @property
    def _provider(self) -> Provider:
        if self.name is None:
            raise NotFound("no provider of OpenID Connect is set up")
        return self._made

    def _check_domain(self, known: Known) -> None:
        domains = {one.lower().lstrip("@") for one in self._settings.oidc_domains}
        domain = known.email.rpartition("@")[2].lower()
        if domains and not (known.verified and domain in domains):
            raise NotAllowed("the provider knows you, but people of your e-mail address do not sign in here")

    def _once(self, kept: _Kept) -> None:
        now = self._clock()
        link = StoredLink(
            id=hashlib.sha256(kept.secret.encode()).hexdigest(),
            purpose="provider",
            created_at=now,
            expires_at=now + 2 * LASTS,
        )

        async def use(tx: Transaction) -> bool:
            await tx.accounts.hold()
            if await tx.links.get(link.id, now) is not None:
                return False
            await tx.links.add(link)
            return True

        if not self._ledger.within(use):
            raise SignInFailed("this sign-in was finished before")

    def _signed(self, kept: _Kept) -> str:
        body = base64.urlsafe_b64encode(msgspec.json.encode(kept)).decode()
        return f"{body}.{self._vault.digest('oidc', body).hex()}"

    def _opened(self, told: str) -> _Kept:
        body, _, signature = told.partition(".")
        if not hmac.compare_digest(self._vault.digest("oidc", body).hex().encode(), signature.encode()):
            raise SignInFailed("this browser was not sent to the provider from here")
        try:
            kept = msgspec.json.decode(base64.urlsafe_b64decode(body), type=_Kept)
        except (msgspec.DecodeError, binascii.Error) as error:
            raise SignInFailed("this browser was not sent to the provider from here") from error
        if self._clock() - datetime.fromtimestamp(kept.made_at, UTC) > LASTS:
            raise SignInFailed("the sign-in took too long; begin again")
        return kept


def _path(next: str) -> str:  # noqa: A002
    """Give a path of our own pages; what leads elsewhere is none."""
    sound = (
        next.startswith("/")
        and not next.startswith(("//", "/\\"))
        and next.isprintable()
        and len(next) < 1000
    )
    return next if sound else "/"
