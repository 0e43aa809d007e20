"""The session's cookie, and the token that shows that a change was asked for by our own pages."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from litestar import Request, Response
from litestar.connection import ASGIConnection

from giljabi.server.hosts import is_loopback

_LONGEST = 200


def is_encrypted(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Say whether cookies are for encrypted connections alone: everywhere but at this machine's own names."""
    host = connection.headers.get("host", "")
    return connection.scope["scheme"] in {"https", "wss"} or not is_loopback(host)


def cookie_name(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Name the cookie of the session.

    With the prefix ``__Host-`` browsers take it from this very host alone, and over HTTPS alone. At
    http://127.0.0.1 and http://localhost not every browser takes such a cookie, so it has a plain name there.
    """
    return "__Host-giljabi" if is_encrypted(connection) else "giljabi"


def session_token(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """Give the secret of the session that a request belongs to; it may have ended."""
    said = connection.cookies.get(cookie_name(connection), "")
    return said if 0 < len(said) <= _LONGEST else None


def keep_session(request: Request[Any, Any, Any], response: Response[Any], token: str) -> None:
    """Have the browser keep a session until it is closed; the server ends it earlier."""
    response.set_cookie(
        cookie_name(request), token, secure=is_encrypted(request), httponly=True, samesite="lax", path="/"
    )


def forget_session(request: Request[Any, Any, Any], response: Response[Any]) -> None:
    """Have the browser forget its session."""
    response.set_cookie(
        cookie_name(request),
        "",
        secure=is_encrypted(request),
        httponly=True,
        samesite="lax",
        path="/",
        max_age=0,
    )


def csrf_token(session: str) -> str:
    """Give what changing requests of a session show in ``x-csrf-token``.

    Only who knows the session's secret can compute it, and the cookie is shown to no script.
    """
    return hmac.new(session.encode(), b"giljabi csrf", hashlib.sha256).hexdigest()
