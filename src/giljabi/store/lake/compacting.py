"""Small files of a partition into few large ones, within which customers lie together.

Files are joined only with their neighbours in the order of arrival, so that files of a partition never come
to overlap in it, and reading stays what it is. How much is written again stays small: files are joined only
where the smaller ones together are a fair part of the largest, or there are many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from pyiceberg.table import FileScanTask, Table

from giljabi.store.lake.columns import SEQUENCE
from giljabi.store.lake.reading import Places, files_of, overlapping, partition_of
from giljabi.store.lake.rewriting import Rewriting, by_customer

FILE_BYTES = 128 << 20
"""How large a file becomes."""

FILE_ROWS = 4 << 20
"""How many rows a file has at most: they are sorted in memory."""

COMMIT_BYTES = 1 << 30
"""How much one commit writes at most, so that others who write to the lake get their turn."""

_MANY = 8
_FAIR = 4


def compact(table: Table, progress: Callable[[float], None]) -> tuple[Rewriting, dict[str, int]]:
    """Join small files as far as one commit should go; give the files, not yet committed, and figures."""
    snapshot = table.current_snapshot()
    rewriting = Rewriting(table)
    figures = {"joined": 0, "made": 0, "rows": 0, "bytes": 0, "left": 0}
    if snapshot is None:
        return rewriting, figures
    runs = list(_runs(table, files_of(table, snapshot.snapshot_id)))
    try:
        for number, run in enumerate(runs):
            if figures["bytes"] >= COMMIT_BYTES:
                figures["left"] = sum(map(len, runs[number:]))
                break
            rewriting.write(by_customer(rewriting.read(run)), partition_of(run[0]))
            for task in run:
                rewriting.replace(task)
            figures["rows"] += _rows(run)
            figures["bytes"] += _bytes(run)
            progress((number + 1) / len(runs))
    except BaseException:
        rewriting.remove()
        raise
    figures["joined"], figures["made"] = len(rewriting.gone), len(rewriting.made)
    return rewriting, figures


def _runs(table: Table, files: list[FileScanTask]) -> Iterator[list[FileScanTask]]:
    """Yield the files of a partition that are to become one."""
    places = Places(table.schema().find_field(SEQUENCE).field_id)
    for _, members in groupby(sorted(files, key=partition_of), partition_of):
        run: list[FileScanTask] = []
        for group in overlapping(members, places):
            # Files that overlap, for rows have moved here, are joined whatever their size, where memory can
            # hold them.
            if run and (_bytes(run) + _bytes(group) > FILE_BYTES or _rows(run) + _rows(group) > FILE_ROWS):
                yield from _worth(run)
                run = []
            run += group
        yield from _worth(run)


def _worth(run: list[FileScanTask]) -> Iterator[list[FileScanTask]]:
    if len(run) < 2 or _rows(run) > 2 * FILE_ROWS:
        return
    largest = max(one.file.file_size_in_bytes for one in run)
    if len(run) >= _MANY or (_bytes(run) - largest) * _FAIR >= largest:
        yield run


def _bytes(run: list[FileScanTask]) -> int:
    return sum(one.file.file_size_in_bytes for one in run)


def _rows(run: list[FileScanTask]) -> int:
    return sum(one.file.record_count for one in run)
