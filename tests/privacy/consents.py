"""Words of consent, with unimportant values where none are given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from giljabi.store import StoredConsent

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def said(value: str, *, given: bool, hours: int = 0, **more: Any) -> StoredConsent:
    """Say for a user's id that consent to analytics is given or withdrawn, some hours after noon."""
    fields: dict[str, Any] = {
        "kind": "user_id",
        "purpose": "analytics",
        "at": NOON + timedelta(hours=hours),
        **more,
    }
    subject = f"{fields['kind']}:{value}".encode()
    return StoredConsent(value=value, subject=subject, given=given, **fields)
