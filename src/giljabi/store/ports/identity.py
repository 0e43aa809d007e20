"""What identity asks of the database: customers, their identifiers, and how they came together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

EdgeKind: TypeAlias = Literal["merge", "split"]
EdgeState: TypeAlias = Literal["waiting", "done", "undone"]


class StoredCustomer(msgspec.Struct, frozen=True):
    """A customer that was resolved: what is known of them besides events.

    ``merged_into`` names the customer they became part of.
    """

    id: str
    traits: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    merged_into: str | None = None


class StoredIdentifier(msgspec.Struct, frozen=True):
    """An identifier and the customer who holds it now."""

    kind: str
    value: str
    customer: str
    first_at: datetime
    last_at: datetime


class IdentityRule(msgspec.Struct, frozen=True):
    """How identifiers of one kind are read.

    ``priority``: the smaller, the more an identifier says about who somebody is. ``unique``: it belongs to
    one customer for good; others change hands (a shared device). ``limit``: how many of the kind one customer
    may hold. ``blocked``: values that say nothing, whatever their case, such as ``null``.
    """

    kind: str
    priority: int
    unique: bool
    limit: int | None = None
    blocked: tuple[str, ...] = ()


class IdentityEdge(msgspec.Struct, frozen=True):
    """A merge or split: who became part of whom, or came out of them, and by what.

    ``state``: ``waiting`` until the events have moved, ``done`` since, ``undone`` when taken back.
    """

    id: int
    kind: EdgeKind
    from_customer: str
    to_customer: str
    cause: dict[str, Any]
    state: EdgeState
    at: datetime
    undone_at: datetime | None = None


class StoredGroup(msgspec.Struct, frozen=True):
    """A household or company: customers that belong together."""

    id: str
    kind: str
    traits: dict[str, Any]
    members: int
    created_at: datetime
    updated_at: datetime


class Identities(Protocol):
    """Customers, identifiers, merges and splits, and groups of a workspace."""

    async def customer(self, id: str) -> StoredCustomer | None:  # noqa: A002
        """Give a resolved customer, if this is one."""

    async def find(self, text: str, limit: int = 20) -> Sequence[StoredIdentifier]:
        """Give the identifiers whose value is this text, or begins with it, the equal ones first."""

    async def identifiers_of(self, customer: str) -> Sequence[StoredIdentifier]:
        """Give the identifiers a customer holds."""

    async def edges_of(self, customer: str) -> Sequence[IdentityEdge]:
        """Give the merges and splits a customer took part in, the newest first."""

    async def groups_of(self, customer: str) -> Sequence[StoredGroup]:
        """Give the groups a customer belongs to."""

    async def traits_of(self, customers: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """Give the traits of those of these customers that have some."""
