"""The first pass of a build: lay every batch out by bucket, and keep the parts until their bucket is sorted.

A part is one batch laid out bucket by bucket, column by column, so that it is written in one go and a bucket
reads one stretch of each column from it. Parts come in any order, from any thread; their numbers say the
order of arrival.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from giljabi.kernels import partition
from giljabi.model.errors import InputError, TooManyNames
from giljabi.store.log.dictionaries import Interner, code_type, text_buffers
from giljabi.store.log.layout import MAX_NAMES, Array, ArrowArray
from giljabi.store.log.source import Kind, milliseconds_of

Number = tuple[int, int]

LENGTHS, TEXTS, CODES = "customer lengths", "customer texts", "customer codes"
"""Columns of a part that hold the customers, as texts or as codes; ``TEXTS`` is measured in bytes, all others
in rows."""

_EARLIEST, _LATEST = -62_135_596_800_000, 253_402_300_799_999
"""The times a `datetime` can hold, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Part:
    """A batch laid out by bucket: bucket ``b`` has rows ``starts[b]:starts[b + 1]`` of each array."""

    starts: Array
    text_starts: Array
    arrays: Mapping[str, Array]

    def bounds(self, name: str, bucket: int) -> tuple[int, int]:
        """Give where a bucket's stretch of a column begins and ends."""
        starts = self.text_starts if name == TEXTS else self.starts
        return int(starts[bucket]), int(starts[bucket + 1])


class Taker(Protocol):
    """Who takes parts from the first pass."""

    def add(self, number: Number, part: Part) -> None:
        """Take a part; called from several threads."""


class Parts(Taker, Protocol):
    """Where parts are kept between the passes."""

    def read(self, name: str, buckets: Sequence[int]) -> Array:
        """Give a column of these buckets, bucket after bucket, each in order of arrival."""


class PartsInMemory:
    """Parts kept as they are."""

    def __init__(self) -> None:
        self._parts: dict[Number, Part] = {}

    def add(self, number: Number, part: Part) -> None:
        """Keep a part."""
        self._parts[number] = part

    def read(self, name: str, buckets: Sequence[int]) -> Array:
        """Give a column of these buckets."""
        parts = [self._parts[number] for number in sorted(self._parts)]
        return np.concatenate(
            [part.arrays[name][slice(*part.bounds(name, b))] for b in buckets for part in parts]
        )


