"""Audiences as text: one mapping in YAML or JSON, with the matchers of map files.

::

    {did: {event: pay}, at_least: 2, since: 2026-03-01}
    {did: {where: {channel: app}}}
    {variant: [view, cart, pay]}                        several: {variant: [[view], [view, cart]]}
    {customers: [a, b]}
    {all: [{did: {event: pay}}, {not: {did: {event: call}}}]}
    {any: [{segment: loyal}, {reached: pay, map: 3f2a}]}

What `parse_audience` and `audience_of` refuse is told whole: every mistake, and what would be right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any

from giljabi.model.audience import (
    Audience,
    Customers,
    Did,
    EveryOf,
    InVariant,
    Outside,
    ReachedStage,
    Segment,
    SomeOf,
    read_moment,
)
from giljabi.model.errors import AudienceMistakes, BadParameter
from giljabi.model.mapfile.kinds import FlowList, FlowMap, Kind, ListOf, Schema, Text
from giljabi.model.mapfile.matchers import MatcherKind
from giljabi.model.mapfile.nodes import DEEPEST, ListNode, MapNode, Node, ScalarNode, compose, value
from giljabi.model.mapfile.notes import Notes, Refused, near, shown
from giljabi.model.mapfile.printer import print_plain
from giljabi.model.mapfile.records import Field, Record
from giljabi.model.mapfile.source import LARGEST

_HINT = "write for example {did: {event: pay}, at_least: 2} or {not: {did: {event: call}}}"
_SOME = Text(blank=False)


class Times(Kind[int]):
    """How often something is done."""

    expects = "a whole number from 0"

    def read(self, node: Node, notes: Notes) -> int:
        """Read a whole number that is not negative."""
        found = value(node) if isinstance(node, ScalarNode) else None
        if isinstance(found, bool) or not isinstance(found, int) or found < 0:
            raise self.wrong_type(node, notes)
        return found

    def schema(self, definitions: Schema) -> Schema:
        """Describe a count."""
        return {"type": "integer", "minimum": 0}


class Instant(Kind[datetime]):
    """A day or a time, UTC where no zone is named."""

    expects = "a day or a time"

    def read(self, node: Node, notes: Notes) -> datetime:
        """Read ISO 8601."""
        found = value(node) if isinstance(node, ScalarNode) else None
        with suppress(BadParameter):
            if isinstance(found, str) and (moment := read_moment(found)) is not None:
                return moment
        raise self.wrong_type(node, notes, "write 2026-03-01 or 2026-03-01T10:05+09:00")

    def plain(self, value: datetime) -> str:
        """Print a day where the time is midnight UTC."""
        utc = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return utc.date().isoformat() if utc.time() == time() else utc.isoformat()

    def schema(self, definitions: Schema) -> Schema:
        """Describe a day or a time."""
        return {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"}


class Sequences(Kind[tuple[tuple[str, ...], ...]]):
    """One sequence of event names, or a list of several."""

    expects = "a list of event names, or of several such lists"
    _one = ListOf(_SOME, least=1, flow=True)
    _several = ListOf(_one, least=1, flow=True)

    def read(self, node: Node, notes: Notes) -> tuple[tuple[str, ...], ...]:
        """Read either form."""
        if isinstance(node, ListNode) and node.items and isinstance(node.items[0], ListNode):
            return self._several.read(node, notes)
        if isinstance(node, ListNode):
            return (self._one.read(node, notes),)
        raise self.wrong_type(node, notes)

    def plain(self, value: tuple[tuple[str, ...], ...]) -> list[Any]:
        """Print a single sequence as it is."""
        return self._one.plain(value[0]) if len(value) == 1 else self._several.plain(value)

    def schema(self, definitions: Schema) -> Schema:
        """Describe both forms."""
        return {"oneOf": [self._one.schema(definitions), self._several.schema(definitions)]}


class InOrder:
    """Bounds of which the first must lie below the second."""

    def __init__(self, low: str, high: str, *, equal: bool) -> None:
        self._low, self._high, self._equal = low, high, equal

    def check(self, node: MapNode, values: Mapping[str, Any], notes: Notes) -> None:
        """Note bounds that leave nothing."""
        low, high = values.get(self._low), values.get(self._high)
        if self._low == "at_least" and low is None:
            low = 1
        if low is None or high is None or low < high or (self._equal and low == high):
            return
        what = (
            f"`{self._high}` must be at least `{self._low}`"
            if self._equal
            else f"`{self._high}` must be after `{self._low}`"
        )
        notes.wrong(node, what, "as it is, it holds nobody")

    def schema(self) -> Schema:
        """Add nothing: JSON Schema cannot compare two values."""
        return {}


class AudienceKind(Kind[Audience]):
    """A group of customers."""

    expects = "a mapping that says which customers"

    def read(self, node: Node, notes: Notes) -> Audience:
        """Read an audience of any form."""
        if not isinstance(node, MapNode):
            raise notes.wrong(node, "an audience must be a mapping", _HINT)
        named = [key for key, _ in node.entries if key.text in _RECORDS]
        if len(named) > 1:
            keys = ", ".join(f"`{key.text}`" for key in named)
            hint = "put them in {all: [...]} or {any: [...]}"
            raise notes.wrong(named[1], f"an audience cannot have {keys} side by side", hint)
        if not named:
            meant = next((hint for key, _ in node.entries if (hint := near(key.text, _RECORDS))), _HINT)
            key = shown(node.entries[0][0].text) if node.entries else ""
            what = f"there is no audience {key}" if key else "this audience is empty"
            raise notes.wrong(node, what, meant)
        found: Audience = _RECORDS[named[0].text].read(node, notes)
        return found

    def plain(self, value: Audience) -> FlowMap:
        """Print the audience by the record of its type."""
        record = next(one for one in _RECORDS.values() if isinstance(value, one.type))
        return FlowMap(record.plain(value))

    def schema(self, definitions: Schema) -> Schema:
        """Describe all forms, by name."""
        if "audience" not in definitions:
            definitions["audience"] = {}
            parts = [record.schema(definitions) for record in _RECORDS.values()]
            definitions["audience"] = {"title": "Audience", "oneOf": parts}
        return {"$ref": "#/$defs/audience"}


def _record(key: str, type_: type[Any], *fields: Field, rules: Sequence[Any] = ()) -> Record[Any]:
    return Record(f"`{key}` audience", type_, fields, rules=rules, flow=True)


AUDIENCE = AudienceKind()
_PARTS = ListOf(AUDIENCE, least=1, flow=True)
_RECORDS: dict[str, Record[Any]] = {
    "did": _record(
        "did",
        Did,
        Field("did", MatcherKind(), "Which events count.", attribute="matcher"),
        Field("at_least", Times(), "So often or more; 1 where nothing is said."),
        Field("at_most", Times(), "So often or less."),
        Field("since", Instant(), "Only events from this time on count."),
        Field("until", Instant(), "Only events before this time count."),
        rules=(InOrder("at_least", "at_most", equal=True), InOrder("since", "until", equal=False)),
    ),
    "variant": _record(
        "variant",
        InVariant,
        Field("variant", Sequences(), "All events of the customer, in order.", attribute="variants"),
    ),
    "customers": _record(
        "customers",
        Customers,
        Field("customers", ListOf(Text(), flow=True), "These customers.", attribute="ids"),
    ),
    "all": _record("all", EveryOf, Field("all", _PARTS, "Every one of these.", attribute="parts")),
    "any": _record("any", SomeOf, Field("any", _PARTS, "At least one of these.", attribute="parts")),
    "not": _record("not", Outside, Field("not", AUDIENCE, "Everybody else.", attribute="part")),
    "segment": _record(
        "segment", Segment, Field("segment", _SOME, "A segment of the workspace.", attribute="name")
    ),
    "reached": _record(
        "reached",
        ReachedStage,
        Field("reached", _SOME, "The id of a stage.", attribute="stage"),
        Field("map", _SOME, "The id of the map it is a stage of."),
    ),
}


def parse_audience(text: str) -> Audience:
    """Read an audience from its text form.

    Parameters
    ----------
    text
        YAML 1.2 or JSON, at most 1 MiB: one mapping, as shown above.

    Raises
    ------
    AudienceMistakes
        If it is no right audience; holds every mistake with line and column.
    """
    notes = Notes()
    if not text.strip():
        notes.wrong(_AT, "this audience is empty", _HINT)
    elif len(text) > LARGEST:
        notes.wrong(_AT, "the audience is larger than 1 MiB", "save it as a segment part by part")
    else:
        with suppress(Refused):
            return _checked(AUDIENCE.read(compose(text, notes), notes), notes)
    raise AudienceMistakes(notes.mistakes())


def audience_of(form: Mapping[str, Any]) -> Audience:
    """Read an audience from a mapping, as JSON gives it.

    Parameters
    ----------
    form
        The same mapping as in text; times may be `datetime.date` and `datetime.datetime`.

    Raises
    ------
    AudienceMistakes
        If it is no right audience; places count from 1 in the mapping's JSON text.
    """
    notes = Notes()
    with suppress(Refused):
        return _checked(AUDIENCE.read(_node(form, DEEPEST), notes), notes)
    # Only a mistake has a place; the text that has one is made for it alone.
    try:
        return parse_audience(json.dumps(form, ensure_ascii=False, default=_written))
    except AudienceMistakes as error:
        raise AudienceMistakes(error.mistakes or notes.mistakes()) from None


def write_audience(audience: Audience) -> str:
    """Write an audience on one line, which `parse_audience` reads back as an equal one."""
    return print_plain(AUDIENCE.plain(audience)).strip()


def audience_form(audience: Audience) -> dict[str, Any]:
    """Give an audience as a mapping of plain values, which `audience_of` reads back as an equal one."""
    found: dict[str, Any] = _builtin(AUDIENCE.plain(audience))
    return found


_AT = ScalarNode(1, 1, "", plain=True)


def _checked(found: Audience, notes: Notes) -> Audience:
    if mistakes := notes.mistakes():
        raise AudienceMistakes(mistakes)
    return found


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _node(plain: Any, depth: int) -> Node:
    if isinstance(plain, Mapping | list | tuple) and not depth:
        raise Refused
    if isinstance(plain, Mapping):
        entries = (
            (ScalarNode(1, 1, str(key), plain=False), _node(one, depth - 1)) for key, one in plain.items()
        )
        return MapNode(1, 1, tuple(entries))
    if isinstance(plain, list | tuple):
        return ListNode(1, 1, tuple(_node(one, depth - 1) for one in plain))
    if plain is None or isinstance(plain, bool | int | float):
        return ScalarNode(1, 1, json.dumps(plain), plain=True)
    return ScalarNode(1, 1, _written(plain), plain=False)


def _builtin(plain: Any) -> Any:
    if isinstance(plain, Mapping):
        return {key: _builtin(one) for key, one in plain.items()}
    return [_builtin(one) for one in plain] if isinstance(plain, list | FlowList) else plain
