"""Who is who, in memory: identifiers tied to customers, call by call.

A call says that its identifiers belong together. How that is taken:

1. The strongest *unique* identifier (``user_id``, ``email``, …) decides. Unknown ones are tied to its
   customer. Where another unique identifier belongs to another customer, the two become one; who has the
   stronger identifier gives the name. A merge that would break a limit, or that was taken back before, is
   not made: the call then follows its strongest identifier.
2. Identifiers that are not unique (``anonymous_id``, ``device``) come along: unknown ones are tied, an
   anonymous customer (one without any unique identifier) becomes part of who logged in, and what another
   known customer held changes hands at the time of the call. What somebody took up at that very time they
   keep: were it the other way, two calls of one time would take it from each other whenever they come again.
3. A call without any unique identifier belongs to whoever held its strongest known identifier at its time;
   it ties what is unknown, and changes nothing else.

An ``alias`` call merges the two whatever the limits say, for somebody said so.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from giljabi.resolve.rules import Pair, Rules

ANONYMOUS = 1 << 30
"""Strength of a customer without any unique identifier."""


class Customer:
    """A customer while calls are resolved; ``into`` is the one it became part of."""

    __slots__ = ("counts", "id", "into", "stored", "strength")

    def __init__(self, id: str, *, stored: bool) -> None:  # noqa: A002
        self.id = id
        self.stored = stored
        self.into: Customer | None = None
        self.counts: dict[str, int] = {}
        self.strength = ANONYMOUS

    def root(self) -> Customer:
        """Give the customer that this one is part of now."""
        node = self
        while node.into is not None:
            node = node.into
        return node


class Identifier:
    """An identifier while calls are resolved.

    ``hands`` is who held it since when, where it changed hands; times in milliseconds since 1970.
    """

    __slots__ = ("first", "hands", "holder", "kind", "last", "limit", "priority", "stored", "unique", "value")

    def __init__(self, pair: Pair, rules: Rules) -> None:
        self.kind, self.value = pair
        rule = rules.of(self.kind)
        self.priority, self.unique, self.limit = rule.priority, rule.unique, rule.limit
        self.holder: Customer | None = None
        self.hands: list[tuple[int, Customer]] = []
        self.first = self.last = 0
        self.stored = False

    @property
    def pair(self) -> Pair:
        """Kind and value."""
        return self.kind, self.value

    def at(self, time: int) -> Customer | None:
        """Give who holds it at a time: before the first who logged in, it is theirs too."""
        if self.hands:
            return self.hands[max(bisect_right(self.hands, time, key=itemgetter(0)) - 1, 0)][1].root()
        return None if self.holder is None else self.holder.root()

    def taken_up_at(self, time: int) -> bool:
        """Say whether somebody has held it from just this time on."""
        return any(since == time for since, _ in self.hands) if self.hands else self.first == time


class Ties:
    """All identifiers and customers a batch of calls touches.

    Parameters
    ----------
    rules
        The rules of identifiers.
    apart
        Pairs of identifiers that may not merge customers, for such a merge was taken back.
    taken
        Names that customers have.
    """

    def __init__(self, rules: Rules, apart: set[frozenset[Pair]], taken: set[str]) -> None:
        self._rules = rules
        self._apart = apart
        self._taken = taken
        self.identifiers: dict[Pair, Identifier] = {}
        self.created: list[Customer] = []
        self.merges: list[tuple[Customer, Customer, dict[str, Any]]] = []
        self.handed: dict[tuple[Pair, int], Customer] = {}
        self.generation = 0
        """Counts the moments at which what was settled may not be any more."""

    def identifier(self, pair: Pair) -> Identifier:
        """Give an identifier, known or not."""
        found = self.identifiers.get(pair)
        if found is None:
            found = self.identifiers[pair] = Identifier(pair, self._rules)
        return found

    def settle(self, ids: Sequence[Identifier], time: int, said: Callable[[], dict[str, Any]]) -> Customer:
        """Give the customer of a call by its identifiers, and learn from it.

        Parameters
        ----------
        ids
            Its identifiers, the strongest first; at least one.
        time
            When it happened.
        said
            Gives what is kept as the cause of a merge.
        """
        login = ids[0] if ids[0].unique else next((one for one in ids if one.unique), None)
        customer = self._held(ids, time) if login is None else self._logged_in(login, ids, time, said)
        for one in ids:
            if one.unique:
                continue
            holder = one.at(time)
            if holder is None:
                self._tie(one, customer, time)
            elif login is not None and holder is not customer and not self._kept_apart(one, ids):
                if holder.strength < ANONYMOUS:
                    self._hand(one, customer, time)
                elif self._fit(customer, holder):
                    self._merge(holder, customer, {"why": "login", "by": one.pair, **said()})
        return customer

    def alias(self, customer: Customer, previous: str, time: int, said: dict[str, Any]) -> Customer:
        """Make a customer one with who was known by a previous identifier, and give it."""
        pairs = self._rules.clean({"user_id": previous})
        weak = self._rules.clean({"anonymous_id": previous})
        user = self.identifier(pairs[0]) if pairs else None
        device = self.identifier(weak[0]) if weak else None
        ids = [self.identifier((kind, value)) for kind, value in said["identifiers"]]
        if device is not None and device.holder is not None and (user is None or user.holder is None):
            return self.settle([*ids, device], time, lambda: said)
        if user is None:
            return customer
        holder = user.at(time)
        if holder is None:
            holder = self._new(user, time)
            if device is not None:
                self._tie(device, holder, time)
        if holder is customer or self._kept_apart(user, ids):
            return customer
        return self._join(customer, holder, {"why": "alias", "by": user.pair, **said})

    def settled(self, ids: Sequence[Identifier], customer: Customer) -> bool:
        """Say whether the same identifiers will say the same again, until the generation changes."""
        return all(one.holder is not None and not one.hands and one.holder.root() is customer for one in ids)

    def _held(self, ids: Sequence[Identifier], time: int) -> Customer:
        for one in ids:
            holder = one.at(time)
            if holder is not None:
                return holder
        return self._new(ids[0], time)

    def _logged_in(
        self, first: Identifier, ids: Sequence[Identifier], time: int, said: Callable[[], dict[str, Any]]
    ) -> Customer:
        others = [one for one in ids if one.unique and one is not first]
        customer = first.at(time) or self._named(first, others, ids, time, said)
        for one in others:
            holder = one.at(time)
            if holder is None:
                self._tie(one, customer, time)
            elif holder is not customer and not self._kept_apart(one, ids) and self._fit(customer, holder):
                customer = self._join(customer, holder, {"why": "same", "by": one.pair, **said()})
        return customer

    def _named(
        self,
        first: Identifier,
        others: Sequence[Identifier],
        ids: Sequence[Identifier],
        time: int,
        said: Callable[[], dict[str, Any]],
    ) -> Customer:
        """Give the customer of an unknown identifier: one that another knows, or a new one."""
        for one in others:
            holder = one.at(time)
            if holder is None or self._kept_apart(one, ids) or not _has_room(first, holder):
                continue
            if holder.strength <= first.priority:
                self._tie(first, holder, time)
                return holder
            customer = self._new(first, time)
            self._merge(holder, customer, {"why": "stronger", "by": one.pair, **said()})
            return customer
        return self._new(first, time)

    def _new(self, one: Identifier, time: int) -> Customer:
        name = one.value
        if name in self._taken:
            name = f"{one.kind}:{name}"
            number = 2
            while name in self._taken:
                name = f"{one.kind}:{one.value}:{number}"
                number += 1
        self._taken.add(name)
        customer = Customer(name, stored=False)
        self.created.append(customer)
        self._tie(one, customer, time, whatever=True)
        return customer

    def _tie(self, one: Identifier, customer: Customer, time: int, *, whatever: bool = False) -> None:
        if not (whatever or _has_room(one, customer)):
            return
        one.holder = customer
        one.first = one.last = time
        customer.counts[one.kind] = customer.counts.get(one.kind, 0) + 1
        if one.unique and one.priority < customer.strength:
            customer.strength = one.priority

    def _hand(self, one: Identifier, customer: Customer, time: int) -> None:
        if one.taken_up_at(time) or not _has_room(one, customer):
            return
        assert one.holder is not None
        if not one.hands:
            self.generation += 1
            one.hands.append((one.first, one.holder))
            self.handed[one.pair, one.first] = one.holder
        before = one.hands[-1][1].root()
        insort(one.hands, (time, customer), key=itemgetter(0))
        self.handed[one.pair, time] = customer
        one.holder = one.hands[-1][1]
        after = one.holder.root()
        before.counts[one.kind] = before.counts.get(one.kind, 1) - 1
        after.counts[one.kind] = after.counts.get(one.kind, 0) + 1

    def _join(self, customer: Customer, other: Customer, cause: dict[str, Any]) -> Customer:
        """Make two customers one, and give it: the stronger, or the first where they are equal."""
        if other.strength < customer.strength:
            customer, other = other, customer
        self._merge(other, customer, cause)
        return customer

    def _merge(self, part: Customer, whole: Customer, cause: dict[str, Any]) -> None:
        part.into = whole
        for kind, count in part.counts.items():
            whole.counts[kind] = whole.counts.get(kind, 0) + count
        whole.strength = min(whole.strength, part.strength)
        self.merges.append((part, whole, cause))

    def _fit(self, one: Customer, other: Customer) -> bool:
        """Say whether two customers together would keep within all limits."""
        return all(
            one.counts.get(kind, 0) + other.counts.get(kind, 0) <= limit
            or not (one.counts.get(kind) and other.counts.get(kind))
            for kind, limit in self._rules.limited.items()
        )

    def _kept_apart(self, one: Identifier, ids: Sequence[Identifier]) -> bool:
        if not self._apart:
            return False
        return any(frozenset((one.pair, other.pair)) in self._apart for other in ids if other is not one)


def _has_room(one: Identifier, customer: Customer) -> bool:
    return one.limit is None or customer.counts.get(one.kind, 0) < one.limit
