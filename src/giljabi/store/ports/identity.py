"""What identity asks of the database: customers, their identifiers, and how they came together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

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


class HeldIdentifier(NamedTuple):
    """A known identifier: who holds it, and when it was seen first and last (milliseconds since 1970).

    ``tied_to`` is the customer it was learned of, ``customer`` the one that is part of now.
    """

    kind: str
    value: str
    tied_to: str
    customer: str
    first: int
    last: int


class HeldSince(NamedTuple):
    """Who holds a shared identifier from a time on (milliseconds since 1970)."""

    kind: str
    value: str
    since: int
    tied_to: str
    customer: str


class WaitingEdge(NamedTuple):
    """A merge or split whose events have not moved yet."""

    id: int
    kind: EdgeKind
    from_customer: str
    to_customer: str


class LearnedIdentities(msgspec.Struct):
    """What a batch of calls taught of who is who. Times are milliseconds since 1970.

    Attributes
    ----------
    created
        New customers, and whom they are part of already (empty: of nobody).
    tied
        New identifiers (kind, value, customer, first, last).
    retied
        Known identifiers that have another holder now (kind, value, customer).
    seen
        Identifiers (kind, value, last) that were seen again.
    merged
        Customers that became part of another: who, and the one at the end of all merges.
    edges
        The merges: who, of whom, and why.
    handed
        Identifiers that changed hands (kind, value, since, customer).
    traits
        Of each customer that something was told of: traits, and when each was told.
    groups
        Groups (id, kind, traits).
    members
        Who belongs to which group (group, customer, since).
    """

    created: list[tuple[str, str]] = []
    tied: list[tuple[str, str, str, int, int]] = []
    retied: list[tuple[str, str, str]] = []
    seen: list[tuple[str, str, int]] = []
    merged: list[tuple[str, str]] = []
    edges: list[tuple[str, str, dict[str, Any]]] = []
    handed: list[tuple[str, str, int, str]] = []
    traits: dict[str, tuple[dict[str, Any], dict[str, int]]] = {}
    groups: list[tuple[str, str, dict[str, Any]]] = []
    members: list[tuple[str, str, int]] = []


def lay_over(
    traits: dict[str, Any], times: dict[str, int], new: Mapping[str, Any], new_times: Mapping[str, int]
) -> None:
    """Put traits over others, where they are as new or newer."""
    for name, value in new.items():
        at = new_times.get(name, 0)
        if at >= times.get(name, at):
            traits[name], times[name] = value, at


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

    async def hold(self) -> None:
        """Let nobody else change who is who until the transaction ends."""

    async def rules(self) -> Sequence[IdentityRule]:
        """Give the rules that were changed or added, by kind."""

    async def put_rule(self, rule: IdentityRule) -> None:
        """Keep a rule in the place of what was kept for its kind."""

    async def remove_rule(self, kind: str) -> None:
        """Forget what was kept for a kind; nothing happens where nothing was."""

    async def apart(self) -> Sequence[tuple[str, str, str, str]]:
        """Give the pairs of identifiers (kind, value, kind, value) that may not merge customers."""

    async def known(self, pairs: Sequence[tuple[str, str]]) -> Sequence[HeldIdentifier]:
        """Give those of these identifiers (kind, value) that are known."""

    async def hands(self, pairs: Sequence[tuple[str, str]]) -> Sequence[HeldSince]:
        """Give since when who held those of these identifiers that changed hands, in the order of time."""

    async def held_counts(self, customers: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Count the identifiers of each kind that customers hold, with all that are part of them."""

    async def taken(self, names: Sequence[str]) -> set[str]:
        """Give those of these names that customers have."""

    async def learn(self, learned: LearnedIdentities) -> None:
        """Keep what was learned from a batch of calls."""

    async def keep_apart(self, pairs: Iterable[tuple[tuple[str, str], tuple[str, str]]], edge: int) -> None:
        """Let pairs of identifiers merge customers no more, on account of an edge."""

    async def let_together(self, edges: Sequence[int]) -> None:
        """Let pairs of identifiers merge customers again that were kept apart on account of these edges."""

    async def add_edge(
        self, kind: EdgeKind, from_customer: str, to_customer: str, cause: Mapping[str, Any]
    ) -> IdentityEdge:
        """Keep a merge or split whose events have not moved yet."""

    async def edge(self, id: int) -> IdentityEdge | None:  # noqa: A002
        """Give a merge or split, if there is one of this id."""

    async def edges(
        self,
        *,
        kind: EdgeKind | None = None,
        state: EdgeState | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[IdentityEdge]:
        """Give merges and splits, the newest first, from below an id."""

    async def set_edges(self, ids: Sequence[int], state: EdgeState, *, but: EdgeState | None = None) -> None:
        """Set the state of edges; those that are in another given state stay as they are."""

    async def parts(self, customer_id: str) -> Mapping[str, str]:
        """Give all customers that are part of this one, itself first, and the end of each one's merges."""

    async def merges_of(self, parts: Sequence[str]) -> Mapping[str, str]:
        """Give into whom each of these customers was merged, as far as that was not taken back."""

    async def set_whole(self, parts: Mapping[str, str]) -> None:
        """Say of customers which one they are part of now; their own name says: of none."""

    async def move(self, pair: tuple[str, str], to: str, parts: Sequence[str]) -> None:
        """Tie an identifier of some customers to another one, for all the time they held it."""

    async def wholes(self, customers: Sequence[str]) -> Mapping[str, str]:
        """Give of those of these that are customers the one each is part of now."""

    async def waiting_edges(self, limit: int) -> Sequence[WaitingEdge]:
        """Give merges and splits whose events have not moved yet, the oldest first."""

    async def waiting_hands(self, limit: int) -> Sequence[tuple[str, str]]:
        """Give identifiers (kind, value) that changed hands and whose events have not followed."""

    async def holders(self, pairs: Sequence[tuple[str, str]]) -> set[str]:
        """Give all customers that ever held these identifiers, and whom they are part of."""

    async def replayed(self, edges: Sequence[int], pairs: Sequence[tuple[str, str]]) -> None:
        """Say that the events have followed edges, and identifiers that changed hands."""

    async def groups(self, after: str = "", limit: int = 50) -> Sequence[StoredGroup]:
        """Give groups by id, from after one."""

    async def members(self, group: str, after: str = "", limit: int = 50) -> Sequence[tuple[str, datetime]]:
        """Give the customers of a group and since when they belong to it, by name, from after one."""
