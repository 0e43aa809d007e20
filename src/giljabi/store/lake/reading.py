"""Events out of the lake, in the order of arrival.

Each file says between which places of arrival its events lie. The files of one chunk overlap, for they share
out its customers; those of different chunks do not. So files that overlap are read together and sorted, one
group after the other, and memory holds two chunks. Files that another tool has joined are one large group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
import pyarrow as pa
from pyiceberg.conversions import from_bytes
from pyiceberg.io.pyarrow import ArrowScan
from pyiceberg.schema import Schema
from pyiceberg.table import ALWAYS_TRUE, FileScanTask, Table
from pyiceberg.types import LongType

from giljabi.store.lake.columns import IMPORT, SEQUENCE, canonical


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


def events_in_order(table: Table, files: Iterable[FileScanTask]) -> Iterator[pa.RecordBatch]:
    """Yield the events of data files as canonical batches of one schema; the next group is read meanwhile."""
    schema = table.schema()
    wanted = [field for field in schema.fields if field.name != IMPORT]
    place = schema.find_field(SEQUENCE).field_id

    def read(group: list[FileScanTask]) -> list[pa.RecordBatch]:
        rows = ArrowScan(table.metadata, table.io, Schema(*wanted), ALWAYS_TRUE).to_table(group)
        # The files are in order, so this merges more than it sorts.
        order = np.argsort(rows[SEQUENCE].to_numpy(), kind="stable")
        return canonical(schema, rows.combine_chunks().take(order)).combine_chunks().to_batches()

    groups = _groups(files, place)
    with ThreadPoolExecutor(1, thread_name_prefix="giljabi-lake") as ahead:
        coming = [ahead.submit(read, group) for group in islice(groups, 1)]
        while coming:
            batches = coming.pop().result()
            coming = [ahead.submit(read, group) for group in islice(groups, 1)]
            yield from batches


def _groups(tasks: Iterable[FileScanTask], place: int) -> Iterator[list[FileScanTask]]:
    def bounds(task: FileScanTask) -> tuple[int, int]:
        ends = (task.file.lower_bounds[place], task.file.upper_bounds[place])
        first, last = (int(from_bytes(LongType(), end)) for end in ends)
        return first, last

    group: list[FileScanTask] = []
    end = -1
    for task in sorted(tasks, key=bounds):
        first, last = bounds(task)
        if group and first > end:
            yield group
            group = []
        group.append(task)
        end = max(end, last)
    if group:
        yield group
