"""Somebody's own account, as its page shows it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from giljabi.access import TotpOffer
from giljabi.bootstrap import EmailChange, Workspace
from giljabi.store import StoredSession


class AccountView(msgspec.Struct, frozen=True):
    """An account; ``recovery_codes`` says how many are left."""

    id: str
    email: str
    name: str
    language: str
    role: str
    has_password: bool
    second_factor: bool
    recovery_codes: int
    created_at: datetime
    password_changed_at: datetime
    last_seen_at: datetime | None


class EmailChangeView(msgspec.Struct, frozen=True):
    """Whether the link that confirms went out by mail; else its secret, and why it did not."""

    mailed: bool
    token: str | None
    problem: str


class TotpOfferView(msgspec.Struct, frozen=True):
    """A second factor to be set up: its secret, the address an app reads, and that as a QR code.

    ``path`` is drawn black on white in a square of ``size``.
    """

    secret: str
    uri: str
    size: int
    path: str


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Codes that stand in for the second factor, each once; they are shown now and never again."""

    codes: list[str]


class OwnSession(msgspec.Struct, frozen=True):
    """A session; ``current`` is the one that asks."""

    id: str
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool


class SessionList(msgspec.Struct, frozen=True):
    """The sessions of an account, the last seen first."""

    sessions: list[OwnSession]


class Ended(msgspec.Struct, frozen=True):
    """How many sessions were ended."""

    ended: int


def account_view(workspace: Workspace, account: str) -> AccountView:
    """Draw an account."""
    own = workspace.accounts.me(account)
    return AccountView(
        id=own.id,
        email=own.email,
        name=own.name,
        language=own.language,
        role=own.role,
        has_password=own.has_password,
        second_factor=own.second_factor,
        recovery_codes=workspace.accounts.recovery_codes_left(account),
        created_at=own.created_at,
        password_changed_at=own.password_changed_at,
        last_seen_at=own.last_seen_at,
    )


def email_change_view(change: EmailChange) -> EmailChangeView:
    """Draw what became of the wish for another e-mail address."""
    return EmailChangeView(change.mailed, change.token, change.problem)


def totp_offer_view(offer: TotpOffer) -> TotpOfferView:
    """Draw a second factor to be set up."""
    return TotpOfferView(offer.secret, offer.uri, offer.size, offer.path)


def own_session(one: StoredSession, current: str) -> OwnSession:
    """Draw a session."""
    return OwnSession(
        one.id, one.address, one.agent, one.created_at, one.seen_at, one.expires_at, one.id == current
    )
