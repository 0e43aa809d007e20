"""Backup and restore: a workspace's database and lake at one consistent point, in one file.

The address of the lake's present state lies in the same database as the inbox and all else: one transaction
sees both as they were at one moment. Files of the lake are never changed, only added and, once no state names
them any more, removed; that alone waits until the copy is made. Everything else goes on.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from giljabi.bootstrap.backup_file import (
    FORMAT,
    BackupReader,
    KeptKey,
    KeptLake,
    Manifest,
    opened,
    written,
)
from giljabi.bootstrap.opening import database_addresses, open_workspace
from giljabi.bootstrap.settings import Settings, read_settings
from giljabi.bootstrap.workspace import Progress
from giljabi.model.errors import BadParameter, UnreadableFile

if TYPE_CHECKING:
    from giljabi.store.postgres import URL

_KEPT_FOLDERS = ("rejects", "uploads")
_PART = 8 << 20
_TABLE = "database"


class BackedUp(msgspec.Struct, frozen=True):
    """What a backup holds, or what was restored.

    ``key`` says what became of the installation's key: ``kept`` under a passphrase, ``absent`` where it has
    to be brought along by other ways, ``same`` where it is there already.
    """

    workspace: str
    tables: int
    files: int
    bytes: int
    made_at: datetime
    key: str


def back_up(
    file: Path | str,
    settings: Settings | None = None,
    passphrase: str | None = None,
    tell: Progress | None = None,
) -> BackedUp:
    """Write a workspace into a file, as it is at one moment, while it is at work.

    Parameters
    ----------
    file
        Where to; nothing is overwritten.
    settings
        Say which workspace; by default those of the environment and the settings file.
    passphrase
        Encrypts the installation's key, which is kept in the backup then. Without it the key is left out;
        without the key secrets of sources and second factors are lost, and who was forgotten is not known.
    tell
        Told the step and how much of it is done.

    Raises
    ------
    FileExistsError
        If there is such a file.
    StorageUnavailable
        If database or lake do not answer.
    """
    from giljabi.access import installation_key
    from giljabi.store.lake import files_at, parts
    from giljabi.store.postgres import dump, workspace_id

    place = settings or read_settings()
    told, id = tell or _untold, workspace_id(place.workspace)  # noqa: A001
    folder, key = place.folder, installation_key(place.place, place.secret_key)
    with ExitStack() as closing:
        # Opening brings the database to the newest migration, and completes what a crash cut short.
        workspace = closing.enter_context(open_workspace(settings=place))
        owner, _, _ = database_addresses(place.place, place.database_url, closing)
        closing.enter_context(workspace.holding_files())
        out = closing.enter_context(written(Path(file)))
        made_at = datetime.now(UTC)
        with dump(owner, id) as rows:
            tables = rows.tables()
            lake = files_at(rows.lake) if rows.lake else None
            for number, table in enumerate(tables):
                told("database", number / len(tables))
                out.put(f"{_TABLE}/{table.name}", rows.rows(table))
            revision = rows.revision
        if lake is not None:
            out.put(f"lake/{lake.metadata[0]}", [lake.metadata[1]])
            for number, path in enumerate(lake.paths):
                told("lake", number / len(lake.paths))
                with lake.open(path) as stream:
                    out.put(f"lake/{path}", parts(stream), packed=True)
        for file_ in _kept(folder):
            out.put(f"files/{file_.relative_to(folder).as_posix()}", _read(file_))
        manifest = Manifest(
            format=FORMAT,
            giljabi=version("giljabi"),
            workspace=place.workspace,
            workspace_id=id,
            made_at=made_at,
            revision=revision,
            folder=str(folder),
            tables=tuple(tables),
            lake=None if lake is None else KeptLake(lake.root, lake.metadata[0], lake.position),
            key=_sealed(key, passphrase),
            parts=out.parts,
        )
        out.finish(manifest)
        return _report(manifest, "kept" if passphrase else "absent")


def restore(
    file: Path | str,
    settings: Settings | None = None,
    passphrase: str | None = None,
    tell: Progress | None = None,
) -> BackedUp:
    """Bring a backup into a home or database that does not have its workspace, and build its log.

    Parameters
    ----------
    file
        The backup; every part is compared with its sum before anything is changed.
    settings
        Say where to; the workspace's name is that of the backup.
    passphrase
        That of the backup, which gives the installation's key.
    tell
        Told the step and how much of it is done.

    Raises
    ------
    UnreadableFile
        If the file is no backup, or damaged.
    BadParameter
        If the workspace is there already, the database is further than the backup, or key or passphrase are
        not those of the backup.
    StorageUnavailable
        If database or warehouse do not answer.
    """
    from giljabi.store.postgres import workspace_id

    told = tell or _untold
    with opened(Path(file)) as backup:
        told("check", 0.0)
        backup.check()
        manifest = backup.manifest
        place = msgspec.structs.replace(settings or read_settings(), workspace=manifest.workspace)
        if workspace_id(place.workspace) != manifest.workspace_id:
            raise UnreadableFile(f"{file}: the manifest's workspace and its id do not belong together")
        key = _key(place, manifest.key, passphrase)
        with ExitStack() as closing:
            addresses = database_addresses(place.place, place.database_url, closing)
            _bring_in(backup, place, addresses, told)
        with open_workspace(settings=place) as workspace:
            workspace.rebuild_log(tell)
        return _report(manifest, key)


def _bring_in(
    backup: BackupReader, place: Settings, addresses: tuple[URL, URL, str | None], told: Progress
) -> None:
    """Put files and rows in their places; where something fails, nothing is left of them."""
    from giljabi.store.lake import put, relocate, remove
    from giljabi.store.postgres import loading, migrate, schema_version

    owner, _, password = addresses
    manifest, lake = backup.manifest, backup.manifest.lake
    now = schema_version(owner)
    if now not in {None, manifest.revision}:
        raise BadParameter(
            f"the database is at migration {now}, the backup at {manifest.revision}; restore into an empty "
            "database, which is brought forward afterwards"
        )
    migrate(owner, password, manifest.revision)
    folder, root = place.folder, ""
    with ExitStack() as undoing, loading(owner, manifest.workspace_id) as rows:
        if lake is not None:
            root = f"{place.lake.rstrip('/')}/{'/'.join(lake.root.split('/')[-2:])}"
            undoing.callback(remove, root)
            paths = backup.below("lake")
            for number, path in enumerate(paths):
                told("lake", number / len(paths))
                put(root, path, backup.read(f"lake/{path}"))
            metadata = b"".join(backup.read(f"lake/{lake.metadata}"))
            location = relocate(root, lake.metadata, metadata)
        undoing.callback(shutil.rmtree, folder, ignore_errors=True)
        for path in backup.below("files"):
            _write(folder / path, backup.read(f"files/{path}"))
        for number, table in enumerate(manifest.tables):
            told("database", number / len(manifest.tables))
            rows.put(table, backup.read(f"{_TABLE}/{table.name}"))
        rows.move_rejects(manifest.folder, str(folder))
        if lake is not None:
            rows.move_lake(location)
            # What comes in from now on lies behind what the lake holds already.
            rows.count_from("inbox", "position", lake.position)
        undoing.pop_all()


def _sealed(key: bytes, passphrase: str | None) -> KeptKey:
    if not passphrase:
        return KeptKey(_fingerprint(key))
    from giljabi.access import lock_key

    salt = secrets.token_bytes(16)
    return KeptKey(_fingerprint(key), salt, lock_key(key, passphrase, salt))


def _key(place: Settings, kept: KeptKey, passphrase: str | None) -> str:
    """See to it that the installation has the backup's key, as far as can be; say what became of it."""
    from giljabi.access import has_key, installation_key, keep_key, unlock_key

    if has_key(place.place, place.secret_key):
        if _fingerprint(installation_key(place.place, place.secret_key)) == kept.fingerprint:
            return "same"
        raise BadParameter(
            f"the installation in {place.place} has another key than the backup; restore into an empty home, "
            "or set GILJABI_SECRET_KEY to the key of the backup"
        )
    if not (passphrase and kept.sealed):
        return "absent"
    keep_key(place.place, unlock_key(kept.sealed, passphrase, kept.salt))
    return "kept"


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(b"giljabi/fingerprint/" + key).hexdigest()[:32]


def _report(manifest: Manifest, key: str) -> BackedUp:
    sizes = [one.bytes for one in manifest.parts.values()]
    return BackedUp(manifest.workspace, len(manifest.tables), len(sizes), sum(sizes), manifest.made_at, key)


def _kept(folder: Path) -> Iterator[Path]:
    for name in _KEPT_FOLDERS:
        yield from (path for path in sorted((folder / name).rglob("*")) if path.is_file())


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while part := stream.read(_PART):
            yield part


def _write(path: Path, source: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        for part in source:
            out.write(part)


def _untold(_: str, __: float) -> None:
    """Tell nobody."""
