"""Build an event log: partition by customer, then sort bucket by bucket.

On disk this is out of core: the first pass writes to a scratch file, so that memory holds a few batches, then
a few buckets, whatever the size of the source. Both passes run in threads.
"""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path

from giljabi.model.errors import BadParameter, InputError
from giljabi.store.log.layout import Log, MemoryBucket
from giljabi.store.log.objects import is_url
from giljabi.store.log.opening import open_log
from giljabi.store.log.running import Progress, in_threads
from giljabi.store.log.sorting import Vocabulary, sort_bucket, vocabulary_of
from giljabi.store.log.source import Reading, Source, Unit, read_source
from giljabi.store.log.spill import Partitioner, Parts, PartsInMemory, PartsOnDisk
from giljabi.store.log.storing import store
from giljabi.store.log.uploading import uploading
from giljabi.store.log.versions import drafting

MOST_BUCKETS = 32_767
_FEW_EVENTS = 100_000
_BUCKET_EVENTS = 2_000_000
_WIDE = 16
_UNKNOWN = 64
"""Buckets of the first pass where the number of events is not known beforehand; the second joins them."""


def build_log(
    source: Source | Reading,
    location: Path | str,
    *,
    buckets: int | None = None,
    snapshot: str | None = None,
    progress: Progress | None = None,
    batch_rows: int | None = None,
    threads: int | None = None,
) -> Log:
    """Build the log of all events of a source in a directory or at a URL, and open it.

    A log that stands there is replaced at once and whole when the new one is on disk; until then, and when
    anything fails, the old one stays.

    Parameters
    ----------
    source
        Record batches of the canonical event table (``customer`` text, ``time`` timestamp of any unit, UTC
        where it has no zone, ``event`` text; optional ``channel`` and ``value``; properties of text, numbers
        or booleans), a table, paths of Parquet files that hold it, or what `parquet_source` makes of them.
        Booleans become the texts true and false.
    location
        A directory, made where it is missing, or a URL such as ``s3://bucket/log``; there the log is built in
        a temporary directory of this machine first.
    buckets
        1..32,767; by default 1 up to 100,000 events, else a power of two, at least 4, such that a bucket has
        two to four million events. A customer lies in bucket ``(murmur3(id) & 0x7fffffff) % buckets``, as in
        an Iceberg table partitioned by ``bucket(buckets, customer)``.
    snapshot
        The lake's snapshot the source was read from.
    progress
        Told the step and how much of the whole is done (an estimate where the source's size is unknown).
    batch_rows
        How many rows to handle at a time; by default about a million, fewer where there are many columns.
    threads
        How many to use; by default the number of usable cores.

    Returns
    -------
    Log
        Opened from the directory; names and dictionaries in order of code points.

    Raises
    ------
    InputError
        If there is no event, or the source is not of that form.
    UnreadableFile
        If a file is damaged.
    TooManyNames
        If there are more than 65,535 event names.
    """
    tell = progress or (lambda step, fraction: None)
    if is_url(location):
        with uploading(str(location)) as made:
            build_log(
                source,
                made,
                buckets=buckets,
                snapshot=snapshot,
                progress=progress,
                batch_rows=batch_rows,
                threads=threads,
            )
        return open_log(location)
    reading = _reading(source, buckets, batch_rows)
    with drafting(Path(location)) as draft:
        with contextlib.closing(PartsOnDisk(draft.path / "parts")) as parts:
            groups, vocabulary = _partition(reading, buckets, parts, threads, tell)
            store(
                draft,
                vocabulary.names,
                vocabulary.columns,
                [partial(sort_bucket, parts, group, vocabulary) for group in groups],
                snapshot=snapshot,
                threads=threads,
                progress=lambda step, fraction: tell(step, 0.5 + 0.5 * fraction),
            )
        return open_log(location)


def memory_log(source: Source, *, buckets: int | None = None, batch_rows: int | None = None) -> Log:
    """Make the log of all events of a source in memory; everything else is as in `build_log`."""
    reading = _reading(source, buckets, batch_rows)
    parts = PartsInMemory()
    groups, vocabulary = _partition(reading, buckets, parts, None, lambda step, fraction: None)
    made: list[MemoryBucket] = list(
        in_threads(partial(sort_bucket, parts, group, vocabulary) for group in groups)
    )
    return Log(
        vocabulary.names,
        vocabulary.columns,
        tuple(made),
        sum(bucket.events for bucket in made),
        sum(bucket.customers for bucket in made),
    )


def bucket_count(events: int, columns: int) -> int:
    """Give the number of buckets for so many events with so many columns besides customer, time and event."""
    if events <= _FEW_EVENTS:
        return 1
    # Wide events take more memory each, so a bucket gets fewer of them.
    wanted = events * max(1, columns // _WIDE) // _BUCKET_EVENTS
    return min(1 << 14, max(4, 1 << max(0, wanted.bit_length() - 1)))


def _reading(source: Source | Reading, buckets: int | None, batch_rows: int | None) -> Reading:
    if buckets is not None and not 1 <= buckets <= MOST_BUCKETS:
        raise BadParameter(f"buckets is {buckets}; it lies in 1..{MOST_BUCKETS:,}")
    if batch_rows is not None and batch_rows < 1:
        raise BadParameter(f"batch_rows is {batch_rows}; it must be at least 1")
    return source if isinstance(source, Reading) else read_source(source, batch_rows)


def _partition(
    reading: Reading, buckets: int | None, parts: Parts, threads: int | None, tell: Progress
) -> tuple[list[range], Vocabulary]:
    """Run the first pass; gives which of its buckets make up each bucket of the log, and the vocabulary."""
    width = len(reading.columns)
    first = buckets or (_UNKNOWN if reading.events is None else bucket_count(reading.events, width))
    # In memory the customers' texts are kept anyhow; on disk there may be more of them than memory holds.
    coded = reading.packed and isinstance(parts, PartsInMemory)
    partitioner = Partitioner(reading.columns, first, parts, coded=coded)
    spread(reading, partitioner, threads, lambda step, fraction: tell(step, 0.5 * fraction))
    final = buckets or min(first, bucket_count(partitioner.events, width))
    return [range(bucket, first, final) for bucket in range(final)], vocabulary_of(partitioner)


def spread(reading: Reading, partitioner: Partitioner, threads: int | None, tell: Progress) -> None:
    """Run the first pass over a whole source; raises InputError where it has no rows."""
    tasks = (partial(_add, partitioner, number, unit) for number, unit in enumerate(reading.units))
    for units, _ in enumerate(in_threads(tasks, threads), 1):
        share = partitioner.events / reading.events if reading.events else units / (units + 8)
        tell("read events", min(1.0, share))
    if partitioner.events == 0:
        raise InputError("there are no events: the source has no rows")


def _add(partitioner: Partitioner, number: int, unit: Unit) -> None:
    for place, batch in enumerate(unit()):
        partitioner.add((number, place), batch)
