"""What the rest may ask of the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec


class StoredEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did.

    ``actor`` is the name they had then; ``action`` names what was done and ``object`` to what; ``address`` is
    where the request came from.
    """

    id: int
    at: datetime
    account: str = ""
    actor: str = ""
    token: str = ""
    action: str
    object: str = ""
    detail: dict[str, Any] = {}
    address: str = ""


class AuditStore(Protocol):
    """The audit log of a workspace: it can be added to and read, and nothing else."""

    async def add(
        self,
        action: str,
        *,
        account: str,
        actor: str,
        token: str,
        object: str,  # noqa: A002
        detail: Mapping[str, Any],
        address: str,
    ) -> None:
        """Add an entry."""

    async def list(
        self,
        *,
        before: int | None = None,
        limit: int,
        action: str | None = None,
        account: str | None = None,
    ) -> Sequence[StoredEntry]:
        """Give entries from below an id, the newest first."""

    async def actions(self) -> Sequence[str]:
        """Give every action that occurs, by name."""
