"""Sources as the pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from giljabi.access import Principal
from giljabi.bootstrap import SourceKind, Workspace
from giljabi.collect import Look, RowRoles
from giljabi.server.language import Language, translate
from giljabi.store import StoredSource


class SourceView(msgspec.Struct, frozen=True):
    """A source; secrets in its settings are hidden. ``address`` is where a webhook is sent to.

    ``write_key`` is shown to those alone who may make another; ``write_key_end``, its last four letters, to
    everybody who may see the source.
    """

    id: str
    kind: str
    way: str
    name: str
    settings: dict[str, Any]
    third_party: float
    every: int | None
    enabled: bool
    write_key: str | None
    write_key_end: str | None
    address: str | None
    accepted: int
    refused: int
    declined: int
    waiting: bool
    last_run_at: datetime | None
    last_ok_at: datetime | None
    last_event_at: datetime | None
    last_error: str
    created_at: datetime


class SourceList(msgspec.Struct, frozen=True):
    """The sources of the workspace, by name."""

    sources: list[SourceView]


class SourceFieldView(msgspec.Struct, frozen=True):
    """A setting that a kind of source asks for."""

    name: str
    kind: str
    required: bool
    default: Any
    choices: Sequence[str]


class SourceKindView(msgspec.Struct, frozen=True):
    """A kind of source; ``missing`` says why it cannot be used."""

    kind: str
    way: str
    third_party: float
    fields: list[SourceFieldView]
    missing: str


class SourceKindList(msgspec.Struct, frozen=True):
    """Every kind of source."""

    kinds: list[SourceKindView]


class SourceTestView(msgspec.Struct, frozen=True):
    """What the other side said."""

    message: str


class SourceColumnView(msgspec.Struct, frozen=True):
    """A column of what a source brings: its name, what it holds, and some values."""

    name: str
    type: str
    examples: Sequence[str]


class SourceLookView(msgspec.Struct, frozen=True):
    """Some rows of a source, and which column seems to be what."""

    columns: list[SourceColumnView]
    rows: Sequence[dict[str, str | None]]
    roles: RowRoles
    missing: Sequence[str]
    problems: list[str]


def source_view(
    workspace: Workspace, stored: StoredSource, language: Language, reader: Principal
) -> SourceView:
    """Draw a source."""
    kinds = {one.kind: one.way for one in workspace.sources.kinds()}
    return _source(workspace, stored, language, reader, kinds)


def source_list(workspace: Workspace, language: Language, reader: Principal) -> SourceList:
    """Draw all sources."""
    kinds = {one.kind: one.way for one in workspace.sources.kinds()}
    return SourceList([_source(workspace, one, language, reader, kinds) for one in workspace.sources.list()])


def _source(
    workspace: Workspace,
    stored: StoredSource,
    language: Language,
    reader: Principal,
    ways: dict[str, str],
) -> SourceView:
    return SourceView(
        id=stored.id,
        kind=stored.kind,
        way=ways.get(stored.kind, ""),
        name=stored.name,
        settings=workspace.sources.shown(stored),
        third_party=stored.third_party,
        every=stored.every,
        enabled=stored.enabled,
        write_key=stored.write_key if reader.may("admin") else None,
        write_key_end=stored.write_key[-4:] if stored.write_key else None,
        address=f"/v1/hooks/{stored.id}" if stored.kind == "webhook" else None,
        accepted=stored.accepted,
        refused=stored.refused,
        declined=stored.declined,
        waiting=stored.last_event_at is None and stored.accepted == 0 and stored.refused == 0,
        last_run_at=stored.last_run_at,
        last_ok_at=stored.last_ok_at,
        last_event_at=stored.last_event_at,
        last_error=translate(stored.last_error, language),
        created_at=stored.created_at,
    )


def kinds_view(kinds: Sequence[SourceKind], language: Language) -> SourceKindList:
    """Draw every kind of source."""
    return SourceKindList(
        [
            SourceKindView(
                kind=one.kind,
                way=one.way,
                third_party=one.third_party,
                fields=[
                    SourceFieldView(field.name, field.kind, field.required, field.default, field.choices)
                    for field in one.fields
                ],
                missing=translate(one.missing, language),
            )
            for one in kinds
        ]
    )


def look_view(look: Look, language: Language) -> SourceLookView:
    """Draw what was seen of a source."""
    return SourceLookView(
        columns=[SourceColumnView(one.name, one.type, one.examples) for one in look.columns],
        rows=look.rows,
        roles=look.roles,
        missing=look.missing,
        problems=[translate(one, language) for one in look.problems],
    )
