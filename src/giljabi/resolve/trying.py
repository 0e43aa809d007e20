"""What identifiers would give, without anything being learned from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from giljabi.resolve.live import ties_of
from giljabi.resolve.rules import Rules, normal
from giljabi.store import Transaction


class TriedIdentifier(msgspec.Struct, frozen=True):
    """An identifier as it is read: how it is written, whether it is blocked, and who holds it now."""

    kind: str
    value: str
    blocked: bool
    unique: bool
    customer: str | None


class TriedMerge(msgspec.Struct, frozen=True):
    """A merge that would be made: who would become part of whom, and why."""

    from_customer: str
    to_customer: str
    why: str


class Trial(msgspec.Struct, frozen=True):
    """What identifiers would give: the customer (None: nobody), whether it is new, and what would change.

    ``handed`` are identifiers (kind, value) that would change hands.
    """

    customer: str | None
    new: bool
    identifiers: list[TriedIdentifier]
    merges: list[TriedMerge]
    handed: list[tuple[str, str]]


async def trial(tx: Transaction, identifiers: Mapping[str, str]) -> Trial:
    """Say what a call with these identifiers would give if it came now."""
    rules = Rules(await tx.identities.rules())
    now = int(datetime.now(UTC).timestamp() * 1000)
    pairs = rules.clean(identifiers)
    ties = await ties_of(tx, rules, pairs)
    ids = [ties.identifier(pair) for pair in pairs]
    holders = {one.pair: holder.id for one in ids if (holder := one.at(now)) is not None}
    said: dict[str, Any] = {}
    customer = ties.settle(ids, now, lambda: said) if ids else None
    tried = []
    for kind, given in identifiers.items():
        pair = kind, normal(kind, given)
        tried.append(
            TriedIdentifier(kind, pair[1], pair not in pairs, rules.of(kind).unique, holders.get(pair))
        )
    tried.sort(key=lambda one: (rules.of(one.kind).priority, one.kind))
    return Trial(
        None if customer is None else customer.id,
        customer in ties.created,
        tried,
        [TriedMerge(part.id, whole.id, cause["why"]) for part, whole, cause in ties.merges],
        sorted({pair for pair, _ in ties.handed}),
    )
