"""The manifest of a built log: everything about it that is not an event, in one JSON file."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from giljabi.model.errors import LogDamaged, LogError

FORMAT = 1
INLINE_DICTIONARY = 4096
"""Dictionaries longer than this lie in files of their own, so that opening stays quick."""


class FileFact(msgspec.Struct, frozen=True):
    """A file of the log: its name, size in bytes and SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


class NameFact(msgspec.Struct, frozen=True):
    """An event name, how often it occurs, and for how many customers."""

    event: str
    count: int
    customers: int


class ColumnFact(msgspec.Struct, frozen=True):
    """A column: ``dictionary`` has its texts, or ``file`` names the Arrow file that has them.

    ``counts`` says how often each text of ``dictionary`` occurs.
    """

    name: str
    kind: Literal["code", "number"]
    size: int = 0
    dictionary: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    file: FileFact | None = None


class BucketFact(msgspec.Struct, frozen=True):
    """A bucket's totals and files."""

    customers: int
    events: int
    customers_file: FileFact
    events_file: FileFact


class LogInfo(msgspec.Struct, frozen=True):
    """What is known of a built log without reading its events.

    Names stand in the order of their codes. ``first`` and ``last`` are the times of the first and the last
    event, ``snapshot`` the lake's snapshot it was built from, if any.
    """

    format: int
    built_at: datetime
    events: int
    customers: int
    first: datetime
    last: datetime
    names: tuple[NameFact, ...]
    columns: tuple[ColumnFact, ...]
    buckets: tuple[BucketFact, ...]
    snapshot: str | None = None

    def files(self) -> list[FileFact]:
        """Give every file of the log, the manifest apart."""
        dictionaries = [column.file for column in self.columns if column.file is not None]
        return dictionaries + [file for b in self.buckets for file in (b.customers_file, b.events_file)]


class _Format(msgspec.Struct):
    format: int


def encode(info: LogInfo) -> bytes:
    """Write a manifest."""
    return msgspec.json.format(msgspec.json.encode(info), indent=1)


def decode(text: bytes, path: Path | str) -> LogInfo:
    """Read a manifest.

    Raises
    ------
    LogDamaged
        If it is none.
    LogError
        If another version of Giljabi wrote it in a format this one does not know.
    """
    try:
        found = msgspec.json.decode(text, type=_Format).format
        if found != FORMAT:
            raise LogError(
                f"{path} has format {found}, this version of Giljabi reads {FORMAT}; build the log again"
            )
        return msgspec.json.decode(text, type=LogInfo)
    except msgspec.MsgspecError as error:
        raise LogDamaged(f"{path} is no manifest of an event log: {error}") from error


def fact_of(path: Path) -> FileFact:
    """Measure a file, reading all of it."""
    with path.open("rb", buffering=0) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileFact(path.name, path.stat().st_size, digest)
