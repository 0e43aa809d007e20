"""Who may ask for what: the guards that stand before every handler.

Each handler says in its decorator what it needs: a right, ``public`` for everybody, or ``signed_in`` for
people about their own account, which no token may touch. ``guests`` names the path parameter with the map
that a guest may be let in by; ``*`` lets in guests of any map, and the handler shows them theirs alone. A
handler that says nothing is closed.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from giljabi.access import LOCAL, Principal, Right
from giljabi.model.errors import NotAllowed, SignInNeeded
from giljabi.server.auth import NOBODY, who_asks
from giljabi.server.cookies import csrf_token, session_token
from giljabi.server.hosts import Hosts, name_of
from giljabi.server.pace import Pace
from giljabi.server.problems import Problem

CSRF_HEADER = "x-csrf-token"

_SAFE = {"GET", "HEAD", "OPTIONS"}
_FORMS = ("text/plain", "application/x-www-form-urlencoded")

_WHO: Mapping[str, str] = {
    "view": "Only members of the workspace may see this.",
    "comment": "Only commenters, editors, admins and owners may do this.",
    "edit": "Only editors, admins and owners may do this.",
    "people": "Only editors, admins and owners may look at single customers.",
    "admin": "Only admins and owners may do this.",
    "own": "Only owners may do this.",
}


# A guard that is no coroutine would be run in a thread, for each request.


async def let_in(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse requests by another name than this server's, and whoever lacks what the handler needs.

    Raises
    ------
    SignInNeeded
        If nobody is signed in.
    Problem
        If they ask too often.
    NotAllowed
        If whoever asks lacks the right, or the handler says nothing of what it needs.
    """
    _check_host(connection, handler)
    await _admit(connection, handler)


def _check_host(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse requests by a name that is not this server's, unless the handler says ``hosts="any"``."""
    hosts: Hosts = connection.app.state.hosts
    host = connection.headers.get("host", "")
    if handler.opt.get("hosts") != "any" and not hosts.answers_to(host):
        raise PermissionDeniedException(
            f"This server does not answer to the name {name_of(host)!r}; its operator sets GILJABI_URL or "
            "GILJABI_HOSTS."
        )


async def same_origin(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse changes that another site's page asks for.

    Browsers name the asking page in ``Origin`` and ``Sec-Fetch-Site``; programs send neither and may pass.
    What a form of another site could send without being asked, by a browser that names no page, is refused.
    """
    if connection.scope.get("method") in _SAFE:
        return
    hosts: Hosts = connection.app.state.hosts
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    foreign = site is not None and site not in {"same-origin", "none"}
    if foreign or (origin is not None and not hosts.is_home(connection.headers.get("host", ""), origin)):
        raise PermissionDeniedException("Changes may only come from this server's own pages.")
    if connection.headers.get("content-type", "").partition(";")[0].strip().lower() in _FORMS:
        raise PermissionDeniedException("Send JSON, and say so: Content-Type: application/json.")


async def _admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse whoever lacks what the handler needs, and note in the scope who asks."""
    needs = handler.opt.get("needs")
    if needs == "public" or connection.scope.get("method") == "OPTIONS":
        return
    principal = await who_asks(connection)
    if principal is None:
        raise SignInNeeded(NOBODY)
    connection.scope["user"] = principal
    _check_pace(connection, principal)
    if needs is None:
        raise NotAllowed("This address says nothing of who may use it, so nobody may.")
    if needs == "signed_in":
        _check_person(principal)
    else:
        _check_right(principal, needs, handler.opt.get("guests"), connection.path_params)
    _check_csrf(connection, principal)


def _check_pace(connection: ASGIConnection[Any, Any, Any, Any], principal: Principal) -> None:
    """Refuse what a session or a token asks beyond its share; whoever sits at the machine has no limit."""
    pace: Pace = connection.app.state.pace
    asker = principal.session or principal.token
    seconds = pace.wait(asker) if asker else 0
    if seconds:
        raise Problem(
            status_code=429,
            type_="too-many",
            title="Too many requests",
            detail=f"This session or token asks too often; go on in {seconds} seconds, and more slowly.",
            headers={"retry-after": str(seconds)},
            extra={"seconds": seconds},
        )


def _check_person(principal: Principal) -> None:
    if principal.account == LOCAL:
        raise NotAllowed("This workspace is used without accounts, so there is no account to change.")
    if principal.token:
        raise NotAllowed("A token may not change accounts; sign in to do this.")


def _check_right(
    principal: Principal, right: Right, guests: str | None, parameters: Mapping[str, Any]
) -> None:
    if principal.role == "guest" and guests is not None:
        maps = principal.maps if guests == "*" else [parameters[guests]]
        if any(principal.may(right, one) for one in maps):
            return
    if right in principal.rights:
        return
    said = _WHO[right]
    if principal.token:
        said = "This token may not do this: it lacks the scope, or its maker the right."
    raise Problem(
        status_code=403, type_="not-allowed", title="Not allowed", detail=said, extra={"needs": right}
    )


def _check_csrf(connection: ASGIConnection[Any, Any, Any, Any], principal: Principal) -> None:
    if not principal.session or connection.scope.get("method", "GET") in _SAFE:
        return
    session = session_token(connection)
    shown = connection.headers.get(CSRF_HEADER, "")
    if session is None or not hmac.compare_digest(shown.encode(), csrf_token(session).encode()):
        raise Problem(
            status_code=403,
            type_="csrf",
            title="Not allowed",
            detail="The page is out of date; load it again. Programs use an API token, not a session.",
        )
