"""Mappings with named keys: one table of fields reads, prints and describes a frozen value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from giljabi.model.mapfile.kinds import FlowMap, Kind, Schema
from giljabi.model.mapfile.nodes import MapNode, Node, ScalarNode
from giljabi.model.mapfile.notes import Notes, Refused, near, shown

T = TypeVar("T", bound=msgspec.Struct)


class Field(msgspec.Struct, frozen=True):
    """One key of a mapping; whether it is required and its default are the value's own.

    ``attribute`` names the value's attribute where it differs from the key.
    """

    key: str
    kind: Kind[Any]
    about: str
    attribute: str = ""


class Rule(Protocol):
    """What must hold between the fields of one mapping."""

    def check(self, node: MapNode, values: Mapping[str, Any], notes: Notes) -> None:
        """Note what does not hold; ``values`` are those fields that could be read."""
        ...

    def schema(self) -> Schema:
        """Give what JSON Schema must add."""
        ...


class Record(Kind[T]):
    """A mapping that becomes a frozen value, described by a table of fields.

    ``name`` is how messages call it, and its name in the schema. Fields are printed in the table's order,
    those with their default left out.
    """

    def __init__(
        self,
        name: str,
        type_: type[T],
        fields: Sequence[Field],
        *,
        rules: Sequence[Rule] = (),
        flow: bool = False,
    ) -> None:
        self.name, self.type = name, type_
        self.expects = f"a mapping that describes a {name}"
        self._fields = {field.key: field for field in fields}
        self._rules, self._flow = rules, flow
        own = {info.name: info for info in msgspec.structs.fields(type_)}
        self._required = [field.key for field in fields if own[_attribute(field)].required]
        self._defaults = {field.key: own[_attribute(field)].default for field in fields}

    def read(self, node: Node, notes: Notes) -> T:
        """Read every field, so that all mistakes come to light."""
        if not isinstance(node, MapNode):
            raise self.wrong_type(node, notes)
        known = notes.count
        values = self._values(node, notes)
        present = {key.text for key, _ in node.entries}
        for key in self._required:
            if key not in present:
                notes.wrong(node, f"a {self.name} must have the key `{key}`", self._fields[key].about)
        for rule in self._rules:
            rule.check(node, values, notes)
        if notes.count > known:
            raise Refused
        return self.type(**{_attribute(self._fields[key]): found for key, found in values.items()})

    def _values(self, node: MapNode, notes: Notes) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, child in node.entries:
            field = self._fields.get(key.text)
            if field is None:
                keys = list(self._fields)
                hint = near(key.text, keys, f"it may have: {', '.join(keys)}")
                notes.wrong(key, f"a {self.name} has no key {shown(key.text)}", hint)
                continue
            notes.path.append(field.key)
            try:
                values[field.key] = field.kind.read(child, notes)
            except Refused:
                pass
            finally:
                notes.path.pop()
        return values

    def plain(self, value: T) -> dict[str, Any]:
        """Print the fields that differ from their default."""
        found = FlowMap() if self._flow else {}
        for key, field in self._fields.items():
            part = getattr(value, _attribute(field))
            if key in self._required or part != self._defaults[key]:
                found[key] = field.kind.plain(part)
        return found

    def schema(self, definitions: Schema) -> Schema:
        """Describe the mapping, by name."""
        name = self.name.replace(" ", "_")
        definitions[name] = {}  # holds the place while a field refers back to it
        properties = {
            key: {**field.kind.schema(definitions), **_told(field, self._defaults[key])}
            for key, field in self._fields.items()
        }
        definitions[name] = {
            "title": self.name.capitalize(),
            "description": (self.type.__doc__ or "").split("\n", 1)[0].replace("``", "`"),
            "type": "object",
            "properties": properties,
            **({"required": self._required} if self._required else {}),
            "additionalProperties": False,
        }
        for rule in self._rules:
            definitions[name].update(rule.schema())
        return {"$ref": f"#/$defs/{name}"}


def _attribute(field: Field) -> str:
    return field.attribute or field.key


def _told(field: Field, default: object) -> Schema:
    told: Schema = {"description": field.about}
    if isinstance(default, str | bool) and default != "":
        told["default"] = default
    return told


class Tagged(Kind[Any]):
    """One of several records, told apart by which record's own key is there."""

    def __init__(self, name: str, records: Mapping[str, Record[Any]]) -> None:
        self.name = name
        self._records = records
        self.expects = f"a mapping with one of the keys {', '.join(records)}"

    def read(self, node: Node, notes: Notes) -> Any:
        """Read the record whose key is there."""
        if not isinstance(node, MapNode):
            raise self.wrong_type(node, notes)
        keys = [key for key, _ in node.entries]
        named = [key for key in keys if key.text in self._records]
        if len(named) > 1:
            both = f"`{named[0].text}` and `{named[1].text}`"
            raise notes.wrong(named[1], f"a {self.name} says one thing, this one has {both}", "write two")
        if not named:
            kinds = list(self._records)
            meant = next((hint for key in keys if (hint := near(key.text, kinds))), "")
            hint = meant or f"it must have one of: {', '.join(kinds)}"
            raise notes.wrong(node, f"this is a {self.name} of no known kind", hint)
        return self._records[named[0].text].read(node, notes)

    def plain(self, value: Any) -> Any:
        """Print the value by the record of its type."""
        record = next(record for record in self._records.values() if isinstance(value, record.type))
        return record.plain(value)

    def schema(self, definitions: Schema) -> Schema:
        """Describe the choice."""
        choices = [record.schema(definitions) for record in self._records.values()]
        definitions[self.name] = {"title": self.name.capitalize(), "oneOf": choices}
        return {"$ref": f"#/$defs/{self.name}"}


