"""Open built logs: one small file is read, everything else is mapped when it is first touched."""

from __future__ import annotations

from pathlib import Path

from giljabi.model.errors import LogDamaged
from giljabi.store.log.dictionaries import TextDictionary
from giljabi.store.log.files import MappedBucket, check_size, map_batch
from giljabi.store.log.layout import Column, Log
from giljabi.store.log.manifest import ColumnFact, LogInfo, decode, fact_of
from giljabi.store.log.versions import MANIFEST, Lease, current


def open_log(directory: Path | str) -> Log:
    """Open the log in a directory.

    It stays readable, as it was, for as long as it is held, even when another is put in its place.

    Raises
    ------
    LogMissing
        If there is none.
    LogDamaged
        If the pointer or manifest is broken, or a file is missing or has another length; contents are not
        checked (see `verify_log`).
    """
    lease, info = _leased(directory)
    for file in info.files():
        check_size(lease.path / file.name, file)
    return Log(
        names=tuple(name.event for name in info.names),
        columns={column.name: _column(lease.path, column) for column in info.columns},
        buckets=tuple(MappedBucket(lease, bucket) for bucket in info.buckets),
        events=info.events,
        customers=info.customers,
    )


def log_info(directory: Path | str) -> LogInfo:
    """Give what is known of the log in a directory; raises as `open_log` does, files are not looked at."""
    return _leased(directory)[1]


def verify_log(directory: Path | str) -> None:
    """Read every file of the log in a directory and compare its checksum.

    Raises
    ------
    LogMissing
        If there is no log.
    LogDamaged
        If a file is not as it was written; names the file.
    """
    lease, info = _leased(directory)
    for file in info.files():
        path = lease.path / file.name
        check_size(path, file)
        if fact_of(path).sha256 != file.sha256:
            raise LogDamaged(f"the contents of {path} changed after it was written; build the log again")


def _leased(directory: Path | str) -> tuple[Lease, LogInfo]:
    lease, manifest = current(Path(directory))
    return lease, decode(manifest, lease.path / MANIFEST)


def _column(folder: Path, fact: ColumnFact) -> Column:
    if fact.file is None:
        return Column(fact.name, fact.kind, fact.dictionary)
    return Column(
        fact.name, fact.kind, TextDictionary(map_batch(folder, fact.file, fact.size).column("text"))
    )
