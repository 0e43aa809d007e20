"""The file of a backup: a ZIP archive, and a manifest that has the sum of each of its parts.

::

    manifest.json           written last: a backup without it was cut short
    database/<table>        the rows of a table, as PostgreSQL's text format has them
    lake/<path>             the lake's files, as they lie under its folder
    files/<path>            refused rows of imports, as they lie in the workspace's folder
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from giljabi.model.errors import UnreadableFile
from giljabi.store import DumpedTable

FORMAT = 1
_MANIFEST = "manifest.json"
_PART = 8 << 20


class KeptLake(msgspec.Struct, frozen=True):
    """The lake: where it lay, its metadata's path, and up to which position it holds the inbox."""

    root: str
    metadata: str
    position: int


class KeptKey(msgspec.Struct, frozen=True):
    """The installation's key: what it is known by, and, under a passphrase, the key itself."""

    fingerprint: str
    salt: bytes = b""
    sealed: bytes = b""


class Part(msgspec.Struct, frozen=True):
    """A part of the archive."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds."""

    format: int
    giljabi: str
    workspace: str
    workspace_id: str
    made_at: datetime
    revision: str
    folder: str
    tables: tuple[DumpedTable, ...]
    lake: KeptLake | None
    key: KeptKey
    parts: dict[str, Part]


class BackupWriter:
    """Writes the parts of a backup one after the other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.parts: dict[str, Part] = {}

    def put(self, name: str, source: Iterable[bytes], *, packed: bool = False) -> None:
        """Add a part; ``packed`` says that packing it again would win nothing."""
        sum_, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with self._archive.open(info, "w", force_zip64=True) as out:
            for part in source:
                out.write(part)
                sum_.update(part)
                size += len(part)
        self.parts[name] = Part(size, sum_.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, which makes the backup whole."""
        self._archive.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))


@contextmanager
def written(file: Path) -> Iterator[BackupWriter]:
    """Write a backup; the file is there once it is whole, and only its owner may read it.

    Raises
    ------
    FileExistsError
        If there is a file of this name.
    """
    file = file.expanduser().absolute()
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as out:
            with zipfile.ZipFile(out, "w", allowZip64=True) as archive:
                yield BackupWriter(archive)
            out.flush()
            os.fsync(out.fileno())
        os.link(beside, file)
    finally:
        beside.unlink()


class BackupReader:
    """Reads a backup."""

    def __init__(self, file: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._file = file
        self._archive = archive
        self.manifest = manifest

    def below(self, folder: str) -> list[str]:
        """Name the parts below a folder, without it; raises UnreadableFile where one would lead out of it."""
        begin = f"{folder}/"
        names = [name.removeprefix(begin) for name in self.manifest.parts if name.startswith(begin)]
        for name in names:
            if name.startswith("/") or ".." in name.split("/") or "\\" in name:
                raise UnreadableFile(
                    f"{self._file}: {name!r} leads out of its folder; this is no backup of ours"
                )
        return names

    def check(self) -> None:
        """Read every part and compare it with its sum; raises UnreadableFile."""
        for name in self.manifest.parts:
            for _ in self.read(name):
                pass

    def read(self, name: str) -> Iterator[bytes]:
        """Give a part, some at a time.

        Raises
        ------
        UnreadableFile
            If it is not what it was; what came before must not be used.
        """
        sum_, size, expected = hashlib.sha256(), 0, self.manifest.parts.get(name)
        try:
            with self._archive.open(name) as stream:
                for part in _parts(stream):
                    sum_.update(part)
                    size += len(part)
                    yield part
        except (KeyError, OSError, zipfile.BadZipFile, zlib.error) as error:
            raise UnreadableFile(f"{self._file}: {name} cannot be read: {error}") from error
        if expected != Part(size, sum_.hexdigest()):
            raise UnreadableFile(f"{self._file}: {name} is not what was backed up; the file is damaged")


@contextmanager
def opened(file: Path) -> Iterator[BackupReader]:
    """Open a backup.

    Raises
    ------
    UnreadableFile
        If it is none, or was cut short, or is of a newer Giljabi.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile) as error:
        raise UnreadableFile(f"{file} is no backup, or was cut short: {error}") from error
    with archive:
        yield BackupReader(file, archive, _manifest(file, archive))


def _manifest(file: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        text = archive.read(_MANIFEST)
        if (found := msgspec.json.decode(text, type=_Version).format) > FORMAT:
            raise UnreadableFile(f"{file} was made by a newer Giljabi (format {found}); update this one")
        return msgspec.json.decode(text, type=Manifest)
    except KeyError:
        raise UnreadableFile(
            f"{file} has no manifest: it is no backup of Giljabi, or was cut short"
        ) from None
    except (msgspec.DecodeError, OSError, zipfile.BadZipFile, zlib.error) as error:
        raise UnreadableFile(f"{file}: the manifest cannot be read: {error}") from error


class _Version(msgspec.Struct):
    format: int


def _parts(stream: IO[bytes]) -> Iterator[bytes]:
    while part := stream.read(_PART):
        yield part
