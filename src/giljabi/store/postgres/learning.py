"""What is learned of customers while calls are resolved: read and written by the batch.

Lists go to the server as one text each, in PostgreSQL's own notation of arrays, which is many times
faster than to hand over their elements one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import HeldIdentifier, HeldSince, LearnedIdentities, lay_over

# A list of values is looked up by key in a large table and by one pass over a small one, whatever the planner
# knows of it; joined with a list, a table that has just grown could be read once for each value.
_KNOWN = """
SELECT i.kind, i.value, i.customer_id, coalesce(c.merged_into, i.customer_id),
       (extract(epoch FROM i.first_at) * 1000)::bigint, (extract(epoch FROM i.last_at) * 1000)::bigint
FROM identifier i LEFT JOIN customer c ON c.customer_id = i.customer_id
WHERE i.value = ANY(%s::text[])
"""
_HANDS = """
SELECT h.kind, h.value, (extract(epoch FROM h.since) * 1000)::bigint,
       h.customer_id, coalesce(c.merged_into, h.customer_id)
FROM unnest(%s::text[], %s::text[]) AS q (kind, value)
JOIN identifier_holder h ON h.kind = q.kind AND h.value = q.value
LEFT JOIN customer c ON c.customer_id = h.customer_id
ORDER BY h.kind, h.value, h.since
"""
_HELD = """
SELECT p.root, i.kind, count(*) FROM (
    SELECT r.id AS root, c.customer_id AS part
    FROM unnest(%(roots)s::text[]) AS r (id) JOIN customer c ON c.customer_id = r.id
    UNION ALL
    SELECT r.id, c.customer_id
    FROM unnest(%(roots)s::text[]) AS r (id) JOIN customer c ON c.merged_into = r.id
) p JOIN identifier i ON i.customer_id = p.part
GROUP BY 1, 2
"""
_TAKEN = "SELECT customer_id FROM customer WHERE customer_id = ANY(%s::text[])"
_CREATE = """
INSERT INTO customer (workspace_id, customer_id, merged_into)
SELECT %s, id, nullif(root, '') FROM unnest(%s::text[], %s::text[]) AS q (id, root)
"""
_TIE = """
INSERT INTO identifier (workspace_id, kind, value, customer_id, first_at, last_at)
SELECT %s, kind, value, customer, to_timestamp(first / 1000.0), to_timestamp(last / 1000.0)
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])
    AS q (kind, value, customer, first, last)
"""
_RETIE = """
UPDATE identifier i SET customer_id = q.customer
FROM unnest(%s::text[], %s::text[], %s::text[]) AS q (kind, value, customer)
WHERE i.value = q.value AND i.kind = q.kind
"""
_SEEN = """
UPDATE identifier i SET last_at = greatest(i.last_at, to_timestamp(q.last / 1000.0))
FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS q (kind, value, last)
WHERE i.value = q.value AND i.kind = q.kind
"""
_MERGE_PARTS = """
UPDATE customer c SET merged_into = q.root, updated_at = now()
FROM unnest(%s::text[], %s::text[]) AS q (id, root) WHERE c.merged_into = q.id
"""
_MERGE = """
UPDATE customer c SET merged_into = q.root, updated_at = now()
FROM unnest(%s::text[], %s::text[]) AS q (id, root) WHERE c.customer_id = q.id
"""
_EDGES = """
INSERT INTO identity_edge (workspace_id, kind, from_customer, to_customer, cause, state)
SELECT %s, 'merge', part, whole, cause::jsonb, 'waiting'
FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS q (part, whole, cause, place)
ORDER BY place
"""
_HAND = """
INSERT INTO identifier_holder (workspace_id, kind, value, since, customer_id)
SELECT %s, kind, value, to_timestamp(since / 1000.0), customer
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[]) AS q (kind, value, since, customer)
ON CONFLICT (workspace_id, kind, value, since) DO UPDATE SET
    customer_id = excluded.customer_id, replayed = false
"""
_TRAITS = """
SELECT c.customer_id, c.traits, c.trait_times
FROM unnest(%s::text[]) AS q (id) JOIN customer c ON c.customer_id = q.id
"""
_DESCRIBE = """
UPDATE customer c SET traits = q.traits::jsonb, trait_times = q.times::jsonb, updated_at = now()
FROM unnest(%s::text[], %s::text[], %s::text[]) AS q (id, traits, times) WHERE c.customer_id = q.id
"""
_GROUPS = """
INSERT INTO customer_group (workspace_id, group_id, kind, traits)
SELECT %s, id, kind, traits::jsonb FROM unnest(%s::text[], %s::text[], %s::text[]) AS q (id, kind, traits)
ON CONFLICT (workspace_id, group_id) DO UPDATE SET
    kind = CASE WHEN excluded.traits = '{}' THEN customer_group.kind ELSE excluded.kind END,
    traits = customer_group.traits || excluded.traits, updated_at = now()
"""
_MEMBERS = """
INSERT INTO group_member (workspace_id, group_id, customer_id, since)
SELECT %s, id, customer, to_timestamp(since / 1000.0)
FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS q (id, customer, since)
ON CONFLICT (workspace_id, group_id, customer_id) DO UPDATE SET
    since = least(group_member.since, excluded.since)
