"""API tokens as the pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from giljabi.access import Scope
from giljabi.store import StoredToken


class ApiTokenView(msgspec.Struct, frozen=True):
    """A token; ``hint`` is how its secret begins."""

    id: str
    name: str
    scopes: list[str]
    hint: str
    account: str
    account_name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class TokenList(msgspec.Struct, frozen=True):
    """Some tokens, the newest first, and the scopes that whoever asks may give."""

    tokens: list[ApiTokenView]
    scopes: list[Scope]


class MadeToken(msgspec.Struct, frozen=True):
    """A new token, and its secret, which is shown now and never again."""

    token: ApiTokenView
    secret: str


def token_list(tokens: Sequence[StoredToken], scopes: Sequence[Scope]) -> TokenList:
    """Draw some tokens."""
    return TokenList([token_view(one) for one in tokens], list(scopes))


def token_view(one: StoredToken) -> ApiTokenView:
    """Draw a token."""
    return ApiTokenView(
        id=one.id,
        name=one.name,
        scopes=list(one.scopes),
        hint=one.hint,
        account=one.account,
        account_name=one.account_name,
        created_at=one.created_at,
        expires_at=one.expires_at,
        last_used_at=one.last_used_at,
        revoked_at=one.revoked_at,
    )
