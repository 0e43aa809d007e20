"""``giljabi up``: serve the app."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from collections.abc import Iterator, Mapping
from typing import Any

import click
import msgspec

from giljabi.bootstrap import Settings, Workspace, open_workspace, read_settings, set_up_logs

SERVING: Mapping[str, Any] = {
    "http": "giljabi.server.patience:PatientProtocol",
    # With more connections than these, each further request is answered with 503.
    "limit_concurrency": 1_000,
    # Requests are told by ourselves, without their addresses.
    "access_log": False,
    "server_header": False,
    # Whoever is not a trusted proxy is not believed about whom it speaks for.
    "proxy_headers": False,
}
"""Settings of uvicorn for a server that strangers send to."""


def check_port(settings: Settings) -> None:
    """Raise ClickException where another program has the port."""
    try:
        kind = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise click.ClickException(
            f"{settings.host!r} is no address to listen on; choose one with --host or GILJABI_HOST"
        ) from error
    with socket.socket(kind[0]) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(kind[4])
        except OSError as error:
            raise click.ClickException(_not_free(settings, error)) from None


def serve(settings: Settings, *, worker: bool = True) -> None:
    """Serve the app until it is told to stop.

    With ``worker``, a process beside it does the background work.

    Raises
    ------
    ClickException
        If it should listen beyond this machine, and there is no account.
    """
    from giljabi.cli.beside import worker_beside
    from giljabi.cli.serving import run  # comes with uvicorn

    set_up_logs(settings.log_format, settings.log_level)
    _hand_down(settings)
    # Kept open meanwhile, so that the database need not be started twice.
    with open_workspace(settings=settings) as workspace:
        begun = workspace.accounts.exist()
        if not begun and not _on_this_machine(settings.host):
            raise click.ClickException(_NO_OWNER.format(host=settings.host))
        lines = [
            f"Giljabi is at {_address(settings)} (Ctrl+C stops it)",
            *_of_accounts(workspace, settings, begun),
        ]
        with worker_beside(worker):
            run(
                "giljabi.server.app:create_app",
                lines,
                host=settings.host,
                port=settings.port,
                log_config=None,
                **{**SERVING, **_proxies(settings)},
            )


_NO_OWNER = (
    "there is no account yet, so Giljabi listens on this machine only, not on {host}; make the owner first, "
    "with `giljabi accounts make-owner` or by the link that `giljabi up --host 127.0.0.1` prints"
)


def _of_accounts(workspace: Workspace, settings: Settings, begun: bool) -> Iterator[str]:
    """Say how the first owner comes in, or that nobody needs to; the link is printed and never logged."""
    if settings.accounts == "none":
        if not begun:
            yield "It is used without accounts: whoever sits at this machine may do everything."
    elif not begun and (link := workspace.accounts.owner_link()) is not None:
        yield f"Make the owner: {_address(settings)}/start#{link}"


def _hand_down(settings: Settings) -> None:
    """Have the server and the worker read what was decided here."""
    for name in ("workspace", "host", "port", "accounts"):
        os.environ[f"GILJABI_{name.upper()}"] = str(getattr(settings, name))


def _address(settings: Settings) -> str:
    if settings.url:
        return settings.url.rstrip("/")
    host = settings.host if _on_this_machine(settings.host) else "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _not_free(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {settings.port} is taken by another program; choose one with --port or GILJABI_PORT"
    return f"nothing can listen on {settings.host}:{settings.port}: {error.strerror}"


def _proxies(settings: Settings) -> Mapping[str, Any]:
    if not settings.trusted_proxies:
        return {}
    return {"proxy_headers": True, "forwarded_allow_ips": list(settings.trusted_proxies)}


with_worker = click.option(
    "--worker/--no-worker",
    default=True,
    help="Start a worker beside the app, which does the background work (or leave that to giljabi worker).",
)


@click.command("up")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to serve on (GILJABI_PORT, else 8400).")
@click.option("--host", help="Address to listen on (GILJABI_HOST, else 127.0.0.1).")
@with_worker
def command(port: int | None, host: str | None, worker: bool) -> None:
    """Serve the app on http://127.0.0.1:8400, with a worker beside it.

    At its first start it prints a link by which the owner's account is made. Until there is one, it listens
    on this machine only.
    """
    given = {name: value for name, value in (("port", port), ("host", host)) if value}
    settings = msgspec.structs.replace(read_settings(), **given)
    check_port(settings)
    serve(settings, worker=worker)
