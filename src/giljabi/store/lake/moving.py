"""Rows of the lake given to other customers: files that hold some are written anew, the others stay."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute
from pyiceberg.table import FileScanTask, Table

from giljabi.model.errors import InputError
from giljabi.store.lake.columns import IDENTITY, LIVE, SEQUENCE
from giljabi.store.lake.reading import files_of, partition_of
from giljabi.store.lake.rewriting import Rewriting, buckets_of, by_arrival, by_bucket

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

Assign = Callable[[pa.Table], "pa.Array[Any]"]

HELD_ROWS = 1 << 20
"""Rows on their way to other partitions that are held before they are written."""


def reassign(
    table: Table, customers: Collection[str], assign: Assign, progress: Callable[[float], None]
) -> tuple[Rewriting, int]:
    """Write the files anew that hold rows of these customers; give them, not committed, and what moved.

    Parameters
    ----------
    table
        As it is now; it has the column `IDENTITY`.
    customers
        Whose rows may move.
    assign
        Gives the customer of each row it gets; null removes the row.
    progress
        Told how much is done.
    """
    rewriting = Rewriting(table)
    moving = _Moving(table, rewriting, pa.array(sorted(customers), pa.string()), assign)
    snapshot = table.current_snapshot()
    if snapshot is None or not customers:
        return rewriting, 0
    buckets = set(buckets_of(pa.chunked_array([moving.customers])).tolist())
    tasks = [one for one in files_of(table, snapshot.snapshot_id) if partition_of(one) in buckets]
    try:
        for number, task in enumerate(tasks):
            moving.look_through(task)
            progress((number + 1) / len(tasks))
        moving.flush()
    except BaseException:
        rewriting.remove()
        raise
    return rewriting, moving.moved


class _Moving:
    """Goes from file to file, and holds the rows that belong elsewhere."""

    def __init__(self, table: Table, rewriting: Rewriting, customers: pa.Array[Any], assign: Assign) -> None:
        self.customers = customers
        self.moved = 0
        self._rewriting = rewriting
        self._assign = assign
        names = [field.name for field in table.schema().fields]
        self._shown = [name for name in ("customer", "time", "event", *LIVE, SEQUENCE) if name in names]
        self._held: list[pa.Table] = []

    def look_through(self, task: FileScanTask) -> None:
        """Write a file anew where rows of it move."""
        concerned = self._of_customers(self._rewriting.read([task], "customer"))
        if not pc.any(concerned).as_py():
            return
        rows = self._rewriting.read([task])
        concerned = self._of_customers(rows)
        asked = rows.filter(concerned)
        new = self._assign(asked.select(self._shown))
        rows_asked, came = asked.num_rows, len(new)
        if rows_asked != came:
            raise InputError(f"{rows_asked} rows were to be assigned, and {came} customers came back")
        new = new.cast(pa.string())
        changed = pc.fill_null(pc.not_equal(new, asked["customer"].cast(pa.string())), True)
        count = pc.sum(changed).as_py() or 0
        if not count:
            return
        self.moved += count
        self._rewriting.replace(task)
        unmoved = pa.concat_tables([rows.filter(pc.invert(concerned)), asked.filter(pc.invert(changed))])
        self._rewriting.write(by_arrival(unmoved), partition_of(task))
        leaving, whose = asked.filter(changed), pc.filter(new, changed)
        there = pc.is_valid(whose)
        self._hold(_given(leaving.filter(there), pc.filter(whose, there)))

    def flush(self) -> None:
        """Write what is held into the partitions it belongs to."""
        if self._held:
            for bucket, rows in by_bucket(by_arrival(pa.concat_tables(self._held))):
                self._rewriting.write(rows, bucket)
        self._held = []

    def _hold(self, rows: pa.Table) -> None:
        if rows.num_rows:
            self._held.append(rows)
        if sum(one.num_rows for one in self._held) >= HELD_ROWS:
            self.flush()

    def _of_customers(self, rows: pa.Table) -> Any:
        return pc.is_in(rows["customer"].cast(pa.string()), value_set=self.customers)


def _given(rows: pa.Table, customers: Any) -> pa.Table:
    """Give rows to customers; those of imported files keep whom they named, as the identifier it was."""
    came = pa.array(
        [msgspec.json.encode({"user_id": one}).decode() for one in rows["customer"].to_pylist()], pa.string()
    )
    identity = pc.coalesce(rows[IDENTITY].cast(pa.string()), came)
    for name, values in ((IDENTITY, identity), ("customer", customers)):
        place = rows.schema.get_field_index(name)
        field = rows.schema.field(place)
        rows = rows.set_column(place, field, values.cast(field.type))
    return rows
