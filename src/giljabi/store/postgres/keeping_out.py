"""Who is kept out, in PostgreSQL: asked before anything is let in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import KeptOut, WithdrawnIdentifier
from giljabi.store.postgres.tables import suppression

_STATE = text("""
SELECT (SELECT count(*) FROM suppression) AS suppressed, (SELECT max(created_at) FROM suppression) AS latest,
       EXISTS (SELECT FROM consent c JOIN consent_purpose p USING (workspace_id, purpose)
               WHERE p.collection AND NOT c.given AND c.channel = '') AS withdrawn
""")

# What a customer said last counts, by whichever of the identifiers it was said; of two words of one moment
# the withdrawal. An identifier that is nobody's yet stands for itself.
_WITHDRAWN = text("""
WITH withdrawn AS (
    SELECT DISTINCT c.kind, c.value FROM consent c JOIN consent_purpose p USING (workspace_id, purpose)
    WHERE p.collection AND NOT c.given AND c.channel = '' AND c.value <> ''
), whose AS (
    SELECT w.kind, w.value, coalesce(o.merged_into, i.customer_id) AS customer
    FROM withdrawn w LEFT JOIN identifier i USING (kind, value)
    LEFT JOIN customer o ON o.customer_id = i.customer_id
), parts AS (
    SELECT DISTINCT customer, customer AS part FROM whose WHERE customer IS NOT NULL
    UNION SELECT o.merged_into, o.customer_id FROM customer o JOIN whose w ON o.merged_into = w.customer
), held AS (
    SELECT p.customer, p.customer AS who, i.kind, i.value
    FROM parts p JOIN identifier i ON i.customer_id = p.part
    UNION ALL
    SELECT '', kind || ':' || value, kind, value FROM whose WHERE customer IS NULL
), last AS (
    SELECT DISTINCT ON (h.customer, h.who, c.purpose) h.customer, h.who, c.given
    FROM held h JOIN consent c ON c.kind = h.kind AND c.value = h.value
    JOIN consent_purpose p ON p.workspace_id = c.workspace_id AND p.purpose = c.purpose
    WHERE p.collection AND c.channel = ''
    ORDER BY h.customer, h.who, c.purpose, c.at DESC, c.given
), out AS (SELECT DISTINCT customer, who FROM last WHERE NOT given)
SELECT h.kind, h.value, h.customer FROM held h JOIN out USING (customer, who)
""")


class PostgresKeepingOut:
    """Who is kept out of a workspace; read by whoever lets something in."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def state(self) -> KeptOut:
        """Say whether anybody is kept out."""
        row = (await self._connection.execute(_STATE)).one()
        return KeptOut(row.suppressed, row.latest, row.withdrawn)

    async def suppressed(self) -> Sequence[bytes]:
        """Give the digests of all identifiers that are suppressed."""
        return [row.digest for row in await self._connection.execute(select(suppression.c.digest))]

    async def withdrawn(self) -> Sequence[WithdrawnIdentifier]:
        """Give all identifiers of those who have withdrawn consent to a purpose of collection."""
        rows = await self._connection.execute(_WITHDRAWN)
        return [WithdrawnIdentifier(row.kind, row.value, row.customer) for row in rows]
