"""Events out of the lake, in the order of arrival.

Each file says between which places of arrival its events lie. The files of one chunk overlap, for they share
out its customers; those of different chunks do not. So files that overlap are read together and sorted, one
group after the other, and memory holds two chunks.

Files that were joined overlap widely: their group may be the whole lake. Such a group is read one partition
after the other, and there, too, in groups. That keeps for every customer the order in which events of one
moment arrived, which is all that a log asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby, islice, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
from pyiceberg.conversions import from_bytes
from pyiceberg.expressions import BooleanExpression
from pyiceberg.expressions.parser import parse
from pyiceberg.io.pyarrow import ArrowScan
from pyiceberg.schema import Schema
from pyiceberg.table import ALWAYS_TRUE, FileScanTask, Table
from pyiceberg.types import LongType

from giljabi.store.lake.columns import CALL, IMPORT, LIVE, MESSAGE, NO_EVENTS, SEQUENCE, canonical
from giljabi.store.lake.commits import EPOCH, NEXT, facts_of

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

GROUP_ROWS = 4 << 20
"""Rows that are held in memory at a time, and again while the next ones are read."""


def files_of(table: Table, snapshot: int) -> list[FileScanTask]:
    """Give the data files of a snapshot."""
    return list(table.scan(snapshot_id=snapshot).plan_files())


def added_files(table: Table, since: int, snapshot: int) -> list[FileScanTask] | None:
    """Give the data files that a snapshot has beyond an earlier one, or None where it lacks some of those.

    A file that has rows deleted counts as lacking.
    """
    before = {(one.file.file_path, len(one.delete_files)) for one in files_of(table, since)}
    now = files_of(table, snapshot)
    kept = {(one.file.file_path, len(one.delete_files)) for one in now}
    if not before <= kept:
        return None
    return [one for one in now if (one.file.file_path, len(one.delete_files)) not in before]


def added_since(table: Table, since: int, snapshot: int) -> int | None:
    """Give the place of arrival from which on events are new, or None where that does not say it."""
    before, now = (
        {} if one is None else facts_of(one) for one in map(table.snapshot_by_id, (since, snapshot))
    )
    same = EPOCH in before and before[EPOCH] == now.get(EPOCH)
    return int(before[NEXT]) if same else None


def messages_in(table: Table, snapshot: int, batch: str) -> set[str]:
    """Name the messages of the rows that came with a batch."""
    scan = table.scan(f"{IMPORT} = '{batch}'", selected_fields=(MESSAGE,), snapshot_id=snapshot)
    return {str(message) for message in scan.to_arrow()[MESSAGE].to_pylist()}


def events_in_order(table: Table, files: Iterable[FileScanTask], first: int = 0) -> Iterator[pa.RecordBatch]:
    """Yield the events of data files as canonical batches of one schema; the next group is read meanwhile.

    Parameters
    ----------
    table
        Where they lie.
    files
        The data files.
    first
        Events that arrived before this place are left out.
    """
    schema = table.schema()
    hidden = {IMPORT, *LIVE} - {CALL}
    wanted = Schema(*(field for field in schema.fields if field.name not in hidden))

    def read(portion: Portion) -> list[pa.RecordBatch]:
        rows = ArrowScan(table.metadata, table.io, wanted, portion.rows).to_table(portion.files)
        if CALL in rows.column_names:
            rows = rows.filter(pc.invert(pc.is_in(rows[CALL], value_set=pa.array(NO_EVENTS))))
        if not portion.in_order:
            # The files are in order, so this merges more than it sorts.
            rows = rows.combine_chunks().take(np.argsort(rows[SEQUENCE].to_numpy(), kind="stable"))
        return canonical(schema, rows).combine_chunks().to_batches()

    portions = _portions(Places(schema.find_field(SEQUENCE).field_id), files, first)
    with ThreadPoolExecutor(1, thread_name_prefix="giljabi-lake") as ahead:
        coming = [ahead.submit(read, portion) for portion in islice(portions, 1)]
        while coming:
            batches = coming.pop().result()
            coming = [ahead.submit(read, portion) for portion in islice(portions, 1)]
            yield from (batch for batch in batches if batch.num_rows)


@dataclass(frozen=True, slots=True)
class Portion:
    """What is read at a time: some rows of some files. ``in_order``: they can be left as they are."""

    files: list[FileScanTask]
    rows: BooleanExpression
    in_order: bool = False


class Places:
    """Says between which places of arrival the rows of a file lie."""

    def __init__(self, field: int) -> None:
        self._field = field

    def __call__(self, task: FileScanTask) -> tuple[int, int]:
        """Give the first and the last place."""
        ends = (task.file.lower_bounds[self._field], task.file.upper_bounds[self._field])
        first, last = (int(from_bytes(LongType(), end)) for end in ends)
        return first, last


def _portions(places: Places, files: Iterable[FileScanTask], first: int) -> Iterator[Portion]:
    """Cut files into portions that memory can hold."""
    for group in overlapping([one for one in files if places(one)[1] >= first], places):
        if _rows(group) <= GROUP_ROWS:
            yield _within(group, places, first, max(places(one)[1] for one in group))
            continue
        for partition in _by_partition(group):
            for part in overlapping(partition, places):
                if len(part) == 1:
                    # By arrival, or by customer, time and arrival: either will do here.
                    yield _within(part, places, first, places(part[0])[1], in_order=True)
                else:
                    yield from _sliced(part, places, first)


def _sliced(group: list[FileScanTask], places: Places, first: int) -> Iterator[Portion]:
    low = max(first, min(places(one)[0] for one in group))
    high = max(places(one)[1] for one in group)
    slices = -(-_rows(group) // GROUP_ROWS)
    edges = np.linspace(low, high + 1, slices + 1).astype(np.int64).tolist()
    for start, end in pairwise(edges):
        if members := [one for one in group if places(one)[0] < end and places(one)[1] >= start]:
            yield _within(members, places, start, end - 1)


def _within(
    files: list[FileScanTask], places: Places, first: int, last: int, *, in_order: bool = False
) -> Portion:
    bounds = [places(one) for one in files]
    whole = all(first <= low and high <= last for low, high in bounds)
    some = ALWAYS_TRUE if whole else parse(f"{SEQUENCE} >= {first} and {SEQUENCE} <= {last}")
    return Portion(files, some, in_order)


def _by_partition(files: list[FileScanTask]) -> Iterator[list[FileScanTask]]:
    for _, members in groupby(sorted(files, key=partition_of), partition_of):
        yield list(members)


def partition_of(task: FileScanTask) -> int:
    """Give the partition a file lies in."""
    return int(task.file.partition[0])


def _rows(files: Iterable[FileScanTask]) -> int:
    return sum(one.file.record_count for one in files)


def overlapping(
    tasks: Iterable[FileScanTask], places: Callable[[FileScanTask], tuple[int, int]]
) -> Iterator[list[FileScanTask]]:
    """Yield files in groups that do not overlap, in the order of arrival."""
    group: list[FileScanTask] = []
    end = -1
    for task in sorted(tasks, key=places):
        first, last = places(task)
        if group and first > end:
            yield group
            group = []
        group.append(task)
        end = max(end, last)
    if group:
        yield group
