"""Forgetting old snapshots, and removing the files that nobody names any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pyarrow.fs
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

KEPT_SNAPSHOTS = 20
"""The newest snapshots that stay anyway."""

ORPHANED_AFTER = timedelta(days=1)
"""Age at which a file that no snapshot names goes: a younger one may belong to what is being written."""


def old_snapshots(table: Table, keep: Collection[str], newest: int | None = None) -> list[Snapshot]:
    """Give the snapshots that can go: all but the newest and those named."""
    newest_last = sorted(table.snapshots(), key=lambda one: one.sequence_number or 0)
    held = {ref.snapshot_id for ref in table.metadata.refs.values()}
    return [
        one
        for one in newest_last[: -(KEPT_SNAPSHOTS if newest is None else newest)]
        if str(one.snapshot_id) not in keep and one.snapshot_id not in held
    ]


def expire(table: Table, old: Collection[Snapshot]) -> None:
    """Forget snapshots, and remove the files that only they named."""
    kept = {one.snapshot_id for one in table.snapshots()} - {one.snapshot_id for one in old}
    named = set(named_files(table, (one for one in table.snapshots() if one.snapshot_id in kept)))
    gone = set(named_files(table, old)) - named
    table.maintenance.expire_snapshots().by_ids([one.snapshot_id for one in old]).commit()
    for path in gone:
        table.io.delete(path)


def remove_orphans(table: Table, now: datetime) -> int:
    """Remove data files and manifests that no snapshot names, once they are old; give how many."""
    assert isinstance(table.io, PyArrowFileIO)
    scheme, netloc, root = table.io.parse_location(table.location(), table.io.properties)
    files: pyarrow.fs.FileSystem = table.io.fs_by_scheme(scheme, netloc)
    named = {
        table.io.parse_location(path, table.io.properties)[2]
        for path in named_files(table, table.snapshots())
    }
    removed = 0
    for folder, ending in (("data", ".parquet"), ("metadata", ".avro")):
        everywhere = pyarrow.fs.FileSelector(f"{root}/{folder}", recursive=True, allow_not_found=True)
        for found in files.get_file_info(everywhere):
            if found.path.endswith(ending) and found.path not in named and _is_old(found, now):
                files.delete_file(found.path)
                removed += 1
    return removed


def _is_old(found: pyarrow.fs.FileInfo, now: datetime) -> bool:
    written = found.mtime_ns
    return written is not None and now - datetime.fromtimestamp(written / 1e9, UTC) > ORPHANED_AFTER


def named_files(table: Table, snapshots: Iterable[Snapshot]) -> Iterator[str]:
    """Name the manifest lists, manifests and data files of snapshots."""
    read: set[str] = set()
    for snapshot in snapshots:
        yield snapshot.manifest_list
        for manifest in snapshot.manifests(table.io):
            if manifest.manifest_path in read:
                continue
            read.add(manifest.manifest_path)
            yield manifest.manifest_path
            for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True):
                yield entry.data_file.file_path
