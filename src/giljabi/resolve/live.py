"""Who is who while calls come in: a batch at a time, in the order of arrival."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from giljabi.collect import TYPES, Call, Calls
from giljabi.resolve.clear import DAY, Known, clear_cases, seen_between
from giljabi.resolve.rules import Pair, Rules
from giljabi.resolve.ties import ANONYMOUS, Customer, Identifier, Ties
from giljabi.store import LearnedIdentities, Transaction, lay_over

_HOUSEHOLD = frozenset({"household", "family", "home", "가구", "가족"})

_ALIAS = TYPES.index("alias")
_SAYING = [TYPES.index("identify"), TYPES.index("group")]
"""Calls that say something besides whose they are."""


class _Said:
    """The identifiers of a call, shared by all calls of a batch that have the same."""

    __slots__ = ("customer", "generation", "ids", "last", "pairs")

    def __init__(self, pairs: list[Pair]) -> None:
        self.pairs = pairs
        self.ids: list[Identifier] = []
        self.customer: Customer | None = None
        self.generation = -1
        self.last = 0


class _Words:
    """What identify and group calls say besides whose they are."""

    def __init__(self) -> None:
        self.traits: dict[str, tuple[dict[str, Any], dict[str, int]]] = {}
        self.groups: dict[str, tuple[str, dict[str, Any]]] = {}
        self.members: dict[tuple[str, str], int] = {}

    def hear(self, call: Call, customer: str | None) -> None:
        """Take in what a call says besides whose it is."""
        if call.type == "group":
            self.group(call, customer)
        elif call.traits and customer is not None:
            traits, times = self.traits.setdefault(customer, ({}, {}))
            lay_over(traits, times, call.traits, dict.fromkeys(call.traits, call.time))

    def group(self, call: Call, customer: str | None) -> None:
        """Take in what a group call says of a group, and that a customer belongs to it."""
        group = call.group_id
        if not group:
            return
        kind, traits = self.groups.get(group, ("company", {}))
        if call.traits:
            said = str(call.traits.get("kind") or call.traits.get("type") or "").casefold()
            kind = "household" if said in _HOUSEHOLD else "company"
        self.groups[group] = kind, {**traits, **call.traits}
        if customer is not None:
            member = group, customer
            self.members[member] = min(call.time, self.members.get(member, call.time))


class LiveResolver:
    """Says whose each call is, and learns from it who is who."""

    async def resolve(self, tx: Transaction, calls: Sequence[Call]) -> list[str | None]:
        """Give the customer of each call, as known when it arrived; None where nothing says whose it is.

        Calls that were resolved before give whom they belong to now, and teach nothing again; but for a login
        on a shared device that another login, come in the wrong order, had covered.

        Parameters
        ----------
        tx
            Keeps what was learned; nobody else changes who is who until it ends.
        calls
            In the order of arrival.
        """
        await tx.identities.hold()
        with _uncollected():
            return await self._resolve(tx, Calls.of(calls))

    async def _resolve(self, tx: Transaction, calls: Calls) -> list[str | None]:
        rules = Rules(await tx.identities.rules())
        codes, given = calls.identity
        identities = [rules.clean(one) for one in given]
        aliases = np.flatnonzero(calls.types == _ALIAS)
        previous = _previous(rules, (calls[place] for place in aliases.tolist()))
        pairs = dict.fromkeys(pair for one in identities for pair in one)
        known = await Known.of(tx, rules, [*pairs, *(previous - pairs.keys())])
        clear = await clear_cases(tx, rules, identities, codes[aliases].tolist(), previous, known)
        customers = np.array([*clear.customers, None], np.object_)[codes]
        learned = clear.learned(identities, *seen_between(codes, calls.times, len(identities)), known)
        if clear.undecided:
            said = {number: _Said(identities[number]) for number in clear.undecided}
            ties = await _load(tx, rules, said.values(), previous, known)
            places = np.flatnonzero(np.isin(codes, clear.undecided))
            for place in places.tolist():
                customers[place] = _decide(ties, calls, place, said[int(codes[place])])
            _add_learned(learned, ties, said.values())
        found: list[str | None] = customers.tolist()
        words = _Words()
        for place in np.flatnonzero(np.isin(calls.types, _SAYING)).tolist():
            words.hear(calls[place], found[place])
        learned.traits = words.traits
        learned.groups = [(id, kind, traits) for id, (kind, traits) in words.groups.items()]  # noqa: A001
        learned.members = [(*member, since) for member, since in words.members.items()]
        await tx.identities.learn(learned)
        return found


def _decide(ties: Ties, calls: Calls, place: int, one: _Said) -> str:
    """Give whose a call is, and learn from it."""
    time = int(calls.times[place])
    customer = one.customer
    if customer is None or one.generation != ties.generation:
        customer = ties.settle(one.ids, time, lambda: _cause(one, calls[place]))
        settled = ties.settled(one.ids, customer)
        one.customer, one.generation = (customer, ties.generation) if settled else (None, -1)
    customer = customer.root()
    one.last = max(one.last, time)
    if calls.types[place] == _ALIAS and (previous := calls[place].previous_id):
        customer = ties.alias(customer, previous, time, _cause(one, calls[place]))
    return customer.id


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from looking through a batch's many small objects again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


async def ties_of(tx: Transaction, rules: Rules, pairs: Sequence[Pair]) -> Ties:
    """Give all that is known of the identifiers of a call that is no alias."""
    return await _load(tx, rules, [_Said(list(pairs))], set(), await Known.of(tx, rules, pairs))


def _cause(one: _Said, call: Call) -> dict[str, Any]:
    return {"identifiers": one.pairs, "message": call.message_id, "call": call.type, "time": call.time}


def _previous(rules: Rules, aliases: Iterable[Call]) -> set[Pair]:
    """Give the identifiers by which aliases may have been known."""
    return {
        pair
        for call in aliases
        for kind in ("user_id", "anonymous_id")
        for pair in rules.clean({kind: call.previous_id or ""})
    }


async def _load(
    tx: Transaction, rules: Rules, said: Collection[_Said], previous: set[Pair], known: Known
) -> Ties:
    """Lay out all that these calls may touch, in memory."""
    pairs = {*(pair for one in said for pair in one.pairs), *previous}
    ties = Ties(rules, await _apart(tx), await _taken(tx, {pair for pair in pairs if pair not in known.held}))
    customers = _Customers()
    for pair in sorted(pairs & known.held.keys()):
        held, found = known.held[pair], ties.identifier(pair)
        found.holder = customers.of(held.tied_to, held.customer)
        found.first, found.last, found.stored = held.first, held.last, True
        found.hands = [
            (one.since, customers.of(one.tied_to, one.customer)) for one in known.hands.get(pair, ())
        ]
    for one in said:
        one.ids = [ties.identifier(pair) for pair in one.pairs]
    touched = _touched(said)
    if previous:
        # An alias brings whoever says it together with whom it names, as well where each is one customer.
        for identifier in (*ties.identifiers.values(), *map(ties.identifier, previous)):
            touched |= _holders(identifier)
    await _load_counts(tx, rules, touched)
    return ties


class _Customers:
    """Customers that are known, each once."""

    def __init__(self) -> None:
        self._found: dict[str, Customer] = {}

    def of(self, name: str, whole: str) -> Customer:
        """Give a customer that is part of another, or of itself."""
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = Customer(name, stored=True)
            if whole != name:
                found.into = self.of(whole, whole)
        return found


async def _apart(tx: Transaction) -> set[frozenset[Pair]]:
    return {frozenset(((a, b), (c, d))) for a, b, c, d in await tx.identities.apart()}


async def _taken(tx: Transaction, new: Collection[Pair]) -> set[str]:
    """Give which of the names that new customers may get are taken."""
    taken = await tx.identities.taken(list({value for _, value in new}))
    if taken:
        longer = [f"{kind}:{value}" for kind, value in new if value in taken]
        numbered = [f"{name}:{number}" for name in longer for number in range(2, 10)]
        taken |= await tx.identities.taken([*longer, *numbered])
    return taken


def _touched(said: Iterable[_Said]) -> set[Customer]:
    """Give the customers that calls bring together with something else."""
    touched: set[Customer] = set()
    for one in said:
        holders = {found.holder for found in one.ids}
        if len(holders) > 1 or any(found.hands for found in one.ids):
            for found in one.ids:
                touched |= _holders(found)
    return touched


def _holders(one: Identifier) -> set[Customer]:
    held = [holder for _, holder in one.hands]
    return {holder.root() for holder in (one.holder, *held) if holder is not None}


async def _load_counts(tx: Transaction, rules: Rules, customers: Iterable[Customer]) -> None:
    """Read how many identifiers customers hold, and how strong they are by that."""
    found = {one.id: one for one in customers}
    for name, held in (await tx.identities.held_counts(sorted(found))).items():
        customer = found[name]
        customer.counts = dict(held)
        unique = [rules.of(kind).priority for kind in held if rules.of(kind).unique]
        customer.strength = min([ANONYMOUS, *unique])


def _add_learned(learned: LearnedIdentities, ties: Ties, said: Iterable[_Said]) -> None:
    """Gather what is to be kept of what was decided."""
    learned.created += [(one.id, "" if one.into is None else one.root().id) for one in ties.created]
    learned.merged += [(part.id, part.root().id) for part, _, _ in ties.merges if part.stored]
    learned.edges += [(part.id, whole.id, cause) for part, whole, cause in ties.merges]
    learned.handed += [(*pair, since, holder.id) for (pair, since), holder in ties.handed.items()]
    last: dict[Identifier, int] = {}
    for one in said:
        for found in one.ids:
            if one.last > last.get(found, found.last):
                last[found] = one.last
    changed = {pair for pair, _ in ties.handed}
    for pair, found in ties.identifiers.items():
        seen = last.get(found, found.last)
        if not found.stored:
            if found.holder is not None:
                learned.tied.append((*pair, found.holder.id, found.first, seen))
            continue
        if found.holder is not None and pair in changed:
            learned.retied.append((*pair, found.holder.id))
        if seen > found.last + DAY:
            learned.seen.append((*pair, seen))
