"""What the files of an installation give away, and whether there is room for more."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from giljabi.bootstrap.doctor.finding import Finding, error, ok, warning
from giljabi.bootstrap.setting_types import is_secret
from giljabi.bootstrap.settings import Settings, hints

_FULL, _FILLING = 0.05, 0.1
_LEAST = 1024**3


def on_files(settings: Settings, file: Path | None, file_names: frozenset[str]) -> Iterator[Finding]:
    """Look at the home folder, the key and the settings file.

    Parameters
    ----------
    settings
        As they were read.
    file
        The settings file, if there is one.
    file_names
        The settings it sets.
    """
    yield from _home(settings.place)
    yield from _key(settings)
    if file is not None:
        yield from _settings_file(file, file_names)
    if settings.place.is_dir():
        yield from _room(settings.place)


def _home(home: Path) -> Iterator[Finding]:
    if not home.is_dir():
        yield ok("home", f"There is nothing in {home} yet; the first start makes it.")
    elif mode := _open_to(home, stat.S_IRWXO):
        yield warning(
            "home", f"Everybody on this machine can look into {home} ({mode}).", f"chmod o-rwx {home}"
        )
    else:
        yield ok("home", f"Nobody else can look into {home}.")


def _key(settings: Settings) -> Iterator[Finding]:
    key = settings.place / "secret.key"
    if settings.secret_key:
        yield ok("key", "The key for secrets comes from the settings.")
    elif key.is_file() and (mode := _open_to(key, stat.S_IRWXG | stat.S_IRWXO)):
        yield error("key", f"Others can read the key for secrets, {key} ({mode}).", f"chmod 600 {key}")
    elif settings.database_url and key.is_file():
        yield warning(
            "key",
            "The key for secrets lies in this machine's home folder, while the database may serve others.",
            "Give every process the same GILJABI_SECRET_KEY, with what secret.key holds.",
        )
    elif not key.is_file():
        yield ok("key", "There is no key for secrets yet; the first start makes it.")
    else:
        yield ok("key", "Only its owner can read the key for secrets.")


def _settings_file(file: Path, names: frozenset[str]) -> Iterator[Finding]:
    secret = any(is_secret(hints()[name]) or name == "database_url" for name in names)
    if mode := _open_to(file, stat.S_IWGRP | stat.S_IWOTH):
        yield error("settings file", f"Others can change {file} ({mode}).", f"chmod 600 {file}")
    elif secret and (mode := _open_to(file, stat.S_IRWXG | stat.S_IRWXO)):
        yield error(
            "settings file", f"{file} holds secrets, and others can read it ({mode}).", f"chmod 600 {file}"
        )
    else:
        yield ok("settings file", f"{file} is read.")


def _room(home: Path) -> Iterator[Finding]:
    total, _, free = shutil.disk_usage(home)
    told = f"{free / 1024**3:,.1f} GiB of {total / 1024**3:,.1f} GiB are free where {home} lies."
    advice = "Make room: without any, nothing that is sent can be acknowledged."
    if free < _LEAST or free < total * _FULL:
        yield error("disk", told, advice)
    elif free < total * _FILLING:
        yield warning("disk", told, advice)
    else:
        yield ok("disk", told)


def _open_to(path: Path, bits: int) -> str:
    """Give the mode of a file where it has one of these bits; else nothing."""
    mode = stat.S_IMODE(os.stat(path).st_mode)
    return f"{mode:04o}" if mode & bits else ""
