"""Roles: which column of a source plays which part."""

from __future__ import annotations

import msgspec

RESERVED = ("customer", "time", "event", "channel", "value")
"""Columns of the canonical event table; a property of the same name is renamed to ``<name>_property``."""


class Roles(msgspec.Struct, frozen=True):
    """Which column is what in a table of events.

    ``customer``, ``event`` and ``time`` left out are guessed. ``channel`` and ``value`` left out are taken by
    columns of exactly these names. All other columns become properties, unless named in ``drop``.
    ``time_zone`` (IANA name) is that of times without a zone; ``day_first`` settles whether 04/05/2026 is
    4 May (true) or April 5 (false) where the column itself does not tell.
    """

    customer: str | None = None
    event: str | None = None
    time: str | None = None
    channel: str | None = None
    value: str | None = None
    drop: tuple[str, ...] = ()
    time_zone: str = "UTC"
    day_first: bool | None = None


class FeedbackRoles(msgspec.Struct, frozen=True):
    """Which column is what in a table of feedback.

    ``kind`` is a column, or one of ``nps``, ``csat``, ``ces``, ``rating``, ``text`` for every row.
    ``customer``, ``time`` and ``kind`` left out are guessed, as are ``score`` and ``text`` where both are.
    """

    customer: str | None = None
    time: str | None = None
    kind: str | None = None
    score: str | None = None
    text: str | None = None
    touchpoint: str | None = None
    time_zone: str = "UTC"
    day_first: bool | None = None
