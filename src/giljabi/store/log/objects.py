"""Logs in an object store (S3, Google Cloud Storage, Azure): their files, fetched once and mapped.

::

    s3://bucket/log/
        CURRENT           the name of the version to read, and its manifest's SHA-256
        log-<16 digits>/  one version: manifest.json, bucket-0000.events.arrow, …

The files are those of a log in a directory (`giljabi.store.log.versions`). An object store has no rename and
no locks, but each object is replaced at once and whole: a version is written before ``CURRENT`` is put, and a
reader sees the old version or the new one. Of two who publish at the same time the last one stays. Since
nobody can tell who still reads a version, one that is not current is removed when it is a day old.

A file is fetched when it is first touched, into the user's cache folder under its SHA-256, and checked while
it comes; so it is fetched once per machine, whichever log or version it belongs to. Where the disk runs
full, files that were not used for longest go first. Credentials and endpoints come from where the store's own
tools have them (such as AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL and AWS_REGION).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import platformdirs
import pyarrow as pa
from pyarrow import fs

from giljabi.model.errors import BadParameter, LogDamaged, LogMissing, StorageUnavailable
from giljabi.store.log.manifest import FileFact
from giljabi.store.log.versions import CURRENT, MANIFEST, pointed_to

SCHEMES = ("s3", "gs", "gcs", "abfs", "abfss")
_CHUNK = 1 << 22
_KEPT_FREE = 0.1
"""The share of the disk that the cache leaves free."""
_STALE = timedelta(days=1)


def is_url(location: object) -> bool:
    """Say whether a location is that of an object store."""
    return isinstance(location, str) and location.partition("://")[0] in SCHEMES and "://" in location


class Folder:
    """A folder of an object store, by URL."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._files, self._root = _file_system(self.url)

    def read(self, name: str) -> bytes:
        """Read an object; raises FileNotFoundError where there is none."""
        with self._told(name), self._files.open_input_stream(f"{self._root}/{name}") as stream:
            content: bytes = stream.read()
            return content

    def write(self, name: str, content: bytes) -> None:
        """Put an object in place at once and whole."""
        with self._told(name), self._files.open_output_stream(f"{self._root}/{name}") as stream:
            stream.write(content)

    def upload(self, path: Path, name: str) -> None:
        """Put a file in place at once and whole."""
        with (
            self._told(name),
            path.open("rb") as file,
            self._files.open_output_stream(f"{self._root}/{name}") as stream,
        ):
            while chunk := file.read(_CHUNK):
                stream.write(chunk)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Read an object piece by piece; raises FileNotFoundError where there is none."""
        with self._told(name), self._files.open_input_stream(f"{self._root}/{name}") as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk

    def remove_stale(self, kept: str) -> None:
        """Remove the versions that are not the kept one and whose files are all a day old."""
        selector = fs.FileSelector(self._root, allow_not_found=True, recursive=True)
        versions: dict[str, list[Any]] = {}
        with self._told(""):
            for info in self._files.get_file_info(selector):
                version, _, name = info.path.removeprefix(f"{self._root}/").partition("/")
                if version.startswith("log-") and version != kept and name and info.is_file:
                    versions.setdefault(version, []).append(info)
        for infos in versions.values():
            if all(info.mtime and datetime.now(UTC) - info.mtime > _STALE for info in infos):
                for info in infos:
                    # Some stores refuse the marker of an empty folder that is put after the last removal.
                    with contextlib.suppress(OSError):
                        self._files.delete_file(info.path)

    @contextlib.contextmanager
    def _told(self, name: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except (OSError, pa.ArrowException) as error:
            raise StorageUnavailable(f"{self.url}/{name} cannot be read or written: {error}") from error


@lru_cache(32)
def _file_system(url: str) -> tuple[Any, str]:
    scheme, _, rest = url.partition("://")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if scheme == "s3" and endpoint and "?" not in rest:
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        return fs.S3FileSystem(endpoint_override=endpoint, region=region), rest
    try:
        files, root = fs.FileSystem.from_uri(url)
    except (ValueError, OSError, pa.ArrowException) as error:
        raise BadParameter(
            f"{url} is no place that can be opened: {error}; write for example s3://bucket/log"
        ) from error
    return files, root.rstrip("/")


def file_and_path(url: str) -> tuple[Any, str]:
    """Give the file system of a URL and the path within it."""
    return _file_system(url)


class Fetched:
    """A version of a log in an object store; its files are fetched when they are asked for."""

    def __init__(self, url: str, version: str) -> None:
        self.location = url.rstrip("/")
        self.version = version
        self._folder = Folder(f"{self.location}/{version}")

    def manifest(self) -> bytes:
        """Read the manifest; raises LogDamaged where there is none."""
        try:
            return self._folder.read(MANIFEST)
        except FileNotFoundError:
            raise LogDamaged(
                f"{self._folder.url}/{MANIFEST} is missing; open the log again, or build it again"
            ) from None

    def local(self, file: FileFact) -> Path:
        """Give the file's place in the cache, fetched and checked where it is not there yet."""
        cache = Path(platformdirs.user_cache_dir("giljabi")) / "logs"
        path = cache / f"{file.sha256}.arrow"
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size == file.size:
                os.utime(path)
                return path
        cache.mkdir(parents=True, exist_ok=True)
        _make_room(cache, file.size)
        draft = cache / f".{secrets.token_hex(8)}"
        digest = hashlib.sha256()
        try:
            with draft.open("wb") as out:
                for chunk in self._folder.chunks(file.name):
                    digest.update(chunk)
                    out.write(chunk)
            if draft.stat().st_size != file.size or digest.hexdigest() != file.sha256:
                raise LogDamaged(
                    f"{self._folder.url}/{file.name} is not as it was written; build the log again"
                )
            draft.replace(path)
        except FileNotFoundError:
            raise LogDamaged(
                f"{self._folder.url}/{file.name} is missing; open the log again, or build it again"
            ) from None
        finally:
            draft.unlink(missing_ok=True)
        return path


def _make_room(cache: Path, size: int) -> None:
    """Remove the files used longest ago until another one fits; mappings of them stay readable."""
    used = sorted(cache.glob("*.arrow"), key=lambda path: path.stat().st_mtime)
    for path in used:
        disk = shutil.disk_usage(cache)
        if disk.free - size > _KEPT_FREE * disk.total:
            return
        path.unlink(missing_ok=True)


def current_object(url: str) -> tuple[Fetched, bytes]:
    """Give the current version of the log at a URL, and its manifest.

    Raises
    ------
    LogMissing
        If there is no log.
    LogDamaged
        If the pointer or the manifest is broken.
    """
    folder = Folder(url)
    try:
        name, digest = pointed_to(folder.read(CURRENT).decode("ascii", "replace"), f"{folder.url}/{CURRENT}")
    except FileNotFoundError:
        raise LogMissing(f"there is no event log in {url}") from None
    fetched = Fetched(url, name)
    manifest = fetched.manifest()
    if hashlib.sha256(manifest).hexdigest() != digest:
        raise LogDamaged(
            f"{folder.url}/{name}/{MANIFEST} was changed after the log was built; build the log again"
        )
    return fetched, manifest


def publish_object(url: str, version: str, manifest: bytes) -> None:
    """Put a version's manifest and make it the current one; its files must be there."""
    folder = Folder(url)
    folder.write(f"{version}/{MANIFEST}", manifest)
    folder.write(CURRENT, f"{version} {hashlib.sha256(manifest).hexdigest()}\n".encode())
    folder.remove_stale(version)
