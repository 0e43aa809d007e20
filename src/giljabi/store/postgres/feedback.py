"""Feedback in PostgreSQL: in and out by COPY."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import StoredFeedback
from giljabi.store.postgres.tables import feedback

_FIELDS: list[pa.Field[Any]] = [
    pa.field("customer", pa.string(), nullable=False),
    pa.field("time", pa.timestamp("ms", "UTC"), nullable=False),
    pa.field("kind", pa.string(), nullable=False),
    pa.field("score", pa.float64()),
    pa.field("text", pa.string()),
    pa.field("touchpoint", pa.string()),
]
FEEDBACK_SCHEMA = pa.schema(_FIELDS)
"""The canonical table of feedback."""

_NAMES = ", ".join(FEEDBACK_SCHEMA.names)

# COPY writes into no table with row security: it fills a table of this transaction, and INSERT takes it on.
_STAGE = """
CREATE TEMPORARY TABLE arriving_feedback (
    customer text, time bigint, kind text, score float8, text text, touchpoint text
) ON COMMIT DROP
"""
_COPY_IN = "COPY arriving_feedback FROM STDIN (FORMAT csv)"
_TAKE_ON = f"""
INSERT INTO feedback (workspace_id, import_id, {_NAMES})
SELECT %(workspace)s, %(import)s, customer, to_timestamp(time / 1000.0), kind, score, text, touchpoint
FROM arriving_feedback
"""
_COPY_OUT = """
COPY (
    SELECT customer, (extract(epoch FROM time) * 1000)::bigint, kind, score, text, touchpoint
    FROM feedback ORDER BY feedback_id
) TO STDOUT (FORMAT csv)
"""

_STATE = select(
    select(func.max(feedback.c.feedback_id)).scalar_subquery(),
    select(func.max(feedback.c.moved_at)).where(feedback.c.moved_at.isnot(None)).scalar_subquery(),
)
_ARRIVED = text(
    "SELECT DISTINCT coalesce(arrived, customer) FROM feedback "
    "WHERE customer = ANY(CAST(:customers AS text[])) ORDER BY 1"
)
_REASSIGN = text(
    """
    UPDATE feedback f SET customer = q.owner, arrived = q.name, moved_at = clock_timestamp()
    FROM unnest(CAST(:names AS text[]), CAST(:owners AS text[])) AS q (name, owner)
    WHERE f.customer = ANY(CAST(:customers AS text[]))
      AND coalesce(f.arrived, f.customer) = q.name AND f.customer <> q.owner
    """
)


class PostgresFeedback:
    """What the customers of a workspace said."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def add(self, import_id: str, batches: Iterable[pa.RecordBatch]) -> int:
        """Add canonical batches of feedback under an import; give how many rows there were.

        The batches are made in a thread, so that reading a large file holds up nobody else.
        """
        cursor = await self._cursor()
        async with cursor:
            await cursor.execute("DROP TABLE IF EXISTS arriving_feedback")
            await cursor.execute(_STAGE)
            source = iter(batches)
            async with cursor.copy(_COPY_IN) as copy:
                while (lines := await asyncio.to_thread(_next_lines, source)) is not None:
                    await copy.write(lines)
            await cursor.execute(_TAKE_ON, {"workspace": self._workspace, "import": import_id})
            return cursor.rowcount

    async def table(self) -> pa.Table:
        """Give all feedback as the canonical table, in the order of arrival."""
        text = io.BytesIO()
        cursor = await self._cursor()
        async with cursor, cursor.copy(_COPY_OUT) as copy:
            async for lines in copy:
                text.write(lines)
        return await asyncio.to_thread(_read, text.getvalue())

    async def counts(self) -> Mapping[str, int]:
        """Count the feedback of each kind."""
        query = (
            select(feedback.c.kind, func.count().label("rows"))
            .group_by(feedback.c.kind)
            .order_by(feedback.c.kind)
        )
        return {row.kind: row.rows for row in await self._connection.execute(query)}

    async def said_by(
        self, customers: Sequence[str], *, before: datetime | None = None, limit: int
    ) -> Sequence[StoredFeedback]:
        """Give the last that these customers said, before a time, the newest first."""
        query = select(feedback).where(feedback.c.customer.in_(customers))
        if before is not None:
            query = query.where(feedback.c.time < before)
        newest = query.order_by(feedback.c.time.desc(), feedback.c.feedback_id.desc()).limit(limit)
        return [
            StoredFeedback(
                row.feedback_id, row.customer, row.time, row.kind, row.score, row.text, row.touchpoint
            )
            for row in await self._connection.execute(newest)
        ]

    async def count_of(self, customers: Sequence[str]) -> int:
        """Count what these customers said."""
        query = select(func.count()).select_from(feedback).where(feedback.c.customer.in_(customers))
        return int(await self._connection.scalar(query) or 0)

    async def state(self) -> str:
        """Name the present state: it changes with every row that comes or moves."""
        newest, moved = (await self._connection.execute(_STATE)).one()
        return f"{newest or 0}.{0 if moved is None else int(moved.timestamp() * 1_000_000)}"

    async def arrived_for(self, customers: Sequence[str]) -> Sequence[str]:
        """Name the customers that rows of these customers named when they came in."""
        rows = await self._connection.execute(_ARRIVED, {"customers": list(customers)})
        return [name for (name,) in rows]

    async def reassign(self, customers: Sequence[str], owners: Mapping[str, str]) -> int:
        """Give rows of customers to others, by whom each named when it came in; give how many moved."""
        values = {"customers": list(customers), "names": list(owners), "owners": list(owners.values())}
        return (await self._connection.execute(_REASSIGN, values)).rowcount

    async def _cursor(self) -> psycopg.AsyncCursor[Any]:
        raw = await self._connection.get_raw_connection()
        driver: psycopg.AsyncConnection[Any] = raw.driver_connection  # type: ignore[assignment]
        return driver.cursor()


def _next_lines(batches: Iterator[pa.RecordBatch]) -> bytes | None:
    batch = next(batches, None)
    if batch is None:
        return None
    table = pa.Table.from_batches([batch]).select(FEEDBACK_SCHEMA.names).cast(FEEDBACK_SCHEMA)
    table = table.set_column(1, "time", table["time"].cast(pa.int64()))
    for number, field in enumerate(FEEDBACK_SCHEMA):
        if pa.types.is_string(field.type):
            # PostgreSQL cannot hold this one character.
            table = table.set_column(number, field, pc.replace_substring(table[field.name], "\x00", ""))
    lines = pa.BufferOutputStream()
    # Quotes tell an empty text from an absent one, here and in `_read`.
    options = csv.WriteOptions(include_header=False, quoting_style="all_valid")
    csv.write_csv(table, lines, options)
    return lines.getvalue().to_pybytes()


def _read(lines: bytes) -> pa.Table:
    if not lines:
        return FEEDBACK_SCHEMA.empty_table()
    types = {field.name: field.type for field in FEEDBACK_SCHEMA} | {"time": pa.int64()}
    table = csv.read_csv(
        io.BytesIO(lines),
        read_options=csv.ReadOptions(column_names=FEEDBACK_SCHEMA.names),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    return table.cast(FEEDBACK_SCHEMA)
