"""A log as the canonical event table it came from, ordered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from giljabi.store.log.dictionaries import TextDictionary
from giljabi.store.log.layout import ArrowArray, Bucket, Column, Log


def to_table(log: Log) -> pa.Table:
    """Give the events as the canonical table: bucket by bucket, by customer, time and arrival.

    Returns
    -------
    pyarrow.Table
        ``customer`` string, ``time`` timestamp[ms, UTC], ``event`` string, then the columns of the log as
        string or float64, null where absent. Booleans that went into the log come out as the texts true and
        false.
    """
    names = pa.array(log.names, pa.string())
    texts = {c.name: _texts(c) for c in log.columns.values() if c.kind == "code"}
    fields: list[pa.Field[Any]] = [
        pa.field("customer", pa.string(), nullable=False),
        pa.field("time", pa.timestamp("ms", "UTC"), nullable=False),
        pa.field("event", pa.string(), nullable=False),
    ]
    kinds = {"code": pa.string(), "number": pa.float64()}
    fields.extend(pa.field(column.name, kinds[column.kind]) for column in log.columns.values())
    schema = pa.schema(fields)
    batches = [_batch(bucket, names, log, texts, schema) for bucket in log.buckets]
    return pa.Table.from_batches(batches, schema)


def _batch(
    bucket: Bucket, names: ArrowArray, log: Log, texts: dict[str, ArrowArray], schema: pa.Schema
) -> pa.RecordBatch:
    customer = np.repeat(np.arange(bucket.customers), np.diff(bucket.offsets))
    arrays = [
        bucket.customer_ids.take(pa.array(customer, pa.int64())),
        pa.array(bucket.time).cast(pa.timestamp("ms", "UTC")),
        names.take(pa.array(bucket.event, pa.uint16())),
    ]
    for name, column in log.columns.items():
        values = bucket.column(name)
        if column.kind == "code":
            arrays.append(texts[name].take(pa.array(values, pa.int32(), mask=values < 0)))
        else:
            arrays.append(pa.array(values, mask=np.isnan(values)))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _texts(column: Column) -> ArrowArray:
    dictionary = column.dictionary
    held = dictionary.array if isinstance(dictionary, TextDictionary) else pa.array(dictionary, pa.string())
    return held.cast(pa.string())
