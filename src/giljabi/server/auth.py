"""Who makes a request: the holder of a token, somebody signed in, or whoever sits at the machine."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.openapi.spec import Reference, SecurityScheme

from giljabi.access import LOCAL, Principal, Visit
from giljabi.bootstrap import Settings, Workspace
from giljabi.model.errors import SignInFailed, SignInNeeded
from giljabi.server.cookies import session_token
from giljabi.server.hosts import from_elsewhere, is_loopback

SECURITY_SCHEMES: dict[str, SecurityScheme | Reference] = {
    "session": SecurityScheme(
        type="apiKey",
        security_scheme_in="cookie",
        name="__Host-giljabi",
        description="Somebody signed in. Changing requests show the header x-csrf-token beside it.",
    ),
    "token": SecurityScheme(type="http", scheme="bearer", description="An API token, gj_…"),
}
"""How the document of the API says who may come in."""

NOBODY = "Sign in first; programs show an API token."
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_LOCAL = Principal(account=LOCAL, name="", role="owner")


async def who_asks(connection: ASGIConnection[Any, Any, Any, Any]) -> Principal | None:
    """Give who makes a request; None where nobody can be told.

    The database is asked each time: what was ended, revoked or changed holds from the next request on, in
    every process.

    Raises
    ------
    SignInFailed
        If a token is shown that is none.
    """
    workspace: Workspace = connection.app.state.workspace
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        holder = await asyncio.to_thread(workspace.tokens.principal, secret.strip())
        if holder is None:
            raise SignInFailed("The token is not right, was revoked or has expired; make another.")
        return holder
    session = session_token(connection)
    if session is not None:
        signed_in = await asyncio.to_thread(workspace.accounts.principal, session)
        if signed_in is not None:
            return signed_in
    return _LOCAL if await is_open(connection) else None


async def is_open(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Say whether a request needs no account: at the machine itself, by choice, while there is no account."""
    settings: Settings = connection.app.state.settings
    if settings.accounts != "none" or not is_loopback(connection.headers.get("host", "")):
        return False
    client = connection.client
    if client is not None and from_elsewhere(client.host):
        return False
    if any(name in connection.headers for name in _FORWARDED):
        return False
    workspace: Workspace = connection.app.state.workspace
    return not await asyncio.to_thread(workspace.accounts.exist)


def principal_of(request: Request[Any, Any, Any]) -> Principal:
    """Give who makes a request that needs a right."""
    found = cast("Principal | None", request.scope.get("user"))
    if found is None:
        raise SignInNeeded(NOBODY)
    return found


def visit_of(request: Request[Any, Any, Any]) -> Visit:
    """Say from where a request comes."""
    address = request.client.host if request.client is not None else ""
    return Visit(address, request.headers.get("user-agent", ""))
