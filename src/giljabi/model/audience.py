"""Audiences: predicates over customers, made of what they did.

An audience is a frozen value; `giljabi.store` compiles it to one bit per customer. `Audience.accepts` judges
one customer's events and is the definition::

    did("pay", at_least=2, since="2026-03-01") & ~did(event("call") & (prop("topic") == "refund"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Protocol, TypeAlias

import msgspec

from giljabi.model.errors import BadParameter, NotFound
from giljabi.model.journey_map import JourneyMap, Stage
from giljabi.model.matcher import AnyOf, EventIs, Matcher, Scalar

Happened: TypeAlias = tuple[str, datetime, Mapping[str, Scalar | None]]
"""An event of one customer: name, time (with zone), properties."""


class Staged(Protocol):
    """Anything with the stages of a map."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages in order."""


class Audience(msgspec.Struct, frozen=True, tag_field="type"):
    """A predicate over one customer; combine with ``&``, ``|`` and ``~``."""

    def __and__(self, other: Audience) -> EveryOf:
        return EveryOf((*_flat(self, EveryOf), *_flat(other, EveryOf)))

    def __or__(self, other: Audience) -> SomeOf:
        return SomeOf((*_flat(self, SomeOf), *_flat(other, SomeOf)))

    def __invert__(self) -> Audience:
        return self.part if isinstance(self, Outside) else Outside(self)

    def accepts(self, customer: str, events: Sequence[Happened]) -> bool:
        """Say whether a customer with these events, in order, belongs to the audience."""
        raise NotImplementedError


class Did(Audience, frozen=True, tag="did"):
    """The customer has from ``at_least`` to ``at_most`` (None: any number) events that match.

    Only events from ``since`` (inclusive) to ``until`` (exclusive) count; None: from the first, to the last.
    """

    matcher: Matcher
    at_least: int = 1
    at_most: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def accepts(self, customer: str, events: Sequence[Happened]) -> bool:
        """Count the matching events in the period."""
        count = sum(
            self.matcher.accepts(name, properties)
            and (self.since is None or time >= self.since)
            and (self.until is None or time < self.until)
            for name, time, properties in events
        )
        return self.at_least <= count and (self.at_most is None or count <= self.at_most)


class InVariant(Audience, frozen=True, tag="variant"):
    """The customer's event names are exactly one of these sequences."""

    variants: tuple[tuple[str, ...], ...]

    def accepts(self, customer: str, events: Sequence[Happened]) -> bool:
        """Compare the sequence of names."""
        return tuple(name for name, _, _ in events) in self.variants


class Customers(Audience, frozen=True, tag="customers"):
    """The customer is one of these."""

    ids: tuple[str, ...]

    def accepts(self, customer: str, events: Sequence[Happened]) -> bool:
        """Look the customer up."""
        return customer in self.ids


class EveryOf(Audience, frozen=True, tag="all"):
    """The customer belongs to every part."""

    parts: tuple[Audience, ...]

    def accepts(self, customer: str, events: Sequence[Happened]) -> bool:
        """Say whether every part accepts."""
        return all(part.accepts(customer, events) for part in self.parts)


class SomeOf(Audience, frozen=True, tag="any"):
    """The customer belongs to at least one part."""

    parts: tuple[Audience, ...]

    def accepts(self, customer: str, events: Sequence[Happened]) -> bool:
        """Say whether any part accepts."""
        return any(part.accepts(customer, events) for part in self.parts)


class Outside(Audience, frozen=True, tag="not"):
    """The customer does not belong to the part."""

    part: Audience

    def accepts(self, customer: str, events: Sequence[Happened]) -> bool:
        """Say whether the part refuses."""
        return not self.part.accepts(customer, events)


class Segment(Audience, frozen=True, tag="segment"):
    """The customer belongs to a segment that a workspace keeps, known by its name or id."""

    name: str

    def accepts(self, customer: str, events: Sequence[Happened]) -> bool:
        """Refuse: only a workspace knows what the segment is; see `resolve_audience`."""
        raise BadParameter(unresolved(self))


class ReachedStage(Audience, frozen=True, tag="reached"):
    """The customer had an event of a stage of a map that a workspace keeps, known by its id."""

    stage: str
    map: str

    def accepts(self, customer: str, events: Sequence[Happened]) -> bool:
        """Refuse: only a workspace knows the map; see `resolve_audience`."""
        raise BadParameter(unresolved(self))


