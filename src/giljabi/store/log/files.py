"""The files of a bucket: two uncompressed Arrow IPC files, one with its events and one with its customers.

The events file has ``time``, ``event`` and a field ``column <name>`` per column. The customers file has
``customer`` and ``offset``, and ends with a row of an empty text and the number of events, so that ``offset``
is one longer than the customers are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from giljabi.model.errors import LogDamaged
from giljabi.store.log.dictionaries import arrow_buffer
from giljabi.store.log.layout import Array, Bucket
from giljabi.store.log.manifest import BucketFact, FileFact

_FIELD = "column "


def write_bucket(folder: Path, number: int, bucket: Bucket, columns: tuple[str, ...]) -> tuple[Path, Path]:
    """Write a bucket's customers file and events file; they are not flushed to disk yet."""
    stem = f"bucket-{number:04}"
    ids = bucket.customer_ids
    customers = pa.RecordBatch.from_pydict(
        {"customer": pa.concat_arrays([ids, pa.array([""], ids.type)]), "offset": pa.array(bucket.offsets)}
    )
    fields = {"time": bucket.time, "event": bucket.event}
    fields |= {_FIELD + name: bucket.column(name) for name in columns}
    # from_buffers keeps NaN as NaN and copies nothing.
    arrays = [
        pa.Array.from_buffers(pa.from_numpy_dtype(a.dtype), len(a), [None, arrow_buffer(a)])
        for a in fields.values()
    ]
    events = pa.RecordBatch.from_arrays(arrays, list(fields))
    return (
        write_batch(folder / f"{stem}.customers.arrow", customers),
        write_batch(folder / f"{stem}.events.arrow", events),
    )


def write_batch(path: Path, batch: pa.RecordBatch) -> Path:
    """Write one record batch as an Arrow IPC file."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return path


def check_size(path: Path, fact: FileFact) -> None:
    """Raise LogDamaged when a file is missing or has another length than it was written with."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise LogDamaged(f"{path} is missing; build the log again") from None
    if size != fact.size:
        raise LogDamaged(f"{path} has {size:,} bytes where {fact.size:,} were written; build the log again")


class Place(Protocol):
    """Where the files of one version of a log are."""

    @property
    def location(self) -> str:
        """The log's directory or URL."""

    @property
    def version(self) -> str:
        """The name of the version."""

    def local(self, file: FileFact) -> Path:
        """Give a file of the version on this machine."""


def map_batch(place: Place, fact: FileFact, rows: int) -> pa.RecordBatch:
    """Map a file's only record batch into memory; nothing is read until it is touched."""
    path = place.local(fact)
    check_size(path, fact)
    try:
        with pa.ipc.open_file(pa.memory_map(str(path))) as reader:
            batch = reader.get_batch(0)
    except (pa.ArrowException, OSError) as error:
        raise LogDamaged(f"{path} is no whole Arrow file: {error}") from error
    if batch.num_rows != rows:
        raise LogDamaged(f"{path} has {batch.num_rows:,} rows where the manifest says {rows:,}")
    return batch


class MappedBucket:
    """A bucket whose files are mapped when they are first asked for.

    Two threads that ask at once may both map a file; either mapping serves. It is pickled as ``opener``: a
    function and its arguments that give the same bucket elsewhere.
    """

    def __init__(self, place: Place, fact: BucketFact, opener: tuple[Any, ...]) -> None:
        self._place = place
        self._fact = fact
        self._opener = opener

    def __reduce__(self) -> tuple[Any, ...]:
        return self._opener

    @property
    def customers(self) -> int:
        """How many customers the bucket holds."""
        return self._fact.customers

    @property
    def events(self) -> int:
        """How many events the bucket holds."""
        return self._fact.events

    @property
    def offsets(self) -> Array:
        """int64, one more than customers."""
        return self._customers[0]

    @property
    def customer_ids(self) -> Any:
        """`pyarrow.StringArray`, one per customer."""
        return self._customers[1]

    @property
    def time(self) -> Array:
        """int64, milliseconds since 1970 UTC."""
        return self._events["time"]

    @property
    def event(self) -> Array:
        """uint16 codes."""
        return self._events["event"]

    def column(self, name: str) -> Array:
        """Give the values of a column."""
        return self._events[_FIELD + name]

    @cached_property
    def _customers(self) -> tuple[Array, Any]:
        batch = map_batch(self._place, self._fact.customers_file, self.customers + 1)
        return batch.column("offset").to_numpy(), batch.column("customer")[: self.customers]

    @cached_property
    def _events(self) -> Mapping[str, Array]:
        batch = map_batch(self._place, self._fact.events_file, self.events)
        return {name: batch.column(name).to_numpy() for name in batch.schema.names}
