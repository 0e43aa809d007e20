"""Databases of others, for the tests of what is read out of them."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pymysql  # type: ignore[import-untyped]
import pytest

_STARTS_WITHIN = 60.0


@contextmanager
def mariadb() -> Iterator[str]:
    """Run a MariaDB server of our own; give the SQLAlchemy address of its database ``shop``."""
    if shutil.which("mariadbd") is None:
        pytest.skip("mariadbd is not installed")
    # The path of a socket is short.
    folder = Path(tempfile.mkdtemp(prefix="gj-mariadb-"))
    user = getpass.getuser()
    data, place = folder / "data", folder / "sock"
    data.mkdir()
    # Without grant tables it needs no installed system database, and lets everybody in by its socket.
    own = ["--skip-networking", "--skip-grant-tables", f"--pid-file={folder / 'pid'}"]
    command = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={place}", f"--user={user}"]
    server = subprocess.Popen([*command, *own], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(server, str(place))
        yield f"mysql://root@localhost/shop?unix_socket={place}&charset=utf8mb4"
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(server: subprocess.Popen[bytes], place: str) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            with closing(socket.socket(socket.AF_UNIX)) as probe:
                probe.connect(place)
            with pymysql.connect(unix_socket=place, user="root") as connection:
                connection.cursor().execute("CREATE DATABASE shop CHARACTER SET utf8mb4")
                return
        except OSError:
            if server.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.05)
