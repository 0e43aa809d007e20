"""Some customers of a bucket as a bucket: what a question does not touch is never copied.

Columns are gathered when they are asked for. The latest are kept, up to `KEPT_BYTES` in all: a question that
looks twice pays once, and a narrowed log of any size takes no more memory than that.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from giljabi.kernels import copy_runs
from giljabi.store.log.layout import Array, Bucket

KEPT_BYTES = 1 << 28
"""Gathered columns that are kept, in bytes."""


class ChosenBucket:
    """Some of the customers of a bucket, with all of their events.

    Parameters
    ----------
    bucket
        The bucket.
    chosen
        The customers' places in it, rising; each has an event.
    """

    def __init__(self, bucket: Bucket, chosen: Array) -> None:
        self._bucket = bucket
        self._chosen = chosen.astype(np.int32)
        begin = bucket.offsets[self._chosen]
        offsets = np.zeros(len(chosen) + 1, np.int64)
        np.cumsum(bucket.offsets[self._chosen + 1] - begin, out=offsets[1:])
        offsets.setflags(write=False)
        self._offsets = offsets

    @property
    def customers(self) -> int:
        """How many customers the bucket holds."""
        return len(self._chosen)

    @property
    def events(self) -> int:
        """How many events the bucket holds."""
        return int(self._offsets[-1])

    @property
    def offsets(self) -> Array:
        """int64, one more than customers."""
        return self._offsets

    @property
    def time(self) -> Array:
        """int64, milliseconds since 1970 UTC."""
        return self._gathered("time", lambda bucket: bucket.time)

    @property
    def event(self) -> Array:
        """uint16 codes."""
        return self._gathered("event", lambda bucket: bucket.event)

    @property
    def customer_ids(self) -> Any:
        """`pyarrow.StringArray`, one per customer."""
        return _LATEST.give(self, "customers", lambda: self._bucket.customer_ids.take(pa.array(self._chosen)))

    def column(self, name: str) -> Array:
        """Give the values of a column."""
        return self._gathered(f"column {name}", lambda bucket: bucket.column(name))

    def _gathered(self, name: str, read: Callable[[Bucket], Array]) -> Array:
        made: Array = _LATEST.give(self, name, partial(self._gather, read))
        return made

    def _gather(self, read: Callable[[Bucket], Array]) -> Array:
        values = copy_runs(read(self._bucket), self._bucket.offsets[self._chosen], self._offsets)
        values.setflags(write=False)
        return values


def choose(bucket: Bucket, mask: Array) -> Bucket:
    """Keep the customers of a mask (bool, one each) that have an event; the bucket itself where all stay."""
    chosen = np.flatnonzero(mask & (np.diff(bucket.offsets) > 0))
    return bucket if len(chosen) == bucket.customers else ChosenBucket(bucket, chosen)


class _Latest:
    """The columns gathered last, by bucket and name; those of a bucket that is gone are dropped."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._bytes = 0
        self._kept: OrderedDict[tuple[int, str], Any] = OrderedDict()
        self._watched: set[int] = set()
        # A bucket may be collected while this thread holds the lock.
        self._guard = threading.RLock()

    def give(self, owner: ChosenBucket, name: str, make: Callable[[], Any]) -> Any:
        key = (id(owner), name)
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        if made.nbytes <= self._room:
            self._keep(owner, key, made)
        return made

    def _keep(self, owner: ChosenBucket, key: tuple[int, str], made: Any) -> None:
        with self._guard:
            if key in self._kept:
                return
            if key[0] not in self._watched:
                self._watched.add(key[0])
                weakref.finalize(owner, self._drop, key[0]).atexit = False
            self._kept[key] = made
            self._bytes += made.nbytes
            while self._bytes > self._room:
                _, old = self._kept.popitem(last=False)
                self._bytes -= old.nbytes

    def _drop(self, owner: int) -> None:
        with self._guard:
            self._watched.discard(owner)
            for key in [key for key in self._kept if key[0] == owner]:
                self._bytes -= self._kept.pop(key).nbytes


_LATEST = _Latest(KEPT_BYTES)
