"""Write the buckets of a log into a draft, with every fact of its manifest, and publish it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from giljabi.kernels import partition
from giljabi.model.errors import InputError
from giljabi.store.log.dictionaries import TextDictionary
from giljabi.store.log.files import write_batch, write_bucket
from giljabi.store.log.layout import Array, Bucket, Column, Log
from giljabi.store.log.manifest import (
    FORMAT,
    INLINE_DICTIONARY,
    BucketFact,
    ColumnFact,
    FileFact,
    LogInfo,
    NameFact,
    encode,
    fact_of,
)
from giljabi.store.log.objects import is_url
from giljabi.store.log.running import Progress, in_threads
from giljabi.store.log.uploading import uploading
from giljabi.store.log.versions import Draft, drafting, flush

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stored:
    """A bucket that was written: its files, and what of it goes into the manifest."""

    fact: BucketFact
    events: Array
    customers: Array
    first: int
    last: int
    counts: Mapping[str, Array]


def write_log(log: Log, location: Path | str, *, snapshot: str | None = None) -> None:
    """Save a log in a directory or at a URL; a log that stands there is replaced at once and whole.

    Raises
    ------
    InputError
        If the log has no events, or the directory is a file.
    """
    if log.events == 0:
        raise InputError("there are no events to save: the log is empty")
    if is_url(location):
        with uploading(str(location)) as directory:
            write_log(log, directory, snapshot=snapshot)
        return
    with drafting(Path(location)) as draft:
        buckets = [partial(_itself, bucket) for bucket in log.buckets]
        store(draft, log.names, log.columns, buckets, snapshot=snapshot)


def _itself(bucket: Bucket) -> Bucket:
    return bucket


def store(
    draft: Draft,
    names: Sequence[str],
    columns: Mapping[str, Column],
    buckets: Sequence[Callable[[], Bucket]],
    *,
    snapshot: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Make, write, measure and flush each bucket, and publish the draft with its manifest.

    Parameters
    ----------
    draft
        Where to.
    names, columns
        As in `Log`.
    buckets
        Each makes one bucket when called; called in threads, each once.
    snapshot
        What the log was built from, kept in the manifest.
    threads, progress
        As in `build_log`; ``progress`` is told fractions 0..1 of this part of the work.
    """
    tell = progress or (lambda step, fraction: None)
    # Flushing waits for the disk and needs no core, so it has a thread of its own beside the others.
    with ThreadPoolExecutor(1, thread_name_prefix="giljabi-flush") as flusher:
        flushed: list[Future[None]] = []
        tasks = [
            partial(store_bucket, draft.path, n, make, len(names), columns) for n, make in enumerate(buckets)
        ]
        stored = []
        for done in in_threads(tasks, threads):
            stored.append(done)
            written = (done.fact.customers_file, done.fact.events_file)
            flushed.extend(flusher.submit(flush, draft.path / file.name) for file in written)
            tell("sort customers", 0.9 * len(stored) / len(buckets))
        described = tuple(
            describe_column(draft.path, n, column, stored) for n, column in enumerate(columns.values())
        )
        for column in described:
            if column.file is not None:
                flush(draft.path / column.file.name)
        tell("write to disk", 0.9)
        for future in flushed:
            future.result()
    draft.publish(encode(info_of(names, described, stored, snapshot)))
    tell("write to disk", 1.0)


def store_bucket(
    folder: Path, number: int, make: Callable[[], Bucket], names: int, columns: Mapping[str, Column]
) -> Stored:
    """Make a bucket, write its two files and measure them; they are not flushed to disk yet."""
    bucket = make()
    written = write_bucket(folder, number, bucket, tuple(columns))
    fact = BucketFact(bucket.customers, bucket.events, *(fact_of(path) for path in written))
    events, customers = partition.tally(bucket.offsets, bucket.event, names)
    counts = {
        name: np.bincount(bucket.column(name) + 1, minlength=len(column.dictionary) + 1)[1:]
        for name, column in columns.items()
        if column.kind == "code" and len(column.dictionary) <= INLINE_DICTIONARY
    }
    first, last = (int(bucket.time.min()), int(bucket.time.max())) if bucket.events else (_LATE, _EARLY)
    return Stored(fact, events, customers, first, last, counts)


_EARLY, _LATE = -(2**63), 2**63 - 1


def describe_column(folder: Path, number: int, column: Column, stored: Sequence[Stored]) -> ColumnFact:
    """Describe a column for the manifest; writes its dictionary where that is a file of its own."""
    size = len(column.dictionary)
    if column.kind == "number":
        return ColumnFact(column.name, "number")
    if size > INLINE_DICTIONARY:
        return ColumnFact(column.name, "code", size, file=_dictionary_file(folder, number, column.dictionary))
    counts = sum(one.counts[column.name] for one in stored)
    return ColumnFact(column.name, "code", size, tuple(column.dictionary), tuple(np.asarray(counts).tolist()))


def _dictionary_file(folder: Path, number: int, dictionary: Sequence[str]) -> FileFact:
    held = dictionary.array if isinstance(dictionary, TextDictionary) else pa.array(dictionary)
    texts = held.cast(pa.large_string())
    path = folder / f"dictionary-{number:04}.arrow"
    return fact_of(write_batch(path, pa.RecordBatch.from_arrays([texts], ["text"])))


def info_of(
    names: Sequence[str], columns: tuple[ColumnFact, ...], stored: Sequence[Stored], snapshot: str | None
) -> LogInfo:
    """Put a manifest together."""
    events = np.sum([one.events for one in stored], axis=0).tolist()
    customers = np.sum([one.customers for one in stored], axis=0).tolist()
    return LogInfo(
        format=FORMAT,
        built_at=datetime.now(UTC),
        events=sum(one.fact.events for one in stored),
        customers=sum(one.fact.customers for one in stored),
        first=_EPOCH + timedelta(milliseconds=min(one.first for one in stored)),
        last=_EPOCH + timedelta(milliseconds=max(one.last for one in stored)),
        names=tuple(NameFact(*fact) for fact in zip(names, events, customers, strict=True)),
        columns=columns,
        buckets=tuple(one.fact for one in stored),
        snapshot=snapshot,
    )
