"""Events over HTTP, acknowledged once PostgreSQL has them on disk, and sealed meanwhile by a worker.

Server, worker (as `giljabi up` starts it), PostgreSQL and the load share the machine. PostgreSQL runs as
Giljabi starts it, with fsync.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from bench.data import FOLDER
from bench.results import Result, keep

from giljabi.bootstrap import Workspace, open_workspace
from giljabi.store import StoredSource

HOME = FOLDER / "ingest"
KEY = "write-key-of-the-bench"
DRAIN = 120.0
"""Seconds to wait until the inbox is empty."""


def prepare() -> Workspace:
    """Open an empty workspace with a source that events are sent to."""
    shutil.rmtree(HOME, ignore_errors=True)
    workspace = open_workspace(HOME)
    source = StoredSource(id="bench", kind="http", name="bench", write_key=KEY, created_at=datetime.now(UTC))
    workspace._ledger.within(lambda tx: tx.sources.add(source))
    return workspace


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program of ours while the block runs."""
    environment = {
        **os.environ,
        "GILJABI_HOME": str(HOME),
        "GILJABI_ACCOUNTS": "none",
        "GILJABI_LOG_LEVEL": "warning",
    }
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def load(port: int, **options: Any) -> dict[str, Any]:
    """Put a load on the server, from a process of its own."""
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "bench.sending", "--port", str(port), "--key", KEY, *words]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def drained(workspace: Workspace) -> float | None:
    """Give the seconds until nothing waits in the inbox; None where it takes too long."""
    start = time.perf_counter()
    while time.perf_counter() - start < DRAIN:
        if workspace._ledger.within(lambda tx: tx.inbox.lag()).calls == 0:
            return time.perf_counter() - start
        time.sleep(0.1)
    return None


def wait_for(server: subprocess.Popen[str], port: int) -> None:
    """Wait until the server answers, and no longer than it runs."""
    while server.poll() is None:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise click.ClickException("the server did not start")


def show(title: str, found: dict[str, Any], drain: float | None, asked: float) -> None:
    """Print what a load came to, and keep it where it answers what was asked."""
    rate = found["acknowledged"] / found["seconds"]
    told = f"{drain:.1f} s after the end" if drain is not None else "not awaited or never"
    print(
        f"\n{title}: {found['acknowledged']:,} events acknowledged in {found['seconds']:.1f} s, "
        f"{rate:,.0f} a second; p50 {found['p50']:.1f} ms, p99 {found['p99']:.1f} ms, "
        f"longest {found['longest']:.0f} ms; errors {found['errors'] or 'none'}; inbox empty {told}"
    )
    if asked:
        good = not found["errors"]
        keep(Result(title, f"asked: {asked:,.0f}/s", rate / 1e6, asked / 1e6, 1, good, "M events/s"))
        keep(Result(f"{title}, p99", "asked: under 300 ms", found["p99"] / 1000, 0.3, 1))
        keep(Result(f"{title}, inbox empty", "asked: within 10 s", drain or DRAIN, 10, 1))


def tell_commits(measured: dict[str, Any], seconds: float) -> None:
    """Print what part committing has in the time of the loads."""
    rounds = max(1, measured["rounds"])
    print(
        f"\n{rounds:,} transactions of {measured['requests'] / rounds:.1f} requests, "
        f"{measured['seconds'] / rounds * 1000:.1f} ms each, of which PostgreSQL's commit takes "
        f"{measured['commit_seconds'] / rounds * 1000:.1f} ms "
        f"({measured['commit_seconds'] / max(measured['seconds'], 1e-9):.0%}); commits were under way "
        f"{measured['commit_seconds'] / seconds:.0%} of the time. The server used "
        f"{measured['core_seconds'] / seconds:.2f} cores and {measured['peak_kb'] / 1e6:.2f} GB at most."
    )


@click.command()
@click.option("--seconds", default=60.0, show_default=True, help="How long a load lasts; in short 10.")
@click.option("--worker/--no-worker", default=True, help="Whether a worker seals meanwhile.")
def main(seconds: float, worker: bool) -> None:
    """Send batches and single events at the rates that are asked for, then as many as go."""
    print(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    with prepare() as workspace:
        with running(sys.executable, "-m", "bench.serving", "--port", str(port)) as server:
            wait_for(server, port)
            spent, acknowledged = at_asked_rates(workspace, port, seconds, worker)
            for title, batch, lanes in (("batches", 100, 16), ("one by one", 1, 64)):
                short = min(10, seconds)
                found = load(port, batch=batch, seconds=short, connections=lanes, run=f"flat{batch}")
                spent += found["seconds"]
                show(f"{title}, flat out, no worker", found, None, 0)
            server.send_signal(signal.SIGTERM)
            said = server.communicate(timeout=60)[0]
        tell_commits(json.loads(said.splitlines()[-1]), spent)
        if worker:
            sealed = sum(batch.num_rows for batch in workspace._lake.scan())
            print(f"{acknowledged:,} events were acknowledged at the asked rates, {sealed:,} are in the lake")
            if sealed != acknowledged:
                raise click.ClickException("not every acknowledged event is in the lake exactly once")
    shutil.rmtree(HOME, ignore_errors=True)


def at_asked_rates(workspace: Workspace, port: int, seconds: float, worker: bool) -> tuple[float, int]:
    """Send at the rates that are asked for, a little above; give the seconds and events of it."""
    spent, acknowledged = 0.0, 0
    beside = (
        [str(Path(sys.executable).parent / "giljabi"), "worker", "--until-closed"] if worker else ["true"]
    )
    with running(*beside):
        for title, batch, rate, asked, lanes in (
            ("ingest in batches of 100", 100, 20_500, 20_000, 16),
            ("ingest one by one", 1, 1_550, 1_500, 64),
        ):
            settings = {"batch": batch, "rate": rate, "connections": lanes, "run": f"paced{batch}"}
            found = load(port, seconds=seconds, **settings)
            spent += found["seconds"]
            acknowledged += found["acknowledged"]
            show(title, found, drained(workspace) if worker else None, asked)
    return spent, acknowledged


if __name__ == "__main__":
    main()
