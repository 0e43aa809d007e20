"""What a log is built from: batches of the canonical event table, or Parquet files that hold it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as kinds

from giljabi.model.errors import InputError, UnreadableFile
from giljabi.store.log.layout import ArrowArray
from giljabi.store.log.objects import file_and_path, is_url
from giljabi.store.log.running import in_threads

Source: TypeAlias = "pa.Table | Iterable[pa.RecordBatch] | Sequence[Path | str]"
Kind: TypeAlias = Literal["code", "number"]
Unit: TypeAlias = Callable[[], Iterator[pa.RecordBatch]]
"""A run of the source's rows; runs may be read at the same time."""

REQUIRED = ("customer", "time", "event")
_FIRST = ("channel", "value")
_FILES_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Reading:
    """A source made ready: the kinds of its columns, and its rows as units in order of arrival.

    ``events`` is the number of rows where it is known beforehand; ``packed`` says that customers come as
    dictionaries.
    """

    columns: Mapping[str, Kind]
    units: Iterable[Unit]
    events: int | None
    packed: bool = False


def read_source(source: Source, rows: int | None) -> Reading:
    """Look at a source's columns and cut it into units.

    Parameters
    ----------
    source
        A table, batches of one schema, or paths of Parquet files (columns that a file lacks are absent in its
        rows).
    rows
        How many rows to handle at a time; by default 1,048,576, fewer where there are more than eight
        columns.

    Raises
    ------
    InputError
        If there is nothing in it, a required column is missing, or a column has a type no log can hold.
    UnreadableFile
        If a file is no whole Parquet file.
    """
    if isinstance(source, pa.Table):
        columns = column_kinds(source.schema, "the table")
        known = source.num_rows
        return Reading(
            columns,
            _coalesced(iter(source.to_batches()), source.schema, rows_at_a_time(rows, columns)),
            known,
        )
    if isinstance(source, str | Path):
        source = [source]
    items = iter(source)
    first = next(items, None)
    if first is None:
        raise InputError("there are no events: the source has neither a batch nor a file")
    if isinstance(first, str | Path):
        return parquet_source([str(path) for path in (first, *items)], rows)
    columns = column_kinds(first.schema, "the first batch")
    batches: Iterator[pa.RecordBatch] = chain([first], items)  # type: ignore[arg-type]
    packed = kinds.is_dictionary(first.schema.field("customer").type)
    return Reading(columns, _coalesced(batches, first.schema, rows_at_a_time(rows, columns)), None, packed)


def column_kinds(schema: pa.Schema, where: str) -> dict[str, Kind]:
    """Give the kind of each column other than customer, time and event: channel, value, then properties."""
    for name in REQUIRED:
        if name not in schema.names:
            raise InputError(f"{where} has no column {name!r}; it has: {', '.join(schema.names) or 'none'}")
    if len(set(schema.names)) < len(schema.names):
        raise InputError(f"{where} has two columns of one name among: {', '.join(schema.names)}")
    if not _is_text(schema.field("customer").type) or not _is_text(schema.field("event").type):
        raise InputError(f"the columns 'customer' and 'event' of {where} must hold text")
    time = schema.field("time").type
    if not (kinds.is_timestamp(time) or kinds.is_date(time)):
        raise InputError(f"the column 'time' of {where} must hold timestamps, not {time}")
    others = [name for name in schema.names if name not in REQUIRED]
    others.sort(key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    return {name: _kind(schema.field(name), where) for name in others}


def _kind(field: pa.Field[pa.DataType], where: str) -> Kind:
    if _is_text(field.type) or kinds.is_boolean(field.type) or kinds.is_null(field.type):
        return "code"
    if kinds.is_integer(field.type) or kinds.is_floating(field.type) or kinds.is_decimal(field.type):
        return "number"
    raise InputError(
        f"the column {field.name!r} of {where} has type {field.type}; a log holds text, numbers and booleans"
    )


def _is_text(kind: pa.DataType) -> bool:
    if kinds.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind))


def rows_at_a_time(rows: int | None, columns: Mapping[str, Kind]) -> int:
    """Give how many rows to handle at a time: those asked for, else about a million."""
    return rows or (8 << 20) // max(8, len(columns) + len(REQUIRED))


def _coalesced(batches: Iterator[pa.RecordBatch], schema: pa.Schema, rows: int) -> Iterator[Unit]:
    """Join small batches and cut large ones, so that every unit has about the same number of rows."""
    held: list[pa.RecordBatch] = []
    held_rows = 0
    for batch in batches:
        if batch.schema != schema:
            raise InputError(
                f"the batches differ in their columns: the first has {_shown(schema)}; "
                f"another has {_shown(batch.schema)}"
            )
        for start in range(0, batch.num_rows, rows):
            part = batch.slice(start, rows)
            if held and held_rows + part.num_rows > rows:
                yield _unit(held)
                held, held_rows = [], 0
            held.append(part)
            held_rows += part.num_rows
    if held:
        yield _unit(held)


def _unit(batches: list[pa.RecordBatch]) -> Unit:
    if len(batches) == 1:
        return lambda: iter(batches)
    return lambda: iter(pa.Table.from_batches(batches).combine_chunks().to_batches())


