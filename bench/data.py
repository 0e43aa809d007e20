"""Files of events of the simulator's shape, for racing what reads files. Kept under ``bench/.data``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from bench.arrays import arrays

FOLDER = Path(__file__).parent / ".data"
CHANNELS = ("web", "app", "store", "call", "chat", "kakao")
_ROWS = 1 << 20


def event_parquet(events: int, customers: int, names: int, seed: int) -> Path:
    """Give a Parquet file of the canonical event table, in random order; made once per set of arguments.

    Customers have texts of eight bytes, each event one of six channels (a tenth has none), and one event in
    ten a value.
    """
    path = FOLDER / f"events-{events}-{customers}-{names}-{seed}.parquet"
    if path.exists():
        return path
    FOLDER.mkdir(exist_ok=True)
    generator = np.random.default_rng(seed)
    offsets, time, event = arrays(events, customers, names, seed)
    customer = np.repeat(np.arange(customers, dtype=np.int32), np.diff(offsets))
    order = generator.permutation(len(time)).astype(np.int32)
    event_names = pa.array([f"event {code:02}" for code in range(names)])
    draft = path.with_suffix(".draft")
    writer = None
    for start in range(0, len(order), _ROWS):
        rows = order[start : start + _ROWS]
        channel = generator.integers(0, len(CHANNELS), len(rows))
        no_channel = generator.random(len(rows)) < 0.1
        value = np.round(generator.lognormal(3, 1, len(rows)), 2)
        table = pa.table(
            {
                "customer": _identifiers(customer[rows]),
                "time": pa.array(time[rows]).cast(pa.timestamp("ms", "UTC")),
                "event": event_names.take(pa.array(event[rows], pa.uint16())),
                "channel": pa.array(CHANNELS).take(pa.array(channel, pa.int64(), mask=no_channel)),
                "value": pa.array(value, mask=generator.random(len(rows)) < 0.9),
            }
        )
        writer = writer or pq.ParquetWriter(draft, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()
    return draft.rename(path)


def _identifiers(numbers: np.ndarray[tuple[int], np.dtype[np.int32]]) -> Any:
    digits = np.empty((len(numbers), 8), np.uint8)
    digits[:, 0] = ord("c")
    left = numbers.copy()
    for place in range(7, 0, -1):
        digits[:, place] = ord("0") + left % 10
        left //= 10
    starts = np.arange(0, 8 * len(numbers) + 1, 8, dtype=np.int32)
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(starts.data), pa.py_buffer(digits.data))