class PartsOnDisk:
    """Parts kept in a file, one after another; closing it removes the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._size = 0
        self._parts: dict[Number, tuple[Part, dict[str, int]]] = {}
        self._lock = threading.Lock()

    def add(self, number: Number, part: Part) -> None:
        """Write a part."""
        places = {}
        with self._lock:
            at = self._size
            for name, array in part.arrays.items():
                places[name] = at
                at += array.nbytes
            self._size = at
        for name, array in part.arrays.items():
            _write(self._file, array, places[name])
        # Only the types of the arrays are needed from here on.
        hollow = {name: np.empty(0, array.dtype) for name, array in part.arrays.items()}
        self._parts[number] = Part(part.starts, part.text_starts, hollow), places

    def read(self, name: str, buckets: Sequence[int]) -> Array:
        """Read a column of these buckets."""
        parts = [self._parts[number] for number in sorted(self._parts)]
        # Parts use the smallest type that holds their values, so they may differ.
        types = [part.arrays[name].dtype for part, _ in parts]
        bounds = [
            (kind, places[name], *part.bounds(name, b))
            for b in buckets
            for kind, (part, places) in zip(types, parts, strict=True)
        ]
        out = np.empty(sum(end - begin for *_, begin, end in bounds), np.result_type(*types))
        at = 0
        for kind, place, begin, end in bounds:
            stretch = out[at : at + end - begin]
            read = stretch if kind == out.dtype else np.empty(len(stretch), kind)
            _read(self._file, read, place + begin * kind.itemsize)
            if read is not stretch:
                stretch[:] = read
            at += end - begin
        return out

    def close(self) -> None:
        """Remove the file."""
        os.close(self._file)
        self._path.unlink(missing_ok=True)


def _write(file: int, array: Array, at: int) -> None:
    left = array.data.cast("B") if array.size else memoryview(b"")
    while left:
        written = os.pwrite(file, left, at)
        left, at = left[written:], at + written


def _read(file: int, array: Array, at: int) -> None:
    left = array.data.cast("B") if array.size else memoryview(b"")
    while left:
        count = os.preadv(file, [left], at)
        if count == 0:
            raise OSError(f"the file of parts ends early, at byte {at}")
        left, at = left[count:], at + count


class Partitioner:
    """Lays batches out by bucket and numbers their event names and texts.

    With ``coded`` customers are numbered too, which takes memory for all of them; else their texts are laid
    out row by row, and numbered bucket by bucket later.
    """

    def __init__(
        self, columns: Mapping[str, Kind], buckets: int, parts: Taker, *, coded: bool = False
    ) -> None:
        self.columns = columns
        self.customers = Interner() if coded else None
        self.buckets = buckets
        self.parts = parts
        self.interners = {
            name: Interner() for name in ("event", *(n for n, k in columns.items() if k == "code"))
        }
        self._events = 0
        self._lock = threading.Lock()

    @property
    def events(self) -> int:
        """How many events have come so far."""
        return self._events

    def add(self, number: Number, batch: pa.RecordBatch) -> None:
        """Lay a batch out and keep it as the part of this number; may be called from several threads."""
        if batch.num_rows == 0:
            return
        customer, event = batch.column("customer"), batch.column("event")
        if self.customers is None:
            customer = _decoded(customer)
        for name, column in (("customer", customer), ("time", batch.column("time")), ("event", event)):
            _refuse_nulls(name, column)
        if self.customers is not None:
            starts, destination, arrays = self._numbered(self.customers, customer)
            text_starts = starts
        else:
            offsets, data = text_buffers(customer)
            bucket = partition.bucket_of(offsets, data, self.buckets)
            starts, destination = partition.destinations(bucket, self.buckets)
            lengths, texts, text_starts = partition.scatter_texts(
                offsets, data, bucket, self.buckets, destination
            )
            arrays = {LENGTHS: lengths.astype(np.min_scalar_type(int(lengths.max()))), TEXTS: texts}
        time = _within_years(milliseconds_of(batch.column("time")).to_numpy())
        arrays |= {
            "time": partition.scatter(time, destination),
            "event": self._coded("event", event, destination),
        }
        for name, kind in self.columns.items():
            column = (
                batch.column(name) if name in batch.schema.names else pa.nulls(batch.num_rows, pa.string())
            )
            if kind == "code":
                arrays[f"column {name}"] = self._coded(name, column, destination)
            else:
                arrays[f"column {name}"] = partition.scatter(_numbers(column), destination)
        self.parts.add(number, Part(starts, text_starts, arrays))
        with self._lock:
            self._events += batch.num_rows

    def _numbered(self, customers: Interner, column: ArrowArray) -> tuple[Array, Array, dict[str, Array]]:
        """Lay out customers that come as a dictionary: each text is hashed and numbered once."""
        if not pa.types.is_dictionary(column.type):
            column = pc.dictionary_encode(column)
        dictionary = _decoded(column.dictionary)
        index = column.indices.cast(pa.int32()).to_numpy()
        # A dictionary may hold texts that no row has; those must not become customers.
        occur = partition.used(index, len(dictionary))
        codes = np.full(len(dictionary), -1, np.int32)
        codes[occur] = customers.codes_of(dictionary.filter(pa.array(occur)))
        bucket = partition.bucket_of(*text_buffers(dictionary), self.buckets)[index]
        starts, destination = partition.destinations(bucket, self.buckets)
        out = np.empty(len(index), np.int32)
        partition.scatter_codes(index, codes, destination, out)
        return starts, destination, {CODES: out}

    def _coded(self, name: str, column: ArrowArray, destination: Array) -> Array:
        index, dictionary, occur = _indexed(column)
        codes = np.full(len(dictionary), -1, np.int32)
        codes[occur] = self.interners[name].codes_of(dictionary.filter(pa.array(occur)))
        if name == "event" and len(self.interners[name]) > MAX_NAMES:
            raise too_many_names()
        out = np.empty(len(index), np.uint16 if name == "event" else code_type(len(self.interners[name])))
        partition.scatter_codes(index, codes, destination, out)
        return out


def _indexed(column: ArrowArray) -> tuple[Array, ArrowArray, Array]:
    """Give the rows' places in a dictionary (−1: absent), the dictionary, and which of its texts occur."""
    if pa.types.is_boolean(column.type) or pa.types.is_null(column.type):
        column = column.cast(pa.string())
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    dictionary = _decoded(column.dictionary)
    indices = column.indices.cast(pa.int32())
    if indices.null_count:
        indices = indices.fill_null(-1)
    index = indices.to_numpy()
    # A file's dictionary may hold texts that no row has; they get no code.
    occur = partition.used(index, len(dictionary)) & dictionary.is_valid().to_numpy(zero_copy_only=False)
    return index, dictionary, occur


def texts_in(column: ArrowArray) -> ArrowArray:
    """Give the texts that occur in a column (those of booleans are true and false)."""
    _, dictionary, occur = _indexed(column)
    return dictionary.filter(pa.array(occur))


def too_many_names() -> TooManyNames:
    """Make the error that says so."""
    return TooManyNames(
        f"there are more than {MAX_NAMES:,} event names; does the column 'event' really hold the event's "
        "name, and no identifier or free text?"
    )


def _within_years(time: Array) -> Array:
    for extreme in (int(time.min()), int(time.max())):
        if not _EARLIEST <= extreme <= _LATEST:
            raise InputError(
                f"a time lies {extreme:,} ms from 1970, outside the years 1 to 9999; is its unit right?"
            )
    return time


def _decoded(texts: ArrowArray) -> ArrowArray:
    kind = texts.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return texts
    return texts.cast(pa.large_string())


def _numbers(column: ArrowArray) -> Array:
    if not pa.types.is_float64(column.type):
        column = column.cast(pa.float64(), safe=False)
    if column.null_count:
        column = column.fill_null(float("nan"))
    values: Array = column.to_numpy()
    return values


def _refuse_nulls(name: str, column: ArrowArray) -> None:
    absent = column.null_count
    if pa.types.is_dictionary(column.type) and column.dictionary.null_count:
        column = _decoded(column)
        absent = column.null_count
    if absent:
        row = pc.index(column.is_null(), True).as_py()
        raise InputError(f"{absent:,} rows have no {name} (the first is row {row:,} of its batch)")
