"""Merges and splits by hand, and how any of them is taken back.

Nothing is forgotten by a merge: the customer that became part of another keeps its identifiers, and names the
other. Taking it back is to name it no more; what was learned of the whole since then stays with the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any

from giljabi.model.errors import BadParameter, NotFound
from giljabi.resolve.rules import Pair, Rules, normal
from giljabi.resolve.ties import ANONYMOUS
from giljabi.store import IdentityEdge, LearnedIdentities, Transaction


async def merge(tx: Transaction, one: str, other: str, cause: Mapping[str, Any]) -> IdentityEdge:
    """Make two customers one, whatever the limits say; the one with the stronger identifier stays.

    Parameters
    ----------
    tx
        Keeps it.
    one, other
        Their ids; one that only imported files know is taken as a ``user_id``.
    cause
        Why; ``why`` says it in a word.

    Raises
    ------
    BadParameter
        If they are one customer already.
    """
    await tx.identities.hold()
    whole, part = [await _whole(tx, name) for name in (one, other)]
    if whole == part:
        raise BadParameter(f"{one!r} and {other!r} are one customer already")
    rules = Rules(await tx.identities.rules())
    counts = await tx.identities.held_counts([whole, part])
    if _strength(rules, counts.get(part, {})) < _strength(rules, counts.get(whole, {})):
        whole, part = part, whole
    await tx.identities.learn(LearnedIdentities(merged=[(part, whole)]))
    return await tx.identities.add_edge("merge", part, whole, cause)


async def split(tx: Transaction, customer: str, taken: Sequence[Pair]) -> IdentityEdge:
    """Take identifiers out of a customer, into one of their own; what is left will not merge with them again.

    Raises
    ------
    NotFound
        If the customer does not hold one of them.
    BadParameter
        If nothing is taken, or nothing would be left.
    """
    await tx.identities.hold()
    held = {(one.kind, one.value) for one in await tx.identities.identifiers_of(customer)}
    for kind, value in taken:
        if (kind, value) not in held:
            raise NotFound(f"the customer {customer!r} does not hold the {kind} {value!r}")
    left = held - set(taken)
    if not taken or not left:
        raise BadParameter("take out at least one identifier, and leave at least one")
    rules = Rules(await tx.identities.rules())
    ordered = sorted(set(taken), key=lambda pair: (rules.of(pair[0]).priority, pair))
    new = await _free_name(tx, ordered[0])
    await tx.identities.learn(LearnedIdentities(created=[(new, "")]))
    parts = list(await tx.identities.parts(customer))
    for pair in ordered:
        await tx.identities.move(pair, new, parts)
    cause = {"why": "split", "taken": ordered, "left": sorted(left)}
    edge = await tx.identities.add_edge("split", customer, new, cause)
    await tx.identities.keep_apart(product(ordered, sorted(left)), edge.id)
    return edge


async def undo(tx: Transaction, id: int) -> IdentityEdge:  # noqa: A002
    """Take a merge or a split back; give the split or merge by which that is done.

    A merge that was taken back is not made again by the identifiers that made it.

    Raises
    ------
    NotFound
        If there is no such merge or split.
    BadParameter
        If it was taken back before.
    """
    await tx.identities.hold()
    edge = await tx.identities.edge(id)
    if edge is None:
        raise NotFound(f"there is no merge or split {id}")
    if edge.state == "undone":
        raise BadParameter(f"the merge or split {id} was taken back before")
    await tx.identities.set_edges([id], "undone")
    if edge.kind == "split":
        await tx.identities.let_together([id, int(edge.cause.get("undoes") or id)])
        return await merge(tx, edge.from_customer, edge.to_customer, {"why": "undo", "undoes": id})
    whole = await _whole(tx, edge.from_customer)
    parts = list(await tx.identities.parts(whole))
    into = await tx.identities.merges_of(parts)
    await tx.identities.set_whole({part: _end(part, into) for part in parts})
    by = edge.cause.get("by")
    if by is not None:
        others = [tuple(one) for one in edge.cause.get("identifiers", ()) if list(one) != list(by)]
        await tx.identities.keep_apart([((by[0], by[1]), (one[0], one[1])) for one in others], id)
    return await tx.identities.add_edge("split", whole, edge.from_customer, {"why": "undo", "undoes": id})


def _end(part: str, into: Mapping[str, str]) -> str:
    while part in into:
        part = into[part]
    return part


def _strength(rules: Rules, counts: Mapping[str, int]) -> int:
    ranks = [rules.of(kind).priority for kind, count in counts.items() if count and rules.of(kind).unique]
    return min(ranks, default=ANONYMOUS)


async def _whole(tx: Transaction, name: str) -> str:
    """Give the customer that a name belongs to now; made where only imported files know it."""
    found = await tx.identities.customer(name)
    if found is not None:
        return found.merged_into or name
    pair = "user_id", normal("user_id", name)
    for held in await tx.identities.known([pair]):
        return held.customer
    now = int(datetime.now(UTC).timestamp() * 1000)
    await tx.identities.learn(LearnedIdentities(created=[(name, "")], tied=[(*pair, name, now, now)]))
    return name


async def _free_name(tx: Transaction, pair: Pair) -> str:
    kind, value = pair
    names = [value, f"{kind}:{value}", *(f"{kind}:{value}:{number}" for number in range(2, 1000))]
    taken = await tx.identities.taken(names)
    return next(name for name in names if name not in taken)
