"""Build an event log from Parquet files on a Spark Connect cluster.

Twice the workers read the files. First they give the event names and texts that occur, which the driver puts
in order: the log's dictionaries. Then each lays its rows out by bucket as `giljabi.store.log.build_log` does,
the parts of a bucket meet at one worker (the only shuffle), and that one sorts and writes the bucket's files
into the shared directory or object store. The driver writes dictionaries and manifest and publishes.

The order of arrival is that of the files' names, then of the rows in a file, so that events of one customer
at one time stand as in the log that threads build of the same files: both are equal, byte by byte.
"""

from __future__ import annotations

import contextlib
import pickle
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from giljabi.model.errors import BadParameter, InputError
from giljabi.store.engines.asking import run_on
from giljabi.store.engines.shipping import pack, unpack
from giljabi.store.engines.spark import MOST_TASKS, SparkEngine
from giljabi.store.engines.worker import PARTIALS, told, told_rows
from giljabi.store.log.building import MOST_BUCKETS, bucket_count
from giljabi.store.log.dictionaries import Interner, TextDictionary
from giljabi.store.log.finding import find_files
from giljabi.store.log.layout import MAX_NAMES, Array, ArrowArray, Column, Log
from giljabi.store.log.manifest import LogInfo, encode
from giljabi.store.log.objects import Folder, is_url, publish_object
from giljabi.store.log.opening import open_log
from giljabi.store.log.running import Progress
from giljabi.store.log.sorting import Vocabulary, dictionary_of, sort_bucket
from giljabi.store.log.source import Kind, Unit, parquet_source
from giljabi.store.log.spill import (
    LENGTHS,
    TEXTS,
    Number,
    Part,
    Partitioner,
    Parts,
    PartsInMemory,
    texts_in,
    too_many_names,
)
from giljabi.store.log.storing import Stored, describe_column, info_of, store_bucket
from giljabi.store.log.versions import drafting, flush

_SHUFFLED = "bucket int, unit bigint, place bigint, content binary"
_FAILED = -1
"""The unit of a row whose content is what a worker raised."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What every worker needs to know; ``target`` is the folder of the version being written."""

    units: Sequence[Unit]
    kinds: Mapping[str, Kind]
    buckets: int
    vocabulary: Vocabulary
    target: str


def build_on(
    address: str,
    source: str | Path | Sequence[str | Path],
    location: str | Path,
    *,
    renamed: Mapping[str, str] | None = None,
    buckets: int | None = None,
    snapshot: str | None = None,
    progress: Progress | None = None,
    batch_rows: int | None = None,
) -> Log:
    """Build the log of Parquet files on a cluster, and open it there.

    Parameters
    ----------
    address
        See `giljabi.store.run_on`.
    source
        Paths or URLs as the workers and this process reach them, see `giljabi.store.find_files`; the files
        hold the canonical event table, as for `giljabi.store.build_log`.
    location
        A directory that all share, or a URL.
    renamed
        By what name the log is to have columns of the files that go by another one.
    buckets, snapshot, progress, batch_rows
        As for `giljabi.store.build_log`.

    Raises
    ------
    InputError, UnreadableFile, TooManyNames
        As `giljabi.store.build_log` does.
    StorageUnavailable
        If the cluster or the object store does not answer.
    """
    if buckets is not None and not 1 <= buckets <= MOST_BUCKETS:
        raise BadParameter(f"buckets is {buckets}; it lies in 1..{MOST_BUCKETS:,}")
    tell = progress or (lambda step, fraction: None)
    engine = SparkEngine(address)
    reading = parquet_source(find_files(source), batch_rows, renamed)
    if not reading.events:
        raise InputError("there are no events: the source has no rows")
    units = tuple(reading.units)
    tell("read events", 0.0)
    vocabulary = _vocabulary(engine, units, reading.columns)
    count = buckets or bucket_count(reading.events, len(reading.columns))
    tell("read events", 0.3)
    with _version(str(location)) as (target, publish):
        plan = _Plan(units, reading.columns, count, vocabulary, target)
        stored = _stored(engine, plan)
        tell("write to disk", 0.9)
        described = _described(target, vocabulary, stored)
        publish(info_of(vocabulary.names, described, stored, snapshot))
        tell("write to disk", 1.0)
        return run_on(open_log(location), address)


