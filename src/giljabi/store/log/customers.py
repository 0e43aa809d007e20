"""One customer's journey, found without reading anybody else's.

A customer lies in the bucket that the hash of the id names, and ids stand in order of their code points
within a bucket: a few looks into the mapped ids find the run of events, however many customers there are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import merge, nlargest
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from giljabi.kernels import partition
from giljabi.store.log.dictionaries import text_buffers
from giljabi.store.log.layout import Array, Column, Log


class Run(NamedTuple):
    """Where the events of one customer are: ``start:end`` in the arrays of a bucket."""

    bucket: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Journey:
    """Events of one customer, in order.

    ``time`` is int64, milliseconds since 1970 UTC; ``names`` has the name of each event, ``columns`` the
    values of each column, None where absent.
    """

    time: Array
    names: list[str]
    columns: Mapping[str, list[str | float | None]]


def find_customer(log: Log, id: str) -> Run | None:  # noqa: A002
    """Give the run of a customer, None where the log has no such customer.

    Parameters
    ----------
    log
        As it was built, or narrowed; one whose journeys are sessions has other ids in other places.
    id
        The customer's.
    """
    offsets, data = text_buffers(pa.array([id], pa.string()))
    number = int(partition.bucket_of(offsets, data, len(log.buckets))[0])
    bucket = log.buckets[number]
    place = _place(bucket.customer_ids, id)
    if place == bucket.customers or bucket.customer_ids[place].as_py() != id:
        return None
    return Run(number, int(bucket.offsets[place]), int(bucket.offsets[place + 1]))


def customers_beginning_with(log: Log, text: str, limit: int) -> list[str]:
    """Give the first customers, in order of code points, whose ids begin with a text."""

    def beginning(ids: Any) -> list[str]:
        start = _place(ids, text)
        found = ids[start : start + limit].to_pylist()
        return [one for one in found if one.startswith(text)]

    return list(islice(merge(*(beginning(bucket.customer_ids) for bucket in log.buckets)), limit))


def journey_of(log: Log, run: Run, *, before: int | None = None, limit: int | None = None) -> Journey:
    """Give the last events of a run that lie before a time.

    Parameters
    ----------
    log, run
        Who is meant, by `find_customer`.
    before
        Milliseconds since 1970 UTC; None: to the end.
    limit
        How many at most; None: all.
    """
    bucket = log.buckets[run.bucket]
    end = run.end
    if before is not None:
        end = run.start + bisect_left(bucket.time[run.start : run.end], before)
    start = run.start if limit is None else max(run.start, end - limit)
    rows = slice(start, end)
    return Journey(
        bucket.time[rows],
        [log.names[code] for code in bucket.event[rows].tolist()],
        {name: _values(column, bucket.column(name)[rows]) for name, column in log.columns.items()},
    )


def count_texts(log: Log, run: Run, column: str) -> dict[str, int]:
    """Count the values of a column of texts in a run, by value."""
    held = log.columns.get(column)
    if held is None or held.kind != "code":
        return {}
    codes, counts = np.unique(log.buckets[run.bucket].column(column)[run.start : run.end], return_counts=True)
    found = zip(codes.tolist(), counts.tolist(), strict=True)
    return {held.dictionary[code]: count for code, count in found if code >= 0}


def span_of(log: Log, run: Run) -> tuple[int, int]:
    """Give the times of the first and the last event of a run, in milliseconds since 1970 UTC."""
    time = log.buckets[run.bucket].time
    return int(time[run.start]), int(time[run.end - 1])


def latest_customers(log: Log, limit: int) -> list[tuple[str, int]]:
    """Give the customers whose last events are the latest, with those events' times, the latest first.

    Every customer's last event is looked at.
    """
    found: list[tuple[int, str]] = []
    for bucket in log.buckets:
        if bucket.customers == 0:
            continue
        last = bucket.time[bucket.offsets[1:] - 1]
        most = min(limit, len(last))
        chosen = np.argpartition(last, len(last) - most)[len(last) - most :]
        ids = bucket.customer_ids.take(pa.array(chosen)).to_pylist()
        found += zip(last[chosen].tolist(), ids, strict=True)
    return [(id, time) for time, id in nlargest(limit, found)]  # noqa: A001


def _place(ids: Any, text: str) -> int:
    return bisect_left(range(len(ids)), text, key=lambda place: str(ids[place].as_py()))


def _values(column: Column, values: Array) -> list[str | float | None]:
    if column.kind == "code":
        return [column.dictionary[code] if code >= 0 else None for code in values.tolist()]
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124
