"""Coming in and going out: sign-in, second factor, and the links that let somebody in."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from giljabi.access import SignedIn, Visit
from giljabi.bootstrap import Workspace
from giljabi.server.auth import visit_of, who_asks
from giljabi.server.cookies import csrf_token, forget_session, half_token, keep, session_token
from giljabi.server.views.session import LinkView, SessionView, link_view, session_view


class SignIn(msgspec.Struct, frozen=True):
    """An e-mail address and its password."""

    email: str
    password: str


class Code(msgspec.Struct, frozen=True):
    """A code of the second factor, or a recovery code."""

    code: str


class LinkToken(msgspec.Struct, frozen=True):
    """The secret of a link."""

    token: str


class Begin(msgspec.Struct, frozen=True):
    """The owner's account, and the secret of the link it is made by."""

    token: str
    email: str
    password: str
    name: str = ""
    language: str = ""


class Join(msgspec.Struct, frozen=True):
    """The account of somebody invited, and the secret of their link."""

    token: str
    password: str
    name: str = ""
    language: str = ""


class Forgotten(msgspec.Struct, frozen=True):
    """Whose password is forgotten, and the language of the mail."""

    email: str
    language: str = ""


class Reset(msgspec.Struct, frozen=True):
    """A new password, and the secret of the link by which it is set."""

    token: str
    password: str


class ConfirmedEmail(msgspec.Struct, frozen=True):
    """The e-mail address an account has now."""

    email: str


@get("/", needs="public")
async def who_am_i(request: Request[Any, Any, Any], workspace: NamedDependency[Workspace]) -> SessionView:
    """Say who asks, and what they may do; or that a sign-in waits for its second factor."""
    principal = await who_asks(request)
    token = session_token(request) if principal is not None and principal.session else None
    csrf = csrf_token(token) if token else ""
    half = half_token(request) if principal is None else None
    waits = half is not None and await asyncio.to_thread(workspace.accounts.waits_for_code, half)
    return await asyncio.to_thread(session_view, workspace, principal, csrf=csrf, second_factor=waits)


@post("/", status_code=200, sync_to_thread=True, needs="public")
def sign_in(
    data: JSONBody[SignIn],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    visit: NamedDependency[Visit],
) -> Response[SessionView]:
    """Sign in; where a second factor is set up, its code is asked for next."""
    before = session_token(request) or half_token(request) or ""
    return entered(request, workspace, workspace.accounts.sign_in(data.email, data.password, visit, before))


@post("/second-factor", status_code=200, sync_to_thread=True, needs="public")
def second_factor(
    data: JSONBody[Code],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    visit: NamedDependency[Visit],
) -> Response[SessionView]:
    """Give the code of the second factor, or a recovery code."""
    done = workspace.accounts.second_factor(half_token(request) or "", data.code, visit)
    return entered(request, workspace, done)


@delete("/", status_code=204, sync_to_thread=True, needs="public")
def sign_out(request: Request[Any, Any, Any], workspace: NamedDependency[Workspace]) -> Response[None]:
    """End the session, or the sign-in that waits for its second factor."""
    for session in (session_token(request), half_token(request)):
        if session is not None:
            workspace.accounts.sign_out(session)
    response = Response(None)
    forget_session(request, response)
    return response


@post("/link", status_code=200, sync_to_thread=True, needs="public")
def look_at_link(data: JSONBody[LinkToken], workspace: NamedDependency[Workspace]) -> LinkView:
    """Say what a link is good for."""
    return link_view(workspace.accounts.look_at_link(data.token))


@post("/begin", status_code=200, sync_to_thread=True, needs="public")
def begin(
    data: JSONBody[Begin],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    visit: NamedDependency[Visit],
) -> Response[SessionView]:
    """Make the owner's account by the link that the server printed at its start."""
    done = workspace.accounts.begin(data.token, data.email, data.name, data.password, data.language, visit)
    return entered(request, workspace, done)


@post("/join", status_code=200, sync_to_thread=True, needs="public")
def join(
    data: JSONBody[Join],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    visit: NamedDependency[Visit],
) -> Response[SessionView]:
    """Accept an invitation."""
    done = workspace.accounts.join(data.token, data.name, data.password, data.language, visit)
    return entered(request, workspace, done)


@post("/forgotten", status_code=202, sync_to_thread=True, needs="public")
def forgotten(
    data: JSONBody[Forgotten], workspace: NamedDependency[Workspace], visit: NamedDependency[Visit]
) -> None:
    """Have a link sent by which a password is set anew; the answer is the same for everybody."""
    workspace.accounts.ask_reset(data.email, data.language, visit)


@post("/reset", status_code=200, sync_to_thread=True, needs="public")
def reset(
    data: JSONBody[Reset],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    visit: NamedDependency[Visit],
) -> Response[SessionView]:
    """Set a password anew, and sign in."""
    return entered(request, workspace, workspace.accounts.reset(data.token, data.password, visit))


@post("/email", status_code=200, sync_to_thread=True, needs="public")
def confirm_email(data: JSONBody[LinkToken], workspace: NamedDependency[Workspace]) -> ConfirmedEmail:
    """Confirm an e-mail address by the link that was sent to it."""
    return ConfirmedEmail(workspace.accounts.confirm_email(data.token).email)


def entered(request: Request[Any, Any, Any], workspace: Workspace, done: SignedIn) -> Response[SessionView]:
    """Answer somebody who came in, and have their browser keep the session, or half of one."""
    csrf = csrf_token(done.token) if done.complete else ""
    view = session_view(workspace, done.principal, csrf=csrf, second_factor=not done.complete)
    response = Response(view)
    keep(request, response, done)
    return response


router = Router(
    "/session",
    route_handlers=[
        who_am_i,
        sign_in,
        second_factor,
        sign_out,
        look_at_link,
        begin,
        join,
        forgotten,
        reset,
        confirm_email,
    ],
    dependencies={"visit": Provide(visit_of, sync_to_thread=False)},
    security=[{}],
    tags=["session"],
)
