"""Feedback written down by hand, for tests."""

from __future__ import annotations

import pyarrow as pa

FIELDS: list[tuple[str, pa.DataType]] = [
    ("customer", pa.string()),
    ("time", pa.timestamp("ms", "UTC")),
    ("kind", pa.string()),
    ("score", pa.float64()),
    ("touchpoint", pa.string()),
    ("text", pa.string()),
]


def answers(*rows: tuple[object, ...]) -> pa.Table:
    """Make feedback of rows: customer, time in ms, kind, score, then touchpoint and text if any."""
    full = [(*row, *[None] * (len(FIELDS) - len(row))) for row in rows]
    return pa.table(
        {
            name: pa.array(list(column), kind)
            for (name, kind), column in zip(FIELDS, zip(*full, strict=True), strict=True)
        }
    )
