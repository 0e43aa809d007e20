"""Event logs written down by hand, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from giljabi.store.log.layout import Array, Column, Log, MemoryBucket

Journey = Sequence[tuple[str, int]]
Value = str | float | None


def log_of(
    journeys: Sequence[Journey],
    buckets: int = 1,
    columns: Mapping[str, Sequence[Sequence[Value]]] | None = None,
    names: Sequence[str] = (),
) -> Log:
    """Make a log of journeys: each a list of (event name, time in ms), sorted here by time, ties kept.

    Customer ``i`` is named ``c{i}`` and lies in bucket ``i % buckets``. ``columns`` gives, per column and
    journey, one value per event in the order of ``journeys``: texts make a code column, numbers a number
    column. ``names`` are event names to begin the dictionary with; the others follow as they appear.
    """
    columns = columns or {}
    codes: dict[str, int] = {name: code for code, name in enumerate(names)}
    for journey in journeys:
        for name, _ in journey:
            codes.setdefault(name, len(codes))
    kinds = {name: _column(name, per_journey) for name, per_journey in columns.items()}
    parts = []
    for bucket in range(buckets):
        members = range(bucket, len(journeys), buckets)
        orders = {i: sorted(range(len(journeys[i])), key=lambda k, i=i: journeys[i][k][1]) for i in members}  # type: ignore[misc]
        at = [(i, k) for i in members for k in orders[i]]
        parts.append(
            MemoryBucket(
                offsets=np.cumsum([0, *(len(journeys[i]) for i in members)], dtype=np.int64),
                time=np.array([journeys[i][k][1] for i, k in at], dtype=np.int64),
                event=np.array([codes[journeys[i][k][0]] for i, k in at], dtype=np.uint16),
                customer_ids=pa.array([f"c{i}" for i in members], pa.string()),
                values={
                    name: _encode(kinds[name], [per_journey[i][k] for i, k in at])
                    for name, per_journey in columns.items()
                },
            )
        )
    return Log(tuple(codes), kinds, tuple(parts), sum(len(one) for one in journeys), len(journeys))


def _column(name: str, per_journey: Sequence[Sequence[Value]]) -> Column:
    texts = dict.fromkeys(value for values in per_journey for value in values if isinstance(value, str))
    return Column(name, "code", tuple(texts)) if texts else Column(name, "number")


def _encode(column: Column, values: list[Value]) -> Array:
    if column.kind == "code":
        codes = {text: code for code, text in enumerate(column.dictionary)}
        return np.array([-1 if value is None else codes[str(value)] for value in values], dtype=np.int32)
    return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)
