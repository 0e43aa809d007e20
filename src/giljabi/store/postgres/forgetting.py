"""Rows about a customer in PostgreSQL: counted, given out, and removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, CursorResult, Table, cast, delete, func, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text

from giljabi.store.ports import Mentioned
from giljabi.store.postgres.tables import (
    activity,
    consent,
    customer,
    customer_group,
    feedback,
    group_member,
    identifier,
    identifier_holder,
    identity_apart,
    identity_edge,
    imported,
    inbox,
    journey_map,
    map_check,
    match_proposal,
    plan_departure,
    planned_event,
    refusal,
    segment,
    source,
)

_OF: tuple[tuple[Table, tuple[Column[Any], ...]], ...] = (
    (customer, (customer.c.customer_id,)),
    (identifier, (identifier.c.customer_id,)),
    (identifier_holder, (identifier_holder.c.customer_id,)),
    (identity_edge, (identity_edge.c.from_customer, identity_edge.c.to_customer)),
    (group_member, (group_member.c.customer_id,)),
    (match_proposal, (match_proposal.c.left_customer, match_proposal.c.right_customer)),
    (feedback, (feedback.c.customer, feedback.c.arrived)),
)
"""The tables with rows about a customer, and the columns that name it."""

_TEXTS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (feedback, ("text", "touchpoint")),
    (customer, ("traits",)),
    (customer_group, ("traits",)),
    (identity_edge, ("cause",)),
    (match_proposal, ("details",)),
    (imported, ("file", "error", "preview")),
    (planned_event, ("about", "properties")),
    (activity, ("step", "error", "facts")),
    (source, ("last_error",)),
    (journey_map, ("title", "text")),
    (map_check, ("result",)),
    (segment, ("audience",)),
)
"""Where somebody may be named in passing."""

# What others hold too stays theirs: it goes to whom it belonged last but to the customer who is forgotten.
_GIVE_BACK = text(
    """
    UPDATE identifier i SET customer_id = h.customer_id
    FROM (
        SELECT DISTINCT ON (kind, value) kind, value, customer_id FROM identifier_holder
        WHERE customer_id <> ALL(CAST(:parts AS text[])) ORDER BY kind, value, since DESC
    ) h
    WHERE i.kind = h.kind AND i.value = h.value AND i.customer_id = ANY(CAST(:parts AS text[]))
    """
)
_SHARED = text(
    """
    SELECT q.kind, q.value FROM unnest(CAST(:kinds AS text[]), CAST(:values AS text[])) AS q (kind, value)
    WHERE EXISTS (SELECT FROM identifier_holder h WHERE h.kind = q.kind AND h.value = q.value
                  AND h.customer_id <> ALL(CAST(:parts AS text[])))
       OR EXISTS (SELECT FROM identifier i WHERE i.kind = q.kind AND i.value = q.value
                  AND i.customer_id <> ALL(CAST(:parts AS text[])))
    """
)
# The state of feedback is named by its newest row and its last move.
_TOUCH = text(
    """
    UPDATE feedback SET moved_at = clock_timestamp()
    WHERE feedback_id = (SELECT max(feedback_id) FROM feedback)
    """
)


class PostgresForgetting:
    """Takes rows about customers of a workspace out of its tables."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def shared(self, pairs: Sequence[tuple[str, str]], parts: Sequence[str]) -> set[tuple[str, str]]:
        """Give those of these identifiers that somebody else held or holds too."""
        kinds, values = [kind for kind, _ in pairs], [value for _, value in pairs]
        asked = {"kinds": kinds, "values": values, "parts": list(parts)}
        return {(kind, value) for kind, value in await self._connection.execute(_SHARED, asked)}

    async def count(self, parts: Sequence[str]) -> Mapping[str, int]:
        """Count the rows of customers, by table."""
        counts = {}
        for table, columns in _OF:
            query = select(func.count()).select_from(table).where(_names(columns, parts))
            counts[table.name] = int(await self._connection.scalar(query) or 0)
        return counts

    async def rows(self, parts: Sequence[str]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Give the rows of customers, by table, as plain values."""
        found: dict[str, Sequence[Mapping[str, Any]]] = {}
        for table, columns in _OF:
            query = select(table).where(_names(columns, parts)).order_by(*table.primary_key.columns)
            rows = await self._connection.execute(query)
            found[table.name] = [
                {name: value for name, value in row._asdict().items() if name != "workspace_id"}
                for row in rows
            ]
        return found

    async def erase(self, parts: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Mapping[str, int]:
        """Remove the rows of customers and their identifiers; give how many went, by table."""
        await self._connection.execute(_GIVE_BACK, {"parts": list(parts)})
        gone = {}
        for table, columns in _OF:
            gone[table.name] = await self._gone(table, _names(columns, parts))
        if pairs:
            one = tuple_(identity_apart.c.kind, identity_apart.c.value)
            other = tuple_(identity_apart.c.other_kind, identity_apart.c.other_value)
            where = or_(one.in_(list(pairs)), other.in_(list(pairs)))
            gone["identity_apart"] = await self._gone(identity_apart, where)
        if gone["feedback"]:
            await self._connection.execute(_TOUCH)
        # Nobody knows whose the examples of the tracking plan are; the next departure brings another.
        await self._connection.execute(update(plan_departure).values(example=""))
        return gone

    async def _gone(self, table: Table, where: Any) -> int:
        found: CursorResult[Any] = await self._connection.execute(delete(table).where(where))
        return found.rowcount

    async def erase_consents(self, subjects: Sequence[bytes], pairs: Sequence[tuple[str, str]]) -> int:
        """Leave of consent nothing but digests: what was said remains, who said it does not."""
        theirs = [consent.c.subject.in_(list(subjects))]
        if pairs:
            theirs.append(tuple_(consent.c.kind, consent.c.value).in_(list(pairs)))
        blank = {"kind": "", "value": "", "proof": {}, "recorded_by": ""}
        change = update(consent).where(or_(*theirs) & (consent.c.value != "")).values(blank)
        return (await self._connection.execute(change)).rowcount

    async def refusals(self, after: int, limit: int = 500) -> Sequence[tuple[int, str, bytes]]:
        """Give refusals, replayed or not, from after an id: id, detail, body."""
        query = select(refusal.c.refusal_id, refusal.c.detail, refusal.c.body)
        query = query.where(refusal.c.refusal_id > after).order_by(refusal.c.refusal_id).limit(limit)
        return [(id, detail, body) for id, detail, body in await self._connection.execute(query)]  # noqa: A001

    async def drop_refusals(self, ids: Sequence[int]) -> None:
        """Remove refusals."""
        await self._connection.execute(delete(refusal).where(refusal.c.refusal_id.in_(list(ids))))

    async def rewrite_inbox(self, position: int, calls: int, body: bytes) -> None:
        """Put other calls in the place of those of a row; without any the row goes."""
        this = inbox.c.position == position
        if calls:
            change = update(inbox).where(this).values(calls=calls, body=body)
            await self._connection.execute(change)
        else:
            await self._connection.execute(delete(inbox).where(this))

    async def scrub(self, rough: str, mentioned: Mentioned) -> Mapping[str, int]:
        """Take names out of the texts of every table; give how many rows changed, by table."""
        changed = {}
        for table, names in _TEXTS:
            many = await self._scrub(table, names, rough, mentioned)
            if many:
                changed[table.name] = many
        if "feedback" in changed:
            await self._connection.execute(_TOUCH)
        return changed

    async def _scrub(self, table: Table, names: Sequence[str], rough: str, mentioned: Mentioned) -> int:
        keys = list(table.primary_key.columns)
        columns = [table.c[name] for name in names]
        looks_so = or_(*(cast(one, Text).regexp_match(rough, flags="i") for one in columns))
        found = (await self._connection.execute(select(*keys, *columns).where(looks_so))).all()
        many = 0
        for row in found:
            values = row._asdict()
            new = {one.name: _scrubbed(one, values[one.name], mentioned) for one in columns}
            if all(new[name] == values[name] for name in names):
                continue
            this = [key == values[key.name] for key in keys]
            await self._connection.execute(update(table).where(*this).values(new))
            many += 1
        return many


def _names(columns: Sequence[Column[Any]], parts: Sequence[str]) -> Any:
    return or_(*(column.in_(list(parts)) for column in columns))


def _scrubbed(column: Column[Any], value: Any, mentioned: Mentioned) -> Any:
    if value is None:
        return None
    return mentioned.scrub_value(value) if isinstance(column.type, JSONB) else mentioned.scrub(value)
