"""Values of rows, as databases, JSON and sheets have them, as what calls hold."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa

from giljabi.collect.calls import Value
from giljabi.collect.columns import EXACT_INTEGERS, NO_VALUE, as_number
from giljabi.collect.properties import is_code_name
from giljabi.collect.times import Clock, Times, day_order

_DEEPEST = 4
_EXACT_DIGITS = 15
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = frozenset(NO_VALUE.to_pylist())
_is_code_name = functools.lru_cache(4096)(is_code_name)


def flat_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Name what is nested by dots; values stay, but for those that no JSON can hold.

    Records nested deeper than four are one value.
    """
    result: dict[str, Any] = {}
    _flatten(row, "", _DEEPEST, result)
    return result


def _flatten(row: Mapping[str, Any], prefix: str, depth: int, result: dict[str, Any]) -> None:
    for key, value in row.items():
        name = _sound(f"{prefix}{key}")
        if isinstance(value, Mapping) and depth > 1:
            _flatten(value, f"{name}.", depth - 1, result)
        else:
            result[name] = _kept(value)


def _kept(value: Any) -> Any:
    result = value
    if isinstance(value, str):
        result = _sound(value)
    elif isinstance(value, bytes | bytearray | memoryview):
        result = bytes(value).hex()
    elif isinstance(value, Mapping):
        result = {_sound(str(key)): _kept(one) for key, one in value.items()}
    elif isinstance(value, list | tuple | set | frozenset):
        result = [_kept(one) for one in value]
    elif isinstance(value, float) and not math.isfinite(value):
        result = None
    elif not (value is None or isinstance(value, int | float | Decimal | date)):
        result = str(value)
    return result


def _sound(text: str) -> str:
    """Take halves of surrogate pairs out of a text: no encoding holds them."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode() if not _is_sound(text) else text


def _is_sound(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_name(value: Any) -> str | None:
    """Write a value as text without blanks around it, 5.0 as ``5``; None where nothing stands there."""
    if value is None:
        return None
    if isinstance(value, str):
        text = value.strip()
        return None if text in _NOTHING else text
    return _written(value)


def as_property(name: str, value: Any) -> Value:
    """Give a value as an event's property has it; of a column whose name says code, numbers are texts."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value or None
    if isinstance(value, int | float):
        if _is_code_name(name) or abs(value) > EXACT_INTEGERS:
            return _written(value)
        return float(value)
    if isinstance(value, Decimal):
        quantity = value.is_finite() and len(value.as_tuple().digits) <= _EXACT_DIGITS
        return float(value) if quantity and not _is_code_name(name) else _written(value)
    return _written(value)


def as_trait(value: Any) -> Any:
    """Give a value as JSON has it, without null characters, which the database does not hold."""
    if isinstance(value, str):
        return value.replace("\0", "") or None
    if isinstance(value, Mapping):
        return {str(key).replace("\0", ""): as_trait(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_trait(one) for one in value]
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) <= EXACT_INTEGERS else str(value)
    return as_property("", value)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) <= EXACT_INTEGERS else repr(value)
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() else str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list | dict):
        return msgspec.json.encode(value, enc_hook=str).decode()
    return str(value)


def times(values: Sequence[Any], zone: str, *, day_first: bool | None) -> Times:
    """Read a column of times.

    Parameters
    ----------
    values
        Texts, numbers since 1970, dates and moments, also mixed.
    zone
        The zone of those that name none.
    day_first
        Whether 04/05/2026 is 4 May; None to let the values tell, and to take it so where they do not.
    """
    column = _time_column(values)
    if day_first is None:
        day_first = day_order(column) != "month_first"
    return Clock(zone, day_first).read(column)


def _time_column(values: Sequence[Any]) -> Any:
    kinds = {type(one) for one in values if one is not None}
    if kinds == {datetime}:
        zoned = [None if one is None else one.tzinfo is not None for one in values]
        if False not in zoned:
            ms = [None if one is None else (one - _EPOCH) // timedelta(milliseconds=1) for one in values]
            return pa.array(ms, pa.timestamp("ms", "UTC"))
        if True not in zoned:
            return pa.array(values, pa.timestamp("us"))
    if kinds in ({int}, {float}, {str}, {date}):
        try:
            return pa.array(values)
        except (pa.ArrowException, OverflowError):
            pass
    return pa.array([None if one is None else _written(one) for one in values], pa.string())


def numbers(values: Sequence[Any]) -> list[float | None]:
    """Read a column of numbers, of texts also ``₩12,000``; None where there is none."""
    written = [None if one is None else one if isinstance(one, str) else _written(one) for one in values]
    read: list[float | None] = as_number(pa.array(written, pa.string()), money=True).to_pylist()
    return read
