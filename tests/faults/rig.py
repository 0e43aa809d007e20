"""The whole of Giljabi in processes of its own, which can be killed, paused and started again."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import URLError
from urllib.request import urlopen

from tests.servers import free_port

from giljabi.bootstrap import open_workspace

T = TypeVar("T")

WRITE_KEY = "write-key"

PATIENCE = 300.0
"""Seconds after which waiting has failed."""


def prepare(home: Path) -> None:
    """Make a home with a source that is sent to."""
    with open_workspace(home, None, "default") as workspace:
        key = workspace.sources.add("http", "faults").write_key
    assert key is not None
    (home / WRITE_KEY).write_text(key)


class Rig:
    """A home with a server, a worker and a PostgreSQL that really writes to the disk.

    Parameters
    ----------
    home
        Where everything is kept; a copy of what `prepare` has made.
    stalled_after
        Seconds of silence after which workers hold each other for dead.
    environment
        What the processes get to know besides our own environment.
    """

    def __init__(self, home: Path, stalled_after: float = 3.0) -> None:
        self.home = home
        self.port = free_port()
        self.logs = home.parent / f"{home.name}-logs"
        self._stalled_after = stalled_after
        self._environment = {
            **os.environ,
            "GILJABI_HOME": str(home),
            "GILJABI_ACCOUNTS": "none",
            "GILJABI_PRIVATE_HOSTS": "127.0.0.1",
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.write_key = (home / WRITE_KEY).read_text()

    def begin(self) -> None:
        """Start server and worker."""
        self.logs.mkdir(parents=True)
        self.start("server")
        self.start("worker")
        wait_until(lambda: (self.state() or {}).get("worker"), "the server and a worker are there")

    def start(self, name: str) -> None:
        """Start the server or a worker, whatever its name, unless it runs."""
        if name in self._processes and self._processes[name].poll() is None:
            return
        words = (
            ["up", "--no-worker", "--port", str(self.port)]
            if name == "server"
            else ["worker", "--stalled-after", str(self._stalled_after)]
        )
        with (self.logs / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-X",
                    "faulthandler",
                    "-c",
                    "from giljabi.cli import main; main()",
                    *words,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
            )

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process."""
        self._processes[name].send_signal(number)

    def kill(self, name: str) -> None:
        """Kill a process outright."""
        self._processes[name].kill()
        self._processes[name].wait()

    def show(self, name: str) -> None:
        """Have a process that hangs write down where, and end it by that."""
        self.send(name, signal.SIGABRT)
        self._processes[name].wait()

    def kill_postgres(self) -> None:
        """Kill PostgreSQL's first process outright; all others of it end by that."""
        os.kill(self.postmaster(), signal.SIGKILL)

    def kill_backend(self) -> None:
        """Kill one of PostgreSQL's processes that serve a connection outright, if there is any."""
        for child in _children(self.postmaster()):
            with contextlib.suppress(OSError):
                if b"giljabi_app" in Path(f"/proc/{child}/cmdline").read_bytes():
                    os.kill(child, signal.SIGKILL)
                    return

    def postmaster(self) -> int:
        """Give the number of PostgreSQL's first process."""
        return wait_for(self._postmaster, "PostgreSQL runs")

    def _postmaster(self) -> int | None:
        with contextlib.suppress(OSError, IndexError, ValueError):
            pid = int((self.home / "postgres/data/postmaster.pid").read_text().splitlines()[0])
            # A number may stand in the file after its process has died.
            if b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        return None

    def state(self) -> dict[str, Any] | None:
        """Give what the server tells of the background work; None while it does not answer."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/api/v1/activity", timeout=10) as answer:
                told: dict[str, Any] = json.load(answer)
                return told
        except (URLError, OSError, ValueError):
            return None

    def activity(self, kind: str) -> dict[str, Any] | None:
        """Give what the server tells of one kind of work."""
        state = self.state() or {"activities": []}
        return next((one for one in state["activities"] if one["kind"] == kind), None)

    def settle(self) -> None:
        """Wait until all that was acknowledged is in the lake."""

        def settled() -> bool:
            state = self.state()
            return state is not None and state["waiting"]["calls"] == 0

        wait_until(settled, "the inbox is empty")

    def end(self) -> None:
        """End all processes, in order."""
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self._processes.values():
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def landed(self) -> Counter[str]:
        """Count how often each message is in the lake; no other process may run."""
        counts: Counter[str] = Counter()
        with open_workspace(self.home, None, "default") as workspace:
            for batch in workspace._lake.scan():
                counts.update(filter(None, batch.column("number").to_pylist()))
        return counts

    def told(self) -> str:
        """Give the ends of what the processes said."""
        return "\n".join(
            f"--- {file.name}\n{file.read_text(errors='replace')[-3000:]}"
            for file in sorted(self.logs.glob("*"))
        )


def wait_until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until a condition holds."""
    wait_for(lambda: condition() or None, what, patience)


def wait_for(ask: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """Wait for an answer other than None."""
    end = time.monotonic() + patience
    while (answer := ask()) is None:
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.05)
    return answer


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
