"""Imports as the pages follow them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from giljabi.server.language import Language, translate
from giljabi.store import StoredImport


class ColumnView(msgspec.Struct, frozen=True):
    """A column of an uploaded file, with a few of its values."""

    name: str
    type: str
    examples: list[str]


class PreviewView(msgspec.Struct, frozen=True):
    """What an uploaded file seems to hold; ``roles`` says which column was taken for what."""

    id: str
    kind: Literal["events", "feedback"]
    filename: str
    format: str
    encoding: str | None
    delimiter: str | None
    size: int | None
    columns: list[ColumnView]
    roles: dict[str, str | None]
    sample: list[dict[str, str | None]]
    problems: list[str]


class ImportView(msgspec.Struct, frozen=True):
    """How far an import is, and what came of it; ``preview`` is there until the import is started."""

    id: str
    filename: str
    kind: str
    state: Literal["preview", "running", "done", "failed", "duplicate"]
    step: str
    progress: float
    accepted: int
    refused: int
    reasons: dict[str, int]
    roles: dict[str, str]
    error: str | None
    rejects_url: str | None
    created_at: datetime
    preview: PreviewView | None = None


class ImportList(msgspec.Struct, frozen=True):
    """The workspace's imports, the newest first."""

    imports: list[ImportView]


def preview_view(kept: StoredImport, language: Language) -> PreviewView:
    """Draw what was seen in an uploaded file."""
    seen = msgspec.convert({**kept.preview, "id": kept.id, "filename": kept.file}, PreviewView, strict=False)
    return msgspec.structs.replace(seen, problems=[translate(one, language) for one in seen.problems])


def followed_view(kept: StoredImport, language: Language) -> ImportView:
    """Draw an import with what was seen in its file, as long as it waits to be started."""
    preview = preview_view(kept, language) if kept.state == "preview" else None
    return msgspec.structs.replace(import_view(kept, language), preview=preview)


def import_view(kept: StoredImport, language: Language) -> ImportView:
    """Draw an import for the list."""
    return ImportView(
        id=kept.id,
        filename=kept.file,
        kind=kept.kind,
        state=kept.state,
        step=kept.step,
        progress=kept.progress,
        accepted=kept.accepted,
        refused=kept.refused,
        reasons=kept.reasons,
        roles=kept.roles,
        error=translate(kept.error, language) or None,
        rejects_url=f"/api/v1/imports/{kept.id}/rejects" if kept.rejects else None,
        created_at=kept.created_at,
    )
