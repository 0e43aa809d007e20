"""Canonical event tables drawn at random, and what a log must make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st
from tests.oracles.ordered_events import Row

CUSTOMERS = ("", "a", "b", "ab", "고객 7", "a much longer identifier", "x" * 40, "🙂")
EVENTS = ("view", "cart", "pay", "결제", "")
_SMALL_TEXTS = st.sampled_from(("web", "app", "10", "10.0", "true", ""))
_NUMBERS = st.one_of(st.sampled_from((0.0, -1.5, 10.0, 1e300)), st.floats(allow_nan=False))
_TYPES = {
    "channel": pa.string(),
    "value": pa.float64(),
    "device": pa.string(),
    "weight": pa.float64(),
    "new": pa.bool_(),
}
_VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "channel": _SMALL_TEXTS,
    "value": _NUMBERS,
    "device": st.one_of(_SMALL_TEXTS, st.text(max_size=4)),
    "weight": _NUMBERS,
    "new": st.booleans(),
}


@st.composite
def event_rows(draw: st.DrawFn, min_size: int = 1, max_size: int = 40) -> list[Row]:
    """Draw rows of one table, in order of arrival; times tie often."""
    columns = draw(st.lists(st.sampled_from(sorted(_TYPES)), unique=True))
    row = st.fixed_dictionaries(
        {
            "customer": st.sampled_from(CUSTOMERS),
            "time": st.one_of(st.integers(0, 3), st.integers(-(10**12), 10**13)),
            "event": st.sampled_from(EVENTS),
            **{name: st.none() | _VALUES[name] for name in columns},
        }
    )
    return draw(st.lists(row, min_size=min_size, max_size=max_size))


def table_of(rows: Sequence[Row]) -> pa.Table:
    """Write rows as a canonical table."""
    fields: dict[str, Any] = {
        "customer": pa.string(),
        "time": pa.timestamp("ms", "UTC"),
        "event": pa.string(),
        **{name: _TYPES[name] for name in rows[0] if name in _TYPES},
    }
    schema = pa.schema(fields)
    return pa.Table.from_pylist([{**row} for row in rows], schema)


def rows_of(table: pa.Table) -> list[Row]:
    """Read a canonical table's rows, times in milliseconds."""
    at = table.schema.get_field_index("time")
    return table.set_column(at, "time", table.column("time").cast(pa.int64())).to_pylist()
