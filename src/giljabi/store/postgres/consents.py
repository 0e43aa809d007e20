"""Consent in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.model.errors import BadParameter, NotFound
from giljabi.store.ports import StoredConsent, StoredPurpose
from giljabi.store.postgres.storable import storable
from giljabi.store.postgres.tables import consent, consent_purpose

_ADD = text("""
INSERT INTO consent (workspace_id, kind, value, subject, purpose, channel, given, at, recorded_by, way,
                     wording, version, proof)
SELECT :workspace_id, :kind, :value, :subject, :purpose, :channel, :given, :at, :recorded_by, :way,
       :wording, :version, CAST(:proof AS jsonb)
WHERE NOT EXISTS (
    SELECT FROM consent WHERE subject = :subject AND purpose = :purpose AND channel = :channel AND at = :at
    AND given = :given)
""")
_OF = text("""
SELECT c.* FROM consent c
JOIN unnest(CAST(:kinds AS text[]), CAST(:values AS text[])) AS asked(kind, value) USING (kind, value)
ORDER BY c.at DESC, c.given, c.consent_id DESC
""")
_COUNTS = text("""
SELECT purpose, count(*) FILTER (WHERE given) AS given, count(*) FILTER (WHERE NOT given) AS withdrawn
FROM (SELECT DISTINCT ON (subject, purpose) purpose, given FROM consent WHERE channel = ''
      ORDER BY subject, purpose, at DESC, given) AS last
GROUP BY purpose
""")
_FIELDS = (
    *("kind", "value", "subject", "purpose", "channel", "given", "at"),
    *("recorded_by", "way", "wording", "version", "proof", "created_at"),
)


class PostgresConsents:
    """Consent of a workspace's customers, and what it is asked for."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def purposes(self) -> Sequence[StoredPurpose]:
        """Give the purposes, by name."""
        query = select(consent_purpose).order_by(func.lower(consent_purpose.c.name))
        return [_purpose(row) for row in await self._connection.execute(query)]

    async def put_purpose(self, id: str, name: str, *, collection: bool) -> StoredPurpose:  # noqa: A002
        """Keep a purpose, new or in the place of the one of this id."""
        new = insert(consent_purpose).values(
            workspace_id=self._workspace, purpose=id, name=name, collection=collection
        )
        keep = new.on_conflict_do_update(
            index_elements=["workspace_id", "purpose"], set_={"name": name, "collection": collection}
        )
        return _purpose((await self._connection.execute(keep.returning(*consent_purpose.c))).one())

    async def remove_purpose(self, id: str) -> None:  # noqa: A002
        """Remove a purpose; raises NotFound, and BadParameter where customers have spoken of it."""
        said = select(func.count()).select_from(consent).where(consent.c.purpose == id)
        if await self._connection.scalar(said):
            raise BadParameter(f"customers have said something about {id!r}; a purpose with a history stays")
        gone = await self._connection.execute(delete(consent_purpose).where(consent_purpose.c.purpose == id))
        if not gone.rowcount:
            raise NotFound(f"there is no purpose {id!r} in this workspace")

    async def add(self, said: Sequence[StoredConsent]) -> int:
        """Keep what was said, but for what stands there already; give how much was new."""
        new = 0
        for one in said:
            new += (await self._connection.execute(_ADD, self._values(one))).rowcount
        return new

    async def of(self, identifiers: Sequence[tuple[str, str]]) -> Sequence[StoredConsent]:
        """Give all that was said for these identifiers (kind, value), the newest first."""
        asked = {
            "kinds": [kind for kind, _ in identifiers],
            "values": [value for _, value in identifiers],
        }
        return [_consent(row) for row in await self._connection.execute(_OF, asked)]

    async def counts(self) -> Mapping[str, tuple[int, int]]:
        """Count by purpose the identifiers for which consent stands given, and withdrawn."""
        return {row.purpose: (row.given, row.withdrawn) for row in await self._connection.execute(_COUNTS)}

    def _values(self, one: StoredConsent) -> dict[str, Any]:
        import msgspec

        texts = ("kind", "value", "purpose", "channel", "recorded_by", "way", "wording", "version")
        return {
            "workspace_id": self._workspace,
            **{name: storable(getattr(one, name)) for name in texts},
            "subject": one.subject,
            "given": one.given,
            "at": one.at,
            "proof": storable(msgspec.json.encode(one.proof).decode().replace("\\u0000", "")),
        }


def _purpose(row: Row[Any]) -> StoredPurpose:
    return StoredPurpose(row.purpose, row.name, row.collection, row.created_at)


def _consent(row: Row[Any]) -> StoredConsent:
    return StoredConsent(id=row.consent_id, **{name: getattr(row, name) for name in _FIELDS})
