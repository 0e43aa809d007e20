"""What the rest may ask of accounts: who there is, who is signed in, which links and locks there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

LinkPurpose: TypeAlias = Literal["owner", "invitation", "reset", "email", "provider"]


class StoredAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account: somebody who may sign in.

    ``second_factor`` says that one is asked for, ``has_password`` is false where they come in by a provider
    alone.
    """

    id: str
    email: str
    name: str
    role: str
    language: str
    enabled: bool
    has_password: bool
    second_factor: bool
    created_at: datetime
    password_changed_at: datetime
    last_seen_at: datetime | None = None


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What an account signs in with.

    ``totp_secret`` is encrypted; it counts once it is confirmed. ``totp_step`` is the last time step used.
    """

    account: StoredAccount
    password_hash: str | None
    totp_secret: bytes | None
    totp_confirmed: bool
    totp_step: int


class StoredSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session: its ``id`` is the digest of its secret as hexadecimal digits.

    ``complete`` is false while a second factor is still to be given.
    """

    id: str
    account: str
    complete: bool
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class StoredLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link that works once: its ``id`` is the digest of its secret as hexadecimal digits.

    ``offer`` is what it gives, as the role and the maps of an invitation.
    """

    id: str
    purpose: LinkPurpose
    created_at: datetime
    expires_at: datetime
    email: str = ""
    account: str | None = None
    offer: Mapping[str, Any] = {}
    made_by: str = ""


class StoredGuest(msgspec.Struct, frozen=True):
    """A guest of a map, and what it is there."""

    map: str
    account: str
    role: str


class StoredTries(msgspec.Struct, frozen=True):
    """How often something was tried since a moment, and until when it may not be tried again."""

    tries: int
    since: datetime
    locked_until: datetime | None = None


class AccountStore(Protocol):
    """The accounts of a workspace, and who they are elsewhere."""

    async def hold(self) -> None:
        """Have all others who change who may come in wait until this transaction ends."""

    async def count(self) -> int:
        """Count the accounts."""

    async def list(self) -> Sequence[StoredAccount]:
        """Give all accounts, by name and e-mail."""

    async def get(self, id: str) -> StoredAccount:  # noqa: A002
        """Give an account; raises NotFound."""

    async def by_email(self, email: str) -> StoredAccount | None:
        """Give the account of an e-mail address, if there is one."""

    async def add(self, new: StoredAccount, password_hash: str | None) -> StoredAccount:
        """Keep a new account; raises BadParameter where there is one of that e-mail address."""

    async def change(self, id: str, **fields: Any) -> StoredAccount:  # noqa: A002
        """Set ``email``, ``name``, ``role``, ``language``, ``enabled`` or ``last_seen_at``.

        Raises NotFound, and BadParameter where another account has that e-mail address.
        """

    async def remove(self, id: str) -> None:  # noqa: A002
        """Remove an account with all that hangs on it; raises NotFound."""

    async def credentials(self, id: str) -> Credentials:  # noqa: A002
        """Give what an account signs in with; raises NotFound."""

    async def held(self, id: str) -> Credentials:  # noqa: A002
        """Give the same, and have others who would change the account wait; raises NotFound."""

    async def credentials_by_email(self, email: str) -> Credentials | None:
        """Give what the account of an e-mail address signs in with, if there is one."""

    async def set_password(self, id: str, password_hash: str, at: datetime | None) -> None:  # noqa: A002
        """Keep the hash of a password; ``at`` is when it was changed, None where it is the old one anew."""

    async def by_login(self, issuer: str, subject: str) -> StoredAccount | None:
        """Give the account of somebody at a provider, if there is one."""

    async def add_login(self, issuer: str, subject: str, account: str, at: datetime) -> None:
        """Keep who an account is at a provider."""


class SecondFactors(Protocol):
    """Second factors of accounts: the secret of an authenticator, and recovery codes."""

    async def offer(self, account: str, sealed: bytes) -> None:
        """Keep an encrypted secret that is not confirmed yet; raises NotFound."""

    async def use_step(self, account: str, step: int, *, confirm: bool = False) -> bool:
        """Use a time step once; give False where it or a later one was used. ``confirm`` the secret by it."""

    async def turn_off(self, account: str) -> None:
        """Forget secret and recovery codes."""

    async def replace_codes(self, account: str, digests: Sequence[bytes]) -> None:
        """Put recovery codes in the place of all others."""

    async def use_code(self, account: str, digest: bytes, at: datetime) -> bool:
        """Use a recovery code, once; give False where there is none, or it was used."""

    async def codes_left(self, account: str) -> int:
        """Count the recovery codes that were not used."""


class SessionStore(Protocol):
    """Who is signed in."""

    async def add(self, new: StoredSession) -> None:
        """Keep a new session."""

    async def get(self, id: str, now: datetime) -> StoredSession | None:  # noqa: A002
        """Give a session that has not expired."""

    async def of(self, account: str, now: datetime) -> Sequence[StoredSession]:
        """Give the complete sessions of an account that have not expired, the last seen first."""

    async def seen(self, id: str, at: datetime) -> None:  # noqa: A002
        """Note that a session was used, for its account too."""

    async def end(self, account: str, id: str) -> bool:  # noqa: A002
        """End a session of an account; give whether there was one."""

    async def end_all(self, account: str | None = None, keep: str = "") -> int:
        """End the sessions of an account, or everybody's, but one to keep; give how many."""

    async def forget(self, now: datetime) -> int:
        """Remove sessions that have expired; give how many."""


class LinkStore(Protocol):
    """Links that work once."""

    async def add(self, new: StoredLink) -> None:
        """Keep a new link."""

    async def get(self, id: str, now: datetime) -> StoredLink | None:  # noqa: A002
        """Give a link that is good still."""

    async def open(self, purpose: LinkPurpose, now: datetime, email: str = "") -> Sequence[StoredLink]:
        """Give the links of a purpose that are good still, for an e-mail address or all; the newest first."""

    async def use(self, id: str, purpose: LinkPurpose, now: datetime) -> StoredLink | None:  # noqa: A002
        """Use a link; of any number who do so at once, one gets it."""

    async def end(
        self,
        purpose: LinkPurpose,
        *,
        account: str | None = None,
        email: str = "",
        id: str = "",  # noqa: A002
    ) -> int:
        """End the links of a purpose, of an account, of an e-mail address, or of an id; give how many."""

    async def forget(self, before: datetime) -> int:
        """Remove links whose time was over before a moment; give how many."""


class GuestStore(Protocol):
    """The guests of maps."""

    async def of_map(self, map: str) -> Sequence[StoredGuest]:  # noqa: A002
        """Give the guests of a map."""

    async def of_account(self, account: str) -> Mapping[str, str]:
        """Give the maps of a guest, and what it is on each."""

    async def list(self) -> Sequence[StoredGuest]:
        """Give all guests of all maps."""

    async def put(self, guest: StoredGuest) -> None:
        """Let a guest in, or change what it is there; raises NotFound where there is no such map."""

    async def remove(self, account: str, map: str | None = None) -> int:  # noqa: A002
        """Turn a guest away from a map, or from all; give from how many."""


class ThrottleStore(Protocol):
    """What was tried too often. Whoever looks at a key is done with it before anybody else looks."""

    async def look(self, key: str, now: datetime) -> StoredTries:
        """Give how often something was tried, and have others wait for the end of this transaction."""

    async def put(self, key: str, tries: StoredTries) -> None:
        """Keep how often it was tried."""

    async def reset(self, key: str) -> None:
        """Forget what was tried."""

    async def forget(self, before: datetime) -> int:
        """Forget what was not tried since a moment; give how many."""
