"""The account PostgreSQL runs under: it refuses to run as root.

Started by an ordinary user, the server runs as that user. Started by root, it runs as ``postgres`` where that
account exists, else as ``nobody``. Root's home is closed to every other account, and so is a temporary
folder; rather than opening folders to everyone, the server keeps one capability of root: to pass them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from giljabi.model.errors import StorageUnavailable

_ACCOUNTS = ("postgres", "nobody")


def server_command(command: Sequence[str | Path], *directories: Path) -> list[str]:
    """Give the command line that runs a program of PostgreSQL under the server's account.

    Parameters
    ----------
    command
        The program and its arguments.
    directories
        Directories it must be able to reach.

    Raises
    ------
    StorageUnavailable
        If root has no account to hand over to.
    """
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise StorageUnavailable(
            "PostgreSQL cannot run as root, and the program setpriv (package util-linux) that would run it "
            "under another account is missing; install it, run giljabi as an ordinary user, or set "
            "GILJABI_DATABASE_URL"
        )
    account = _account()
    drop = [setpriv, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    if not all(_open_to_everyone(place) for place in (Path(words[0]).parent, *directories)):
        # Without the bit, access(2), with which initdb finds postgres, would answer as if there were none.
        drop += ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"]
        drop += ["--securebits=+no_setuid_fixup"]
    return [*drop, "--", *words]


def give_to_server(directory: Path) -> None:
    """Make the server's account the owner of a directory and all it holds (nothing to do unless root)."""
    if os.geteuid() != 0:
        return
    account = _account()
    if directory.stat().st_uid == account.pw_uid:
        return
    for folder, _, files in os.walk(directory, topdown=False):
        for name in (*files, ""):
            os.chown(Path(folder, name), account.pw_uid, account.pw_gid, follow_symlinks=False)


def belongs_to_server(directory: Path) -> bool:
    """Say whether a directory is private to the server's account, or to us who may give it to it."""
    facts = directory.lstat()
    owners = {os.geteuid()} if os.geteuid() else {0, _account().pw_uid}
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid in owners and not facts.st_mode & 0o077


def _account() -> pwd.struct_passwd:
    for name in _ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StorageUnavailable(
        f"PostgreSQL cannot run as root, and there is no account named {' or '.join(_ACCOUNTS)} "
        "to run it under; run giljabi as an ordinary user or set GILJABI_DATABASE_URL"
    )


def _open_to_everyone(directory: Path) -> bool:
    places = (directory.resolve(), *directory.resolve().parents)
    return all(place.stat().st_mode & stat.S_IXOTH for place in places)
