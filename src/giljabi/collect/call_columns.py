"""Calls as columns: what the sealer hands to the lake."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from giljabi.collect.accept import LONGEST_NAME
from giljabi.collect.calls import IDENTITY_CALLS, Call, Value
from giljabi.collect.packed import CHANNEL, EVENT, MESSAGE, PROPERTIES, TYPE, TYPES, VALUE, Calls, Ints
from giljabi.collect.roles import RESERVED

if TYPE_CHECKING:
    from giljabi.kernels import Cells

TAKEN_NAMES = frozenset({*RESERVED, "source", ""})
"""Names that no property can have; it gets another one."""

MOST_PROPERTIES = 1_000
"""Properties that become columns; those that come later stay readable in the call's details."""

_OURS = "giljabi_"
_MOMENT = pa.timestamp("ms", "UTC")
_json = msgspec.json.Encoder()
_NOTHING, _FALSE, _TRUE, _NUMBER, _TEXT = range(5)
"""Kinds of values, as `giljabi.kernels.scan_cells` has them."""


def table_of(calls: Calls, sources: pa.Array[Any], received: Any, known: set[str]) -> pa.Table:
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
        "time": pa.array(calls.times).cast(_MOMENT),
        "event": calls.texts(EVENT, otherwise=TYPE),
        "channel": calls.texts(CHANNEL),
        "value": calls.numbers(VALUE),
        "source": sources,
        "giljabi_call": calls.texts(TYPE),
        "giljabi_message": calls.texts(MESSAGE),
        "giljabi_identity": calls.identity_json(),
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


def _details(calls: Calls, surplus: dict[int, dict[str, Value]]) -> pa.Array[Any]:
    said = np.isin(calls.types, [TYPES.index(kind) for kind in sorted(IDENTITY_CALLS)])
    places = sorted({*np.flatnonzero(said).tolist(), *surplus})
    details = pa.array([_detail(calls[place], surplus.get(place)) for place in places], pa.string())
    return _spread(details, np.array(places, np.int64), len(calls))


def _detail(call: Call, surplus: dict[str, Value] | None) -> bytes:
    said = {
        "traits": call.traits,
        "previous_id": call.previous_id,
        "group_id": call.group_id,
        "properties": surplus,
    }
    return _json.encode({name: value for name, value in said.items() if value})


def _properties(
    calls: Calls, known: set[str]
) -> tuple[dict[str, pa.Array[Any]], dict[int, dict[str, Value]]]:
    """Give the columns of the properties, and by call what found no column."""
    cells = calls.cells(PROPERTIES, without=calls.types == TYPES.index("feedback"))
    order = np.argsort(cells.key, kind="stable")
    ends = np.cumsum(np.bincount(cells.key, minlength=len(cells.keys)))
    columns: dict[str, pa.Array[Any]] = {}
    surplus: dict[int, dict[str, Value]] = {}
    present: set[str] = set()
    keys = calls.keys_of(cells)
    of_key = [order[start:end] for start, end in itertools.pairwise([0, *ends.tolist()])]
    for name in keys:
        if _has_column(name, known):
            present.add(name)
    for name, which in zip(keys, of_key, strict=True):
        if name in present:
            columns[_free(name, present)] = _column(calls, cells, which)
            continue
        for place in cells.record[which].tolist():
            surplus.setdefault(place, {})[name] = calls[place].properties[name]
    return columns, surplus


def _has_column(name: str, known: set[str]) -> bool:
    if name not in known:
        if len(known) >= MOST_PROPERTIES or len(name) > LONGEST_NAME:
            return False
        known.add(name)
    return True


def _free(name: str, present: Collection[str]) -> str:
    target = f"_{name}" if name.startswith(_OURS) else name
    while target in TAKEN_NAMES or (target != name and target in present):
        target += "_property"
    return target


def _column(calls: Calls, cells: Cells, which: Ints) -> pa.Array[Any]:
    """Make a column of the values of one key; where they are of several kinds, of their texts."""
    kinds = np.bincount(cells.kind[which], minlength=5)
    nothing, texts, numbers = int(kinds[_NOTHING]), int(kinds[_TEXT]), int(kinds[_NUMBER])
    if nothing + texts == len(which):
        values: pa.Array[Any] = calls.text_of(cells, np.where(cells.kind[which] == _TEXT, which, -1))
    elif nothing + numbers == len(which):
        values = pa.array(cells.number[which], pa.float64(), mask=cells.kind[which] == _NOTHING)
    elif not texts and not numbers:
        values = pa.array(cells.kind[which] == _TRUE, pa.bool_(), mask=cells.kind[which] == _NOTHING)
    else:
        values = pa.array(map(_text, calls.values_of(cells, which)), pa.string())
    return _spread(values, cells.record[which], len(calls))


def _spread(values: pa.Array[Any], places: Ints, rows: int) -> pa.Array[Any]:
    """Lay values out at their places in a column; null elsewhere."""
    if len(values) == rows:
        return values
    of_row = np.full(rows, -1, np.int64)
    of_row[places] = np.arange(len(values))
    order: pa.Int64Array = pa.array(of_row, pa.int64(), mask=of_row < 0)
    return values.take(order)


def _text(value: Value) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value
