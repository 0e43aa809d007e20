"""Refusals as the pages show them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from giljabi.bootstrap import RefusalCount
from giljabi.server.language import Language, translate
from giljabi.store import StoredRefusal

LONGEST_BODY = 8_000
"""Characters of a call's JSON that are shown."""


class RefusalView(msgspec.Struct, frozen=True):
    """A call that was refused: ``reason`` by its name, ``detail`` in words, ``body`` the JSON that came."""

    id: int
    source: str
    source_name: str
    received_at: datetime
    reason: str
    detail: str
    event: str | None
    body: str


class RefusalList(msgspec.Struct, frozen=True):
    """Refusals, the newest first; ``next`` is the ``before`` of the page that follows, if one does."""

    refusals: list[RefusalView]
    next: int | None


class RefusalCountView(msgspec.Struct, frozen=True):
    """How many calls of a source were refused for a reason."""

    reason: str
    source: str
    source_name: str
    count: int


class RefusalCounts(msgspec.Struct, frozen=True):
    """What was refused and not let in since, by reason and source; it is kept for ``days``."""

    counts: list[RefusalCountView]
    days: int


class RetakenView(msgspec.Struct, frozen=True):
    """How many refused calls were let in, and how many were refused again."""

    accepted: int
    refused: int


def refusal_view(one: StoredRefusal, name: str, language: Language) -> RefusalView:
    """Draw a refusal."""
    body = one.body.decode("utf-8", "replace")
    return RefusalView(
        id=one.id,
        source=one.source,
        source_name=name,
        received_at=one.received_at,
        reason=one.reason,
        detail=translate(one.detail, language),
        event=one.event,
        body=body if len(body) <= LONGEST_BODY else f"{body[:LONGEST_BODY]}…",
    )


def refusal_count_view(one: RefusalCount) -> RefusalCountView:
    """Draw a count of refusals."""
    return RefusalCountView(one.reason, one.source, one.name, one.count)
