"""Who comes to a server with accounts: one of each role, guests, and tokens of each scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyotp

from giljabi.access import SCOPES, Principal, Role, Visit
from giljabi.server.cookies import csrf_token

if TYPE_CHECKING:
    from giljabi.bootstrap import Workspace

PASSWORD = "Zwölf Boxkämpfer jagen Viktor"
VISIT = Visit("127.0.0.1", "tests")
COOKIE = "giljabi"
"""The name of the session's cookie at http://127.0.0.1."""
HALF = "giljabi-half"
"""The name of the cookie of a sign-in that waits for its second factor."""


@dataclass(frozen=True)
class Comer:
    """Somebody with a session or a token: who they are, and the headers their requests have."""

    principal: Principal | None = None
    session: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


NOBODY = Comer()


def signed_in(session: str, principal: Principal | None) -> Comer:
    """Give somebody with a session, whose every request shows that it comes from our own pages."""
    headers = {"cookie": f"{COOKIE}={session}", "x-csrf-token": csrf_token(session)}
    return Comer(principal, session, headers)


def make_owner(workspace: Workspace, email: str = "owner@example.com") -> Comer:
    """Make the first owner, and sign in."""
    link = workspace.accounts.owner_link()
    assert link is not None
    done = workspace.accounts.begin(link, email, "Owner", PASSWORD, "en", VISIT)
    return signed_in(done.token, done.principal)


def admit(
    workspace: Workspace,
    by: Comer,
    role: Role,
    maps: Mapping[str, Role] | None = None,
    email: str | None = None,
) -> Comer:
    """Have somebody invited and join."""
    assert by.principal is not None
    address = email or f"{role}@example.com"
    invitation = workspace.accounts.invite(by.principal, address, role, maps or {}, "en")
    assert invitation.token is not None
    done = workspace.accounts.join(invitation.token, role.title(), PASSWORD, "en", VISIT)
    return signed_in(done.token, done.principal)


def half_in(workspace: Workspace, by: Comer) -> Comer:
    """Give an admin whose password was right, and whose code is to come; half a session is shown as one."""
    account = admit(workspace, by, "admin", email="half@example.com").principal
    assert account is not None
    secret = workspace.accounts.set_up_totp(account.account, PASSWORD).secret
    workspace.accounts.confirm_totp(account.account, pyotp.TOTP(secret).now())
    token = workspace.accounts.sign_in("half@example.com", PASSWORD, VISIT).token
    cookies = f"{COOKIE}={token}; {HALF}={token}"
    return Comer(headers={"cookie": cookies, "x-csrf-token": csrf_token(token)})


def with_token(workspace: Workspace, maker: Comer, *scopes: Any, days: int | None = None) -> Comer:
    """Give a program that shows a token of some scopes."""
    assert maker.principal is not None
    _, secret = workspace.tokens.make(maker.principal, "tests", scopes, days)
    return Comer(workspace.tokens.principal(secret), headers={"authorization": f"Bearer {secret}"})


def everybody(workspace: Workspace, own_map: str) -> dict[str, Comer]:
    """Give one comer of each kind; the guests are let in by one map."""
    owner = make_owner(workspace)
    roles: tuple[Role, ...] = ("admin", "editor", "commenter", "viewer")
    guests: tuple[Role, ...] = ("editor", "commenter", "viewer")
    return {
        "nobody": NOBODY,
        "owner": owner,
        **{role: admit(workspace, owner, role) for role in roles},
        **{
            f"guest as {role}": admit(workspace, owner, "guest", {own_map: role}, f"guest-{role}@example.com")
            for role in guests
        },
        "half in": half_in(workspace, owner),
        **{f"token for {scope}": with_token(workspace, owner, scope) for scope in SCOPES},
    }
