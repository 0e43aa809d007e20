"""``giljabi worker``: do the background work."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator

import click

from giljabi.bootstrap import (
    JobMetrics,
    Settings,
    Workspace,
    WorkspaceCollector,
    new_registry,
    open_metrics_door,
    open_workspace,
    read_settings,
    set_up_logs,
    set_up_traces,
)

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
    settings = read_settings()
    set_up_logs(settings.log_format, settings.log_level)
    stop = threading.Event()
    if until_closed:
        # Beside an app, those who wait for an answer come first; what waits in the inbox is safe.
        os.nice(_POLITE)
        threading.Thread(target=_wait_for_end, args=[stop], daemon=True).start()
    with (
        _stopped_by_signals(stop),
        open_workspace(settings=settings) as workspace,
        # Beside an app on the same machine, the app has the port.
        _watched(workspace, settings, door=not until_closed),
    ):
        workspace.jobs.work(stop, stalled_after)


@contextlib.contextmanager
def _watched(workspace: Workspace, settings: Settings, *, door: bool) -> Iterator[None]:
    """Count jobs and trace them while the block runs, as far as the settings ask for it."""
    with contextlib.ExitStack() as closing:
        if door and settings.metrics_port is not None:
            registry = new_registry()
            registry.register(WorkspaceCollector(workspace.standing))
            workspace.jobs.observers.append(JobMetrics(registry))
            closing.callback(open_metrics_door(settings, registry))
        if (tracing := set_up_traces(settings)) is not None:
            workspace.jobs.observers.append(tracing.job)
            closing.callback(tracing.close)
        yield


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
