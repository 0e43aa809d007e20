"""``giljabi up``: serve the app."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from typing import Any

import click

from giljabi.bootstrap import read_settings, set_up_logs

HOST = "127.0.0.1"

SERVING: Mapping[str, Any] = {
    "http": "giljabi.server.patience:PatientProtocol",
    # With more connections than these, each further request is answered with 503.
    "limit_concurrency": 1_000,
    # Requests are told by ourselves, without their addresses.
    "access_log": False,
}
"""Settings of uvicorn for a server that strangers send to."""


def check_port(port: int) -> None:
    """Raise ClickException where another program has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise click.ClickException(
                f"port {port} is taken by another program; choose one with --port or GILJABI_PORT"
            ) from None


def serve(port: int, workspace: str | None = None, *, worker: bool = True) -> None:
    """Serve the app on this machine until it is told to stop; ``workspace`` overrides GILJABI_WORKSPACE.

    With ``worker``, a process beside it does the background work.
    """
    import uvicorn

    from giljabi.cli.beside import worker_beside

    settings = read_settings()
    set_up_logs(settings.log_format, settings.log_level)
    if workspace is not None:
        os.environ["GILJABI_WORKSPACE"] = workspace
    click.echo(f"Giljabi is at http://{HOST}:{port} (Ctrl+C stops it)")
    with worker_beside(worker):
        uvicorn.run(
            "giljabi.server.app:create_app", factory=True, host=HOST, port=port, log_config=None, **SERVING
        )


def default_port() -> int:
    """Give the port of the settings."""
    return read_settings().port


with_worker = click.option(
    "--worker/--no-worker",
    default=True,
    help="Start a worker beside the app, which does the background work (or leave that to giljabi worker).",
)


@click.command("up")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to serve on (GILJABI_PORT, else 8400).")
@with_worker
def command(port: int | None, worker: bool) -> None:
    """Serve the app on http://127.0.0.1:8400, with a worker beside it.

    There are no accounts yet, so it listens on this machine only.
    """
    port = port or default_port()
    check_port(port)
    serve(port, worker=worker)
