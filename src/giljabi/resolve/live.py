"""Who is who while calls come in: a batch at a time, in the order of arrival."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from giljabi.collect import Call
from giljabi.resolve.rules import Pair, Rules
from giljabi.resolve.ties import ANONYMOUS, Customer, Identifier, Ties
from giljabi.store import LearnedIdentities, Transaction, lay_over

_DAY = 86_400_000
"""An identifier seen again is noted once a day, not at each call."""

_HOUSEHOLD = frozenset({"household", "family", "home", "가구", "가족"})

_PLAIN = frozenset({"track", "page", "screen", "feedback"})
"""Calls that say nothing but whose they are."""


class _Said:
    """The identifiers of a call, shared by all calls of a batch that have the same."""

    __slots__ = ("customer", "first", "generation", "ids", "last", "pairs")

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

    def describe(self, customer: str, call: Call) -> None:
        """Take in what an identify call says of a customer."""
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
            return await self._resolve(tx, calls)

    async def _resolve(self, tx: Transaction, calls: Sequence[Call]) -> list[str | None]:
        rules = Rules(await tx.identities.rules())
        keys = [tuple(call.identifiers.items()) for call in calls]
        said = {key: _Said(rules.clean(dict(key))) for key in set(keys)}
        ties = await _load(tx, rules, said.values(), [one for one in calls if one.type == "alias"])
        words = _Words()
        customers: list[str | None] = []
        for call, key in zip(calls, keys, strict=True):
            one = said[key]
            customer = one.customer
            if customer is None or one.generation != ties.generation:
                if not one.ids:
                    if call.type == "group":
                        words.group(call, None)
                    customers.append(None)
                    continue
                customer = _settle(ties, one, call)
            while customer.into is not None:
                customer = customer.into
            one.last = max(one.last, call.time)
            if call.type not in _PLAIN:
                customer = _hear(ties, words, call, one, customer)
            customers.append(customer.id)
        await tx.identities.learn(_learned(ties, said.values(), words))
        return customers


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


async def ties_of(tx: Transaction, rules: Rules, calls: Sequence[Call]) -> Ties:
    """Give all that is known of the identifiers of some calls, none of them an alias."""
    return await _load(tx, rules, [_Said(rules.clean(call.identifiers)) for call in calls], ())


def _settle(ties: Ties, one: _Said, call: Call) -> Customer:
    customer = ties.settle(one.ids, call.time, lambda: _cause(one, call))
    if ties.settled(one.ids, customer):
        one.customer, one.generation = customer, ties.generation
    else:
        one.customer = None
    return customer


def _cause(one: _Said, call: Call) -> dict[str, Any]:
    return {"identifiers": one.pairs, "message": call.message_id, "call": call.type, "time": call.time}


def _hear(ties: Ties, words: _Words, call: Call, one: _Said, customer: Customer) -> Customer:
    """Take in what an identify, alias or group call says besides whose it is."""
    if call.type == "alias" and call.previous_id:
        return ties.alias(customer, call.previous_id, call.time, _cause(one, call))
    if call.type == "identify" and call.traits:
        words.describe(customer.id, call)
    elif call.type == "group":
        words.group(call, customer.id)
    return customer


async def _load(tx: Transaction, rules: Rules, said: Collection[_Said], aliases: Sequence[Call]) -> Ties:
    """Read all that the calls may touch."""
    previous = {
        pair
        for call in aliases
        for kind in ("user_id", "anonymous_id")
        for pair in rules.clean({kind: call.previous_id or ""})
    }
    pairs = list(dict.fromkeys([*(pair for one in said for pair in one.pairs), *previous]))
    known = await tx.identities.known(pairs)
    new = {*pairs} - {(one.kind, one.value) for one in known}
    ties = Ties(rules, await _apart(tx), await _taken(tx, new))
    customers = _Customers()
    for held in known:
        found = ties.identifier((held.kind, held.value))
        found.holder = customers.of(held.tied_to, held.customer)
        found.first, found.last, found.stored = held.first, held.last, True
    shared = [pair for pair, one in ties.identifiers.items() if not one.unique]
    for held_since in await tx.identities.hands(shared):
        holder = customers.of(held_since.tied_to, held_since.customer)
        ties.identifier((held_since.kind, held_since.value)).hands.append((held_since.since, holder))
    for one in said:
        one.ids = [ties.identifier(pair) for pair in one.pairs]
    touched = _touched(said)
    for call in aliases:
        for pair in [*rules.clean(call.identifiers), *previous]:
            touched |= _holders(ties.identifier(pair))
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


def _learned(ties: Ties, said: Iterable[_Said], words: _Words) -> LearnedIdentities:
    """Gather what is to be kept."""
    learned = LearnedIdentities(
        created=[(one.id, "" if one.into is None else one.root().id) for one in ties.created],
        merged=[(part.id, part.root().id) for part, _, _ in ties.merges if part.stored],
        edges=[(part.id, whole.id, cause) for part, whole, cause in ties.merges],
        handed=[(*pair, since, holder.id) for (pair, since), holder in ties.handed.items()],
        traits=words.traits,
        groups=[(id, kind, traits) for id, (kind, traits) in words.groups.items()],  # noqa: A001
        members=[(group, customer, since) for (group, customer), since in words.members.items()],
    )
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
        if seen > found.last + _DAY:
            learned.seen.append((*pair, seen))
    return learned
