"""The part of JSON Schema 2020-12 that the map's schema uses, checked the obvious way."""

import re
from collections.abc import Iterator
from typing import Any

KNOWN = {
    "$schema",
    "$defs",
    "$ref",
    "title",
    "description",
    "default",
    "format",
    "type",
    "enum",
    "const",
    "pattern",
    "minimum",
    "maximum",
    "items",
    "minItems",
    "properties",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "required",
    "minProperties",
    "oneOf",
    "allOf",
    "if",
    "then",
}
TYPES = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def accepts(schema: Any, value: Any, root: dict[str, Any] | None = None) -> bool:
    """Say whether the value is right by the schema; fails on words of JSON Schema it does not know."""
    root = schema if root is None else root
    if isinstance(schema, bool):
        return schema
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    return all(_checks(schema, value, root))


def _checks(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> Iterator[bool]:
    if "$ref" in schema:
        yield accepts(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, root)
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        yield any(TYPES[name](value) for name in names)
    yield "enum" not in schema or value in schema["enum"]
    yield "const" not in schema or value == schema["const"]
    if "oneOf" in schema:
        yield sum(accepts(part, value, root) for part in schema["oneOf"]) == 1
    for part in schema.get("allOf", ()):
        yield accepts(part, value, root)
    if "if" in schema and accepts(schema["if"], value, root):
        yield accepts(schema["then"], value, root)
    if isinstance(value, str):
        yield re.search(schema.get("pattern", ""), value) is not None
    if TYPES["number"](value):
        yield schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if isinstance(value, list):
        yield len(value) >= schema.get("minItems", 0)
        yield all(accepts(schema.get("items", True), item, root) for item in value)
    if isinstance(value, dict):
        yield from _object_checks(schema, value, root)


def _object_checks(schema: dict[str, Any], value: dict[str, Any], root: dict[str, Any]) -> Iterator[bool]:
    yield len(value) >= schema.get("minProperties", 0)
    yield set(schema.get("required", ())) <= set(value)
    for key, child in value.items():
        yield accepts(schema.get("propertyNames", True), key, root)
        parts = [schema["properties"][key]] if key in schema.get("properties", {}) else []
        patterns = schema.get("patternProperties", {})
        parts += [part for pattern, part in patterns.items() if re.search(pattern, key)]
        for part in parts or [schema.get("additionalProperties", True)]:
            yield accepts(part, child, root)
