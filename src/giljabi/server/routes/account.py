"""One's own account: name, language, password, e-mail address, second factor, sessions."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, Router, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from giljabi.access import Principal, Visit
from giljabi.bootstrap import Workspace
from giljabi.server.auth import visit_of
from giljabi.server.routes.session import Code, entered
from giljabi.server.views.account import (
    AccountView,
    EmailChangeView,
    Ended,
    RecoveryCodes,
    SessionList,
    TotpOfferView,
    account_view,
    email_change_view,
    own_session,
    totp_offer_view,
)
from giljabi.server.views.session import SessionView


class Profile(msgspec.Struct, frozen=True):
    """A name, and the language of mails: ``ko``, ``en`` or none."""

    name: str
    language: str = ""


class NewPassword(msgspec.Struct, frozen=True):
    """The password so far, and the one from now on."""

    old: str
    new: str


class NewEmail(msgspec.Struct, frozen=True):
    """Another e-mail address, and the password."""

    password: str
    email: str


class Password(msgspec.Struct, frozen=True):
    """The password, which is asked again before something that matters."""

    password: str


@get("/", sync_to_thread=True, needs="signed_in")
def read_account(workspace: NamedDependency[Workspace], principal: NamedDependency[Principal]) -> AccountView:
    """Give one's own account."""
    return account_view(workspace, principal.account)


@put("/", sync_to_thread=True, needs="signed_in")
def change_profile(
    data: JSONBody[Profile],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> AccountView:
    """Change name and language."""
    workspace.accounts.change_profile(principal.account, data.name, data.language)
    return account_view(workspace, principal.account)


@put("/password", sync_to_thread=True, needs="signed_in")
def change_password(
    data: JSONBody[NewPassword],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
    visit: NamedDependency[Visit],
) -> Response[SessionView]:
    """Change the password; all other sessions end, and this one gets another secret."""
    done = workspace.accounts.change_password(principal.account, data.old, data.new, visit)
    return entered(request, workspace, done)


@put("/email", sync_to_thread=True, needs="signed_in")
def change_email(
    data: JSONBody[NewEmail],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> EmailChangeView:
    """Ask for another e-mail address; it holds once it is confirmed by the link sent there."""
    return email_change_view(workspace.accounts.change_email(principal.account, data.password, data.email))


@post("/second-factor", status_code=200, sync_to_thread=True, needs="signed_in")
def set_up_second_factor(
    data: JSONBody[Password],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> TotpOfferView:
    """Offer a second factor; it is asked for once a first code of it is confirmed."""
    return totp_offer_view(workspace.accounts.set_up_totp(principal.account, data.password))


@put("/second-factor", sync_to_thread=True, needs="signed_in")
def confirm_second_factor(
    data: JSONBody[Code], workspace: NamedDependency[Workspace], principal: NamedDependency[Principal]
) -> RecoveryCodes:
    """Confirm the second factor by a code of it; give the recovery codes."""
    return RecoveryCodes(list(workspace.accounts.confirm_totp(principal.account, data.code)))


@post("/second-factor/off", status_code=204, sync_to_thread=True, needs="signed_in")
def turn_off_second_factor(
    data: JSONBody[Password],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> None:
    """Ask for a second factor no more."""
    workspace.accounts.turn_off_totp(principal.account, data.password)


@post("/recovery-codes", status_code=200, sync_to_thread=True, needs="signed_in")
def new_recovery_codes(
    data: JSONBody[Password],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> RecoveryCodes:
    """Give new recovery codes, in the place of all earlier ones."""
    return RecoveryCodes(list(workspace.accounts.new_recovery_codes(principal.account, data.password)))


@get("/sessions", sync_to_thread=True, needs="signed_in")
def list_sessions(
    workspace: NamedDependency[Workspace], principal: NamedDependency[Principal]
) -> SessionList:
    """List where one is signed in."""
    found = workspace.accounts.sessions(principal.account)
    return SessionList([own_session(one, principal.session) for one in found])


@delete("/sessions/{id:str}", sync_to_thread=True, needs="signed_in")
def end_session(
    id: FromPath[str],  # noqa: A002
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> None:
    """Sign out somewhere."""
    workspace.accounts.end_session(principal.account, id)


@delete("/sessions", status_code=200, sync_to_thread=True, needs="signed_in")
def end_other_sessions(workspace: NamedDependency[Workspace], principal: NamedDependency[Principal]) -> Ended:
    """Sign out everywhere but here."""
    return Ended(workspace.accounts.end_other_sessions(principal.account, principal.session))


router = Router(
    "/account",
    route_handlers=[
        read_account,
        change_profile,
        change_password,
        change_email,
        set_up_second_factor,
        confirm_second_factor,
        turn_off_second_factor,
        new_recovery_codes,
        list_sessions,
        end_session,
        end_other_sessions,
    ],
    dependencies={"visit": Provide(visit_of, sync_to_thread=False)},
    tags=["account"],
)
