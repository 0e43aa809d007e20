"""The second pass of a build: one bucket at a time, put its events in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from giljabi.kernels import partition
from giljabi.model.errors import LogError
from giljabi.store.log.dictionaries import Interner, TextDictionary, code_type
from giljabi.store.log.layout import Array, ArrowArray, Column, MemoryBucket
from giljabi.store.log.manifest import INLINE_DICTIONARY
from giljabi.store.log.spill import CODES, LENGTHS, TEXTS, Partitioner, Parts

MOST_ROWS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names and columns of a log to be, and how the codes of the first pass become its codes.

    ``customers`` has all customers in order and the place of each code, where the first pass numbered them.
    """

    names: tuple[str, ...]
    columns: Mapping[str, Column]
    translations: Mapping[str, Array]
    customers: tuple[ArrowArray, Array] | None = None


def vocabulary_of(partitioner: Partitioner) -> Vocabulary:
    """Put every dictionary in order of code points: a log does not depend on how its source was cut."""
    texts: dict[str, ArrowArray] = {}
    translations: dict[str, Array] = {}
    for name, interner in partitioner.interners.items():
        texts[name], translations[name] = interner.sorted()
    names = tuple(texts["event"].to_pylist())
    columns = {
        name: Column(name, kind, dictionary_of(texts[name]) if kind == "code" else ())
        for name, kind in partitioner.columns.items()
    }
    # The translation of events and that of a column named "event" cannot meet: no column has that name.
    customers = None if partitioner.customers is None else partitioner.customers.sorted()
    return Vocabulary(names, columns, translations, customers)


def dictionary_of(texts: ArrowArray) -> Sequence[str]:
    """Hold the texts of a column as they are handiest: as Python's own where they are few."""
    return tuple(texts.to_pylist()) if len(texts) <= INLINE_DICTIONARY else TextDictionary(texts)


def sort_bucket(parts: Parts, buckets: Sequence[int], vocabulary: Vocabulary) -> MemoryBucket:
    """Order the events of these buckets of the first pass by customer, time and arrival.

    Customers stand in order of their identifiers' code points.
    """
    customer, ids = _customers(parts, buckets, vocabulary)
    if len(customer) > MOST_ROWS:
        raise LogError(
            f"a bucket would hold {len(customer):,} events, above {MOST_ROWS:,}; ask for more buckets"
        )
    offsets, time, row = partition.order_events(customer, len(ids), parts.read("time", buckets))
    del customer
    events = _gathered_codes(
        parts.read("event", buckets), row, vocabulary.translations["event"], np.dtype(np.uint16)
    )
    values = {}
    for name, column in vocabulary.columns.items():
        found = parts.read(f"column {name}", buckets)
        if column.kind == "code":
            values[name] = _gathered_codes(
                found, row, vocabulary.translations[name], code_type(len(column.dictionary))
            )
        else:
            values[name] = np.empty(len(row), np.float64)
            partition.gather(found, row, values[name])
    return frozen(MemoryBucket(offsets, time, events, ids, values))


def _customers(parts: Parts, buckets: Sequence[int], vocabulary: Vocabulary) -> tuple[Array, Any]:
    if vocabulary.customers is not None:
        everybody, place = vocabulary.customers
        local, members = partition.members(parts.read(CODES, buckets), place)
        return local, everybody.take(pa.array(members)).cast(pa.string())
    interner = Interner()
    code = interner.codes(parts.read(LENGTHS, buckets).astype(np.int32), parts.read(TEXTS, buckets))
    ids, place = interner.sorted()
    if ids.nbytes >= 2**31:
        raise LogError("the identifiers of a bucket's customers take more than 2 GB; ask for more buckets")
    return place[code], ids.cast(pa.string())


def _gathered_codes(codes: Array, row: Array, translation: Array, kind: np.dtype[Any]) -> Array:
    out = np.empty(len(row), kind)
    partition.gather_codes(codes, row, translation, out)
    return out


def frozen(bucket: MemoryBucket) -> MemoryBucket:
    """Make a bucket's arrays read-only, as those of a mapped one are: kernels compile once for both."""
    for array in (bucket.offsets, bucket.time, bucket.event, *bucket.values.values()):
        array.setflags(write=False)
    return bucket
