"""What a source of files is told."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the files lie, which of them are taken, and what becomes of those that change."""

    folder: str
    pattern: str = "*"
    changed: Literal["take", "leave"] = "take"
    access_key: str | None = None
    access_secret: str | None = None
    endpoint: str | None = None
    roles: dict[str, Any] | None = None