def _vocabulary(engine: SparkEngine, units: Sequence[Unit], kinds: Mapping[str, Kind]) -> Vocabulary:
    interners = {name: Interner() for name in ("event", *(n for n, kind in kinds.items() if kind == "code"))}
    for found in engine.run(partial(_texts_of_unit, units, tuple(interners)), len(units)):
        for name, texts in found.items():
            interners[name].codes_of(texts)
        if len(interners["event"]) > MAX_NAMES:
            raise too_many_names()
    texts = {name: interner.sorted()[0] for name, interner in interners.items()}
    columns = {
        name: Column(name, kind, dictionary_of(texts[name]) if kind == "code" else ())
        for name, kind in kinds.items()
    }
    # The workers send the log's own codes, so that nothing is left to translate.
    same = {name: np.arange(len(one), dtype=np.int32) for name, one in texts.items()}
    return Vocabulary(tuple(texts["event"].to_pylist()), columns, same)


def _texts_of_unit(units: Sequence[Unit], names: Sequence[str], number: int) -> dict[str, ArrowArray]:
    interners = {name: Interner() for name in names}
    unit: Any = units[number]
    for batch in unit(kinds=("code",)):
        for name in batch.schema.names:
            interners[name].codes_of(texts_in(batch.column(name)))
    return {name: interner.texts() for name, interner in interners.items()}


def _stored(engine: SparkEngine, plan: _Plan) -> list[Stored]:
    packed = pack(plan)
    spread = engine.numbers(len(plan.units)).mapInArrow(partial(spread_units, packed=packed), _SHUFFLED)
    gathered = spread.repartition(min(plan.buckets, MOST_TASKS), "bucket")
    written: dict[int, Stored] = {}
    failed: Exception | None = None
    for row in engine.rows(gathered.mapInArrow(partial(sort_buckets, packed=packed), PARTIALS)):
        value = unpack(bytes(row.content))
        if row.failed:
            failed = value
        else:
            written[row.bucket] = value
    if failed is not None:
        raise failed
    # Buckets that no customer falls into came to nobody.
    nobody = PartsInMemory()
    nobody.add((0, 0), _part({name: np.empty(0, kind) for name, kind in _types(plan).items()}))
    return [written[n] if n in written else _written(plan, n, nobody) for n in range(plan.buckets)]


def _types(plan: _Plan) -> dict[str, type[np.generic]]:
    types: dict[str, type[np.generic]] = {LENGTHS: np.int32, TEXTS: np.uint8}
    types |= {"time": np.int64, "event": np.int32}
    kinds = plan.kinds.items()
    return types | {f"column {name}": np.int32 if kind == "code" else np.float64 for name, kind in kinds}


def _part(arrays: Mapping[str, Array]) -> Part:
    return Part(np.array([0, len(arrays["time"])]), np.array([0, len(arrays[TEXTS])]), arrays)


class _Sending:
    """Parts that are sent on, cut by bucket, with the log's codes instead of those of the unit."""

    def __init__(self, plan: _Plan, interners: Mapping[str, Interner]) -> None:
        self._plan = plan
        self.interners = interners
        self.rows: list[tuple[int, int, int, bytes]] = []

    def add(self, number: Number, part: Part) -> None:
        arrays = {name: self._translated(name, array) for name, array in part.arrays.items()}
        for bucket in np.flatnonzero(np.diff(part.starts)).tolist():
            own = {name: array[slice(*part.bounds(name, bucket))] for name, array in arrays.items()}
            self.rows.append((bucket, *number, pickle.dumps(own, pickle.HIGHEST_PROTOCOL)))

    def _translated(self, name: str, array: Array) -> Array:
        vocabulary, column = self._plan.vocabulary, name.removeprefix("column ")
        if name == "event":
            known: Sequence[str] = vocabulary.names
        elif name != column and vocabulary.columns[column].kind == "code":
            known = vocabulary.columns[column].dictionary
        else:
            return array
        texts = known.array if isinstance(known, TextDictionary) else pa.array(known, pa.large_string())
        places = pc.index_in(self.interners[column].texts(), value_set=texts.cast(pa.large_string()))
        # The last entry stands for an absent value, code −1.
        return np.append(np.asarray(places, np.int32), np.int32(-1))[array]


