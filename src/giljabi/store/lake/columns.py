"""The columns of the lake: five that every event has, and one more for each property that comes along.

A property's first values settle what its column holds: text, numbers, or yes and no. Should other values
come later, Iceberg does not turn the column into text, so a second column beside it takes their texts;
whoever reads the lake by `giljabi.store.lake` gets both as one column of text. A property without any value
makes no column.

============================ =============== ======================================================
column                       type            holds
============================ =============== ======================================================
``customer``                 string          the customer's id; decides the partition
``time``                     timestamptz     when it happened
``event``                    string          its name
``giljabi_import``           string          the import that brought it
``giljabi_sequence``         long            its place in the order of arrival, over the whole table
``channel``, ``value``, …    string, double  from the first import on that has them
============================ =============== ======================================================

What came in live has hidden columns besides: `CALL`, the kind of call; `MESSAGE`, its name; `IDENTITY`, the
identifiers it came with as a JSON object; `DETAIL`, what a call that says who somebody is said, as JSON; and
`RECEIVED`, when it came. Calls that say who somebody is lie in the lake, but are no events of a journey.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table.update.schema import UpdateSchema
from pyiceberg.transforms import BucketTransform
from pyiceberg.types import (
    BooleanType,
    DoubleType,
    IcebergType,
    LongType,
    NestedField,
    PrimitiveType,
    StringType,
    TimestamptzType,
)

from giljabi.model.errors import InputError

PARTITIONS = 16
IMPORT, SEQUENCE = "giljabi_import", "giljabi_sequence"
CALL, MESSAGE, IDENTITY = "giljabi_call", "giljabi_message", "giljabi_identity"
DETAIL, RECEIVED = "giljabi_detail", "giljabi_received"
LIVE = (CALL, MESSAGE, IDENTITY, DETAIL, RECEIVED)
"""Columns that only calls from the inbox have; nobody sees them but this package and who knows customers."""

NO_EVENTS = ("identify", "group", "alias")
"""The kinds of call that are no events of a journey."""

TIME = pa.timestamp("ms", "UTC")

BASE = Schema(
    NestedField(1, "customer", StringType(), required=True),
    NestedField(2, "time", TimestamptzType(), required=True),
    NestedField(3, "event", StringType(), required=True),
    NestedField(4, IMPORT, StringType(), required=True),
    NestedField(5, SEQUENCE, LongType(), required=True),
)
BY_CUSTOMER = PartitionSpec(PartitionField(1, 1000, BucketTransform(PARTITIONS), "customer_bucket"))

_STORED: dict[IcebergType, pa.DataType] = {
    DoubleType(): pa.float64(),
    TimestamptzType(): pa.timestamp("us", "UTC"),
}
_REQUIRED = ("customer", "time", "event")
_OWN = (IMPORT, SEQUENCE, *LIVE)
_TEXT_OF = "Texts of a column that holds something else: "

ChunkedArray: TypeAlias = "pa.ChunkedArray[Any]"


def check_columns(schema: pa.Schema, *, live: bool = False) -> None:
    """Say what is wrong with batches that are not canonical; live ones may have the columns of `LIVE`.

    Raises
    ------
    InputError
        If a required column is missing, or a property has the name of a column of the lake's own.
    """
    for name in _REQUIRED:
        if name not in schema.names:
            raise InputError(f"the events have no column {name!r}; they have: {', '.join(schema.names)}")
    for name in _OWN:
        if name in schema.names and not (live and name in LIVE):
            raise InputError(f"a property cannot be named {name!r}, for the lake has a column of that name")


def evolve(schema: Schema, update: UpdateSchema, chunk: pa.Table) -> bool:
    """Add the columns that a chunk of canonical events lacks.

    Parameters
    ----------
    schema
        The columns that are there.
    update
        Where to add them.
    chunk
        The events.

    Returns
    -------
    bool
        Whether anything was added.
    """
    known = {field.name: field.field_type for field in schema.fields}
    twins = _twins(schema)
    before = len(known)
    for name in _properties(chunk):
        kind = _iceberg_type(chunk[name].type, name)
        there = known.get(name)
        if there is None:
            update.add_column((name,), kind)
            known[name] = kind
        elif there not in (kind, StringType()) and name not in twins:
            twin = f"{name} (text)"
            while twin in known or twin in chunk.column_names:
                twin += "_"
            update.add_column((twin,), StringType(), doc=_TEXT_OF + name)
            known[twin] = StringType()
    return len(known) > before


def stored(schema: Schema, chunk: pa.Table, import_id: str, first: int) -> pa.Table:
    """Arrange a chunk of canonical events as the lake's columns, its first event at this place of arrival."""
    rows = chunk.num_rows
    twins = _twins(schema)
    columns: dict[str, Any] = {field.name: None for field in schema.fields}
    columns["customer"], columns["event"] = _text(chunk["customer"]), _text(chunk["event"])
    columns["time"] = chunk["time"].cast(pa.timestamp("us", "UTC"))
    columns[IMPORT] = pa.repeat(pa.scalar(import_id), rows)
    columns[SEQUENCE] = pa.array(np.arange(first, first + rows, dtype=np.int64))
    for name in _properties(chunk):
        values = chunk[name]
        there = schema.find_field(name).field_type
        if there == StringType():
            columns[name] = _text(values)
        elif there == _iceberg_type(values.type, name):
            columns[name] = values.cast(_STORED[there]) if there in _STORED else values
        else:
            columns[twins[name]] = _text(values)
    types: Any = schema_to_pyarrow(schema, include_field_ids=False)
    for name, values in columns.items():
        if values is None:
            columns[name] = pa.nulls(rows, types.field(name).type)
    return pa.table(columns)


