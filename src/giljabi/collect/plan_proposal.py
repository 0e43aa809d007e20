"""A tracking plan as the events so far suggest it."""

from __future__ import annotations

import numpy as np

from giljabi.collect.plan import LIBRARIES_ADD
from giljabi.store import Array, Bucket, Column, Log, PlannedEvent, PlannedProperty, PropertyKind, ask

_OURS = frozenset({"source", "source_property"})


def propose_plan(log: Log) -> list[PlannedEvent]:
    """Expect every event of a log with the properties it came with, the most frequent event first.

    A property is required where every event of that name has it.

    Parameters
    ----------
    log
        The event log.
    """
    columns = [one for name, one in log.columns.items() if _is_property(name)]

    def task(bucket: Bucket) -> Array:
        return np.stack(
            [
                np.bincount(bucket.event, minlength=len(log.names)),
                *(
                    np.bincount(bucket.event[_present(bucket, one)], minlength=len(log.names))
                    for one in columns
                ),
            ]
        )

    counts = np.zeros((1 + len(columns), len(log.names)), np.int64)
    for some in ask(log, task):
        counts += some
    order = sorted(range(len(log.names)), key=lambda code: (-counts[0, code], log.names[code]))
    return [
        PlannedEvent(
            log.names[code],
            properties=tuple(
                PlannedProperty(one.name, _kind(one), required=bool(with_it[code] == counts[0, code]))
                for one, with_it in zip(columns, counts[1:], strict=True)
                if with_it[code]
            ),
        )
        for code in order
        if counts[0, code]
    ]


def _is_property(name: str) -> bool:
    return name not in LIBRARIES_ADD and name not in _OURS and not name.startswith("utm_")


def _present(bucket: Bucket, column: Column) -> Array:
    values = bucket.column(column.name)
    return ~np.isnan(values) if column.kind == "number" else values >= 0


def _kind(column: Column) -> PropertyKind:
    if column.kind == "number":
        return "number"
    words = {word.lower() for word in column.dictionary} if len(column.dictionary) <= 2 else set()
    return "truth" if words and words <= {"true", "false"} else "text"
