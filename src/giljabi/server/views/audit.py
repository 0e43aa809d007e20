"""The audit log as the pages show it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from giljabi.store import StoredEntry


class EntryView(msgspec.Struct, frozen=True):
    """What somebody did, to what, and from where; ``actor`` is the name they had then."""

    id: int
    at: datetime
    account: str
    actor: str
    token: str
    action: str
    object: str
    detail: dict[str, Any]
    address: str


class EntryList(msgspec.Struct, frozen=True):
    """Some entries, the newest first; ``next`` is where the next page begins, null at the end."""

    entries: list[EntryView]
    next: int | None


class ActionList(msgspec.Struct, frozen=True):
    """Every action that occurs."""

    actions: list[str]


def entry_view(one: StoredEntry) -> EntryView:
    """Draw an entry."""
    return EntryView(
        one.id, one.at, one.account, one.actor, one.token, one.action, one.object, one.detail, one.address
    )
