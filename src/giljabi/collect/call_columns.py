"""Calls as columns: what the sealer hands to the lake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from giljabi.collect.accept import LONGEST_NAME
from giljabi.collect.calls import IDENTITY_CALLS, Call, Value
from giljabi.collect.roles import RESERVED

TAKEN_NAMES = frozenset({*RESERVED, "source", ""})
"""Names that no property can have; it gets another one."""

MOST_PROPERTIES = 1_000
"""Properties that become columns; those that come later stay readable in the call's details."""

_OURS = "giljabi_"
_MOMENT = pa.timestamp("ms", "UTC")
_json = msgspec.json.Encoder()


def table_of(calls: Sequence[Call], sources: Sequence[str], received: Any, known: set[str]) -> pa.Table:
    """Arrange calls as the lake takes them, but for whose they are.

    Parameters
    ----------
    calls
        The calls; rows of feedback have no properties.
    sources, received
        The name of each call's source, and when it came, milliseconds since 1970 UTC.
    known
        The properties that are columns; new ones are added, up to `MOST_PROPERTIES`.
    """
    columns, surplus = _properties(calls, known)
    table: dict[str, pa.Array[Any]] = {
        "time": pa.array([one.time for one in calls], pa.int64()).cast(_MOMENT),
        "event": pa.array([one.event or one.type for one in calls], pa.string()),
        "channel": pa.array([one.channel for one in calls], pa.string()),
        "value": pa.array([one.value for one in calls], pa.float64()),
        "source": pa.array(sources, pa.string()),
        "giljabi_call": pa.array([one.type for one in calls], pa.string()),
        "giljabi_message": pa.array([one.message_id for one in calls], pa.string()),
        "giljabi_identity": pa.array([_json.encode(one.identifiers) for one in calls], pa.string()),
        "giljabi_detail": _details(calls, surplus),
        "giljabi_received": pa.array(received, pa.int64()).cast(_MOMENT),
    }
    return pa.table({**table, **columns})


def as_sent(call: Call) -> bytes:
    """Write a call as JSON, as a sender would have sent it."""
    identifiers = dict(call.identifiers)
    moment = datetime.fromtimestamp(call.time / 1000, UTC)
    said = {
        "type": call.type,
        "messageId": call.message_id,
        "timestamp": moment.isoformat(timespec="milliseconds"),
        "userId": identifiers.pop("user_id", None),
        "anonymousId": identifiers.pop("anonymous_id", None),
        "name" if call.type in {"page", "screen"} else "event": call.event,
        "channel": call.channel,
        "properties": call.properties if call.value is None else {**call.properties, "value": call.value},
        "traits": call.traits,
        "previousId": call.previous_id,
        "groupId": call.group_id,
        "context": {"externalIds": [{"type": kind, "id": id} for kind, id in identifiers.items()]},  # noqa: A001
    }
    return _json.encode({name: value for name, value in said.items() if value})


def _details(calls: Sequence[Call], surplus: dict[int, dict[str, Value]]) -> pa.Array[Any]:
    details: list[bytes | None] = [None] * len(calls)
    for number, one in enumerate(calls):
        if one.type in IDENTITY_CALLS or number in surplus:
            said = {
                "traits": one.traits,
                "previous_id": one.previous_id,
                "group_id": one.group_id,
                "properties": surplus.get(number),
            }
            details[number] = _json.encode({name: value for name, value in said.items() if value})
    return pa.array(details, pa.string())


@dataclass(slots=True)
class _Shape:
    """Calls whose properties have the same names in the same order."""

    places: list[int] = field(default_factory=list)
    records: list[dict[str, Value]] = field(default_factory=list)

    def values(self, name: str) -> list[Value]:
        return list(map(itemgetter(name), self.records))


def _properties(
    calls: Sequence[Call], known: set[str]
) -> tuple[dict[str, pa.Array[Any]], dict[int, dict[str, Value]]]:
    """Give the columns of the properties, and by call what found no column."""
    shapes: dict[tuple[str, ...], _Shape] = {}
    for number, one in enumerate(calls):
        properties = one.properties
        if properties and one.type != "feedback":
            names = tuple(properties)
            shape = shapes.get(names)
            if shape is None:
                shapes[names] = shape = _Shape()
            shape.places.append(number)
            shape.records.append(properties)
    columns: dict[str, list[_Shape]] = {}
    surplus: dict[int, dict[str, Value]] = {}
    for names, shape in shapes.items():
        for name in names:
            if _has_column(name, known):
                columns.setdefault(name, []).append(shape)
                continue
            for place, value in zip(shape.places, shape.values(name), strict=True):
                surplus.setdefault(place, {})[name] = value
    rows = len(calls)
    return {_free(name, columns): _column(name, shapes, rows) for name, shapes in columns.items()}, surplus


def _has_column(name: str, known: set[str]) -> bool:
    if name not in known:
        if len(known) >= MOST_PROPERTIES or len(name) > LONGEST_NAME:
            return False
        known.add(name)
    return True


def _free(name: str, present: dict[str, Any]) -> str:
    target = f"_{name}" if name.startswith(_OURS) else name
    while target in TAKEN_NAMES or (target != name and target in present):
        target += "_property"
    return target


def _column(name: str, shapes: Sequence[_Shape], rows: int) -> pa.Array[Any]:
    parts = [_typed(shape.values(name)) for shape in shapes]
    kinds = {part.type for part in parts} - {pa.null()}
    if len(kinds) > 1:
        parts = [pa.array(map(_text, shape.values(name)), pa.string()) for shape in shapes]
    kind = kinds.pop() if len(kinds) == 1 else pa.string()
    values = pa.concat_arrays([part.cast(kind) for part in parts])
    if len(shapes) == 1 and len(values) == rows:
        return values
    places = np.full(rows, -1, np.int64)
    places[np.concatenate([shape.places for shape in shapes])] = np.arange(len(values))
    order: pa.Int64Array = pa.array(places, pa.int64(), mask=places < 0)
    return values.take(order)


def _typed(values: list[Value]) -> pa.Array[Any]:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array(map(_text, values), pa.string())


def _text(value: Value) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value
