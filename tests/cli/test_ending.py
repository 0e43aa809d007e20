"""However the demo ends, its database ends with it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

GILJABI = [sys.executable, "-c", "from giljabi.cli import main; main()"]


# The long part of the demo, as long as one likes.
SIMULATING = """
import signal
import giljabi.simulate
from giljabi.cli import main

def simulate_shop(*_, **__):
    print("simulating", flush=True)
    signal.pause()

giljabi.simulate.simulate_shop = simulate_shop
main()
"""


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a demo whose database has started and whose shop is being made."""
    environment = {**os.environ, "GILJABI_HOME": str(tmp_path)}
    environment.pop("GILJABI_DATABASE_URL", None)
    command = [sys.executable, "-c", SIMULATING, "demo", "--once"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        try:
            assert run.stdout.readline() == "simulating\n"
            yield run
        finally:
            run.kill()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda end: end.name)
def test_a_signal_ends_demo_and_database(
    demo: subprocess.Popen[str], tmp_path: Path, end: signal.Signals
) -> None:
    assert (tmp_path / "postgres" / "data" / "postmaster.pid").exists()

    demo.send_signal(end)
    _, said = demo.communicate(timeout=120)

    assert demo.returncode not in {0, -end}
    assert "Traceback" not in said
    assert not (tmp_path / "postgres" / "data" / "postmaster.pid").exists()


def test_a_taken_port_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        environment = {**os.environ, "GILJABI_HOME": str(tmp_path), "GILJABI_PORT": port}
        run = [
            subprocess.run([*GILJABI, verb], env=environment, capture_output=True, text=True, check=False)
            for verb in ("demo", "up")
        ]

    assert all(one.returncode for one in run)
    assert all(f"port {port} is taken" in one.stderr and "GILJABI_PORT" in one.stderr for one in run)
    assert list(tmp_path.iterdir()) == []
