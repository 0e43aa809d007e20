"""Formats whose columns have types: Parquet, Arrow IPC, and objects that hand over Arrow data."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from giljabi.collect.columns import plain
from giljabi.collect.raw import About, Lines, RawBatch
from giljabi.collect.sources.files.dialect import unique_names
from giljabi.collect.sources.files.opened import SAMPLE_ROWS, Opened
from giljabi.model.errors import UnreadableFile

_ROWS = 2**17
_HELD_ROWS = 2**19
"""Rows at a time of what is in memory already."""
_UNNAMED_INDEX = re.compile(r"^__index_level_\d+__$")


class TypedSource(ABC):
    """Rows with typed columns; their lines are row numbers, the first row being 1."""

    _at_once = _ROWS

    def __init__(self, name: str, kind: str, schema: pa.Schema, size: int | None, rows: int | None) -> None:
        self._names = list(schema.names)
        columns, problems = unique_names(self._names)
        self._columns = columns
        self._rows = rows
        self._read = 0
        self._about = About(name, kind, columns, size=size, fixed=True, problems=problems)

    @property
    def about(self) -> About:
        """What is known of the source."""
        return self._about

    def share(self) -> float:
        """Say how much of the source has been read, 0..1."""
        return self._read / self._rows if self._rows else 0.0

    def sample(self) -> RawBatch:
        """Give the first rows."""
        for batch in self._numbered(self._first()):
            if batch.rows.num_rows:
                count = min(SAMPLE_ROWS, batch.rows.num_rows)
                return RawBatch(batch.rows.slice(0, count), batch.lines[:count], batch.originals)
        empty = pa.RecordBatch.from_arrays([pa.nulls(0) for _ in self._columns], names=list(self._columns))
        return RawBatch(empty, np.zeros(0, np.int64), lambda at: [])

    def batches(self, customer: str | None = None) -> Iterator[RawBatch]:
        """Give all rows."""
        return self._numbered(self._all())

    def _numbered(self, batches: Iterator[pa.RecordBatch]) -> Iterator[RawBatch]:
        self._read = 0
        with damage_told(self._about.name, self._about.format):
            for whole in batches:
                for start in range(0, whole.num_rows, self._at_once):
                    rows = self._named(whole.slice(start, self._at_once))
                    lines = np.arange(self._read + 1, self._read + 1 + rows.num_rows)
                    self._read += rows.num_rows
                    yield RawBatch(rows, lines, _originals(rows))

    def _named(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        places = [(place, name) for place, name in enumerate(self._columns) if not _UNNAMED_INDEX.match(name)]
        return pa.RecordBatch.from_arrays(
            [plain(batch.column(place)) for place, _ in places], names=[name for _, name in places]
        )

    def _first(self) -> Iterator[pa.RecordBatch]:
        return self._all()

    @abstractmethod
    def _all(self) -> Iterator[pa.RecordBatch]:
        """Give all batches."""


class ParquetFile(TypedSource):
    """A Parquet file, read row group by row group."""

    def __init__(self, file: Opened) -> None:
        self._path = file.path
        with damage_told(file.name, "Parquet"), pq.ParquetFile(file.path) as parquet:
            schema, rows = parquet.schema_arrow, parquet.metadata.num_rows
        super().__init__(file.name, "parquet", schema, file.size, rows)

    def _all(self) -> Iterator[pa.RecordBatch]:
        with pq.ParquetFile(self._path) as parquet:
            yield from parquet.iter_batches(batch_size=_ROWS)

    def _first(self) -> Iterator[pa.RecordBatch]:
        with pq.ParquetFile(self._path) as parquet:
            yield from parquet.iter_batches(batch_size=SAMPLE_ROWS)


class ArrowFile(TypedSource):
    """An Arrow IPC file (Feather)."""

    def __init__(self, file: Opened) -> None:
        self._path = file.path
        with damage_told(file.name, "Arrow"), pa.memory_map(str(file.path)) as mapped:
            schema = pa.ipc.open_file(mapped).schema
        super().__init__(file.name, "arrow", schema, file.size, None)

    def _all(self) -> Iterator[pa.RecordBatch]:
        with pa.memory_map(str(self._path)) as mapped:
            reader = pa.ipc.open_file(mapped)
            for number in range(reader.num_record_batches):
                yield _sound(reader.get_batch(number))


class ArrowStream(TypedSource):
    """An Arrow IPC stream in a file."""

    def __init__(self, file: Opened) -> None:
        self._path = file.path
        with damage_told(file.name, "Arrow"), pa.OSFile(str(file.path), "rb") as bytes_:
            schema = pa.ipc.open_stream(bytes_).schema
        super().__init__(file.name, "arrow", schema, file.size, None)

    def _all(self) -> Iterator[pa.RecordBatch]:
        with pa.OSFile(str(self._path), "rb") as bytes_:
            for batch in pa.ipc.open_stream(bytes_):
                yield _sound(batch)


class ArrowObject(TypedSource):
    """An object with ``__arrow_c_stream__``: a frame of pandas or Polars, a table, a reader.

    A reader that can be read only once is read only once: what was looked at is kept.
    """

    _at_once = _HELD_ROWS

    def __init__(self, source: Any, name: str) -> None:
        # pandas converts its columns each time it is asked; a table of them is asked more often.
        self._source = source = (
            _table(source, name) if type(source).__module__.startswith("pandas.") else source
        )
        self._once = isinstance(source, pa.RecordBatchReader)
        self._reader: pa.RecordBatchReader | None = source if self._once else None
        self._seen: list[pa.RecordBatch] = []
        rows = source.num_rows if isinstance(source, pa.Table | pa.RecordBatch) else None
        with _stream(source, name) as stream:
            schema = stream.schema
        super().__init__(name, "table", schema, None, rows)

    def _first(self) -> Iterator[pa.RecordBatch]:
        if not self._once:
            yield from self._again()
        elif self._seen:
            yield from self._seen
        elif self._reader is not None:
            for batch in self._reader:
                self._seen.append(batch)
                if batch.num_rows:
                    break
            yield from self._seen

    def _all(self) -> Iterator[pa.RecordBatch]:
        if not self._once:
            yield from self._again()
            return
        if self._reader is None:
            raise UnreadableFile(
                f"{self._about.name} can be read only once, and was; hand over a table instead"
            )
        reader, self._reader = self._reader, None
        seen, self._seen = self._seen, []
        yield from seen
        yield from reader

    def _again(self) -> Iterator[pa.RecordBatch]:
        with _stream(self._source, self._about.name) as stream:
            yield from stream


def _table(frame: Any, name: str) -> pa.Table:
    with _stream(frame, name) as stream:
        return stream.read_all()


@contextmanager
def _stream(source: Any, name: str) -> Iterator[pa.RecordBatchReader]:
    """Open an object's stream; an open one would keep a database's connection from its next answer."""
    if isinstance(source, pa.RecordBatchReader):
        yield source
        return
    try:
        stream = pa.RecordBatchReader.from_stream(source)
    except (pa.ArrowException, ValueError, TypeError) as error:
        # pandas alone does so: names that occur twice, columns of mixed values.
        reason = "; ".join(str(one) for one in error.args) or type(error).__name__
        raise UnreadableFile(
            f"{name} cannot be handed over: {reason}; give each column a name of its own and values of one "
            'type, for example by df["column"].astype(str)'
        ) from error
    try:
        yield stream
    finally:
        stream.close()


@contextmanager
def damage_told(name: str, kind: str) -> Iterator[None]:
    """Turn the errors of readers into `UnreadableFile`."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise UnreadableFile(
            f"{name} cannot be read as {kind}: {reason}; it may be cut off or damaged, write or copy it again"
        ) from error


def _sound(batch: pa.RecordBatch) -> pa.RecordBatch:
    # Offsets of a damaged file point anywhere in memory.
    batch.validate(full=True)
    return batch


def _originals(rows: pa.RecordBatch) -> Any:
    def originals(at: Lines) -> list[str]:
        some = rows.take(pa.array(at, pa.int64())).to_pylist()
        return [json.dumps(row, ensure_ascii=False, default=str) for row in some]

    return originals
