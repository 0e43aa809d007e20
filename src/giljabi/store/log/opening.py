"""Open built logs: one small file is read, everything else is mapped when it is first touched."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from giljabi.model.errors import LogDamaged
from giljabi.store.log.dictionaries import TextDictionary
from giljabi.store.log.files import MappedBucket, Place, check_size, map_batch
from giljabi.store.log.layout import Bucket, Column, Log
from giljabi.store.log.manifest import ColumnFact, LogInfo, decode, fact_of
from giljabi.store.log.objects import Fetched, current_object, is_url
from giljabi.store.log.versions import MANIFEST, Lease, current, lease_version

Version = tuple[str, str, str]
"""A version of a log: its directory or URL, the version's name, and its manifest's SHA-256."""


class Opened:
    """The origin of a log that was opened: another process opens the same version of it."""

    def __init__(self, version: Version, columns: Mapping[str, Column], buckets: tuple[Bucket, ...]) -> None:
        self._version = version
        self._columns = columns
        self._buckets = buckets

    def describes(self, log: Log) -> bool:
        """Say whether it is the origin of this very log."""
        return log.buckets is self._buckets and log.columns is self._columns

    def opener(self) -> tuple[Any, ...]:
        """Give how to open the log elsewhere."""
        return reopen, self._version


def open_log(location: Path | str) -> Log:
    """Open the log in a directory, or at a URL such as ``s3://bucket/log``.

    It stays readable, as it was, for as long as it is held, even when another is put in its place (in an
    object store: for a day, see `giljabi.store.log.objects`).

    Raises
    ------
    LogMissing
        If there is none.
    LogDamaged
        If the pointer or manifest is broken, or a file is missing or has another length; contents are not
        checked (see `verify_log`).
    """
    place, manifest = _current(location)
    return _log(place, manifest)


@lru_cache(8)
def reopen(location: str, version: str, digest: str) -> Log:
    """Open a version of a log that another process has open; the latest are kept open.

    Raises
    ------
    LogDamaged
        If it is no longer there, or another one.
    """
    place: Place
    if is_url(location):
        place = Fetched(location, version)
        manifest = place.manifest()
    else:
        place, manifest = lease_version(Path(location), version)
    if hashlib.sha256(manifest).hexdigest() != digest:
        raise LogDamaged(f"{location}/{version} is not the version that was opened; open the log again")
    return _log(place, manifest)


def _current(location: Path | str) -> tuple[Lease | Fetched, bytes]:
    return current_object(str(location)) if is_url(location) else current(Path(location))


def _log(place: Place, manifest: bytes) -> Log:
    info = _info(place, manifest)
    if isinstance(place, Lease):
        for file in info.files():
            check_size(place.local(file), file)
    version = (place.location, place.version, hashlib.sha256(manifest).hexdigest())
    columns = {column.name: _column(place, column, version) for column in info.columns}
    buckets = tuple(
        MappedBucket(place, bucket, (reopen_bucket, (version, number)))
        for number, bucket in enumerate(info.buckets)
    )
    names = tuple(name.event for name in info.names)
    origin = Opened(version, columns, buckets)
    return Log(names, columns, buckets, info.events, info.customers, origin=origin)


def reopen_bucket(version: Version, number: int) -> Bucket:
    """Give a bucket of a version of a log."""
    return reopen(*version).buckets[number]


def reopen_dictionary(version: Version, column: str) -> TextDictionary:
    """Give the dictionary of a column of a version of a log."""
    found = reopen(*version).columns[column].dictionary
    assert isinstance(found, TextDictionary)
    return found


def log_info(location: Path | str) -> LogInfo:
    """Give what is known of a log; raises as `open_log` does, its files are not looked at."""
    return _info(*_current(location))


def verify_log(location: Path | str) -> None:
    """Read every file of the log in a directory or at a URL and compare its checksum.

    Raises
    ------
    LogMissing
        If there is no log.
    LogDamaged
        If a file is not as it was written; names the file.
    """
    place, manifest = _current(location)
    for file in _info(place, manifest).files():
        path = place.local(file)
        check_size(path, file)
        if fact_of(path).sha256 != file.sha256:
            raise LogDamaged(f"the contents of {path} changed after it was written; build the log again")


def _info(place: Place, manifest: bytes) -> LogInfo:
    return decode(manifest, f"{place.location}/{place.version}/{MANIFEST}")


def _column(place: Place, fact: ColumnFact, version: Version) -> Column:
    if fact.file is None:
        return Column(fact.name, fact.kind, fact.dictionary)
    texts = map_batch(place, fact.file, fact.size).column("text")
    return Column(fact.name, fact.kind, TextDictionary(texts, (reopen_dictionary, (version, fact.name))))
