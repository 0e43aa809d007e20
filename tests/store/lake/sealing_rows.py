"""Calls as the sealer hands them to the lake, and what the lake holds of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa

from giljabi.store.lake import IcebergLake

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MS = pa.timestamp("ms", "UTC")
FIELDS: dict[str, pa.DataType] = {
    "customer": pa.string(),
    "time": MS,
    "event": pa.string(),
    "giljabi_call": pa.string(),
    "giljabi_message": pa.string(),
    "giljabi_identity": pa.string(),
    "giljabi_received": MS,
    "source": pa.string(),
}
SCHEMA = pa.schema(list(FIELDS.items()))


def call(message: str, customer: str = "c", **more: Any) -> dict[str, Any]:
    """Give one row of the sealer's table, with unimportant values where none are given."""
    return {
        "customer": customer,
        "time": NOON,
        "event": "e",
        "giljabi_call": "track",
        "giljabi_message": message,
        "giljabi_identity": json.dumps({"user_id": customer}),
        "giljabi_received": NOON + timedelta(seconds=1),
        "source": "web",
        **more,
    }


def calls(*rows: dict[str, Any], **columns: pa.DataType) -> pa.Table:
    """Make the sealer's table, with columns of properties besides its own."""
    return pa.Table.from_pylist(list(rows), pa.schema([*SCHEMA, *columns.items()]))


def seal(lake: IcebergLake, position: int, *rows: dict[str, Any], **columns: pa.DataType) -> str:
    """Seal rows on top of what has landed."""
    table = calls(*rows, **columns)
    return lake.seal(table, after=lake.inbox_position, position=position, batch=uuid4().hex)


def landed(lake: IcebergLake) -> list[dict[str, Any]]:
    """Give all rows of the lake as they are stored, in the order of arrival."""
    table = lake._table()
    return [] if table is None else table.scan().to_arrow().sort_by("giljabi_sequence").to_pylist()


def messages(lake: IcebergLake) -> list[str]:
    """Name the messages of all rows, in the order of arrival."""
    return [row["giljabi_message"] for row in landed(lake)]


def journey(rows: Iterable[pa.RecordBatch] | None) -> list[tuple[str, str]]:
    """Give customer and event of canonical batches."""
    return [(row["customer"], row["event"]) for batch in rows or [] for row in batch.to_pylist()]


def files_below(place: Path) -> set[Path]:
    """Give the data files below a folder."""
    return {path for path in place.rglob("*.parquet") if "/data/" in str(path)}
