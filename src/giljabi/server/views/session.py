"""Who is signed in, and what links are good for, as the pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from giljabi.access import LOCAL, RIGHTS, Principal, Right, Role
from giljabi.bootstrap import Link, Workspace


class OwnName(msgspec.Struct, frozen=True):
    """Whose account it is."""

    id: str
    name: str
    email: str
    language: str


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, and what they may do.

    ``open``: the workspace is used without accounts. ``begun``: there is an account. ``second_factor``: the
    password was right, and the code is still to come. ``csrf`` goes with every change, in ``x-csrf-token``.
    ``maps`` are a guest's, and what they are on each. ``mail``: mail can be sent.
    """

    open: bool = False
    begun: bool
    signed_in: bool = False
    second_factor: bool = False
    csrf: str = ""
    account: OwnName | None = None
    role: Role | None = None
    rights: list[Right] = []
    maps: Mapping[str, Role] = {}
    mail: bool
    second_factor_set: bool = False


class LinkView(msgspec.Struct, frozen=True):
    """What a link is good for; ``titles`` are those of the maps a guest is invited to."""

    purpose: str
    email: str
    role: Role | None
    by: str
    maps: Mapping[str, Role]
    titles: list[str]
    expires_at: datetime


def session_view(
    workspace: Workspace, principal: Principal | None, *, csrf: str = "", second_factor: bool = False
) -> SessionView:
    """Draw who asks."""
    accounts = workspace.accounts
    if principal is None:
        return SessionView(begun=accounts.exist(), mail=accounts.mail_set_up, second_factor=second_factor)
    rights = [one for one in RIGHTS if one in principal.rights]
    if principal.account == LOCAL:
        return SessionView(open=True, begun=False, role="owner", rights=rights, mail=accounts.mail_set_up)
    own = accounts.me(principal.account)
    return SessionView(
        begun=True,
        signed_in=True,
        csrf=csrf,
        account=OwnName(own.id, own.name, own.email, own.language),
        role=principal.role,
        rights=rights,
        maps=principal.maps,
        mail=accounts.mail_set_up,
        second_factor_set=own.second_factor,
    )


def link_view(link: Link) -> LinkView:
    """Draw what a link is good for."""
    return LinkView(
        link.purpose, link.email, link.role, link.by, link.maps, list(link.titles), link.expires_at
    )