def unresolved(audience: Segment | ReachedStage) -> str:
    """Say that an audience names what only a workspace knows."""
    what = f"segment {audience.name!r}" if isinstance(audience, Segment) else f"map {audience.map!r}"
    return f"the {what} is known to a workspace only; ask there, or write out who is meant"


def resolve_audience(
    audience: Audience, segment: Callable[[str], Audience], journey_map: Callable[[str], JourneyMap]
) -> Audience:
    """Put what a workspace keeps in the place of its name.

    Parameters
    ----------
    audience
        May name segments and stages of maps, at any depth.
    segment
        Gives the audience of a segment, by name or id; it may name others in turn.
    journey_map
        Gives a map, by id.

    Raises
    ------
    BadParameter
        If a segment is made of itself.
    NotFound
        If a map has no such stage; and what the two functions raise.
    """

    def within(part: Audience, names: tuple[str, ...]) -> Audience:
        match part:
            case Segment(name=name):
                if name in names:
                    raise BadParameter(f"the segment {name!r} is made of itself; take it out of its parts")
                return within(segment(name), (*names, name))
            case ReachedStage(stage=stage, map=id_):
                return reached(journey_map(id_), stage)
            case EveryOf(parts=parts):
                return EveryOf(tuple(within(one, names) for one in parts))
            case SomeOf(parts=parts):
                return SomeOf(tuple(within(one, names) for one in parts))
            case Outside(part=inner):
                return Outside(within(inner, names))
        return part

    return within(audience, ())


def names_customers(audience: Audience) -> bool:
    """Say whether an audience names single customers at any depth; what a segment is made of is its own."""
    match audience:
        case Customers():
            return True
        case EveryOf(parts=parts) | SomeOf(parts=parts):
            return any(names_customers(one) for one in parts)
        case Outside(part=inner):
            return names_customers(inner)
    return False


def did(
    what: str | Iterable[str] | Matcher,
    *,
    at_least: int = 1,
    at_most: int | None = None,
    since: str | date | datetime | None = None,
    until: str | date | datetime | None = None,
) -> Did:
    """Name the customers who did something.

    Parameters
    ----------
    what
        An event name, several of which any will do, or a matcher (``prop("device") == "app"``).
    at_least, at_most
        How often, from 0 up; ``at_most`` None: any number more.
    since, until
        When, from (inclusive) and to (exclusive), UTC where no zone is named; None: any time.

    Raises
    ------
    BadParameter
        If a number or time is out of range.
    """
    if at_least < 0 or (at_most is not None and at_most < at_least):
        raise BadParameter(
            f"at_least {at_least} and at_most {at_most} leave nobody; write 0 ≤ at_least ≤ at_most"
        )
    begin, end = read_moment(since), read_moment(until)
    if begin is not None and end is not None and end <= begin:
        raise BadParameter(f"the end {until} must lie after the start {since}")
    matcher = (
        what if isinstance(what, Matcher) else EventIs((what,) if isinstance(what, str) else tuple(what))
    )
    return Did(matcher, at_least, at_most, begin, end)


def in_variant(*variants: Sequence[str]) -> InVariant:
    """Name the customers whose events are exactly one of these sequences of names."""
    return InVariant(tuple(tuple(one) for one in variants))


def reached(journey_map: Staged, stage: str) -> Did:
    """Name the customers who had an event of a stage of a map.

    Raises
    ------
    NotFound
        If the map has no such stage.
    BadParameter
        If no touchpoint of the stage is bound to events.
    """
    for one in journey_map.stages:
        if one.id == stage:
            bound = [point.match for point in one.touchpoints if point.match is not None]
            if not bound:
                raise BadParameter(f"no touchpoint of the stage {stage!r} is bound to events")
            return Did(bound[0] if len(bound) == 1 else AnyOf(tuple(bound)))
    raise NotFound(f"the map has no stage {stage!r}; it has {', '.join(s.id for s in journey_map.stages)}")


def _flat(audience: Audience, kind: type[EveryOf] | type[SomeOf]) -> tuple[Audience, ...]:
    return audience.parts if isinstance(audience, kind) else (audience,)


def read_moment(value: str | date | datetime | None) -> datetime | None:
    """Give a time with its zone, UTC where none is named; None stays None, raises BadParameter else."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise BadParameter(
            f"{value!r} is no time; write for example 2026-03-01 or 2026-03-01T10:05+09:00"
        ) from None
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
