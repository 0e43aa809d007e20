"""Rows that are older than they may be: counted, and taken out by writing the files anew that hold them.

Each file tells the earliest and the latest time of its rows, so that only files with old ones are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute
from pyiceberg.conversions import from_bytes
from pyiceberg.table import FileScanTask, Table
from pyiceberg.types import LongType

from giljabi.store.lake.columns import CALL
from giljabi.store.lake.reading import files_of, partition_of
from giljabi.store.lake.rewriting import Rewriting, by_arrival
from giljabi.store.ports import AgeLimit

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

Mask = npt.NDArray[np.bool_]

_SOURCE = "source"


def count_old(table: Table, limits: Sequence[AgeLimit]) -> list[int]:
    """Count the rows beyond each limit."""
    counts = [0] * len(limits)
    rewriting = Rewriting(table)
    for task in _files_with_old(table, limits):
        rows = rewriting.read([task], *_columns(table))
        for number, mask in enumerate(_masks(rows, limits)):
            counts[number] += int(mask.sum())
    return counts


def remove_old(
    table: Table, limits: Sequence[AgeLimit], progress: Callable[[float], None]
) -> tuple[Rewriting, list[int]]:
    """Write the files anew that hold rows beyond a limit; give them, not committed, and how many rows go.

    Parameters
    ----------
    table
        As it is now.
    limits
        Which rows are too old.
    progress
        Told how much is done.
    """
    counts = [0] * len(limits)
    rewriting = Rewriting(table)
    tasks = list(_files_with_old(table, limits))
    try:
        for number, task in enumerate(tasks):
            masks = _masks(rewriting.read([task], *_columns(table)), limits)
            going = np.logical_or.reduce(masks)
            if going.any():
                rows = rewriting.read([task])
                rewriting.replace(task)
                rewriting.write(by_arrival(rows.filter(pa.array(~going))), partition_of(task))
                counts = [count + int(mask.sum()) for count, mask in zip(counts, masks, strict=True)]
            progress((number + 1) / len(tasks))
    except BaseException:
        rewriting.remove()
        raise
    return rewriting, counts


def _columns(table: Table) -> list[str]:
    there = set(table.schema().column_names)
    return ["time", *(name for name in (CALL, _SOURCE) if name in there)]


def _masks(rows: pa.Table, limits: Sequence[AgeLimit]) -> list[Mask]:
    """Say for each limit which rows are beyond it."""
    times = rows["time"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    live = _truth(pc.is_valid(rows[CALL])) if CALL in rows.column_names else np.zeros(len(times), np.bool_)
    masks: list[Mask] = []
    for limit in limits:
        whose = ~live
        if limit.sources is not None:
            whose = live & _from(rows, limit.sources)
        masks.append(whose & (times < _microseconds(limit.before)))
    return masks


def _from(rows: pa.Table, names: Sequence[str]) -> Mask:
    if _SOURCE not in rows.column_names:
        return np.zeros(rows.num_rows, np.bool_)
    return _truth(pc.is_in(rows[_SOURCE].cast(pa.string()), value_set=pa.array(list(names), pa.string())))


def _truth(values: Any) -> Mask:
    result: Mask = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return result


def _files_with_old(table: Table, limits: Sequence[AgeLimit]) -> Iterator[FileScanTask]:
    now = table.current_snapshot()
    if now is None or not limits:
        return
    latest: int = max(_microseconds(limit.before) for limit in limits)
    time = table.schema().find_field("time").field_id
    for task in files_of(table, now.snapshot_id):
        bounds = task.file.lower_bounds or {}
        # Times are kept as microseconds.
        earliest: Any = from_bytes(LongType(), bounds[time]) if time in bounds else latest - 1
        if earliest < latest:
            yield task


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
