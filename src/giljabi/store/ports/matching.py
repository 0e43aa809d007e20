"""What matching asks of the database: people to compare, and the pairs that are proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

MatchState: TypeAlias = Literal["open", "accepted", "rejected"]


class StoredMatch(msgspec.Struct, frozen=True):
    """Two customers who may be one person, and whether a person has said so.

    ``left`` comes before ``right``. ``weight`` is in bits; ``details`` say what it is made of.
    """

    left: str
    right: str
    weight: float
    probability: float
    details: dict[str, Any]
    state: MatchState
    proposed_at: datetime
    decided_at: datetime | None = None


class Matches(Protocol):
    """Pairs of customers who may be one person."""

    async def customers(self, after: str, limit: int) -> Sequence[str]:
        """Give the customers who were not merged, in order, from behind one of them."""

    async def reached_by(self, customers: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Give the latest e-mail address and phone number of each of these customers, by kind."""

    async def propose(self, matches: Sequence[StoredMatch]) -> int:
        """Put these in the place of all open proposals; decided pairs stay. Give how many are open."""

    async def open(self, limit: int) -> Sequence[StoredMatch]:
        """Give the open proposals of customers who are still two, the surest first."""

    async def open_count(self) -> int:
        """Count the open proposals of customers who are still two."""

    async def get(self, left: str, right: str) -> StoredMatch:
        """Give a proposal; raises NotFound."""

    async def decide(self, left: str, right: str, state: MatchState) -> None:
        """Keep what a person has said of a proposal; raises NotFound."""
