"""Files of a folder, on this machine or in S3, Google Cloud Storage or Azure: each is imported whole, once.

A file is known by its path, size and etag or time of its last change. Where the same path has changed, it is
taken again as a new file, or left alone, as the source says. A file that was written to within the last
seconds may still grow, and is taken next time.
"""

from __future__ import annotations

import fnmatch
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from giljabi.access import Outward
from giljabi.collect.plugs import Field, Pulled, Sample, Way
from giljabi.collect.rows import read_roles
from giljabi.collect.settings import read_settings
from giljabi.collect.sources.folder.remote import check_remote, remote
from giljabi.collect.sources.folder.settings import Settings
from giljabi.model.errors import BadParameter, SourceUnavailable

SETTLED_AFTER = 10.0
"""Seconds for which a local file must not have been written to."""

_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]+)://")


class Found(msgspec.Struct, frozen=True):
    """A file that was found: its path from the folder on, its size, and what tells its version."""

    path: str
    full: str
    size: int
    version: str
    written: float | None


class FolderPlug:
    """A folder of files in any format that imports know.

    Parameters
    ----------
    outward
        What may be reached and read.
    """

    kind = "folder"
    way: Way = "pulled"
    third_party = 0.0
    fields: Sequence[Field] = (
        Field("folder"),
        Field("pattern", required=False, default="*"),
        Field("changed", "choice", default="take", choices=("take", "leave")),
        Field("access_key", required=False),
        Field("access_secret", "secret", required=False),
        Field("endpoint", required=False),
        Field("roles", "roles", required=False),
    )

    def __init__(self, outward: Outward) -> None:
        self._outward = outward

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise BadParameter where a setting is not as it should be."""
        known = _read(settings)
        if known.roles is None:
            return
        roles = read_roles(known.roles)
        if roles.what == "customers" or (roles.what == "events" and not roles.event):
            raise BadParameter("files hold events, whose column is chosen, or feedback")

    def test(self, settings: Mapping[str, Any]) -> str:
        """Say how many files are there."""
        with _opened(self._outward, _read(settings)) as store:
            found = store.files()
        names = ", ".join(one.path for one in found[:3])
        return (
            f"there are {len(found)} files, such as {names}"
            if found
            else "the folder is there; no file fits yet"
        )

    def sample(self, settings: Mapping[str, Any]) -> Sample:
        """Look at the first rows of the newest file."""
        with _opened(self._outward, _read({**settings, "roles": None})) as store:
            found = store.files()
            if not found:
                return Sample((), (), ("no file fits yet",))
            path, done = store.fetched(found[-1])
            return Sample((), (), file=path, done=done)

    def pull(
        self, settings: Mapping[str, Any], cursor: Mapping[str, Any], source: str, stop: Callable[[], bool]
    ) -> Iterator[Pulled]:
        """Yield the files that are new, one at a time, the oldest first."""
        known = _read(settings)
        at: dict[str, str] = dict(cursor.get("files", {})) if cursor.get("of") == known.folder else {}
        with _opened(self._outward, known) as store:
            found = store.files()
            there = {one.path for one in found}
            # What is gone is forgotten: the cursor would grow for ever.
            at = {path: version for path, version in at.items() if path in there}
            for one in found:
                if stop():
                    return
                if at.get(one.path) == one.version or (one.path in at and known.changed == "leave"):
                    continue
                if one.written is not None and 0 <= time.time() - one.written < SETTLED_AFTER:
                    continue
                at[one.path] = one.version
                path, done = store.fetched(one)
                try:
                    yield Pulled(cursor={"of": known.folder, "files": dict(at)}, files=(path,))
                finally:
                    done()
        yield Pulled(cursor={"of": known.folder, "files": at})


class _Store:
    """A folder, by the file system it lies in."""

    def __init__(self, known: Settings, outward: Outward, system: Any, root: str, *, remote: bool) -> None:
        self._known, self._outward = known, outward
        self._system, self._root, self._remote = system, root.rstrip("/"), remote

    def files(self) -> list[Found]:
        if not self._remote and not Path(self._root or "/").is_dir():
            raise SourceUnavailable(f"there is no folder {self._root!r} on this machine")
        deep = "/" in self._known.pattern or "**" in self._known.pattern
        listed = self._system.find(self._root, maxdepth=None if deep else 1, detail=True)
        if self._remote and not listed and not self._system.exists(self._root.partition("/")[0]):
            raise SourceUnavailable(f"there is nothing at {self._known.folder!r}")
        found = [_found(path, facts, self._root) for path, facts in listed.items()]
        fitting = [
            one
            for one in found
            if one.size and _fits(one.path, self._known.pattern) and (self._remote or self._inside(one))
        ]
        return sorted(fitting, key=lambda one: (one.written or 0.0, one.path))

    def _inside(self, one: Found) -> bool:
        """Say whether a file is one of this folder's, and not a link to somewhere else."""
        try:
            return Path(one.full).is_file() and self._outward.local(one.full).is_file()
        except (BadParameter, OSError):
            return False

    def fetched(self, one: Found) -> tuple[Path, Callable[[], None]]:
        """Give a file of this machine with its contents, and what is to be done when it was read."""
        if not self._remote:
            return self._outward.local(one.full), _nothing
        folder = Path(tempfile.mkdtemp(prefix="giljabi-"))
        try:
            path = folder / PurePosixPath(one.path).name
            self._system.get_file(one.full, str(path))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return path, lambda: shutil.rmtree(folder, ignore_errors=True)