class Wrapped(Kind[Any]):
    """A mapping with one key, printed for a value that has no mapping of its own."""

    def __init__(self, key: str, inner: Kind[Any]) -> None:
        self._key, self._inner = key, inner
        self.expects = f"a mapping with the key `{key}`"

    def read(self, node: Node, notes: Notes) -> Any:
        """Read what stands under the key."""
        if not isinstance(node, MapNode):
            raise self.wrong_type(node, notes)
        inner = None
        for key, child in node.entries:
            if key.text == self._key:
                inner = child
            else:
                notes.wrong(key, f"{notes.here} has no key {shown(key.text)}", f"it has `{self._key}`")
        if inner is None or len(node.entries) > 1:
            raise Refused if node.entries else notes.wrong(node, f"{notes.here} is empty")
        notes.path.append(self._key)
        try:
            return self._inner.read(inner, notes)
        finally:
            notes.path.pop()

    def plain(self, value: Any) -> FlowMap:
        """Print the mapping."""
        return FlowMap({self._key: self._inner.plain(value)})

    def schema(self, definitions: Schema) -> Schema:
        """Describe the mapping."""
        return {
            "type": "object",
            "properties": {self._key: self._inner.schema(definitions)},
            "required": [self._key],
            "additionalProperties": False,
        }


class Short(Kind[Any]):
    """A record that may be written as its first field alone."""

    def __init__(self, key: str, short: Kind[str], record: Record[Any]) -> None:
        self._key, self._short, self._record = key, short, record
        self.expects = f"{short.expects} or {record.expects}"

    def read(self, node: Node, notes: Notes) -> Any:
        """Read either form."""
        if isinstance(node, ScalarNode):
            return self._record.type(**{self._key: self._short.read(node, notes)})
        if isinstance(node, MapNode):
            return self._record.read(node, notes)
        raise self.wrong_type(node, notes)

    def plain(self, value: Any) -> Any:
        """Print the short form where nothing is lost."""
        full = self._record.plain(value)
        return full[self._key] if len(full) == 1 else full

    def schema(self, definitions: Schema) -> Schema:
        """Describe both forms."""
        return {"oneOf": [self._short.schema(definitions), self._record.schema(definitions)]}
