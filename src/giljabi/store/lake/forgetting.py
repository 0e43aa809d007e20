"""Rows taken out of the lake for good: the files that held them are written anew, and the old ones go.

Iceberg remembers. After a commit that removes rows, older snapshots still hold them, and the manifest that
tells which files went repeats the least and the greatest value of their columns. So a second commit drops
that manifest, and then everything but the present state is forgotten and removed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute
from pyiceberg.table import FileScanTask, Table

from giljabi.store.lake.columns import DETAIL, IDENTITY, IMPORT
from giljabi.store.lake.commits import NEXT, marks
from giljabi.store.lake.expiring import ORPHANED_AFTER, expire, remove_orphans
from giljabi.store.lake.reading import files_of, partition_of
from giljabi.store.lake.rewriting import Rewriting, buckets_of, by_arrival
from giljabi.store.ports import Mentioned

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute


def rows_of(table: Table, customers: Collection[str]) -> Iterator[pa.Table]:
    """Yield all rows of some customers with all columns, file by file, in the order of arrival in each."""
    rewriting = Rewriting(table)
    wanted = pa.array(sorted(customers), pa.string())
    for task in _files(table, _buckets(wanted)):
        if pc.any(_of(rewriting.read([task], "customer"), wanted)).as_py():
            rows = rewriting.read([task])
            yield by_arrival(rows.filter(_of(rows, wanted)))


def erase(
    table: Table, customers: Collection[str], mentioned: Mentioned | None, progress: Callable[[float], None]
) -> tuple[Rewriting, int]:
    """Write anew the files that hold rows of customers, or name them; give them, and how many rows change.

    Parameters
    ----------
    table
        As it is now.
    customers
        Whose rows go.
    mentioned
        Finds what names them in the rows of others and takes it out; None: those are not looked at.
    progress
        Told how much is done.
    """
    rewriting = Rewriting(table)
    gone = pa.array(sorted(customers), pa.string())
    buckets = None if mentioned is not None else _buckets(gone)
    tasks = _files(table, buckets)
    changed = 0
    try:
        for number, task in enumerate(tasks):
            changed += _look_through(rewriting, task, gone, mentioned)
            progress((number + 1) / len(tasks))
    except BaseException:
        rewriting.remove()
        raise
    return rewriting, changed


def forget_past(table: Table) -> Table:
    """Keep nothing but the present state: no other snapshot, and no file that it does not name."""
    if table.current_snapshot() is None:
        return table
    if len(table.snapshots()) > 1 or _tells_of_gone_files(table):
        transaction = table.transaction()
        summary = marks(table, int(table.properties[NEXT]))
        # Nothing is added: what a commit takes over leaves out the manifests of files that went before.
        with transaction.update_snapshot(snapshot_properties=summary).fast_append():
            pass
        table = transaction.commit_transaction()
        present = table.current_snapshot()
        old = [one for one in table.snapshots() if present and one.snapshot_id != present.snapshot_id]
        expire(table, old)
        table = table.refresh()
    # Whoever changes the lake waits for the lock that is held here: no file is on its way.
    remove_orphans(table, datetime.now(UTC) + 2 * ORPHANED_AFTER)
    return table


def _look_through(
    rewriting: Rewriting, task: FileScanTask, gone: pa.Array[Any], mentioned: Mentioned | None
) -> int:
    if mentioned is None and not pc.any(_of(rewriting.read([task], "customer"), gone)).as_py():
        return 0
    rows = rewriting.read([task])
    going = _of(rows, gone)
    left = rows.filter(pc.invert(going))
    changed: int = pc.sum(going).as_py() or 0
    if mentioned is not None:
        left, scrubbed = _scrubbed(left, mentioned)
        changed += scrubbed
    if changed:
        rewriting.replace(task)
        rewriting.write(by_arrival(left), partition_of(task))
    return changed


def _scrubbed(rows: pa.Table, mentioned: Mentioned) -> tuple[pa.Table, int]:
    """Take names out of the columns of text; give how many values were changed."""
    changed = 0
    for place, field in enumerate(rows.schema):
        if field.name in {"customer", IMPORT} or not _is_text(field.type):
            continue
        values = rows[field.name].combine_chunks().dictionary_encode()
        words = values.dictionary
        hits = pc.fill_null(pc.match_substring_regex(words, mentioned.rough, ignore_case=True), False)
        if not pc.any(hits).as_py():
            continue
        scrub = _SCRUB.get(field.name, _text)
        said: list[str | None] = words.to_pylist()
        new = [
            scrub(word, mentioned) if hit and word is not None else word
            for word, hit in zip(said, hits.to_pylist(), strict=True)
        ]
        if new == said:
            continue
        other = pa.array([one != two for one, two in zip(said, new, strict=True)])
        changed += pc.sum(pc.fill_null(other.take(values.indices), False)).as_py() or 0
        column = pa.array(new, field.type).take(values.indices)
        rows = rows.set_column(place, field, column)
    return rows, changed


def _text(text: str, mentioned: Mentioned) -> str:
    return mentioned.scrub(text)


def _identity(text: str, mentioned: Mentioned) -> str:
    """Leave out what names somebody who is gone: an identity must not be tied to a placeholder."""
    said = msgspec.json.decode(text)
    kept = {kind: value for kind, value in said.items() if mentioned.scrub(str(value)) == str(value)}
    return msgspec.json.encode(kept).decode()


def _detail(text: str, mentioned: Mentioned) -> str:
    return msgspec.json.encode(mentioned.scrub_value(msgspec.json.decode(text))).decode()


_SCRUB: dict[str, Callable[[str, Mentioned], str]] = {IDENTITY: _identity, DETAIL: _detail}


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _files(table: Table, buckets: Collection[int] | None) -> list[FileScanTask]:
    now = table.current_snapshot()
    if now is None:
        return []
    tasks = files_of(table, now.snapshot_id)
    return tasks if buckets is None else [one for one in tasks if partition_of(one) in buckets]


def _buckets(customers: pa.Array[Any]) -> set[int]:
    return set(buckets_of(pa.chunked_array([customers])).tolist()) if len(customers) else set()


def _of(rows: pa.Table, customers: pa.Array[Any]) -> Any:
    return pc.is_in(rows["customer"].cast(pa.string()), value_set=customers)


def _tells_of_gone_files(table: Table) -> bool:
    now = table.current_snapshot()
    return now is not None and any(one.deleted_files_count for one in now.manifests(table.io))
