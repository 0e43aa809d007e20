"""The cookies of sessions, whole and half, and the token that shows that our own pages ask for a change."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from litestar import Request, Response
from litestar.connection import ASGIConnection

from giljabi.access import SignedIn
from giljabi.bootstrap import UNFINISHED
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
    return _said(connection, cookie_name(connection))


def half_token(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """Give the secret of a sign-in that waits for its second factor, and opens nothing; it may have ended."""
    return _said(connection, _half_name(connection))


def keep(request: Request[Any, Any, Any], response: Response[Any], done: SignedIn) -> None:
    """Have the browser keep a session until it is closed, or, while it is half a one, for minutes.

    The server ends either earlier. What was kept of the other kind is forgotten.
    """
    whole, half = cookie_name(request), _half_name(request)
    if done.complete:
        _set(request, response, whole, done.token, None)
    else:
        _set(request, response, half, done.token, int(UNFINISHED.total_seconds()))
    other = half if done.complete else whole
    if other in request.cookies:
        _set(request, response, other, "", 0)


def forget_session(request: Request[Any, Any, Any], response: Response[Any]) -> None:
    """Have the browser forget its session, whole or half."""
    for name in (cookie_name(request), _half_name(request)):
        if name in request.cookies:
            _set(request, response, name, "", 0)


def csrf_token(session: str) -> str:
    """Give what changing requests of a session show in ``x-csrf-token``.

    Only who knows the session's secret can compute it, and the cookie is shown to no script.
    """
    return hmac.new(session.encode(), b"giljabi csrf", hashlib.sha256).hexdigest()


def _half_name(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    return f"{cookie_name(connection)}-half"


def _said(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str | None:
    said = connection.cookies.get(name, "")
    return said if 0 < len(said) <= _LONGEST else None


def _set(
    request: Request[Any, Any, Any], response: Response[Any], name: str, value: str, seconds: int | None
) -> None:
    response.set_cookie(
        name,
        value,
        secure=is_encrypted(request),
        httponly=True,
        samesite="lax",
        path="/",
        max_age=seconds,
    )
