"""Real servers for tests: found on the machine, started on a free port, stopped by their process id.

A program that is not there is a skip that says which package of Debian has it; ``make servers`` installs all.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

PATIENCE = 30.0
"""Seconds a server may take until it answers."""


def program(name: str, package: str) -> str:
    """Give the path of a program; skip the test where it is not installed."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed here: apt-get install {package}, or make servers")
    return found


def free_port() -> int:
    """Give a port of the loopback address that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Server:
    """A server of a test's own, which can be stopped, killed and started again.

    Parameters
    ----------
    command
        What runs it, in the foreground.
    port
        Where it answers once it is ready.
    log
        Where what it says is kept, to be shown if it does not start.
    """

    def __init__(self, command: Sequence[str], port: int, log: Path) -> None:
        self.port = port
        self._command = list(command)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                said = self._log.read_text(errors="replace")[-2000:]
                self.stop()
                raise RuntimeError(f"{self._command[0]} does not answer on port {self.port}: {said}")
            time.sleep(0.02)

    def stop(self, by: signal.Signals = signal.SIGTERM) -> None:
        """End it, by ``SIGKILL`` where it is to have no time for anything; ended already is fine."""
        if self._process is None:
            return
        self._process.send_signal(by)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def restart(self, by: signal.Signals = signal.SIGTERM) -> None:
        """Stop it and start it again, with what it has kept."""
        self.stop(by)
        self.start()

    def _answers(self) -> bool:
        with socket.socket() as one:
            one.settimeout(1)
            return one.connect_ex(("127.0.0.1", self.port)) == 0
