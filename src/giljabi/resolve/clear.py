"""Identities of which it is clear whose they are, so that nothing has to be decided call by call.

Most are: all their identifiers are one customer's already, or nobody has seen any of them and no other
identity of the batch has one. What is left is decided in the order of arrival.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import TypeVar

import numpy as np

from giljabi.collect import Ints
from giljabi.resolve.rules import Pair, Rules
from giljabi.store import HeldIdentifier, HeldSince, LearnedIdentities, Transaction

_Thing = TypeVar("_Thing", bound=Hashable)

DAY = 86_400_000
"""An identifier seen again is noted once a day, not at each call."""


@dataclass(frozen=True)
class Known:
    """What is known of the identifiers of a batch: who holds them, and which of them changed hands."""

    held: Mapping[Pair, HeldIdentifier]
    hands: Mapping[Pair, Sequence[HeldSince]]

    @classmethod
    async def of(cls, tx: Transaction, rules: Rules, pairs: Collection[Pair]) -> Known:
        """Ask for some identifiers."""
        held = {(one.kind, one.value): one for one in await tx.identities.known(list(pairs))}
        shared = [pair for pair in held if not rules.of(pair[0]).unique]
        hands: dict[Pair, list[HeldSince]] = {}
        for one in await tx.identities.hands(shared):
            hands.setdefault((one.kind, one.value), []).append(one)
        return cls(held, hands)


@dataclass
class Clear:
    """The identities of a batch, by number, of which it is clear whose they are.

    Attributes
    ----------
    customers
        The customer of each identity; None where it is nobody's, or has to be decided.
    known, new
        The identities of known customers, and those of customers who are new.
    undecided
        The others, but for those that say nothing.
    """

    customers: list[str | None]
    known: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    undecided: list[int] = field(default_factory=list)

    def learned(
        self, identities: Sequence[Sequence[Pair]], first: Ints, last: Ints, known: Known
    ) -> LearnedIdentities:
        """Give what is to be kept of these, given when each was seen first and last."""
        learned = LearnedIdentities()
        begin, end = first.tolist(), last.tolist()
        for number in self.new:
            name = self.customers[number] or ""
            learned.created.append((name, ""))
            for kind, value in identities[number]:
                learned.tied.append((kind, value, name, begin[number], end[number]))
        latest: dict[Pair, int] = {}
        for number in self.known:
            for pair in identities[number]:
                if end[number] > known.held[pair].last + DAY:
                    latest[pair] = max(end[number], latest.get(pair, end[number]))
        learned.seen += [(*pair, seen) for pair, seen in latest.items()]
        return learned


async def clear_cases(  # noqa: PLR0912
    tx: Transaction,
    rules: Rules,
    identities: Sequence[Sequence[Pair]],
    deciding: Collection[int],
    previous: Collection[Pair],
    known: Known,
) -> Clear:
    """Tell the identities apart of which it is clear whose they are.

    Parameters
    ----------
    tx
        Knows which names of customers are taken.
    rules
        The rules of identifiers.
    identities
        The identifiers of each identity, as they are written, the strongest first.
    deciding
        Identities that have to be decided in any case: an alias names them.
    previous
        The identifiers that aliases name.
    known
        What is known of all these identifiers.
    """
    named = list(chain(chain.from_iterable(identities), previous))
    again = _repeated(named)
    values = _repeated(list(map(itemgetter(1), dict.fromkeys(named) if again else named)))
    result = Clear([None] * len(identities))
    held, aliased, kinds = known.held, set(deciding), {kind for kind, _ in named}
    owned: list[tuple[int, str]] = []
    new: dict[int, str] = {}
    for number, pairs in enumerate(identities):
        if not pairs:
            continue
        there = [held[pair] for pair in pairs if pair in held] if held else []
        if number in aliased:
            result.undecided.append(number)
        elif not there and again.isdisjoint(pairs):
            value = pairs[0][1]
            if len(pairs) > 1:
                value = next((one for kind, one in pairs if rules.of(kind).unique), value)
            if value not in values and (":" not in value or value.partition(":")[0] not in kinds):
                new[number] = value
            else:
                result.undecided.append(number)
        elif (
            len(there) == len(pairs)
            and all(one.customer == there[0].customer for one in there)
            and not (known.hands and any(pair in known.hands for pair in pairs))
        ):
            owned.append((number, there[0].customer))
        else:
            result.undecided.append(number)
    taken = await tx.identities.taken(list(new.values()))
    for number, name in new.items():
        if name in taken:
            result.undecided.append(number)
        else:
            result.new.append(number)
            result.customers[number] = name
    # What is decided of a customer holds for all calls of theirs.
    decided = _holders((pair for number in result.undecided for pair in identities[number]), known)
    decided |= _holders(previous, known)
    for number, customer in owned:
        if customer in decided:
            result.undecided.append(number)
        else:
            result.known.append(number)
            result.customers[number] = customer
    return result


def _repeated(things: Sequence[_Thing]) -> set[_Thing]:
    """Give what stands there more than once."""
    if len(set(things)) == len(things):
        return set()
    return {one for one, times in Counter(things).items() if times > 1}


def _holders(pairs: Iterable[Pair], known: Known) -> set[str]:
    found: set[str] = set()
    for pair in pairs:
        if pair in known.held:
            found.add(known.held[pair].customer)
            found.update(one.customer for one in known.hands.get(pair, ()))
    return found


def seen_between(codes: Ints, times: Ints, many: int) -> tuple[Ints, Ints]:
    """Give of each identity when its first call happened, and the latest time of any."""
    first = np.zeros(many, np.int64)
    first[codes[::-1]] = times[::-1]
    last = np.full(many, np.iinfo(np.int64).min)
    np.maximum.at(last, codes, times)
    return first, last
