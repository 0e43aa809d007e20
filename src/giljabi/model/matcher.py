"""Matchers: small predicates over events.

A matcher says "this event is this touchpoint". It is a frozen value; evaluation over columns is the
event log's business (`giljabi.store.log`); `Matcher.accepts` evaluates one event and is the definition.

Text form (inside a map file)::

    match: {event: search}
    match: {event: [search, search_result], where: {device: app, amount: {greater: 10}}}
    match: {any: [{event: call}, {all: [{event: chat}, {not: {where: {topic: {exists: false}}}}]}]}

A condition on an absent property is false, ``exists: false`` apart. Numbers compare as numbers: text that
reads as a number equals it. ``contains`` and ``regex`` look at text; ``regex`` searches anywhere
in it, with RE2's syntax (`giljabi.model.pattern`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from giljabi.model.errors import BadParameter
from giljabi.model.pattern import found_in, pattern_trouble

Scalar: TypeAlias = str | float | int | bool
Test: TypeAlias = Literal["equal", "in", "greater", "less", "contains", "exists", "regex"]


class Matcher(msgspec.Struct, frozen=True, tag_field="type"):
    """A predicate over one event; combine with ``&``, ``|`` and ``~``."""

    def __and__(self, other: Matcher) -> AllOf:
        return AllOf((*_flat(self, AllOf), *_flat(other, AllOf)))

    def __or__(self, other: Matcher) -> AnyOf:
        return AnyOf((*_flat(self, AnyOf), *_flat(other, AnyOf)))

    def __invert__(self) -> Matcher:
        return self.part if isinstance(self, Not) else Not(self)

    def accepts(self, name: str, properties: Mapping[str, Scalar | None]) -> bool:
        """Say whether an event of this name with these properties matches.

        Parameters
        ----------
        name
            The event's name.
        properties
            Its properties; ``channel`` and ``value`` count as such.
        """
        raise NotImplementedError


class EventIs(Matcher, frozen=True, tag="event"):
    """The event has one of these names (at least one name)."""

    names: tuple[str, ...]

    def accepts(self, name: str, properties: Mapping[str, Scalar | None]) -> bool:
        """Say whether ``name`` is among the names."""
        return name in self.names


class Condition(Matcher, frozen=True, tag="condition"):
    """A test of one property.

    ``operand`` is a scalar for ``equal``, a tuple of scalars for ``in``, a number for ``greater`` and
    ``less``, a text for ``contains`` and ``regex``, and true or false for ``exists``.
    """

    property: str
    test: Test
    operand: Scalar | tuple[Scalar, ...]

    def accepts(self, name: str, properties: Mapping[str, Scalar | None]) -> bool:
        """Say whether the property passes the test."""
        return self.accepts_value(properties.get(self.property))

    def accepts_value(self, value: Scalar | None) -> bool:
        """Say whether one value of the property (None: absent) passes the test."""
        if self.test == "exists":
            return (value is not None) == self.operand
        return value is not None and _PASSES[self.test](value, self.operand)


class AllOf(Matcher, frozen=True, tag="all"):
    """Every part matches."""

    parts: tuple[Matcher, ...]

    def accepts(self, name: str, properties: Mapping[str, Scalar | None]) -> bool:
        """Say whether every part accepts."""
        return all(part.accepts(name, properties) for part in self.parts)


class AnyOf(Matcher, frozen=True, tag="any"):
    """At least one part matches."""

    parts: tuple[Matcher, ...]

    def accepts(self, name: str, properties: Mapping[str, Scalar | None]) -> bool:
        """Say whether any part accepts."""
        return any(part.accepts(name, properties) for part in self.parts)


class Not(Matcher, frozen=True, tag="not"):
    """The part does not match."""

    part: Matcher

    def accepts(self, name: str, properties: Mapping[str, Scalar | None]) -> bool:
        """Say whether the part refuses."""
        return not self.part.accepts(name, properties)


class Property:
    """A property to put a condition on: ``prop("amount") > 10``."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]
        if not isinstance(other, str | int | float | bool):
            return NotImplemented
        return Condition(self._name, "equal", other)

    def __ne__(self, other: object) -> Matcher:  # type: ignore[override]
        return (
            Not(Condition(self._name, "equal", other))
            if isinstance(other, str | int | float | bool)
            else NotImplemented
        )

    __hash__ = None  # type: ignore[assignment]

    def __gt__(self, other: float) -> Condition:
        return Condition(self._name, "greater", other)

    def __lt__(self, other: float) -> Condition:
        return Condition(self._name, "less", other)

    def __ge__(self, other: float) -> Matcher:
        return (self > other) | (self == other)

    def __le__(self, other: float) -> Matcher:
        return (self < other) | (self == other)

    def isin(self, values: Iterable[Scalar]) -> Condition:
        """Match one of the values."""
        return Condition(self._name, "in", tuple(values))

    def contains(self, text: str) -> Condition:
        """Match values that contain the text."""
        return Condition(self._name, "contains", text)

    def matches(self, pattern: str) -> Condition:
        """Match values in which the regular expression is found; raises BadParameter where it is none."""
        if trouble := pattern_trouble(pattern):
            raise BadParameter(f"{pattern!r} is no regular expression: {trouble}")
        return Condition(self._name, "regex", pattern)

    def exists(self) -> Condition:
        """Match events that have the property."""
        return Condition(self._name, "exists", True)


def event(*names: str) -> EventIs:
    """Match events of these names."""
    return EventIs(names)


def prop(name: str) -> Property:
    """Name a property, to put a condition on it."""
    return Property(name)


def _flat(matcher: Matcher, kind: type[AllOf] | type[AnyOf]) -> tuple[Matcher, ...]:
    return matcher.parts if isinstance(matcher, kind) else (matcher,)


def number_of(value: object) -> float | None:
    """Read a number, or text that reads as one; None for truth values, NaN and everything else."""
    # Python reads 2026_11 as a number too; nobody else does.
    if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return None if math.isnan(number) else number


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _equal(value: Scalar, operand: object) -> bool:
    left, right = number_of(value), number_of(operand)
    if left is not None and right is not None:
        return left == right
    return _text(value) == _text(operand)


def _compare(value: Scalar, operand: object, sign: int) -> bool:
    left, right = number_of(value), number_of(operand)
    return left is not None and right is not None and (left - right) * sign > 0


_PASSES: dict[str, Callable[[Scalar, Any], bool]] = {
    "equal": _equal,
    "in": lambda value, operand: any(_equal(value, one) for one in operand),
    "greater": lambda value, operand: _compare(value, operand, 1),
    "less": lambda value, operand: _compare(value, operand, -1),
    "contains": lambda value, operand: str(operand) in _text(value),
    "regex": lambda value, operand: found_in(str(operand), _text(value)),
}
