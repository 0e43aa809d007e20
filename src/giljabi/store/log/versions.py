"""Where a log's versions lie, how one takes the place of another, and when the old one goes.

::

    directory/
        CURRENT           the name of the version to read, and its manifest's SHA-256
        LOCK              held while versions are made, published or cleaned
        log-<16 digits>/  one version: LOCK, manifest.json, bucket-0000.events.arrow, …

A version is written and flushed to disk whole before ``CURRENT`` is replaced by an atomic rename, so that a
reader sees the old version or the new one, and a crash leaves at most a version that nothing points to.
Readers and writers hold a shared lock on their version's ``LOCK``; a version is removed only when it is not
current and nobody holds it. The operating system drops the locks of dead processes.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import weakref
from collections.abc import Iterator
from pathlib import Path

from giljabi.model.errors import InputError, LogDamaged, LogError, LogMissing
from giljabi.store.log.manifest import FileFact

CURRENT, LOCK, MANIFEST = "CURRENT", "LOCK", "manifest.json"
_VERSION = re.compile(r"log-[0-9a-f]{16}")
_POINTER = re.compile(r"(log-[0-9a-f]{16}) ([0-9a-f]{64})\n")


class Lease:
    """Holds a version of a log in place for as long as this object lives."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.release = weakref.finalize(self, os.close, descriptor)

    @property
    def location(self) -> str:
        """The log's directory."""
        return str(self.path.parent.absolute())

    @property
    def version(self) -> str:
        """The name of the version."""
        return self.path.name

    def local(self, file: FileFact) -> Path:
        """Give the place of one of the version's files."""
        return self.path / file.name


def current(directory: Path) -> tuple[Lease, bytes]:
    """Lease the current version and give its manifest.

    Raises
    ------
    LogMissing
        If there is no log in the directory.
    LogDamaged
        If the pointer, the version or its manifest is broken.
    """
    last = None
    while True:
        name, digest = _pointer(directory)
        path = directory / name
        lease = _lease(path)
        # Between reading the pointer and taking the lease the version may have been replaced and removed.
        if lease is not None and _pointer(directory)[0] == name:
            break
        if last == name:
            raise LogDamaged(
                f"{path} is missing, though {directory / CURRENT} points to it; build the log again"
            )
        last = name
    try:
        manifest = (path / MANIFEST).read_bytes()
    except FileNotFoundError:
        raise LogDamaged(f"{path / MANIFEST} is missing; build the log again") from None
    if hashlib.sha256(manifest).hexdigest() != digest:
        raise LogDamaged(f"{path / MANIFEST} was changed after the log was built; build the log again")
    return lease, manifest


def _pointer(directory: Path) -> tuple[str, str]:
    try:
        text = (directory / CURRENT).read_text("ascii", "replace")
    except (FileNotFoundError, NotADirectoryError):
        raise LogMissing(f"there is no event log in {directory}") from None
    return pointed_to(text, str(directory / CURRENT))


def pointed_to(text: str, where: str) -> tuple[str, str]:
    """Read a pointer: the version and the SHA-256 of its manifest; raises LogDamaged where it is none."""
    match = _POINTER.fullmatch(text)
    if match is None:
        raise LogDamaged(f"{where} does not name a version of the log; build the log again")
    return match[1], match[2]


def lease_version(directory: Path, name: str) -> tuple[Lease, bytes]:
    """Lease a version, current or not, and give its manifest; raises LogDamaged where it is gone."""
    lease = _lease(directory / name)
    try:
        if lease is not None:
            return lease, (directory / name / MANIFEST).read_bytes()
    except FileNotFoundError:
        pass
    raise LogDamaged(f"{directory / name} is missing; open the log again")


def _lease(path: Path) -> Lease | None:
    try:
        descriptor = os.open(path / LOCK, os.O_RDONLY)
    except FileNotFoundError:
        return None
    # File systems without locks serve readers all the same: only cleaning could surprise them there.
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    return Lease(path, descriptor)


class Draft:
    """A version being written; nobody reads it until it is published."""

    def __init__(self, directory: Path, path: Path) -> None:
        self.directory = directory
        self.path = path

    def publish(self, manifest: bytes) -> None:
        """Flush the manifest and the directory, and make this version the current one.

        The other files must have been flushed before.
        """
        with (self.path / MANIFEST).open("wb") as file:
            file.write(manifest)
            file.flush()
            os.fsync(file.fileno())
        flush(self.path)
        pointer = f"{self.path.name} {hashlib.sha256(manifest).hexdigest()}\n"
        draft = self.directory / f".{CURRENT}-{self.path.name}"
        with draft.open("w", encoding="ascii") as file:
            file.write(pointer)
            file.flush()
            os.fsync(file.fileno())
        with _locked(self.directory):
            draft.replace(self.directory / CURRENT)
            flush(self.directory)


@contextlib.contextmanager
def drafting(directory: Path) -> Iterator[Draft]:
    """Make a place for a new version; afterwards remove every version that is neither current nor held.

    Raises
    ------
    InputError
        If the directory is a file.
    LogError
        If there is no room for the version.
    """
    if directory.exists() and not directory.is_dir():
        raise InputError(f"{directory} is a file; an event log is a directory")
    directory.mkdir(parents=True, exist_ok=True)
    with _locked(directory):
        path = directory / f"log-{secrets.token_hex(8)}"
        path.mkdir()
        (path / LOCK).touch()
        lease = _lease(path)
    try:
        yield Draft(directory, path)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
            raise LogError(f"the log cannot be written to {directory}: {error.strerror}") from error
        raise
    finally:
        if lease is not None:
            lease.release()
        (directory / f".{CURRENT}-{path.name}").unlink(missing_ok=True)
        clean(directory)


def clean(directory: Path) -> None:
    """Remove the versions that are neither current nor held by a reader or a writer."""
    with _locked(directory):
        try:
            kept = _pointer(directory)[0]
        except (LogMissing, LogDamaged):
            kept = ""
        for path in directory.iterdir():
            if path.name != kept and path.is_dir() and _VERSION.fullmatch(path.name) and _free(path):
                shutil.rmtree(path, ignore_errors=True)


def remove_versions(directory: Path, *, current: bool = False) -> None:
    """Remove the versions that are not current even where somebody holds them, and the current one if told.

    Who has opened a file of one goes on reading it; who opens another is told that it is gone.
    """
    if not directory.is_dir():
        return
    with _locked(directory):
        try:
            kept = "" if current else _pointer(directory)[0]
        except (LogMissing, LogDamaged):
            kept = ""
        if current:
            (directory / CURRENT).unlink(missing_ok=True)
        for path in directory.iterdir():
            if path.name != kept and path.is_dir() and _VERSION.fullmatch(path.name):
                shutil.rmtree(path, ignore_errors=True)


def _free(path: Path) -> bool:
    try:
        descriptor = os.open(path / LOCK, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


@contextlib.contextmanager
def _locked(directory: Path) -> Iterator[None]:
    descriptor = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def flush(path: Path) -> None:
    """Wait until a file or a directory is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
