"""Filters and breakdowns of a view, turned into a selection of the workspace's log and groups of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from giljabi.bootstrap import Workspace
from giljabi.model import Audience, Condition, EventIs, Matcher, Segment, audience_of
from giljabi.model.errors import BadParameter
from giljabi.store import By, Log, between, check_matcher, filter_audience, filter_events

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(2200, 1, 1, tzinfo=UTC)
_SEGMENT = "segment:"


class Filters(msgspec.Struct, frozen=True):
    """Keep customers of an audience and a segment, then events of these channels and names in a period.

    ``audience`` is the mapping form; ``segment`` an id or a name. Both look at whole journeys. ``first`` is
    inclusive, ``last`` exclusive.
    """

    channels: list[str] = []
    events: list[str] = []
    first: datetime | None = None
    last: datetime | None = None
    audience: dict[str, Any] | None = None
    segment: str | None = None


def select(workspace: Workspace, filters: Filters) -> Log:
    """Give the part of the log that passes the filters; customers without an event drop out."""
    log = workspace.log()
    for audience in _audiences(workspace, filters.audience, filters.segment):
        log = filter_audience(log, audience)
    parts: list[Matcher] = []
    if filters.channels:
        parts.append(Condition("channel", "in", tuple(filters.channels)))
    if filters.events:
        parts.append(EventIs(tuple(filters.events)))
    if parts:
        matcher = parts[0] if len(parts) == 1 else parts[0] & parts[1]
        check_matcher(log, matcher)
        log = filter_events(log, matcher)
    if filters.first or filters.last:
        log = between(log, _utc(filters.first) or _BEGIN, _utc(filters.last) or _END)
    return log


def breakdown(workspace: Workspace, by: str | None) -> By | None:
    """Give what an answer is broken down by.

    ``"channel"`` is a column, ``"segment:<id>"`` a segment against the rest, several of those joined by
    commas the segments in order; None: nothing.
    """
    if by is None or not by.startswith(_SEGMENT):
        return by
    found: dict[str, Audience] = {}
    for part in by.split(","):
        if not part.startswith(_SEGMENT):
            raise BadParameter(f"{part!r} names no segment; break down by a column, or by segments alone")
        kept = workspace.segment(part.removeprefix(_SEGMENT))
        found[kept.name] = workspace.resolve(Segment(kept.id))
    return found


class CompareSide(msgspec.Struct, frozen=True):
    """A side of a comparison: an audience, a segment, or a period from ``first`` on and before ``last``."""

    audience: dict[str, Any] | None = None
    segment: str | None = None
    first: datetime | None = None
    last: datetime | None = None


def side(workspace: Workspace, asked: CompareSide) -> Audience | tuple[datetime | None, datetime | None]:
    """Give what a side of a comparison is; raises BadParameter where it is nothing, or both."""
    parts = _audiences(workspace, asked.audience, asked.segment)
    period = (_utc(asked.first), _utc(asked.last))
    if bool(parts) == (period != (None, None)):
        raise BadParameter("a side of a comparison is an audience, a segment or a period; give one of them")
    if not parts:
        return period
    return parts[0] if len(parts) == 1 else parts[0] & parts[1]


def audience_size(workspace: Workspace, form: dict[str, Any]) -> tuple[int, int]:
    """Count the customers of an audience, and all customers."""
    log = workspace.log()
    return filter_audience(log, workspace.resolve(audience_of(form))).customers, log.customers


def _audiences(workspace: Workspace, form: dict[str, Any] | None, segment: str | None) -> list[Audience]:
    asked = [] if form is None else [audience_of(form)]
    return [workspace.resolve(one) for one in (*asked, *([Segment(segment)] if segment else []))]


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
