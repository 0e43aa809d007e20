"""Event logs of the simulator's shape as plain arrays, for racing kernels."""

from __future__ import annotations

import numba
import numpy as np

from giljabi.store.log.layout import Array, Log, MemoryBucket

START = 1_700_000_000_000
MINUTE = 60_000


def arrays(events: int, customers: int, names: int, seed: int) -> tuple[Array, Array, Array]:
    """Make offsets, times and event codes of customers whose names follow a skewed Markov chain.

    Journeys have geometric lengths of mean ``events / customers`` (at least 1), gaps between events are
    log-uniform from a second to three days, and about 1 % of the gaps are zero (ties in time).
    """
    generator = np.random.default_rng(seed)
    lengths = generator.geometric(customers / events, customers)
    lengths[-1] = max(1, lengths[-1] + events - int(lengths.sum()))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    weights = 1 / np.arange(1, names + 1) ** 1.1
    chain = np.stack(
        [generator.permutation(weights) * generator.uniform(0.2, 1, names) for _ in range(names)]
    )
    cumulated = np.cumsum(chain, axis=1) / chain.sum(axis=1, keepdims=True)
    time, event = _walk(offsets, cumulated, seed)
    return offsets, time, event


@numba.njit(cache=True)
def _walk(offsets: Array, cumulated: Array, seed: int) -> tuple[Array, Array]:
    np.random.seed(seed)
    total = offsets[-1]
    time = np.empty(total, np.int64)
    event = np.empty(total, np.uint16)
    names = len(cumulated)
    for customer in range(len(offsets) - 1):
        now = START + np.int64(np.random.random() * 180 * 24 * 60 * MINUTE)
        last = np.int64(np.random.random() * names)
        for i in range(offsets[customer], offsets[customer + 1]):
            last = np.searchsorted(cumulated[last, :-1], np.random.random())
            event[i] = last
            time[i] = now
            if np.random.random() > 0.01:
                now += np.int64(1000 * np.exp(np.random.random() * 12.46))
    return time, event


def log(events: int, customers: int, names: int, seed: int = 1, buckets: int = 16) -> Log:
    """Make an event log of such arrays, cut into buckets of whole customers."""
    import pyarrow as pa

    offsets, time, event = arrays(events, customers, names, seed)
    parts = []
    for members in np.array_split(np.arange(customers), buckets):
        first, last = offsets[members[0]], offsets[members[-1] + 1]
        ids = pa.array(members).cast(pa.string())
        own = offsets[members[0] : members[-1] + 2] - first
        parts.append(MemoryBucket(own, time[first:last], event[first:last], ids))
    return Log(tuple(f"event {code:02}" for code in range(names)), {}, tuple(parts), len(time), customers)
