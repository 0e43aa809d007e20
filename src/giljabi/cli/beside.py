"""The worker that serves beside the app: started with it, started again when it dies, ended with it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator

import click

_PROGRAM = "from giljabi.cli import main; main()"

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Seconds between two starts of a worker that keeps dying."""

_PATIENCE = 30.0
"""Seconds a worker has to end."""


@contextlib.contextmanager
def worker_beside(wanted: bool = True) -> Iterator[None]:
    """Have a worker in a process of its own while the block runs.

    It ends when we do, even when we are killed: its standard input is a pipe whose other end we hold. It has
    no part in what the terminal sends, so that it ends after us and in order.
    """
    if not wanted:
        yield
        return
    ending = threading.Event()
    keeping = threading.Thread(target=_keep, args=[ending], name="giljabi-worker", daemon=True)
    keeping.start()
    try:
        yield
    finally:
        ending.set()
        keeping.join()


def _keep(ending: threading.Event) -> None:
    pause = _FIRST_PAUSE
    while not ending.is_set():
        try:
            worker = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, "worker", "--until-closed"],
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            click.echo(f"giljabi: no worker could be started: {error}", err=True)
            return
        with worker:
            ended = _wait(worker, ending)
        if ended is not None:
            click.echo(f"giljabi: the worker ended with status {ended}; starting another", err=True)
            ending.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


def _wait(worker: subprocess.Popen[bytes], ending: threading.Event) -> int | None:
    """Wait for a worker's end and give its status; None when it was ended by us."""
    while not ending.wait(0.2):
        if (status := worker.poll()) is not None:
            return status
    assert worker.stdin is not None
    worker.stdin.close()
    try:
        worker.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        worker.kill()
    return None
