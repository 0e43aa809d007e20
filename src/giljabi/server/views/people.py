"""Who is in the workspace, who is invited, and the guests of maps, as the pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from giljabi.access import ROLES, Principal, Role, at_least
from giljabi.bootstrap import Guest, Invitation, Workspace
from giljabi.store import StoredAccount


class PersonView(msgspec.Struct, frozen=True):
    """Somebody's account; ``maps`` are a guest's, and what they are on each."""

    id: str
    email: str
    name: str
    role: str
    enabled: bool
    second_factor: bool
    has_password: bool
    created_at: datetime
    last_seen_at: datetime | None
    maps: Mapping[str, Role]


class PeopleView(msgspec.Struct, frozen=True):
    """Everybody, and the roles that whoever asks may give."""

    people: list[PersonView]
    roles: list[Role]


class InvitationView(msgspec.Struct, frozen=True):
    """An invitation; ``token`` is the secret of its link, right after making it, where no mail went out."""

    id: str
    email: str
    role: Role
    maps: Mapping[str, Role]
    made_by: str
    created_at: datetime
    expires_at: datetime
    mailed: bool
    problem: str
    token: str | None


class InvitationList(msgspec.Struct, frozen=True):
    """The invitations that are good still, the newest first."""

    invitations: list[InvitationView]


class GuestView(msgspec.Struct, frozen=True):
    """A guest of a map."""

    account: str
    email: str
    name: str
    role: Role


class GuestList(msgspec.Struct, frozen=True):
    """The guests of a map."""

    guests: list[GuestView]


class LetIn(msgspec.Struct, frozen=True):
    """Whom was let in: a guest who is known, or one who is invited."""

    guest: GuestView | None
    invitation: InvitationView | None


def people_view(workspace: Workspace, principal: Principal) -> PeopleView:
    """Draw everybody."""
    maps = workspace.accounts.guest_maps()
    people = [person_view(one, maps.get(one.id, {})) for one in workspace.accounts.people()]
    given = [one for one in ROLES if at_least(principal.role, one)]
    return PeopleView(people, given if principal.may("own") else [one for one in given if one != "owner"])


def person_view(one: StoredAccount, maps: Mapping[str, Role]) -> PersonView:
    """Draw somebody's account."""
    return PersonView(
        id=one.id,
        email=one.email,
        name=one.name,
        role=one.role,
        enabled=one.enabled,
        second_factor=one.second_factor,
        has_password=one.has_password,
        created_at=one.created_at,
        last_seen_at=one.last_seen_at,
        maps=maps,
    )


def invitation_view(one: Invitation) -> InvitationView:
    """Draw an invitation."""
    return InvitationView(
        id=one.id,
        email=one.email,
        role=one.role,
        maps=one.maps,
        made_by=one.made_by,
        created_at=one.created_at,
        expires_at=one.expires_at,
        mailed=one.mailed,
        problem=one.problem,
        token=one.token,
    )


def guest_view(one: Guest) -> GuestView:
    """Draw a guest."""
    return GuestView(one.account, one.email, one.name, one.role)
