"""The masks of the audiences asked for last: the questions of a page ask for the same few again and again.

A mask is kept as one bit per customer. Buckets are known weakly, so that a log can be freed.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from giljabi.model import Audience, Customers, Did, EveryOf, InVariant, Outside, SomeOf
from giljabi.store.log.layout import Array, Bucket, Log

KEPT_BYTES = 1 << 26
"""Masks that are kept, in bytes."""

_LONGEST = 1000
"""Customers that an audience may list and still be kept; longer lists are looked up as fast."""


class _Kept(NamedTuple):
    bits: Array
    customers: int
    names: tuple[str, ...]
    columns: Any


class KeptMasks:
    """Masks by bucket and audience, the latest `KEPT_BYTES` of them."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._bytes = 0
        self._kept: OrderedDict[tuple[int, str], _Kept] = OrderedDict()
        self._watched: set[int] = set()
        # A bucket may be collected while this thread holds the lock.
        self._guard = threading.RLock()

    def give(self, log: Log, bucket: Bucket, audience: Audience, make: Callable[[], Array]) -> Array:
        """Give an audience's mask in a bucket (bool, one per customer), made anew where it is not kept."""
        if not _is_short(audience):
            return make()
        key = (id(bucket), repr(audience))
        with self._guard:
            kept = self._kept.get(key)
            # Codes mean what the log's names and columns say.
            if kept is not None and kept.names is log.names and kept.columns is log.columns:
                self._kept.move_to_end(key)
                return np.unpackbits(kept.bits, count=kept.customers).view(np.bool_)
        mask = make()
        self._keep(key, bucket, _Kept(np.packbits(mask), len(mask), log.names, log.columns))
        return mask

    def _keep(self, key: tuple[int, str], bucket: Bucket, new: _Kept) -> None:
        with self._guard:
            if key[0] not in self._watched:
                try:
                    weakref.finalize(bucket, self._drop, key[0]).atexit = False
                except TypeError:
                    # A bucket that cannot be known weakly could be taken for a later one at its address.
                    return
                self._watched.add(key[0])
            if (old := self._kept.pop(key, None)) is not None:
                self._bytes -= _size(key, old)
            self._kept[key] = new
            self._bytes += _size(key, new)
            while self._bytes > self._room:
                first, gone = self._kept.popitem(last=False)
                self._bytes -= _size(first, gone)

    def _drop(self, bucket: int) -> None:
        with self._guard:
            self._watched.discard(bucket)
            for key in [key for key in self._kept if key[0] == bucket]:
                self._bytes -= _size(key, self._kept.pop(key))


def _size(key: tuple[int, str], kept: _Kept) -> int:
    return kept.bits.nbytes + len(key[1]) + 300


def _is_short(audience: Audience) -> bool:
    return all(length <= _LONGEST for length in _lengths(audience))


def _lengths(audience: Audience) -> Iterator[int]:
    match audience:
        case Customers(ids=ids):
            yield len(ids)
        case InVariant(variants=variants):
            yield sum(map(len, variants))
        case EveryOf(parts=parts) | SomeOf(parts=parts):
            for part in parts:
                yield from _lengths(part)
        case Outside(part=part):
            yield from _lengths(part)
        case Did():
            yield 1


MASKS = KeptMasks(KEPT_BYTES)
