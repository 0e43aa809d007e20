"""Event logs of the simulator's shape as plain arrays, for racing questions without building a log first."""

from __future__ import annotations

from pathlib import Path

import numba
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from giljabi.store import Array, Log, MemoryBucket

START = 1_700_000_000_000
HALF_A_YEAR = 180 * 86_400_000


def arrays(events: int, customers: int, names: int, seed: int) -> tuple[Array, Array, Array]:
    """Make offsets, times and event codes of customers whose names follow a skewed Markov chain.

    Journeys have geometric lengths of mean ``events / customers``; gaps between events are log-uniform from a
    second to three days, so no two events of a customer are simultaneous and every engine has one order.
    """
    generator = np.random.default_rng(seed)
    lengths = generator.geometric(customers / events, customers)
    lengths[-1] = max(1, lengths[-1] + events - int(lengths.sum()))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    weights = 1 / np.arange(1, names + 1) ** 1.1
    chain = np.stack([generator.permutation(weights) for _ in range(names)])
    cumulated = np.cumsum(chain, axis=1) / chain.sum(axis=1, keepdims=True)
    time, event = _walk(offsets, cumulated, seed)
    return offsets, time, event


def log(events: int, customers: int, names: int, seed: int = 1, buckets: int = 16) -> Log:
    """Make an event log in memory of such arrays, cut into buckets of whole customers."""
    offsets, time, event = arrays(events, customers, names, seed)
    parts = []
    for members in np.array_split(np.arange(customers), buckets):
        own = offsets[members[0] : members[-1] + 2]
        some = slice(own[0], own[-1])
        ids = pa.array(members).cast(pa.string())
        parts.append(MemoryBucket(own - own[0], time[some], event[some], ids))
    return Log(tuple(f"event {code:02}" for code in range(names)), {}, tuple(parts), len(time), customers)


def write_parquet(made: Log, path: Path) -> None:
    """Write the columns customer (uint32), time (uint64, ms) and event (uint16) in the log's order."""
    schema = pa.schema([("customer", pa.uint32()), ("time", pa.uint64()), ("event", pa.uint16())])
    with pq.ParquetWriter(path, schema, compression="lz4") as writer:
        first = 0
        for bucket in made.buckets:
            places = np.arange(first, first + bucket.customers, dtype=np.uint32)
            customer = np.repeat(places, np.diff(bucket.offsets))
            columns = [pa.array(customer), pa.array(bucket.time.astype(np.uint64)), pa.array(bucket.event)]
            writer.write_table(pa.table(columns, schema=schema))
            first += bucket.customers


@numba.njit(cache=True)
def _walk(offsets: Array, cumulated: Array, seed: int) -> tuple[Array, Array]:
    np.random.seed(seed)
    total = offsets[-1]
    time = np.empty(total, np.int64)
    event = np.empty(total, np.uint16)
    names = len(cumulated)
    for customer in range(len(offsets) - 1):
        now = START + np.int64(np.random.random() * HALF_A_YEAR)
        last = np.int64(np.random.random() * names)
        for i in range(offsets[customer], offsets[customer + 1]):
            last = np.searchsorted(cumulated[last, :-1], np.random.random())
            event[i] = last
            time[i] = now
            now += np.int64(1000 * np.exp(np.random.random() * 12.46))
    return time, event
