"""A customer's timeline: events, feedback and what made them one customer, page by page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import msgspec

from giljabi.model.errors import BadParameter
from giljabi.store import IdentityEdge, StoredFeedback, StoredIdentifier

if TYPE_CHECKING:
    from giljabi.store import Log, Run

Kind: TypeAlias = Literal["event", "feedback", "identity"]

_ORDER: tuple[Kind, ...] = ("identity", "feedback", "event")
"""What is told first of things of one moment, the newest on top: who says who somebody is knows it after."""

_RUN = 10**12
"""Beyond the places of one run."""

_CURSOR = re.compile(r"(-?[0-9]{1,15})(?:\.([0-9]{1,6}))?")


class Happened(msgspec.Struct, frozen=True):
    """An event: its name and the columns that it has values in."""

    name: str
    values: Mapping[str, str | float]


class TimelineEntry(NamedTuple):
    """One thing on the timeline: ``event``, ``feedback``, ``identifier`` or ``edge`` is set.

    ``time`` is milliseconds since 1970 UTC; ``place`` tells things of one kind and moment apart, the smaller
    the newer.
    """

    kind: Kind
    time: int
    place: int
    event: Happened | None = None
    feedback: StoredFeedback | None = None
    identifier: StoredIdentifier | None = None
    edge: IdentityEdge | None = None


class Timeline(NamedTuple):
    """A page of a timeline, the newest first; ``before`` asks for the next, None where this is the last."""

    entries: Sequence[TimelineEntry]
    before: str | None


def read_cursor(before: str | None) -> tuple[int | None, int]:
    """Read where a page ended: up to which time to go on, and how many of that time have been told.

    Raises
    ------
    BadParameter
        If it is nothing that a page said.
    """
    if before is None:
        return None, 0
    found = _CURSOR.fullmatch(before)
    if found is None:
        raise BadParameter(f"before is {before!r}; hand over what the page before said, or nothing")
    return int(found[1]), int(found[2] or 0)


def cut(entries: Sequence[TimelineEntry], until: int | None, skip: int, limit: int) -> Timeline:
    """Make a page of things up to a time, of whose moment ``skip`` have been told."""
    ordered = sorted(
        (one for one in entries if until is None or one.time <= until),
        key=lambda one: (-one.time, _ORDER.index(one.kind), one.place),
    )
    page = ordered[skip : skip + limit]
    if len(ordered) <= skip + limit:
        return Timeline(page, None)
    last = page[-1].time
    told = sum(one.time == last for one in page) + (skip if until == last else 0)
    return Timeline(page, f"{last}.{told}")


def entries_of_events(log: Log, runs: Sequence[Run], until: int | None, limit: int) -> list[TimelineEntry]:
    """Give the last events of these runs up to a time, ``limit`` of each."""
    from giljabi.store import journey_of

    entries = []
    for number, run in enumerate(runs):
        journey = journey_of(log, run, before=None if until is None else until + 1, limit=limit)
        columns = journey.columns.items()
        # Counted from the newest on, each run by itself, places do not depend on where the page begins.
        last = number * _RUN + len(journey.names)
        for row, (time, name) in enumerate(zip(journey.time.tolist(), journey.names, strict=True)):
            values = {column: value for column, held in columns if (value := held[row]) is not None}
            entries.append(TimelineEntry("event", time, last - row, event=Happened(name, values)))
    return entries
