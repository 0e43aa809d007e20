"""Who may talk to a server that has no accounts yet: pages of this very server, on this very machine."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection, Request
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler

LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "[::1]"}
"""Host names the server answers to; any other could be a rebound DNS name of a foreign page."""

_SAFE = {"GET", "HEAD", "OPTIONS"}


def known_host(request: Request[Any, Any, Any]) -> None:
    """Refuse requests that came by a name other than this machine's own."""
    host = request.headers.get("host", "")
    if not is_own_host(host):
        raise PermissionDeniedException(
            f"This server answers to http://127.0.0.1 and http://localhost only, not to {_name(host)!r}."
        )


def is_own_host(host: str) -> bool:
    """Say whether a ``Host`` header names this machine."""
    return _name(host) in LOOPBACK_HOSTS


def _name(host: str) -> str:
    return host if host.endswith("]") else host.rpartition(":")[0] or host


def same_origin(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse changes that another site's page asks for.

    Browsers name the asking page in ``Origin`` and ``Sec-Fetch-Site``; programs send neither and may pass.
    """
    if connection.scope.get("method", "GET") in _SAFE:
        return
    site = connection.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise PermissionDeniedException("Changes may only come from this server's own pages.")
    origin = connection.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != connection.headers.get("host"):
        raise PermissionDeniedException("Changes may only come from this server's own pages.")
