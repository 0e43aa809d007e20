"""The embedded server starts anywhere, is shared, survives crashes, and stops with its last user."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import psycopg
import pytest

from giljabi.model.errors import StorageUnavailable
from giljabi.store.postgres import EmbeddedServer, start_server

FAST = {"fsync": "off"}

ENDED_EARLY = """
import os, signal, sys, pathlib, subprocess
from giljabi.store.postgres import embedded

signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
real = subprocess.run


def run(words, **options):
    if any(word.endswith("pg_ctl") for word in words):
        process = subprocess.Popen(words, **{k: v for k, v in options.items() if k != "check"})
        while embedded._postmaster(pathlib.Path(sys.argv[1]) / "data") is None:
            pass
        os.kill(os.getpid(), signal.SIGTERM)
    return real(words, **options)


subprocess.run = run
embedded.start_server(pathlib.Path(sys.argv[1]), {"fsync": "off"})
"""


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home whose server ran once: making the first data takes longest."""
    directory = tmp_path_factory.mktemp("initialised") / "postgres"
    start_server(directory, FAST).release()
    return directory


@pytest.fixture
def directory(tmp_path: Path, initialised: Path) -> Path:
    return Path(shutil.copytree(initialised, tmp_path / "postgres"))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def started(stack: ExitStack, directory: Path) -> EmbeddedServer:
    server = start_server(directory, FAST)
    stack.callback(server.release)
    return server


def answers(server: EmbeddedServer) -> bool:
    try:
        psycopg.connect(server.url()).close()
    except psycopg.OperationalError:
        return False
    return True


def postmaster(directory: Path) -> int:
    return int((directory / "data" / "postmaster.pid").read_text().splitlines()[0])


def restarted(directory: Path, before: int) -> bool:
    """Say whether another server runs than before."""
    try:
        return postmaster(directory) != before
    except (FileNotFoundError, IndexError, ValueError):
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.05)


def in_another_process(directory: Path, rest: str) -> subprocess.Popen[str]:
    program = (
        "import os, sys, pathlib\n"
        "from giljabi.store.postgres import start_server\n"
        f"server = start_server(pathlib.Path(sys.argv[1]), {FAST!r})\n"
        "print(server.url(), flush=True)\n" + rest
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_path_longer_than_a_socket_may_have_holds_a_server(tmp_path: Path, stack: ExitStack) -> None:
    directory = tmp_path / "집, it's a 'home'" / ("x" * 110)
    assert answers(started(stack, directory))


def test_it_listens_on_no_network_and_asks_for_its_password(directory: Path, stack: ExitStack) -> None:
    server = started(stack, directory)
    with psycopg.connect(server.url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.url().replace(server.password, "guessed"))
    assert (directory / "password").stat().st_mode & 0o777 == 0o600
    assert server.socket.stat().st_mode & 0o777 == 0o700


def test_it_stops_with_its_last_user_and_keeps_the_data(directory: Path, stack: ExitStack) -> None:
    first, second = started(stack, directory), started(stack, directory)
    with psycopg.connect(first.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    first.release()
    first.release()
    assert answers(second)
    second.release()
    assert not answers(second)
    assert not second.socket.exists()
    third = started(stack, directory)
    with psycopg.connect(third.url()) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_processes_that_start_at_once_share_one_server(directory: Path) -> None:
    processes = [in_another_process(directory, "sys.stdin.read(); server.release()") for _ in range(2)]
    urls = set()
    for process in processes:
        assert process.stdout is not None
        urls.add(process.stdout.readline())
    assert len(urls) == 1
    assert "postgresql://" in urls.pop()
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert not (directory / "data" / "postmaster.pid").exists()


def test_a_killed_user_leaves_a_server_that_the_next_one_joins_and_stops(
    directory: Path, stack: ExitStack
) -> None:
    process = in_another_process(directory, "os.kill(os.getpid(), 9)")
    url = process.communicate()[0].strip()
    assert process.returncode == -signal.SIGKILL
    server = started(stack, directory)
    assert server.url() == url
    server.release()
    assert not answers(server)


def test_a_killed_server_is_started_again(directory: Path, stack: ExitStack) -> None:
    started(stack, directory)
    os.kill(postmaster(directory), signal.SIGKILL)
    assert answers(started(stack, directory))


def test_a_stale_process_number_that_is_in_use_again_does_not_matter(
    directory: Path, stack: ExitStack
) -> None:
    started(stack, directory).release()
    lines = [str(os.getpid()), str(directory / "data"), "1", "5432", "/nowhere", "", "0 0", "ready"]
    (directory / "data" / "postmaster.pid").write_text("\n".join(lines) + "\n")
    assert answers(started(stack, directory))


def test_a_first_start_that_was_cut_short_is_done_anew(tmp_path: Path, stack: ExitStack) -> None:
    directory = tmp_path / "postgres"
    (directory / "data.new").mkdir(parents=True)
    (directory / "data.new" / "PG_VERSION").write_text("18\n")
    assert answers(started(stack, directory))


def test_a_server_that_cannot_start_says_why(directory: Path, stack: ExitStack) -> None:
    with pytest.raises(StorageUnavailable, match="shared_buffers"):
        start_server(directory, {"shared_buffers": "plenty"})
    assert answers(started(stack, directory))


def test_a_place_that_is_no_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable, match="file/postgres"):
        start_server(tmp_path / "file" / "postgres")


def test_a_server_that_is_killed_comes_back_at_its_address_by_itself(
    directory: Path, stack: ExitStack
) -> None:
    server = started(stack, directory)
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    for _ in range(2):
        before = postmaster(directory)
        os.kill(before, signal.SIGKILL)
        wait_until(partial(restarted, directory, before))
        wait_until(partial(answers, server))
    with psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_whoever_comes_after_a_server_was_killed_finds_it_at_the_same_address(
    directory: Path, stack: ExitStack
) -> None:
    server = started(stack, directory)
    os.kill(postmaster(directory), signal.SIGKILL)
    assert started(stack, directory).url() == server.url()
    assert answers(server)


def test_a_copy_of_a_home_has_a_server_of_its_own(directory: Path, tmp_path: Path, stack: ExitStack) -> None:
    server = started(stack, directory)
    with (directory / "start.lock").open("ab") as start:
        # Nobody starts it again while it is copied.
        fcntl.flock(start, fcntl.LOCK_EX)
        os.kill(postmaster(directory), signal.SIGKILL)
        copy = Path(shutil.copytree(directory, tmp_path / "copy"))
    assert started(stack, copy).url() != server.url()
    assert answers(started(stack, directory))


def test_who_is_told_to_end_while_the_server_starts_leaves_none(directory: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ENDED_EARLY, str(directory)], stdout=subprocess.PIPE)
    process.communicate()
    assert process.returncode == 143
    with (directory / "server.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
