"""Roles, rights and scopes: who may do what in a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

import msgspec

Role: TypeAlias = Literal["owner", "admin", "editor", "commenter", "viewer", "guest"]
"""What an account is in its workspace. A guest sees nothing but the maps it was asked to."""

Right: TypeAlias = Literal["view", "comment", "edit", "people", "admin", "own"]
"""What a request needs.

``view`` reads maps and what questions answer, ``comment`` remarks on a map, ``edit`` changes maps, data and
sources, ``people`` looks at single customers, ``admin`` changes who may come in, keys and privacy, ``own``
gives the workspace away.
"""

Scope: TypeAlias = Literal["view", "edit", "people", "admin", "metrics"]
"""What a token may be used for; it never has more rights than its maker has at that time."""

ROLES: tuple[Role, ...] = get_args(Role)
RIGHTS: tuple[Right, ...] = get_args(Right)
SCOPES: tuple[Scope, ...] = get_args(Scope)

GUEST_ROLES: tuple[Role, ...] = ("viewer", "commenter", "editor")
"""What a guest may be on a map."""

_RIGHTS: Mapping[Role, frozenset[Right]] = {
    "owner": frozenset(RIGHTS),
    "admin": frozenset({"view", "comment", "edit", "people", "admin"}),
    "editor": frozenset({"view", "comment", "edit", "people"}),
    "commenter": frozenset({"view", "comment"}),
    "viewer": frozenset({"view"}),
    "guest": frozenset(),
}

_SCOPED: Mapping[Scope, frozenset[Right]] = {
    "view": frozenset({"view"}),
    "edit": frozenset({"view", "comment", "edit"}),
    "people": frozenset({"view", "people"}),
    "admin": frozenset({"view", "admin"}),
    "metrics": frozenset(),
}

LOCAL = "local"
"""The account of whoever sits at the machine, where a workspace is used without accounts."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever makes a request.

    Attributes
    ----------
    account
        The account's id; `LOCAL` without accounts.
    name
        Its name or e-mail, as people know it.
    role
        What it is in the workspace.
    maps
        A guest's maps, and what it is on each.
    scopes
        What a token is limited to; None for a session.
    session, token
        By what it came in: the session's digest as hexadecimal digits, or the token's id.
    """

    account: str
    name: str
    role: Role
    maps: Mapping[str, Role] = {}
    scopes: frozenset[Scope] | None = None
    session: str = ""
    token: str = ""

    def may(self, right: Right, map: str | None = None) -> bool:  # noqa: A002
        """Say whether it has a right, on a map where one is named."""
        role = self.maps.get(map) if self.role == "guest" and map is not None else self.role
        return role is not None and right in self._within_scopes(_RIGHTS[role])

    @property
    def rights(self) -> frozenset[Right]:
        """Everything it may do in the whole workspace."""
        return self._within_scopes(_RIGHTS[self.role])

    def _within_scopes(self, rights: frozenset[Right]) -> frozenset[Right]:
        if self.scopes is None:
            return rights
        return rights & frozenset().union(*(_SCOPED[scope] for scope in self.scopes))


def scope_rights(scope: Scope) -> frozenset[Right]:
    """Give the rights a token of a scope may have."""
    return _SCOPED[scope]


def at_least(role: Role, other: Role) -> bool:
    """Say whether a role may do all that another may; nobody gives more than they have."""
    return _RIGHTS[other] <= _RIGHTS[role]
