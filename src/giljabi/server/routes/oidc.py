"""Signing in with a provider of OpenID Connect."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Router, get
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect

from giljabi.access import Visit
from giljabi.bootstrap import Settings, Workspace
from giljabi.model.errors import NotAllowed, SignInFailed
from giljabi.server.auth import visit_of
from giljabi.server.cookies import is_encrypted, keep, session_token
from giljabi.server.pace import Pace

_LONGEST = 4_000
_MINUTES = 10


class ProviderView(msgspec.Struct, frozen=True):
    """A provider that people may sign in with."""

    id: str
    name: str


class ProviderList(msgspec.Struct, frozen=True):
    """The providers that people may sign in with; none where none is set up."""

    providers: list[ProviderView]


@get("/providers", sync_to_thread=False, needs="public")
def list_providers(workspace: NamedDependency[Workspace]) -> ProviderList:
    """List the providers that people may sign in with."""
    name = workspace.single_sign_on.name
    return ProviderList([] if name is None else [ProviderView("oidc", name)])


@get("/start", sync_to_thread=True, needs="public", status_code=302)
def start_at_provider(request: Request[Any, Any, Any], workspace: NamedDependency[Workspace]) -> Redirect:
    """Send the browser to the provider; ``next`` is the page to be seen when it is back."""
    seconds = _wait(request)
    if seconds:
        return _too_often(seconds)
    try:
        departure = workspace.single_sign_on.start(_callback(request), request.query_params.get("next", "/"))
    except SignInFailed:
        return _away("/sign-in?failed=provider")
    answer = _away(departure.address)
    _keep(request, answer, departure.kept, _MINUTES * 60)
    return answer


@get("/callback", sync_to_thread=True, needs="public", status_code=302)
def back_from_provider(
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    visit: NamedDependency[Visit],
) -> Redirect:
    """Take the browser back from the provider, and sign in whom it knows."""
    seconds = _wait(request)
    if seconds:
        return _too_often(seconds)
    kept = request.cookies.get(_cookie(request), "")[:_LONGEST]
    given = {name: one for name, one in request.query_params.items() if isinstance(one, str)}
    try:
        done, following = workspace.single_sign_on.finish(kept, given, _callback(request), visit)
    except NotAllowed:
        answer = _away("/sign-in?failed=invitation")
    except SignInFailed:
        answer = _away("/sign-in?failed=provider")
    else:
        before = session_token(request)
        if before is not None:
            workspace.accounts.sign_out(before)
        answer = _away(following if done.complete else f"/sign-in?next={quote(following, safe='/')}")
        keep(request, answer, done)
    _keep(request, answer, "", 0)
    return answer


def _callback(request: Request[Any, Any, Any]) -> str:
    settings: Settings = request.app.state.settings
    own = settings.url or f"{request.scope['scheme']}://{request.headers.get('host', '')}"
    return f"{own.rstrip('/')}/api/v1/oidc/callback"


def _wait(request: Request[Any, Any, Any]) -> int:
    """Count a step of a sign-in from a network address; give the seconds to wait where it is one too many."""
    pace: Pace = request.app.state.provider_pace
    return pace.wait(visit_of(request).address)


def _too_often(seconds: int) -> Redirect:
    # A browser asks for a page: it is told there, in its language, how long to wait.
    answer = _away(f"/sign-in?failed=often&wait={seconds}")
    answer.headers["retry-after"] = str(seconds)
    return answer


def _away(address: str) -> Redirect:
    return Redirect(address, status_code=302)


def _cookie(request: Request[Any, Any, Any]) -> str:
    return "__Host-giljabi-oidc" if is_encrypted(request) else "giljabi-oidc"


def _keep(request: Request[Any, Any, Any], answer: Redirect, kept: str, seconds: int) -> None:
    # Lax, as the provider's page leads back here: a strict one would not come along.
    answer.set_cookie(
        _cookie(request),
        kept,
        max_age=seconds,
        secure=is_encrypted(request),
        httponly=True,
        samesite="lax",
        path="/",
    )


router = Router(
    "/oidc",
    route_handlers=[list_providers, start_at_provider, back_from_provider],
    dependencies={"visit": Provide(visit_of, sync_to_thread=False)},
    security=[{}],
    tags=["session"],
)
