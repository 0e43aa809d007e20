"""What runs on a cluster's workers: open the log, answer for some buckets, send the partial answers back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa

from giljabi.store.engines.shipping import pack, unpack

PARTIALS = "bucket bigint, part bigint, parts bigint, failed boolean, content binary"
"""The rows that workers give: a partial answer, cut into parts that fit into a message."""

_FIELDS: tuple[pa.Field[Any], ...] = (
    pa.field("bucket", pa.int64()),
    pa.field("part", pa.int64()),
    pa.field("parts", pa.int64()),
    pa.field("failed", pa.bool_()),
    pa.field("content", pa.binary()),
)
_SCHEMA = pa.schema(_FIELDS)
_MOST_BYTES = 16 << 20


def answer(batches: Iterable[pa.RecordBatch], packed: bytes) -> Iterator[pa.RecordBatch]:
    """Answer for the buckets whose numbers come.

    Parameters
    ----------
    batches
        One int64 column: numbers.
    packed
        A function of a number, packed; it gives the partial answer. What it raises is sent like an answer.
    """
    task: Callable[[int], Any] = unpack(packed)
    for batch in batches:
        for number in batch.column(0).to_numpy().tolist():
            yield from told_rows(number, task)


def told_rows(number: int, task: Callable[[int], Any]) -> Iterator[pa.RecordBatch]:
    """Give what a task gives for a number, or what it raises, as rows of `PARTIALS`."""
    try:
        content, failed = pack(task(number)), False
    except Exception as error:
        content, failed = told(error), True
    cuts = range(0, max(1, len(content)), _MOST_BYTES)
    for part, begin in enumerate(cuts):
        values: list[list[Any]] = [
            [number],
            [part],
            [len(cuts)],
            [failed],
            [content[begin : begin + _MOST_BYTES]],
        ]
        yield pa.RecordBatch.from_arrays(
            [pa.array(value, field.type) for value, field in zip(values, _FIELDS, strict=True)],
            schema=_SCHEMA,
        )


def told(error: Exception) -> bytes:
    """Pack an error; one that does not survive that is told as a `RuntimeError`."""
    try:
        packed = pack(error)
        unpack(packed)
    except Exception:
        return pack(RuntimeError(f"{type(error).__name__} at a worker: {error}"))
    return packed