def spread_units(batches: Iterable[pa.RecordBatch], packed: bytes) -> Iterator[pa.RecordBatch]:
    """Lay the rows of the units whose numbers come out by bucket; runs at the workers."""
    plan: _Plan = unpack(packed)
    for numbers in batches:
        for number in numbers.to_pydict()[numbers.schema.names[0]]:
            try:
                for place, batch in enumerate(plan.units[number]()):
                    yield _shuffled(_rows_of(plan, (number, place), batch))
            except Exception as error:
                yield _shuffled([(0, _FAILED, 0, told(error))])


def _rows_of(plan: _Plan, number: Number, batch: pa.RecordBatch) -> list[tuple[int, int, int, bytes]]:
    sending = _Sending(plan, {})
    partitioner = Partitioner(plan.kinds, plan.buckets, sending)
    sending.interners = partitioner.interners
    partitioner.add(number, batch)
    return sending.rows


def _shuffled(rows: Sequence[tuple[int, int, int, bytes]]) -> pa.RecordBatch:
    kinds = (pa.int32(), pa.int64(), pa.int64(), pa.binary())
    values: list[Any] = list(zip(*rows, strict=True)) or [()] * len(kinds)
    arrays = [pa.array(list(value), kind) for value, kind in zip(values, kinds, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, ["bucket", "unit", "place", "content"])


def sort_buckets(batches: Iterable[pa.RecordBatch], packed: bytes) -> Iterator[pa.RecordBatch]:
    """Sort and write the buckets whose parts come, and give what was written; runs at the workers."""
    plan: _Plan = unpack(packed)
    held: dict[int, list[tuple[Number, bytes]]] = {}
    for batch in batches:
        for row in batch.to_pylist():
            held.setdefault(row["bucket"], []).append(((row["unit"], row["place"]), row["content"]))
    for bucket in sorted(held):
        yield from told_rows(bucket, partial(_gathered, plan, held.pop(bucket)))


def _gathered(plan: _Plan, sent: Sequence[tuple[Number, bytes]], bucket: int) -> Stored:
    parts = PartsInMemory()
    for (unit, place), content in sent:
        if unit == _FAILED:
            raise unpack(content)
        parts.add((unit, place), _part(pickle.loads(content)))
    return _written(plan, bucket, parts)


def _written(plan: _Plan, number: int, parts: Parts) -> Stored:
    """Write a bucket aside and put its files in place whole: a task that is run twice writes the same."""
    make = partial(sort_bucket, parts, [0], plan.vocabulary)
    names, columns = len(plan.vocabulary.names), plan.vocabulary.columns
    aside = None if is_url(plan.target) else plan.target
    with tempfile.TemporaryDirectory(prefix=".bucket-", dir=aside) as made:
        stored = store_bucket(Path(made), number, make, names, columns)
        for file in (stored.fact.customers_file, stored.fact.events_file):
            _place(Path(made) / file.name, plan.target)
    return stored


def _place(path: Path, target: str) -> None:
    if is_url(target):
        Folder(target).upload(path, path.name)
    else:
        flush(path)
        path.replace(Path(target) / path.name)


def _described(target: str, vocabulary: Vocabulary, stored: Sequence[Stored]) -> tuple[Any, ...]:
    with tempfile.TemporaryDirectory(prefix=".columns-", dir=None if is_url(target) else target) as made:
        columns = enumerate(vocabulary.columns.values())
        described = tuple(describe_column(Path(made), n, column, stored) for n, column in columns)
        for column in described:
            if column.file is not None:
                _place(Path(made) / column.file.name, target)
    return described


@contextlib.contextmanager
def _version(location: str) -> Iterator[tuple[str, Any]]:
    """Give the folder of a new version, and how it is published."""
    if is_url(location):
        url, version = location.rstrip("/"), f"log-{secrets.token_hex(8)}"
        yield f"{url}/{version}", lambda info: publish_object(url, version, encode(info))
        return
    with drafting(Path(location)) as draft:

        def publish(info: LogInfo) -> None:
            draft.publish(encode(info))

        yield str(draft.path.absolute()), publish
