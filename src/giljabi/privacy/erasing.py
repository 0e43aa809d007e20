"""Forgetting a customer: who is meant, and what every place that keeps something hands in for it.

A request is done place by place. What has been done is noted after each, and everything may be done again: a
process that dies anywhere goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar

import msgspec

from giljabi.model.errors import NotFound
from giljabi.store import Transaction

T = TypeVar("T")
Pair: TypeAlias = tuple[str, str]
Progress: TypeAlias = Callable[[float], None]

SEEN_AS = ("user_id", "anonymous_id")
"""Kinds under which senders also hand over what is an identifier of another kind."""


class Person(msgspec.Struct, frozen=True):
    """A customer as far as their identity goes.

    Attributes
    ----------
    customer
        Their id.
    parts
        All ids that are part of them, their own first: nothing else names them in the lake.
    identifiers
        Kind and value of what is theirs alone.
    shared
        Identifiers that others hold or held too, such as a family's tablet: they stay with those.
    """

    customer: str
    parts: tuple[str, ...]
    identifiers: tuple[Pair, ...]
    shared: tuple[Pair, ...] = ()

    @property
    def names(self) -> list[Pair]:
        """Everything that names them: identifiers, and ids under the empty kind."""
        others = {value for _, value in self.shared}
        return [*self.identifiers, *(("", one) for one in self.parts if one not in others)]


def together(people: Sequence[Person]) -> Person:
    """Take several customers for one, so that what all have in common is done once."""
    return Person(
        people[0].customer,
        _once(one for person in people for one in person.parts),
        _once(one for person in people for one in person.identifiers),
        _once(one for person in people for one in person.shared),
    )


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


class Eraser(Protocol):
    """What a place that keeps something about customers hands in; every call may be repeated."""

    @property
    def name(self) -> str:
        """The place, as figures and the page name it."""

    def preview(self, person: Person) -> Mapping[str, int]:
        """Count what would go."""

    def erase(self, person: Person, tell: Progress) -> Mapping[str, int]:
        """Remove it; give how much went. What is gone already is not counted again."""


async def person_of(tx: Transaction, asked: str, ways: Sequence[str] = ()) -> Person:
    """Give the customer whom an id or an identifier means.

    Parameters
    ----------
    tx
        Knows who is who.
    asked
        The id of a customer, one that was merged, or an identifier.
    ways
        Other ways in which the identifier may be written.

    Raises
    ------
    NotFound
        If nobody is known by it, be it from files alone.
    BadParameter
        If it means more than one customer.
    """
    own = await _own(tx, asked, ways)
    parts = list(dict.fromkeys([own, *await tx.identities.parts(own)]))
    held = [(one.kind, one.value) for one in await tx.identities.identifiers_of(own)]
    shared = await tx.forgetting.shared(held, parts)
    mine = tuple(one for one in held if one not in shared)
    return Person(own, tuple(parts), mine, tuple(one for one in held if one in shared))


async def _own(tx: Transaction, asked: str, ways: Sequence[str]) -> str:
    # No identifier has a null character, for PostgreSQL has none.
    asked = asked.replace("\0", "")
    ways = [way.replace("\0", "") for way in ways]
    if not asked.strip():
        raise NotFound("nobody is named; give a customer's id, or an identifier of theirs")
    for name in dict.fromkeys([asked, asked.strip()]):
        customer = await tx.identities.customer(name)
        if customer is not None:
            return customer.merged_into or customer.id
    for way in dict.fromkeys([asked.strip(), *ways]):
        found = await tx.identities.find(way, 50)
        holders = sorted({one.customer for one in found if one.value == way})
        if len(holders) > 1:
            raise _several(asked, holders)
        if holders:
            return holders[0]
    return asked.strip()


def _several(asked: str, holders: Sequence[str]) -> NotFound:
    return NotFound(f"{asked!r} means several customers ({', '.join(holders)}); give the id of one of them")
