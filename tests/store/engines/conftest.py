"""A Spark Connect server for the tests: Sail's, started for the session, or one that is there."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from giljabi.store.engines.spark import disconnect


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a Spark Connect server.

    It is the one that SPARK_REMOTE names, where it is set; else Sail, in its local-cluster mode, where the
    driver and the workers talk over the network as on several machines.
    """
    if remote := os.environ.get("SPARK_REMOTE"):
        yield remote
        disconnect()
        return
    port = free_port()
    log = tmp_path_factory.mktemp("sail") / "log"
    environment = {**os.environ, "SAIL_MODE": "local-cluster", "XDG_CACHE_HOME": str(log.parent)}
    command = [sys.executable, "-m", "pysail", "spark", "server", "--port", str(port)]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=out, env=environment) as server,
    ):
        try:
            await_port(port, server, log)
            yield f"spark://127.0.0.1:{port}"
        finally:
            disconnect()
            server.kill()


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def await_port(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server listens; fail with what it wrote where it ends or takes more than a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"no server listens on {port}:\n{log.read_text(errors='replace')[-4000:]}")
