"""Columns of any Arrow type as the few types Giljabi speaks: text, number, yes or no."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

Column: TypeAlias = Any
"""A `pyarrow.Array`."""

NO_VALUE = pa.array(
    ["", "NULL", "null", "Null", "(null)", "\\N", "NaN", "nan", "#N/A", "undefined", "None", "none"]
)
"""Texts that programs write where there is no value."""

EXACT_INTEGERS = 2**53
"""Whole numbers from here on are not exact as float64, and stay text."""


def plain(column: Any) -> Column:
    """Take off what is only packing: chunks, dictionaries, views, extension types."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        # Arrow decodes no dictionary of views, which is how Polars hands over categories.
        column = plain(column.dictionary).take(column.indices)
    if pa.types.is_run_end_encoded(column.type):
        column = pc.run_end_decode(column)
    if pa.types.is_large_string(column.type) or column.type == pa.string_view():
        column = pc.cast(column, pa.string())
    return column


def as_text(column: Any) -> Column:
    """Write every value as text, exactly: 5.0 as ``5``, times in ISO 8601, lists and records as JSON."""
    values = plain(column)
    kind = values.type
    if pa.types.is_string(kind):
        return values
    if pa.types.is_nested(kind):
        return _as_json(values)
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        # Text in any other zone would need the machine's own time zone database.
        values = pc.cast(values, pa.timestamp(kind.unit, "UTC"))
    try:
        if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
            values = pc.cast(values, pa.binary())
        return pc.cast(values, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([_written(one) for one in values.to_pylist()], pa.string())


def clean_text(column: Any) -> Column:
    """Write every value as text without blanks around it; null where nothing stands there."""
    trimmed = pc.utf8_trim_whitespace(as_text(column))
    missing = pc.is_in(trimmed, value_set=NO_VALUE)
    if not pc.any(missing).as_py():
        return trimmed
    return pc.if_else(missing, pa.scalar(None, pa.string()), trimmed)


def clean_names(column: Any) -> Column:
    """Write every value as `clean_text` does, as a dictionary: what repeats is looked at once.

    The indices are null where nothing stands there; the dictionary has no nulls, but may have texts twice.
    """
    if isinstance(column, pa.DictionaryArray):
        indices, texts = column.indices, column.dictionary
    else:
        packed = pc.dictionary_encode(as_text(column))
        indices, texts = packed.indices, packed.dictionary
    cleaned = clean_text(texts)
    if cleaned.null_count:
        places = np.arange(len(cleaned), dtype=np.int32)
        keys = pa.array(places, mask=np.asarray(pc.is_null(cleaned)))
        indices, cleaned = keys.take(indices), pc.fill_null(cleaned, "")
    return pa.DictionaryArray.from_arrays(pc.cast(indices, pa.int32()), cleaned)


def filled_text(column: Any) -> Column:
    """Write every value as text, unchanged; null where it is empty."""
    texts = as_text(column)
    empty = pc.equal(texts, "")
    if not pc.any(empty).as_py():
        return texts
    return pc.if_else(empty, pa.scalar(None, pa.string()), texts)


def as_number(column: Any, *, money: bool = False) -> Column:
    """Read every value as a finite number; null where it is none.

    ``money`` also reads thousands separated by commas and signs of currency: ``₩12,000``, ``12,000원``.
    """
    values = plain(column)
    if pa.types.is_decimal(values.type) or not (
        pa.types.is_string(values.type) or pa.types.is_primitive(values.type)
    ):
        values = as_text(values)
    try:
        # One unreadable text makes the whole cast fail; most columns have none.
        numbers = pc.cast(values, pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        numbers = _numbers_in(as_text(values), money=money)
    return pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))


def _numbers_in(column: Any, *, money: bool) -> Column:
    texts = pl.Series(clean_text(column), dtype=pl.String)
    numbers = texts.cast(pl.Float64, strict=False)
    left = numbers.is_null() & texts.is_not_null()
    if money and left.any():
        bare = texts.str.replace_all(r"[₩$€£¥원\s]", "").str.replace_all(r",([0-9]{3})", "$1")
        numbers = pl.select(pl.coalesce(numbers, bare.cast(pl.Float64, strict=False))).to_series()
    return pc.cast(numbers.to_arrow(), pa.float64())


def as_truth(column: Any) -> Column:
    """Read every value as yes or no; null where it is neither."""
    values = plain(column)
    if pa.types.is_boolean(values.type):
        return values
    lower = pc.utf8_lower(clean_text(values))
    return pc.if_else(pc.equal(lower, "true"), True, pc.if_else(pc.equal(lower, "false"), False, None))


def _written(value: Any) -> str | None:
    if value is None:
        return None
    return value.hex() if isinstance(value, bytes) else str(value)


def _as_json(values: pa.Array[Any]) -> Column:
    return pa.array(
        [
            None if one is None else json.dumps(one, ensure_ascii=False, default=str)
            for one in values.to_pylist()
        ],
        pa.string(),
    )