def _shown(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name} {field.type}" for field in schema)


def parquet_source(
    paths: Sequence[str], rows: int | None = None, renamed: Mapping[str, str] | None = None
) -> Reading:
    """Look at Parquet files, by path or URL, and cut them into units of neighbouring row groups.

    Parameters
    ----------
    paths
        In order of arrival.
    rows
        As for `read_source`.
    renamed
        By what name the log is to have columns of the files that go by another one.

    Raises
    ------
    InputError, UnreadableFile
        As `read_source` does.
    """
    renamed = renamed or {}
    files = list(in_threads([partial(parquet_facts, path) for path in paths], _FILES_AT_ONCE))
    columns: dict[str, Kind] = {}
    for path, file in zip(paths, files, strict=True):
        for name, kind in column_kinds(_renamed(file.schema_arrow, renamed), path).items():
            if columns.setdefault(name, kind) != kind:
                raise InputError(
                    f"the column {name!r} holds numbers in one file and text in another ({path})"
                )
    columns = {name: columns[name] for name in sorted(columns, key=lambda n: n not in _FIRST)}
    at_a_time = rows_at_a_time(rows, columns)
    units = [
        RowGroups(path, tuple(groups), at_a_time, renamed, file.metadata)
        for path, file in zip(paths, files, strict=True)
        for groups in grouped(file.metadata, at_a_time)
    ]
    return Reading(columns, units, sum(file.metadata.num_rows for file in files))


def open_parquet(path: str, **options: Any) -> pq.ParquetFile:
    """Open a Parquet file, by path or URL."""
    if is_url(path):
        files, place = file_and_path(path)
        return pq.ParquetFile(files.open_input_file(place), pre_buffer=True, **options)
    return pq.ParquetFile(path, **options)


def parquet_facts(path: str) -> pq.ParquetFile:
    """Read a Parquet file's schema and metadata; raises InputError or UnreadableFile where it has none."""
    try:
        with open_parquet(path) as file:
            return file
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(f"{path} is no whole Parquet file: {error}") from error


def grouped(metadata: pq.FileMetaData, rows: int) -> list[list[int]]:
    """Put neighbouring row groups together until they have about ``rows`` rows."""
    seen = 0
    numbered = []
    for group in range(metadata.num_row_groups):
        numbered.append((seen // rows, group))
        seen += metadata.row_group(group).num_rows
    return [[group for _, group in members] for _, members in groupby(numbered, key=lambda pair: pair[0])]


def _renamed(schema: pa.Schema, renamed: Mapping[str, str]) -> pa.Schema:
    for name in renamed:
        if name not in schema.names:
            raise InputError(f"the files have no column {name!r}; they have: {', '.join(schema.names)}")
    return pa.schema([field.with_name(renamed.get(field.name, field.name)) for field in schema])


@dataclass(frozen=True, slots=True)
class RowGroups:
    """A unit: some neighbouring row groups of a Parquet file; elsewhere its metadata is read again."""

    path: str
    groups: tuple[int, ...]
    rows: int
    renamed: Mapping[str, str]
    metadata: pq.FileMetaData | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return RowGroups, (self.path, self.groups, self.rows, self.renamed)

    def __call__(self, kinds: Collection[str] = ("code", "number")) -> Iterator[pa.RecordBatch]:
        """Read the rows; without ``number`` among the kinds only the columns of texts, customers apart."""
        try:
            metadata = self.metadata or parquet_facts(self.path).metadata
            schema = metadata.schema.to_arrow_schema()
            # Texts that repeat stay dictionaries as they lie in the file; customers rarely repeat.
            own = {field.name: self.renamed.get(field.name, field.name) for field in schema}
            texts = [f.name for f in schema if _is_text(f.type) and own[f.name] != "customer"]
            wanted = None
            if "number" not in kinds:
                wanted = [f.name for f in schema if own[f.name] not in {"customer", "time"} and _is_coded(f)]
            with open_parquet(self.path, metadata=metadata, read_dictionary=texts) as file:
                for batch in file.iter_batches(
                    self.rows, row_groups=list(self.groups), columns=wanted, use_threads=False
                ):
                    yield batch.rename_columns([own[name] for name in batch.schema.names])
        except (pa.ArrowException, OSError) as error:
            raise UnreadableFile(f"{self.path} is damaged: {error}") from error


def _is_coded(field: pa.Field[pa.DataType]) -> bool:
    return _kind(field, "the file") == "code"


def milliseconds_of(column: ArrowArray) -> ArrowArray:
    """Give the times of a column in whole milliseconds since 1970 UTC (int64, rounded down)."""
    kind = column.type
    if kinds.is_date(kind):
        return column.cast(pa.timestamp("ms")).cast(pa.int64())
    ticks = column.view(pa.int64())
    per_millisecond = {"s": None, "ms": 1, "us": 1000, "ns": 1_000_000}[kind.unit]
    if per_millisecond is None:
        return pc.multiply_checked(ticks, 1000)
    if per_millisecond == 1:
        return ticks
    return pa.array(ticks.to_numpy(zero_copy_only=False) // per_millisecond)
