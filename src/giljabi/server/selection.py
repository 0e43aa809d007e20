"""Filters and breakdowns of a view, turned into a selection of the workspace's log and groups of it."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from giljabi.bootstrap import Workspace
from giljabi.model import Condition, EventIs, Matcher
from giljabi.store import By, Log, between, check_matcher, filter_events

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(2200, 1, 1, tzinfo=UTC)


class Filters(msgspec.Struct, frozen=True):
    """Keep events of these channels and names, from ``first`` (inclusive) to ``last`` (exclusive)."""

    channels: list[str] = []
    events: list[str] = []
    first: datetime | None = None
    last: datetime | None = None


def select(workspace: Workspace, filters: Filters) -> Log:
    """Give the part of the log that passes the filters; customers without an event drop out."""
    log = workspace.log()
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
    """Give what an answer is broken down by: a column's name as it is, None for nothing."""
    return by


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
