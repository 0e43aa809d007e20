"""Probable matches of a workspace: found in the background, decided by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from giljabi.bootstrap.identity import Identity
from giljabi.model.errors import BadParameter
from giljabi.store import Ledger, StoredMatch, Transaction

_MOST = 200


class MatchedCustomer(msgspec.Struct, frozen=True):
    """One side of a proposal: what is known of the customer."""

    id: str
    traits: Mapping[str, Any]
    reached_by: Mapping[str, str]


class Proposal(msgspec.Struct, frozen=True):
    """Two customers who may be one person, side by side."""

    match: StoredMatch
    left: MatchedCustomer
    right: MatchedCustomer


class Proposals(msgspec.Struct, frozen=True):
    """The surest open proposals, and how many there are in all."""

    proposals: Sequence[Proposal]
    total: int


class Matches:
    """Customers of one workspace who may be one person.

    Parameters
    ----------
    ledger
        The workspace's database.
    identity
        Merges those who are.
    """

    def __init__(self, ledger: Ledger, identity: Identity) -> None:
        self._ledger = ledger
        self._identity = identity

    def open(self, limit: int = 50) -> Proposals:
        """Give the open proposals, the surest first; ``limit`` is 1..200."""
        if not 1 <= limit <= _MOST:
            raise BadParameter(f"limit is {limit}; it lies in 1..{_MOST}")

        async def read(tx: Transaction) -> Proposals:
            matches = await tx.matches.open(limit)
            ids = list(dict.fromkeys(id for one in matches for id in (one.left, one.right)))  # noqa: A001
            traits, reached = await tx.identities.traits_of(ids), await tx.matches.reached_by(ids)
            known = {id: MatchedCustomer(id, traits.get(id, {}), reached.get(id, {})) for id in ids}  # noqa: A001
            told = [Proposal(one, known[one.left], known[one.right]) for one in matches]
            return Proposals(told, await tx.matches.open_count())

        return self._ledger.within(read)

    def accept(self, left: str, right: str) -> None:
        """Make the two one customer.

        Raises
        ------
        NotFound
            If nobody proposed the pair.
        BadParameter
            If it was decided before.
        """
        match = self._undecided(left, right)
        cause = {"why": "match", "weight": round(match.weight, 2), "probability": match.probability}
        self._identity.merge(match.left, match.right, cause)
        self._ledger.within(lambda tx: tx.matches.decide(match.left, match.right, "accepted"))

    def reject(self, left: str, right: str) -> None:
        """Leave the two apart, for good; raises as `accept` does."""
        match = self._undecided(left, right)
        self._ledger.within(lambda tx: tx.matches.decide(match.left, match.right, "rejected"))

    def _undecided(self, left: str, right: str) -> StoredMatch:
        pair = sorted((left.replace("\0", ""), right.replace("\0", "")))
        match = self._ledger.within(lambda tx: tx.matches.get(pair[0], pair[1]))
        if match.state != "open":
            raise BadParameter(f"the match of {left!r} and {right!r} was decided before")
        return match
