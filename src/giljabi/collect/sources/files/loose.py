"""Rows of named values, each row with its own names, to columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from giljabi.collect.columns import EXACT_INTEGERS
from giljabi.collect.raw import Lines, RawBatch

Value: TypeAlias = str | int | float | bool | None
Row: TypeAlias = Mapping[str, Value]


def batch_of(
    rows: Sequence[Row], lines: Sequence[int], originals: Sequence[Any], broken: Sequence[Any] = ()
) -> RawBatch:
    """Make a batch of rows; ``originals`` are their texts, or values to be written as JSON when asked for."""

    def texts(at: Lines) -> list[str]:
        some = (originals[one] for one in at.tolist())
        return [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in some]

    return RawBatch(columns_of(rows), np.array(lines, np.int64), texts, broken)


def columns_of(rows: Sequence[Row]) -> pa.RecordBatch:
    """Put values of one name into one column, in the order in which the names come up."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
    arrays = [_array([row.get(name) for row in rows]) for name in names]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))


def text_of(value: Value) -> str | None:
    """Write a value as text, as `giljabi.collect.columns.as_text` does."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_INTEGERS:
        return str(int(value))
    return str(value)


def flat(record: Mapping[str, Any], prefix: str = "") -> dict[str, Value]:
    """Lay nested records flat, their names joined by dots; lists become JSON text."""
    result: dict[str, Value] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            result.update(flat(value, f"{prefix}{name}."))
        elif isinstance(value, list):
            result[prefix + name] = json.dumps(value, ensure_ascii=False)
        else:
            result[prefix + name] = value
    return result


def _array(values: list[Value]) -> pa.Array[Any]:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {str}:
        return pa.array(values, pa.string())
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    numbers = [value for value in values if isinstance(value, int)]
    if kinds == {int} and all(-(2**63) <= number < 2**63 for number in numbers):
        return pa.array(values, pa.int64())
    if kinds and kinds <= {int, float} and all(abs(number) < EXACT_INTEGERS for number in numbers):
        return pa.array(values, pa.float64())
    return pa.array([text_of(value) for value in values], pa.string())
