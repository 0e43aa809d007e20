"""Who is in the workspace and as what: accounts, invitations, guests of maps."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from giljabi.access import Principal, Role
from giljabi.bootstrap import Guest, Workspace
from giljabi.model.errors import NotAllowed
from giljabi.server.auditing import tell
from giljabi.server.views.people import (
    GuestList,
    InvitationList,
    InvitationView,
    LetIn,
    PeopleView,
    PersonView,
    guest_view,
    invitation_view,
    people_view,
    person_view,
)


class RoleChange(msgspec.Struct, frozen=True):
    """What somebody is to be."""

    role: Role


class Enabling(msgspec.Struct, frozen=True):
    """Whether somebody is let in."""

    enabled: bool


class NewInvitation(msgspec.Struct, frozen=True):
    """Whom to invite as what; ``maps`` for guests alone: what they are to be on each."""

    email: str
    role: Role
    maps: dict[str, Role] = {}
    language: str = ""


class NewGuest(msgspec.Struct, frozen=True):
    """Whom to let see a map, and as what: viewer, commenter or editor."""

    email: str
    role: Role
    language: str = ""


@get("/people", sync_to_thread=True, needs="admin")
def list_people(workspace: NamedDependency[Workspace], principal: NamedDependency[Principal]) -> PeopleView:
    """List everybody who may come in."""
    return people_view(workspace, principal)


@put("/people/{id:str}/role", sync_to_thread=True, needs="admin")
def change_role(
    id: FromPath[str],  # noqa: A002
    data: JSONBody[RoleChange],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> PersonView:
    """Make somebody something else; it holds from their next request on."""
    _check_owners(workspace, principal, account=id, role=data.role)
    workspace.accounts.change_role(principal, id, data.role)
    tell(request, role=data.role)
    return _person(workspace, id)


@put("/people/{id:str}/enabled", sync_to_thread=True, needs="admin")
def change_enabled(
    id: FromPath[str],  # noqa: A002
    data: JSONBody[Enabling],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> PersonView:
    """Let somebody in no more, or again."""
    _check_owners(workspace, principal, account=id)
    change = workspace.accounts.enable if data.enabled else workspace.accounts.disable
    change(principal, id)
    tell(request, enabled=data.enabled)
    return _person(workspace, id)


@delete("/people/{id:str}", sync_to_thread=True, needs="admin")
def remove_person(
    id: FromPath[str],  # noqa: A002
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> None:
    """Remove an account with its sessions and tokens."""
    _check_owners(workspace, principal, account=id)
    workspace.accounts.remove(principal, id)


@get("/invitations", sync_to_thread=True, needs="admin")
def list_invitations(workspace: NamedDependency[Workspace]) -> InvitationList:
    """List the invitations that are good still."""
    return InvitationList([invitation_view(one) for one in workspace.accounts.invitations()])


@post("/invitations", sync_to_thread=True, needs="admin")
def invite(
    data: JSONBody[NewInvitation],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> InvitationView:
    """Invite somebody by mail; where none goes out, the answer has the link's secret to be passed on."""
    _check_owners(workspace, principal, role=data.role)
    made = workspace.accounts.invite(principal, data.email, data.role, data.maps, data.language)
    tell(request, email=made.email, role=made.role)
    return invitation_view(made)


@post("/invitations/{id:str}/again", status_code=200, sync_to_thread=True, needs="admin")
def invite_again(
    id: FromPath[str],  # noqa: A002
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> InvitationView:
    """Make an invitation's link anew, and send it again."""
    return invitation_view(workspace.accounts.renew(principal, id))


@delete("/invitations/{id:str}", sync_to_thread=True, needs="admin")
def withdraw(
    id: FromPath[str],  # noqa: A002
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> None:
    """End an invitation."""
    workspace.accounts.withdraw(principal, id)


@get("/maps/{id:str}/guests", sync_to_thread=True, needs="admin")
def list_guests(id: FromPath[str], workspace: NamedDependency[Workspace]) -> GuestList:  # noqa: A002
    """List the guests of a map."""
    return GuestList([guest_view(one) for one in workspace.accounts.guests_of(workspace.map(id).id)])


@post("/maps/{id:str}/guests", sync_to_thread=True, needs="admin")
def let_guest(
    id: FromPath[str],  # noqa: A002
    data: JSONBody[NewGuest],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> LetIn:
    """Let somebody see a map who sees no other."""
    done = workspace.accounts.let_guest(principal, workspace.map(id).id, data.email, data.role, data.language)
    tell(request, email=done.email, role=data.role)
    if isinstance(done, Guest):
        return LetIn(guest_view(done), None)
    return LetIn(None, invitation_view(done))


@delete("/maps/{id:str}/guests/{account:str}", sync_to_thread=True, needs="admin")
def leave_guest(
    id: FromPath[str],  # noqa: A002
    account: FromPath[str],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> None:
    """Turn a guest away from a map."""
    workspace.accounts.leave_guest(principal, id, account)


def _check_owners(
    workspace: Workspace, principal: Principal, *, account: str | None = None, role: Role | None = None
) -> None:
    """Refuse what makes or touches an owner to whoever may not give the workspace away, tokens among them."""
    if principal.may("own"):
        return
    if role == "owner" or (account is not None and workspace.accounts.me(account).role == "owner"):
        raise NotAllowed("Only owners decide who is an owner.")


def _person(workspace: Workspace, account: str) -> PersonView:
    maps = workspace.accounts.guest_maps().get(account, {})
    return person_view(workspace.accounts.me(account), maps)


router = Router(
    "/",
    route_handlers=[
        list_people,
        change_role,
        change_enabled,
        remove_person,
        list_invitations,
        invite,
        invite_again,
        withdraw,
        list_guests,
        let_guest,
        leave_guest,
    ],
    tags=["people"],
)
