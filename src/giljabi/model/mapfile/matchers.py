"""Matchers as they stand in a map file; their forms are shown in `giljabi.model.matcher`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from giljabi.model.mapfile.kinds import (
    Checked,
    Flag,
    FlowList,
    FlowMap,
    Kind,
    ListOf,
    Number,
    Schema,
    Text,
    number_plain,
)
from giljabi.model.mapfile.nodes import ListNode, MapNode, Node, ScalarNode, value
from giljabi.model.mapfile.notes import Notes, Refused, near, shown
from giljabi.model.matcher import AllOf, AnyOf, Condition, EventIs, Matcher, Not, Scalar, Test
from giljabi.model.pattern import pattern_trouble


class AnyScalar(Kind[Scalar]):
    """A text, a number, true or false."""

    expects = "a text, a number, true or false"

    def read(self, node: Node, notes: Notes) -> Scalar:
        """Read whatever the scalar means."""
        found = value(node) if isinstance(node, ScalarNode) else None
        if isinstance(found, str):
            return Text().read(node, notes)
        if isinstance(found, bool):
            return found
        if isinstance(found, int | float):
            Number().read(node, notes)
            return found
        raise self.wrong_type(node, notes)

    def plain(self, value: Scalar) -> Scalar:
        """Print whole numbers without a fraction."""
        return value if isinstance(value, bool | str) else number_plain(value)

    def schema(self, definitions: Schema) -> Schema:
        """Describe a scalar."""
        return {"type": ["string", "number", "boolean"]}


_REGEX = Checked("a regular expression", pattern_trouble, {"type": "string", "format": "regex"})

TESTS: dict[Test, tuple[Kind[Any], str]] = {
    "equal": (AnyScalar(), "The property equals this; numbers compare as numbers."),
    "in": (ListOf(AnyScalar(), least=1, flow=True), "The property equals one of these."),
    "greater": (Number(), "The property is a number above this."),
    "less": (Number(), "The property is a number below this."),
    "contains": (Text(), "The property's text contains this."),
    "exists": (Flag(), "The event has the property, or has not."),
    "regex": (_REGEX, "The regular expression is found in the property's text."),
}
"""What each test compares with."""

_NAME = Text(blank=False)
_NAMES = ListOf(_NAME, least=1, flow=True)
_FORMS = ("event", "where", "any", "all", "not")
_HINT = "write for example {event: search} or {event: [search, click], where: {device: app}}"


class MatcherKind(Kind[Matcher]):
    """A predicate over events."""

    expects = "a mapping that says which events match"

    def read(self, node: Node, notes: Notes) -> Matcher:
        """Read a matcher of any form."""
        if not isinstance(node, MapNode):
            raise self.wrong_type(node, notes, _HINT)
        parts: dict[str, Node] = {}
        for key, child in node.entries:
            if key.text in _FORMS:
                parts[key.text] = child
            else:
                hint = near(key.text, _FORMS, f"a matcher has: {', '.join(_FORMS)}")
                notes.wrong(key, f"a matcher has no key {shown(key.text)}", hint)
        if len(parts) < len(node.entries):
            raise Refused
        if not parts:
            raise notes.wrong(node, "this matcher is empty", _HINT)
        if len(parts) > 1 and set(parts) != {"event", "where"}:
            keys = ", ".join(f"`{key}`" for key in parts)
            raise notes.wrong(node, f"a matcher cannot have {keys} side by side", "put them in {all: [...]}")
        return self._form(parts, notes)

    def _form(self, parts: dict[str, Node], notes: Notes) -> Matcher:
        if "any" in parts:
            return AnyOf(self._several("any", parts["any"], notes))
        if "all" in parts:
            return AllOf(self._several("all", parts["all"], notes))
        if "not" in parts:
            return Not(self.read(parts["not"], notes))
        found: list[Matcher] = []
        refused = False
        for key, read in (("event", _read_event), ("where", _read_where)):
            if key in parts:
                notes.path.append(key)
                try:
                    found += read(parts[key], notes)
                except Refused:
                    refused = True
                finally:
                    notes.path.pop()
        if refused:
            raise Refused
        return found[0] if len(found) == 1 else AllOf(tuple(found))

    def _several(self, key: str, node: Node, notes: Notes) -> tuple[Matcher, ...]:
        notes.path.append(key)
        try:
            return ListOf(self, least=1).read(node, notes)
        finally:
            notes.path.pop()

    def plain(self, value: Matcher) -> FlowMap:
        """Print the shortest form that reads back as the same value."""
        if isinstance(value, EventIs):
            return FlowMap(event=value.names[0] if len(value.names) == 1 else FlowList(value.names))
        if isinstance(value, Condition):
            return FlowMap(where=_where([value]))
        if isinstance(value, Not):
            return FlowMap({"not": self.plain(value.part)})
        parts = cast(AllOf | AnyOf, value).parts
        if isinstance(value, AllOf) and (joined := self._joined(parts)) is not None:
            return joined
        return FlowMap({"all" if isinstance(value, AllOf) else "any": FlowList(map(self.plain, parts))})

    def _joined(self, parts: tuple[Matcher, ...]) -> FlowMap | None:
        """Give ``{event, where}`` or ``{where}`` where it keeps the parts and their order."""
        events = [part for part in parts[:1] if isinstance(part, EventIs)]
        conditions = [part for part in parts[len(events) :] if isinstance(part, Condition)]
        if len(parts) < 2 or len(events) + len(conditions) < len(parts):
            return None
        where = _where(conditions)
        if [(property_, test) for property_, tests in where.items() for test in _tests(tests)] != [
            (part.property, part.test) for part in conditions
        ]:
            return None
        return FlowMap({**(self.plain(events[0]) if events else {}), "where": where})

    def schema(self, definitions: Schema) -> Schema:
        """Describe all forms, by name."""
        if "matcher" not in definitions:
            definitions["matcher"] = {}
            definitions["matcher"] = _schema(definitions)
        return {"$ref": "#/$defs/matcher"}


def _read_event(node: Node, notes: Notes) -> list[Matcher]:
    if isinstance(node, ListNode):
        return [EventIs(_NAMES.read(node, notes))]
    return [EventIs((_NAME.read(node, notes),))]


def _read_where(node: Node, notes: Notes) -> list[Matcher]:
    if not isinstance(node, MapNode):
        raise notes.wrong(node, "`where` must be a mapping of properties", "write {device: app}")
    if not node.entries:
        raise notes.wrong(node, "`where` is empty")
    known = notes.count
    found: list[Matcher] = []
    for key, child in node.entries:
        if not key.text.strip():
            notes.wrong(key, "a property must have a name")
        notes.path.append(key.text)
        try:
            found += list(_read_tests(key.text, child, notes))
        except Refused:
            pass
        finally:
            notes.path.pop()
    if notes.count > known:
        raise Refused
    return found


def _read_tests(name: str, node: Node, notes: Notes) -> Iterator[Condition]:
    if isinstance(node, ListNode):
        raise notes.wrong(node, f"{notes.here} must be a value or a test, not a list", "write {in: [...]}")
    if not isinstance(node, MapNode):
        yield Condition(name, "equal", AnyScalar().read(node, notes))
        return
    if not node.entries:
        raise notes.wrong(node, f"{notes.here} has no test", f"it may have: {', '.join(TESTS)}")
    for key, child in node.entries:
        if key.text not in TESTS:
            hint = near(key.text, TESTS, f"the tests are: {', '.join(TESTS)}")
            notes.wrong(key, f"there is no test {shown(key.text)}", hint)
            continue
        test: Test = key.text
        notes.path.append(test)
        try:
            yield Condition(name, test, TESTS[test][0].read(child, notes))
        except Refused:
            pass
        finally:
            notes.path.pop()


def _where(conditions: list[Condition]) -> FlowMap:
    """Group conditions by property; a property with the test ``equal`` alone is printed as its value."""
    grouped: dict[str, FlowMap] = {}
    for condition in conditions:
        tests = grouped.setdefault(condition.property, FlowMap())
        tests[condition.test] = TESTS[condition.test][0].plain(condition.operand)
    return FlowMap(
        {name: tests["equal"] if list(tests) == ["equal"] else tests for name, tests in grouped.items()}
    )


def _tests(printed: Any) -> list[str]:
    return list(printed) if isinstance(printed, FlowMap) else ["equal"]


def _schema(definitions: Schema) -> Schema:
    tests = {
        test: {**kind.schema(definitions), "description": about} for test, (kind, about) in TESTS.items()
    }
    test = {"type": "object", "properties": tests, "minProperties": 1, "additionalProperties": False}
    event = {"oneOf": [_NAME.schema(definitions), _NAMES.schema(definitions)]}
    where = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": r"\S"},
        "additionalProperties": {"oneOf": [AnyScalar().schema(definitions), test]},
    }
    matcher = {"$ref": "#/$defs/matcher"}
    several = {"type": "array", "minItems": 1, "items": matcher}

    def form(**properties: Schema) -> Schema:
        named = {key.rstrip("_"): part for key, part in properties.items()}
        return {"type": "object", "properties": named, "additionalProperties": False}

    return {
        "title": "Matcher",
        "description": "Says which events are this touchpoint.",
        "oneOf": [
            {**form(event=event, where=where), "minProperties": 1},
            {**form(any=several), "required": ["any"]},
            {**form(all=several), "required": ["all"]},
            {**form(not_=matcher), "required": ["not"]},
        ],
    }
