"""Identity in PostgreSQL: whom identifiers belong to, as it is read one customer at a time.

An identifier stays tied to the customer it was learned of, and a customer that was merged names the one it
is now part of: whom something belongs to is one step away, and taking a merge back changes only that name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import IdentityEdge, StoredCustomer, StoredGroup, StoredIdentifier, lay_over
from giljabi.store.postgres.learning import Learning
from giljabi.store.postgres.rulings import GROUP, Rulings, edge_of, group_of

_IDENTIFIER = """
SELECT i.kind, i.value, coalesce(c.merged_into, i.customer_id) AS customer, i.first_at, i.last_at
FROM identifier i LEFT JOIN customer c ON c.customer_id = i.customer_id
"""
_PARTS = "ARRAY(SELECT customer_id FROM customer WHERE customer_id = :customer OR merged_into = :customer)"
_EQUAL = text(f"{_IDENTIFIER} WHERE i.value = :text ORDER BY i.kind LIMIT :limit")
_BEGINNING = text(
    f"{_IDENTIFIER} WHERE i.value > :text AND i.value < :after ORDER BY i.value, i.kind LIMIT :limit"
)
_HELD = text(f"{_IDENTIFIER} WHERE i.customer_id = ANY({_PARTS}) ORDER BY i.first_at, i.kind, i.value")
_CUSTOMER = text("SELECT * FROM customer WHERE customer_id = :customer")
_TRAITS = text(
    """
    SELECT coalesce(merged_into, customer_id) AS customer, traits, trait_times FROM customer
    WHERE (customer_id = ANY(:customers) OR merged_into = ANY(:customers))
      AND (merged_into IS NULL OR merged_into = ANY(:customers)) AND traits <> '{}'
    ORDER BY created_at, customer_id
    """
)
_EDGES = text(
    f"""
    SELECT * FROM identity_edge WHERE from_customer = ANY({_PARTS}) OR to_customer = ANY({_PARTS})
    ORDER BY edge_id DESC LIMIT :limit
    """
)
_GROUPS = text(
    f"""
    {GROUP} WHERE g.group_id IN (SELECT group_id FROM group_member WHERE customer_id = ANY({_PARTS}))
    ORDER BY g.group_id
    """
)


class PostgresIdentities(Learning, Rulings):
    """Customers, identifiers, merges and splits, and groups of a workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def customer(self, id: str) -> StoredCustomer | None:  # noqa: A002
        """Give a resolved customer, if this is one; its traits are those of all that are part of it."""
        row = (await self._connection.execute(_CUSTOMER, {"customer": id})).one_or_none()
        if row is None:
            return None
        traits = row.traits if row.merged_into else (await self.traits_of([id])).get(id, {})
        return StoredCustomer(id, dict(traits), row.created_at, row.updated_at, row.merged_into)

    async def find(self, text: str, limit: int = 20) -> Sequence[StoredIdentifier]:
        """Give the identifiers whose value is this text, or begins with it, the equal ones first."""
        equal = await self._rows(_EQUAL, text=text, limit=limit)
        after = _after(text)
        if after is None or len(equal) >= limit:
            return [_identifier(row) for row in equal]
        more = await self._rows(_BEGINNING, text=text, after=after, limit=limit - len(equal))
        return [_identifier(row) for row in (*equal, *more)]

    async def identifiers_of(self, customer: str) -> Sequence[StoredIdentifier]:
        """Give the identifiers a customer holds, the first known first."""
        return [_identifier(row) for row in await self._rows(_HELD, customer=customer)]

    async def edges_of(self, customer: str, limit: int = 200) -> Sequence[IdentityEdge]:
        """Give the merges and splits a customer took part in, the newest first."""
        return [edge_of(row) for row in await self._rows(_EDGES, customer=customer, limit=limit)]

    async def groups_of(self, customer: str) -> Sequence[StoredGroup]:
        """Give the groups a customer belongs to."""
        return [group_of(row) for row in await self._rows(_GROUPS, customer=customer)]

    async def traits_of(self, customers: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """Give the traits of those of these customers that have some: of each trait the newest value."""
        traits: dict[str, dict[str, Any]] = {}
        times: dict[str, dict[str, int]] = {}
        for row in await self._rows(_TRAITS, customers=list(customers)):
            lay_over(
                traits.setdefault(row.customer, {}),
                times.setdefault(row.customer, {}),
                row.traits,
                row.trait_times,
            )
        return traits

    async def _rows(self, statement: Any, **values: Any) -> Sequence[Row[Any]]:
        return (await self._connection.execute(statement, values)).all()


def _after(text: str) -> str | None:
    """Give the smallest text that is greater than all that begin with this one."""
    for end in range(len(text), 0, -1):
        last = ord(text[end - 1])
        if last < 0x10FFFF:
            # Between the two halves of surrogates lies nothing that PostgreSQL can hold.
            return text[: end - 1] + chr(0xE000 if last == 0xD7FF else last + 1)
    return None


def _identifier(row: Row[Any]) -> StoredIdentifier:
    return StoredIdentifier(row.kind, row.value, row.customer, row.first_at, row.last_at)