def _nothing() -> None:
    """Leave the file where it is."""


@contextmanager
def _opened(outward: Outward, known: Settings) -> Iterator[_Store]:
    scheme = _scheme(known.folder)
    if scheme is None:
        import fsspec

        folder = outward.local(known.folder)
        yield _Store(known, outward, fsspec.filesystem("file"), folder.as_posix(), remote=False)
        return
    system, root = remote(known, scheme, outward)
    try:
        yield _Store(known, outward, system, root, remote=True)
    except (SourceUnavailable, BadParameter):
        raise
    except FileNotFoundError as error:
        raise SourceUnavailable(f"there is nothing at {known.folder!r}") from error
    except PermissionError as error:
        raise SourceUnavailable(f"the storage lets nobody in with this key: {_said(error)}") from error
    except (TimeoutError, OSError, ValueError) as error:
        raise SourceUnavailable(f"the storage says: {_said(error)}") from error
    except Exception as error:
        # Each store has errors of its own, of packages that need not be installed.
        if type(error).__module__.partition(".")[0] not in {
            "botocore",
            "azure",
            "gcsfs",
            "google",
            "aiohttp",
        }:
            raise
        raise SourceUnavailable(f"the storage says: {_said(error)}") from error


def _read(settings: Mapping[str, Any]) -> Settings:
    known = read_settings(Settings, settings)
    scheme = _scheme(known.folder)
    if scheme is not None:
        check_remote(known, scheme)
    return known


def _scheme(folder: str) -> str | None:
    found = _SCHEME.match(folder.strip())
    return found[1].lower() if found else None


def _found(path: str, facts: Mapping[str, Any], root: str) -> Found:
    written = next(
        (facts[name] for name in ("mtime", "LastModified", "last_modified", "updated") if facts.get(name)),
        None,
    )
    moment = _moment(written)
    tag = next((facts[name] for name in ("ETag", "etag") if facts.get(name)), None)
    size = int(facts.get("size") or 0)
    shown = path.removeprefix(root).lstrip("/")
    # The time of a local file says what the etag of a stored one does.
    local = moment if "mtime" in facts else None
    return Found(shown, path, size, f"{size}-{tag or moment}", local)


def _moment(written: Any) -> float | None:
    if isinstance(written, datetime):
        return (written if written.tzinfo else written.replace(tzinfo=UTC)).timestamp()
    if isinstance(written, str):
        return datetime.fromisoformat(written).timestamp()
    return None if written is None else float(written)


def _fits(path: str, pattern: str) -> bool:
    name = PurePosixPath(path).name
    if name.startswith("."):
        return False
    if pattern.startswith("**/") and fnmatch.fnmatchcase(path, pattern[3:]):
        return True
    return fnmatch.fnmatchcase(path, pattern)


def _said(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:300] if text else type(error).__name__


PLUG = FolderPlug
