"""Probable matches in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import NotFound
from giljabi.store.ports import MatchState, StoredMatch

_CUSTOMERS = text(
    "SELECT customer_id FROM customer WHERE merged_into IS NULL AND customer_id > :after "
    "ORDER BY customer_id LIMIT :limit"
)
_REACHED = text(
    """
    SELECT coalesce(c.merged_into, c.customer_id) AS customer, i.kind, i.value
    FROM identifier i JOIN customer c ON c.customer_id = i.customer_id
    WHERE i.kind IN ('email', 'phone')
      AND (c.customer_id = ANY(:customers) OR c.merged_into = ANY(:customers))
    ORDER BY i.last_at, i.value
    """
)
_CLEAR = text("DELETE FROM match_proposal WHERE state = 'open'")
_PROPOSE = text(
    """
    INSERT INTO match_proposal
        (workspace_id, left_customer, right_customer, weight, probability, details, state)
    SELECT CAST(:workspace AS uuid), l, r, w, p, CAST(d AS jsonb), 'open'
    FROM unnest(CAST(:lefts AS text[]), CAST(:rights AS text[]), CAST(:weights AS float8[]),
                CAST(:probabilities AS float8[]), CAST(:details AS text[])) AS new (l, r, w, p, d)
    ON CONFLICT DO NOTHING
    """
)
# Whoever was merged since is nobody's double any more.
_STILL_TWO = """
FROM match_proposal m
WHERE m.state = 'open' AND NOT EXISTS (
    SELECT FROM customer c
    WHERE c.customer_id IN (m.left_customer, m.right_customer) AND c.merged_into IS NOT NULL
)
"""
_OPEN = text(
    f"SELECT m.* {_STILL_TWO} ORDER BY m.weight DESC, m.left_customer, m.right_customer LIMIT :limit"
)
_COUNT = text(f"SELECT count(*) {_STILL_TWO}")
_GET = text("SELECT * FROM match_proposal WHERE left_customer = :left AND right_customer = :right")
_DECIDE = text(
    "UPDATE match_proposal SET state = :state, decided_at = clock_timestamp() "
    "WHERE left_customer = :left AND right_customer = :right"
)


class PostgresMatches:
    """Pairs of customers who may be one person."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def customers(self, after: str, limit: int) -> Sequence[str]:
        """Give the customers who were not merged, in order, from behind one of them."""
        rows = await self._connection.execute(_CUSTOMERS, {"after": after, "limit": limit})
        return [row.customer_id for row in rows]

    async def reached_by(self, customers: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Give the latest e-mail address and phone number of each of these customers, by kind."""
        found: dict[str, dict[str, str]] = {}
        for row in await self._connection.execute(_REACHED, {"customers": list(customers)}):
            found.setdefault(row.customer, {})[row.kind] = row.value
        return found

    async def propose(self, matches: Sequence[StoredMatch]) -> int:
        """Put these in the place of all open proposals; decided pairs stay. Give how many are open."""
        await self._connection.execute(_CLEAR)
        columns = {
            "workspace": self._workspace,
            "lefts": [one.left for one in matches],
            "rights": [one.right for one in matches],
            "weights": [one.weight for one in matches],
            "probabilities": [one.probability for one in matches],
            "details": [msgspec.json.encode(one.details).decode() for one in matches],
        }
        return (await self._connection.execute(_PROPOSE, columns)).rowcount if matches else 0

    async def open(self, limit: int) -> Sequence[StoredMatch]:
        """Give the open proposals of customers who are still two, the surest first."""
        return [_match(row) for row in await self._connection.execute(_OPEN, {"limit": limit})]

    async def open_count(self) -> int:
        """Count the open proposals of customers who are still two."""
        return int(await self._connection.scalar(_COUNT) or 0)

    async def get(self, left: str, right: str) -> StoredMatch:
        """Give a proposal; raises NotFound."""
        row = (await self._connection.execute(_GET, {"left": left, "right": right})).one_or_none()
        if row is None:
            raise NotFound(f"nobody proposed that {left!r} and {right!r} are one person")
        return _match(row)

    async def decide(self, left: str, right: str, state: MatchState) -> None:
        """Keep what a person has said of a proposal; raises NotFound."""
        told = {"left": left, "right": right, "state": state}
        if (await self._connection.execute(_DECIDE, told)).rowcount == 0:
            raise NotFound(f"nobody proposed that {left!r} and {right!r} are one person")


def _match(row: Row[Any]) -> StoredMatch:
    return StoredMatch(
        row.left_customer,
        row.right_customer,
        row.weight,
        row.probability,
        row.details,
        row.state,
        row.proposed_at,
        row.decided_at,
    )
