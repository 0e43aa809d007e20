"""Segments as the pages show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from giljabi.access import Principal
from giljabi.model import Segment, audience_form, names_customers, parse_audience, write_audience
from giljabi.store import StoredSegment


class SegmentView(msgspec.Struct, frozen=True):
    """A segment: its audience as a mapping, and as one line of text.

    Where ``names_customers``, readers who may not look at single customers see the segment's own id in the
    place of its audience; questions take it all the same.
    """

    id: str
    name: str
    audience: dict[str, Any]
    text: str
    names_customers: bool
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


def segment_view(stored: StoredSegment, reader: Principal) -> SegmentView:
    """Draw a segment for a reader."""
    audience = parse_audience(stored.audience)
    naming = names_customers(audience)
    shown = audience if not naming or reader.may("people") else Segment(stored.id)
    return SegmentView(
        stored.id, stored.name, audience_form(shown), write_audience(shown), naming, stored.updated_at
    )
