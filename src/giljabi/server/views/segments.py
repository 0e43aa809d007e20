"""Segments as the pages show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from giljabi.model import audience_form, parse_audience
from giljabi.store import StoredSegment


class SegmentView(msgspec.Struct, frozen=True):
    """A segment: its audience as a mapping, and as one line of text."""

    id: str
    name: str
    audience: dict[str, Any]
    text: str
    updated_at: datetime


class SegmentList(msgspec.Struct, frozen=True):
    """The workspace's segments, by name."""

    segments: list[SegmentView]


class AudienceSize(msgspec.Struct, frozen=True):
    """How many customers an audience has, of how many; ``share`` is null where there are none at all."""

    customers: int
    total: int
    share: float | None
    text: str


def segment_view(stored: StoredSegment) -> SegmentView:
    """Draw a segment."""
    form = audience_form(parse_audience(stored.audience))
    return SegmentView(stored.id, stored.name, form, stored.audience, stored.updated_at)
