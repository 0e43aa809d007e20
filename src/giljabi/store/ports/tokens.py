"""What the rest may ask of API tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec


class StoredToken(msgspec.Struct, frozen=True, kw_only=True):
    """An API token of an account; its secret is kept by nobody.

    ``hint`` is how the secret begins, so that people know theirs again. ``scopes`` are what it may be used
    for, as `giljabi.access.Scope` names them.
    """

    id: str
    account: str
    account_name: str
    name: str
    scopes: tuple[str, ...]
    hint: str
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class TokenHolder(msgspec.Struct, frozen=True, kw_only=True):
    """Whose token a secret is, and what that account is at present."""

    token: str
    account: str
    name: str
    role: str
    scopes: tuple[str, ...]


class TokenStore(Protocol):
    """The API tokens of a workspace."""

    async def list(self, account: str | None = None) -> Sequence[StoredToken]:
        """Give the tokens of an account, or all, the newest first."""

    async def get(self, id: str) -> StoredToken:  # noqa: A002
        """Give a token; raises NotFound."""

    async def add(
        self,
        account: str,
        name: str,
        scopes: Sequence[str],
        digest: bytes,
        hint: str,
        expires: datetime | None,
    ) -> StoredToken:
        """Keep a new token under an id of its own."""

    async def revoke(self, id: str, at: datetime) -> None:  # noqa: A002
        """Have a token open nothing any more; raises NotFound."""

    async def holder(self, digest: bytes, at: datetime) -> TokenHolder | None:
        """Give whose token it is, and note that it is used; None where it opens nothing at that time.

        The use is written down at most once a minute.
        """
