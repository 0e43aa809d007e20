"""Parts of a log as logs of their own, in memory. Names, columns and codes stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from giljabi.model import Matcher
from giljabi.model.errors import BadParameter
from giljabi.store.log.chosen import choose
from giljabi.store.log.layout import Array, Bucket, Log, MemoryBucket
from giljabi.store.log.lazy import NarrowedLog, later
from giljabi.store.log.matching import check_matcher, event_mask
from giljabi.store.log.running import in_threads
from giljabi.store.log.sorting import frozen

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def filter_events(log: Log, matcher: Matcher) -> Log:
    """Keep the events a matcher accepts; customers left without any drop out.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If the matcher speaks of what the log does not have.
    """
    check_matcher(log, matcher)
    if log.engine is not None:
        return later(log, filter_events, matcher)
    return _narrowed(log, [lambda bucket: event_mask(log, bucket, matcher)] * len(log.buckets))


def between(log: Log, start: datetime | None, end: datetime | None) -> Log:
    """Keep the events from ``start`` on and before ``end``; customers left without any drop out.

    Parameters
    ----------
    log
        The log.
    start, end
        Times, UTC where they have no zone; None: from the first, to the last.

    Raises
    ------
    BadParameter
        If the end does not lie after the start.
    """
    if start is not None and end is not None and milliseconds_of(end) <= milliseconds_of(start):
        raise BadParameter(f"the end {end} must lie after the start {start}")
    if log.engine is not None:
        return later(log, between, start, end)

    def within(bucket: Bucket) -> Array:
        kept = np.ones(bucket.events, np.bool_)
        if start is not None:
            kept &= bucket.time >= milliseconds_of(start)
        if end is not None:
            kept &= bucket.time < milliseconds_of(end)
        return kept

    return _narrowed(log, [within] * len(log.buckets))


def filter_customers(log: Log, keep: Sequence[str] | Sequence[Array]) -> Log:
    """Keep some customers with all of their events.

    Parameters
    ----------
    log
        The log.
    keep
        Identifiers (those the log does not have are passed over), or one bool array per bucket with one
        element per customer.

    Raises
    ------
    BadParameter
        If the arrays do not fit the buckets.
    """
    if log.engine is not None:
        if all(isinstance(one, str) for one in keep):
            return later(log, filter_customers, tuple(keep))
        return later(log, filter_customers, each=[[mask] for mask in keep])
    buckets = tuple(choose(bucket, mask) for bucket, mask in zip(log.buckets, _masks(log, keep), strict=True))
    return _of(log, buckets)


def sample(log: Log, n: int, seed: int) -> Log:
    """Keep ``n`` customers drawn at random, each as likely as any other; all where there are no more.

    Parameters
    ----------
    log
        The log.
    n
        At least 1.
    seed
        The same seed draws the same customers from the same log.

    Raises
    ------
    BadParameter
        If ``n`` is below 1.
    """
    if n < 1:
        raise BadParameter(f"n is {n}; at least one customer must be drawn")
    if n >= log.customers:
        return log
    drawn = np.zeros(log.customers, np.bool_)
    drawn[np.random.default_rng(seed).choice(log.customers, n, replace=False)] = True
    sizes = log.customers_by_bucket() if isinstance(log, NarrowedLog) else [b.customers for b in log.buckets]
    ends = np.cumsum(sizes)[:-1]
    return filter_customers(log, np.split(drawn, ends))


def _masks(log: Log, keep: Sequence[str] | Sequence[Array]) -> list[Array]:
    if all(isinstance(one, str) for one in keep):
        wanted = pa.array(keep, pa.string())
        return [
            pc.is_in(bucket.customer_ids, value_set=wanted).to_numpy(zero_copy_only=False)
            for bucket in log.buckets
        ]
    masks = [np.asarray(mask) for mask in keep]
    sizes = [bucket.customers for bucket in log.buckets]
    if [mask.shape for mask in masks] != [(size,) for size in sizes] or any(
        m.dtype != np.bool_ for m in masks
    ):
        raise BadParameter(f"one bool array per bucket is needed, of {sizes} customers")
    return masks


def _narrowed(log: Log, masks: Sequence[Callable[[Bucket], Array]]) -> Log:
    tasks = [
        partial(_kept, bucket, mask, tuple(log.columns))
        for bucket, mask in zip(log.buckets, masks, strict=True)
    ]
    return _of(log, tuple(in_threads(tasks)))


def _of(log: Log, buckets: tuple[Bucket, ...]) -> Log:
    return Log(
        log.names,
        log.columns,
        buckets,
        sum(bucket.events for bucket in buckets),
        sum(bucket.customers for bucket in buckets),
    )


def _kept(bucket: Bucket, mask: Callable[[Bucket], Array], columns: tuple[str, ...]) -> MemoryBucket:
    kept = mask(bucket)
    before = np.zeros(len(kept) + 1, np.int64)
    np.cumsum(kept, out=before[1:])
    counts = np.diff(before[bucket.offsets])
    left = counts > 0
    offsets = np.zeros(int(left.sum()) + 1, np.int64)
    np.cumsum(counts[left], out=offsets[1:])
    return frozen(
        MemoryBucket(
            offsets,
            bucket.time[kept],
            bucket.event[kept],
            bucket.customer_ids.filter(pa.array(left)),
            {name: bucket.column(name)[kept] for name in columns},
        )
    )


def milliseconds_of(time: datetime) -> int:
    """Give a time as the log has it: ms since 1970 UTC, rounded up."""
    aware = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
    # Times of the log are whole milliseconds; a bound between two of them is the later one.
    return -((_EPOCH - aware) // timedelta(milliseconds=1))
