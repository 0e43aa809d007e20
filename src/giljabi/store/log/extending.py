"""Extend a built log by the events that came since, reading and writing it once."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from giljabi.kernels import merge, partition
from giljabi.model.errors import LogError, TooManyNames
from giljabi.store.log.building import MOST_BUCKETS, bucket_count, spread
from giljabi.store.log.dictionaries import Interner, TextDictionary, text_buffers
from giljabi.store.log.layout import MAX_NAMES, Array, ArrowArray, Bucket, Column, Log, MemoryBucket
from giljabi.store.log.opening import open_log
from giljabi.store.log.running import Progress
from giljabi.store.log.sorting import Vocabulary, dictionary_of, frozen, sort_bucket
from giljabi.store.log.source import Kind, Source, read_source
from giljabi.store.log.spill import Partitioner, Parts, PartsOnDisk
from giljabi.store.log.storing import store
from giljabi.store.log.versions import drafting

_FINER = 16
"""How many times the old buckets the first pass has, so that buckets can double up to four times."""


def extend_log(
    source: Source,
    directory: Path | str,
    *,
    snapshot: str | None = None,
    progress: Progress | None = None,
    threads: int | None = None,
) -> Log:
    """Add events to the log in a directory, and open it.

    The result is the log that `build_log` would make of all events, those of the source after those that are
    there. Buckets double where they would grow too large. Whoever has the old log open keeps it; it stays in
    place until the new one is on disk, and when anything fails.

    Parameters
    ----------
    source
        As for `giljabi.store.build_log`; only the events that the log does not have yet.
    directory
        Where the log is.
    snapshot
        The lake's snapshot that the log then stands for.
    progress
        Told the step and how much of the whole is done.
    threads
        How many to use; by default the number of usable cores.

    Raises
    ------
    LogMissing, LogDamaged
        If there is no whole log in the directory.
    LogError
        If a column held numbers and now holds text, or the other way round: the log must be built again.
    InputError, UnreadableFile, TooManyNames
        As `build_log` does.
    """
    tell = progress or (lambda step, fraction: None)
    old = open_log(directory)
    reading = read_source(source, None)
    kinds = _joined_kinds(old.columns, reading.columns)
    with drafting(Path(directory)) as draft, contextlib.closing(PartsOnDisk(draft.path / "parts")) as parts:
        first = min(_FINER, MOST_BUCKETS // len(old.buckets)) * len(old.buckets)
        partitioner = Partitioner(kinds, first, parts)
        spread(reading, partitioner, threads, lambda step, fraction: tell(step, 0.3 * fraction))
        joint = _joint(old, partitioner)
        wanted = bucket_count(old.events + partitioner.events, len(kinds))
        grown = wanted > len(old.buckets) and wanted % len(old.buckets) == 0 and first % wanted == 0
        buckets = wanted if grown else len(old.buckets)
        store(
            draft,
            joint.vocabulary.names,
            joint.vocabulary.columns,
            [
                partial(_merged, old, parts, range(number, first, buckets), number, buckets, joint)
                for number in range(buckets)
            ],
            snapshot=snapshot,
            threads=threads,
            progress=lambda step, fraction: tell(step, 0.3 + 0.7 * fraction),
        )
    return open_log(directory)


@dataclass(frozen=True, slots=True)
class _Joint:
    """Names and columns of both, with the new codes of the old log's; None where they stay as they are."""

    vocabulary: Vocabulary
    old: Mapping[str, Array | None]


def _joined_kinds(old: Mapping[str, Column], new: Mapping[str, Kind]) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {column.name: column.kind for column in old.values()}
    for name, kind in new.items():
        if kinds.setdefault(name, kind) != kind:
            raise LogError(
                f"the column {name!r} held numbers or text and now holds the other; build the log again"
            )
    first = ("channel", "value")
    return {name: kinds[name] for name in sorted(kinds, key=lambda n: first.index(n) if n in first else 2)}


def _joint(old: Log, partitioner: Partitioner) -> _Joint:
    translations: dict[str, Array] = {}
    old_codes: dict[str, Array | None] = {}
    texts: dict[str, ArrowArray] = {}
    for name, interner in partitioner.interners.items():
        column = old.columns.get(name)
        known = old.names if name == "event" else column.dictionary if column is not None else ()
        texts[name], old_codes[name], translations[name] = _joined_texts(known, interner)
    if len(texts["event"]) > MAX_NAMES:
        raise TooManyNames(
            f"there are more than {MAX_NAMES:,} event names; does the column 'event' really hold the event's "
            "name, and no identifier or free text?"
        )
    columns = {
        name: Column(name, kind, dictionary_of(texts[name]) if kind == "code" else ())
        for name, kind in partitioner.columns.items()
    }
    return _Joint(Vocabulary(tuple(texts["event"].to_pylist()), columns, translations), old_codes)


def _joined_texts(known: Sequence[str], interner: Interner) -> tuple[ArrowArray, Array | None, Array]:
    """Give all texts in order, the new code of each known one, and of each one of the interner."""
    held = known.array if isinstance(known, TextDictionary) else pa.array(known, pa.large_string())
    both = Interner()
    both.codes_of(held.cast(pa.large_string()))
    coming = both.codes_of(interner.texts())
    if len(both) == len(known):
        # Nothing new: the order stays, and so do the codes.
        return held.cast(pa.large_string()), None, coming.astype(np.int32)
    ordered, place = both.sorted()
    return ordered, place[: len(known)], place[coming]


def _merged(old: Log, parts: Parts, group: range, number: int, buckets: int, joint: _Joint) -> MemoryBucket:
    before = old.buckets[number % len(old.buckets)]
    since = sort_bucket(parts, group, joint.vocabulary)
    old_ids, new_ids = (text_buffers(one.customer_ids) for one in (before, since))
    chosen = np.arange(before.customers)
    if buckets > len(old.buckets):
        chosen = chosen[partition.bucket_of(*old_ids, buckets) == number]
    i, j = merge.merge_customers(*old_ids, chosen, *new_ids)
    offsets, stretches = merge.merge_journeys(before.offsets, before.time, since.offsets, since.time, i, j)
    both = pa.concat_arrays([before.customer_ids, since.customer_ids])
    ids = both.take(pa.array(np.where(i >= 0, i, before.customers + j)))
    length = int(offsets[-1])
    time = np.empty(length, np.int64)
    merge.join(before.time, since.time, stretches, time)
    event = _joined(before.event, joint.old["event"], since.event, stretches)
    values = {
        name: _column(before, old.columns.get(name), since.column(name), joint, column, stretches)
        for name, column in joint.vocabulary.columns.items()
    }
    return frozen(MemoryBucket(offsets, time, event, ids, values))


def _column(
    before: Bucket, was: Column | None, since: Array, joint: _Joint, column: Column, stretches: Array
) -> Array:
    if was is None:
        absent = np.full(before.events, np.nan) if column.kind == "number" else np.full(before.events, -1)
        return _joined(absent.astype(since.dtype), None, since, stretches)
    if column.kind == "number":
        return _joined(before.column(was.name), None, since, stretches)
    translation = joint.old[was.name]
    if translation is None and before.column(was.name).dtype != since.dtype:
        translation = np.arange(len(was.dictionary), dtype=np.int32)
    return _joined(before.column(was.name), translation, since, stretches)


def _joined(before: Array, translation: Array | None, since: Array, stretches: Array) -> Array:
    out = np.empty(int((stretches[:, 2] - stretches[:, 1]).sum()), since.dtype)
    if translation is None:
        merge.join(before, since, stretches, out)
    else:
        merge.join_codes(before, translation, since, stretches, out)
    return out