"""


class Learning:
    """What resolving a batch of calls reads and writes."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def hold(self) -> None:
        """Let nobody else change who is who until the transaction ends."""
        await self._run(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", f"giljabi/{self._workspace}/who"
        )

    async def known(self, pairs: Sequence[tuple[str, str]]) -> Sequence[HeldIdentifier]:
        """Give those of these identifiers (kind, value) that are known."""
        if not pairs:
            return []
        wanted = set(pairs)
        rows = await self._run(_KNOWN, _texts(dict.fromkeys(value for _, value in pairs)))
        return [HeldIdentifier(*row) for row in rows if (row[0], row[1]) in wanted]

    async def hands(self, pairs: Sequence[tuple[str, str]]) -> Sequence[HeldSince]:
        """Give since when who held those of these identifiers that changed hands, in the order of time."""
        if not pairs:
            return []
        rows = await self._run(_HANDS, _texts(one for one, _ in pairs), _texts(one for _, one in pairs))
        return [HeldSince(*row) for row in rows]

    async def held_counts(self, customers: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Count the identifiers of each kind that customers hold, with all that are part of them."""
        counts: dict[str, dict[str, int]] = {}
        if customers:
            for customer, kind, count in await self._run(_HELD, roots=_texts(customers)):
                counts.setdefault(customer, {})[kind] = count
        return counts

    async def taken(self, names: Sequence[str]) -> set[str]:
        """Give those of these names that customers have."""
        return {name for (name,) in await self._run(_TAKEN, _texts(names))} if names else set()

    async def learn(self, learned: LearnedIdentities) -> None:
        """Keep what was learned from a batch of calls."""
        own = self._workspace
        # In the order of the key, pages of a large table are visited once.
        if learned.created:
            await self._run(_CREATE, own, *_columns(sorted(learned.created)))
        if learned.tied:
            in_order = sorted(learned.tied, key=itemgetter(1))
            names, times = _columns(in_order, range(3)), [_numbers(_column(in_order, n)) for n in (3, 4)]
            await self._run(_TIE, own, *names, *times)
        if learned.retied:
            await self._run(_RETIE, *_columns(learned.retied))
        if learned.seen:
            await self._run(_SEEN, *_columns(learned.seen, range(2)), _numbers(_column(learned.seen, 2)))
        if learned.merged:
            for statement in (_MERGE_PARTS, _MERGE):
                await self._run(statement, *_columns(learned.merged))
        if learned.edges:
            parts, wholes, causes = zip(*learned.edges, strict=True)
            written = _texts(_json(cause) for cause in causes)
            await self._run(_EDGES, own, _texts(parts), _texts(wholes), written)
        if learned.handed:
            kinds, values, since, customers = zip(*learned.handed, strict=True)
            await self._run(_HAND, own, _texts(kinds), _texts(values), _numbers(since), _texts(customers))
        await self._learn_words(learned)

    async def _learn_words(self, learned: LearnedIdentities) -> None:
        own = self._workspace
        if learned.traits:
            await self._describe(learned.traits)
        if learned.groups:
            ids, kinds, traits = zip(*learned.groups, strict=True)
            await self._run(_GROUPS, own, _texts(ids), _texts(kinds), _texts(_json(one) for one in traits))
        if learned.members:
            groups, customers, since = zip(*learned.members, strict=True)
            await self._run(_MEMBERS, own, _texts(groups), _texts(customers), _numbers(since))

    async def _describe(self, new: Mapping[str, tuple[dict[str, Any], dict[str, int]]]) -> None:
        ids = sorted(new)
        there = {id: (traits, times) for id, traits, times in await self._run(_TRAITS, _texts(ids))}  # noqa: A001
        changed = []
        for id in ids:  # noqa: A001
            traits, times = there.get(id, ({}, {}))
            before = dict(traits), dict(times)
            lay_over(traits, times, *new[id])
            if (traits, times) != before:
                changed.append((id, _json(traits), _json(times)))
        if changed:
            await self._run(_DESCRIBE, *_columns(changed))

    async def _run(self, statement: str, *values: Any, **named: Any) -> list[Any]:
        raw = await self._connection.get_raw_connection()
        driver: Any = raw.driver_connection
        async with driver.cursor() as cursor:
            await cursor.execute(statement, values or named, prepare=False)
            return await cursor.fetchall() if cursor.description else []


def _columns(rows: Sequence[Sequence[Any]], which: Iterable[int] | None = None) -> list[str]:
    """Write columns of texts as arrays."""
    return [_texts(_column(rows, n)) for n in (range(len(rows[0])) if which is None else which)]


def _column(rows: Sequence[Sequence[Any]], place: int) -> Iterator[Any]:
    # One after the other: to turn many rows into columns at once takes several times as long.
    return map(itemgetter(place), rows)


def _texts(values: Iterable[str]) -> str:
    """Write texts as an array; none holds a null character, for PostgreSQL has none."""
    joined = "\0".join(values)
    if "\\" in joined:
        joined = joined.replace("\\", "\\\\")
    if '"' in joined:
        joined = joined.replace('"', '\\"')
    return '{"' + joined.replace("\0", '","') + '"}'


def _numbers(values: Iterable[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def _json(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return msgspec.json.encode(_without_null(value)).decode() if "\\u0000" in text else text


def _without_null(value: Any) -> Any:
    """Take the one character out that PostgreSQL cannot hold."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, Mapping):
        return {_without_null(name): _without_null(one) for name, one in value.items()}
    return [_without_null(one) for one in value] if isinstance(value, list | tuple) else value
