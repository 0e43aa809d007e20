"""Calls as columns: what the sealer hands to the lake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

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

Values: TypeAlias = "list[Value] | np.ndarray[Any, np.dtype[np.object_]]"

_OURS = "giljabi_"
_MOMENT = pa.timestamp("ms", "UTC")
_json = msgspec.json.Encoder()


def table_of(
    calls: Sequence[Call],
    customers: Sequence[str],
    sources: Sequence[str],
    received: Sequence[int],
    known: set[str],
) -> pa.Table:
    """Arrange calls as the lake takes them.

    Parameters
    ----------
    calls
        At least one; feedback is none of them.
    customers, sources, received
        Whose each call is, the name of its source, and when it came, milliseconds since 1970 UTC.
    known
        The properties that are columns; new ones are added, up to `MOST_PROPERTIES`.
    """
    columns, surplus = _properties(calls, known)
    table: dict[str, pa.Array[Any]] = {
        "customer": pa.array(customers, pa.string()),
        "time": pa.array([one.time for one in calls], pa.int64()).cast(_MOMENT),
        "event": pa.array([one.event or one.type for one in calls], pa.string()),
        "channel": pa.array([one.channel for one in calls], pa.string()),
        "value": pa.array([one.value for one in calls], pa.float64()),
        "source": pa.array(sources, pa.string()),
        "giljabi_call": pa.array([one.type for one in calls], pa.string()),
        "giljabi_message": pa.array([one.message_id for one in calls], pa.string()),
        "giljabi_identity": pa.array([_json.encode(one.identifiers).decode() for one in calls], pa.string()),
        "giljabi_detail": pa.array(
            [_detail(one, surplus.get(n)) for n, one in enumerate(calls)], pa.string()
        ),
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


def _detail(call: Call, surplus: dict[str, Value] | None) -> str | None:
    if surplus is None and call.type not in IDENTITY_CALLS:
        return None
    said = {
        "traits": call.traits,
        "previous_id": call.previous_id,
        "group_id": call.group_id,
        "properties": surplus,
    }
    return _json.encode({name: value for name, value in said.items() if value}).decode()


def _properties(
    calls: Sequence[Call], known: set[str]
) -> tuple[dict[str, pa.Array[Any]], dict[int, dict[str, Value]]]:
    """Give the columns of the properties, and by call what found no column."""
    shapes: dict[tuple[str, ...], tuple[list[int], list[dict[str, Value]]]] = {}
    for number, one in enumerate(calls):
        if one.properties:
            rows, records = shapes.setdefault(tuple(one.properties), ([], []))
            rows.append(number)
            records.append(one.properties)
    columns: dict[str, list[tuple[list[int], tuple[Value, ...]]]] = {}
    surplus: dict[int, dict[str, Value]] = {}
    for names, (rows, records) in shapes.items():
        for name, values in zip(names, zip(*map(dict.values, records), strict=True), strict=True):
            if _has_column(name, known):
                columns.setdefault(name, []).append((rows, values))
                continue
            for row, value in zip(rows, values, strict=True):
                surplus.setdefault(row, {})[name] = value
    return {_free(name, columns): _column(parts, len(calls)) for name, parts in columns.items()}, surplus


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


def _column(parts: list[tuple[list[int], tuple[Value, ...]]], rows: int) -> pa.Array[Any]:
    values = np.full(rows, None, np.object_)
    for places, some in parts:
        values[places] = some
    column: pa.Array[Any]
    try:
        column = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        column = pa.array([_text(value) for value in values], pa.string())
    return column.cast(pa.string()) if pa.types.is_null(column.type) else column


def _text(value: Value) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value
