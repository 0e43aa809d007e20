"""Rows of tables, messages and feeds into calls: which column is what."""

from __future__ import annotations

from typing import Literal

import msgspec


class RowRoles(msgspec.Struct, frozen=True, kw_only=True):
    """Which column of a source plays which part.

    ``identifiers`` gives the column of each kind of identifier. ``event`` is the column of the event's name;
    without it, ``event_name`` is the name of every row's event. ``time`` left out is the time of arrival.
    Rows are feedback where ``what`` is ``feedback``: ``kind`` is then a column or one of the kinds. Columns
    with no part become properties, unless named in ``drop``. ``id`` is the column that names a row for good;
    left out, the whole row does.
    """

    what: Literal["events", "feedback", "customers"] = "events"
    identifiers: dict[str, str]
    event: str | None = None
    event_name: str | None = None
    time: str | None = None
    channel: str | None = None
    value: str | None = None
    kind: str | None = None
    score: str | None = None
    text: str | None = None
    touchpoint: str | None = None
    id: str | None = None
    drop: tuple[str, ...] = ()
    time_zone: str = "UTC"
    day_first: bool | None = None