def canonical(schema: Schema, stored: pa.Table) -> pa.Table:
    """Arrange events of the lake as the canonical table."""
    twins = _twins(schema)
    fields: list[pa.Field[Any]] = []
    columns: list[ChunkedArray] = []
    for name in canonical_names(schema):
        values = stored[name]
        if name == "time":
            values = values.cast(TIME)
        elif name in twins:
            values = pc.coalesce(_text(stored[twins[name]]), _text(values))
        elif pa.types.is_large_string(values.type):
            values = values.cast(pa.string())
        fields.append(pa.field(name, values.type, nullable=name not in _REQUIRED))
        columns.append(values)
    return pa.table(columns, schema=pa.schema(fields))


def canonical_names(schema: Schema) -> list[str]:
    """Name the canonical columns in their order: the required ones, channel and value, the properties."""
    names = [field.name for field in schema.fields]
    hidden = {*_OWN, *_twins(schema).values()}
    first = [name for name in (*_REQUIRED, "channel", "value") if name in names]
    return first + [name for name in names if name not in hidden and name not in first]


def _twins(schema: Schema) -> dict[str, str]:
    """Give the columns with texts, by the name of the column each stands beside."""
    return {
        field.doc.removeprefix(_TEXT_OF): field.name
        for field in schema.fields
        if field.doc is not None and field.doc.startswith(_TEXT_OF)
    }


def _properties(chunk: pa.Table) -> Iterable[str]:
    for name in chunk.column_names:
        if name not in _REQUIRED and chunk[name].null_count < chunk.num_rows:
            yield name


def _iceberg_type(kind: pa.DataType, name: str) -> PrimitiveType:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return StringType()
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        return DoubleType()
    if pa.types.is_boolean(kind):
        return BooleanType()
    if name == RECEIVED:
        return TimestamptzType()
    raise InputError(f"the column {name!r} holds {kind}; a property is text, a number, or yes and no")


def _text(values: ChunkedArray) -> ChunkedArray:
    return values if pa.types.is_string(values.type) else values.cast(pa.string())
