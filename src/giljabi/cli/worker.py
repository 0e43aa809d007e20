"""``giljabi worker``: do the background work."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator

import click

from giljabi.bootstrap import open_workspace

_POLITE = 10


@click.command("worker")
@click.option(
    "--stalled-after",
    default=30.0,
    show_default=True,
    type=click.FloatRange(1),
    help="Seconds of silence after which another worker is held for dead and its work is done again.",
)
@click.option("--until-closed", is_flag=True, help="End when the standard input is closed.")
def command(stalled_after: float, until_closed: bool) -> None:
    """Seal what came in into the lake, keep the log up to date, pull sources.

    `giljabi up` starts one by itself. Any number may work on one workspace; each job is done by one of them.
    """
    logging.basicConfig(level=logging.WARNING, format="giljabi worker: %(message)s", force=True)
    # What concerns people is told by ourselves; these tell of every connection that is tried again.
    for talkative in ("procrastinate", "psycopg.pool", "asyncio"):
        logging.getLogger(talkative).setLevel(logging.CRITICAL)
    stop = threading.Event()
    if until_closed:
        # Beside an app, those who wait for an answer come first; what waits in the inbox is safe.
        os.nice(_POLITE)
        threading.Thread(target=_wait_for_end, args=[stop], daemon=True).start()
    with _stopped_by_signals(stop), open_workspace() as workspace:
        workspace.jobs.work(stop, stalled_after)


def _wait_for_end(stop: threading.Event) -> None:
    """Stop when whoever holds the other end of the standard input ends, in whatever way."""
    with contextlib.suppress(OSError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    stop.set()


@contextlib.contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    before = {
        number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
