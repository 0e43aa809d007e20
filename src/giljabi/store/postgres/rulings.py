"""What people decide about identity, and what is still to be done about it: rules, merges, splits, groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import EdgeKind, EdgeState, IdentityEdge, IdentityRule, StoredGroup, WaitingEdge
from giljabi.store.postgres.tables import (
    customer,
    identifier,
    identifier_holder,
    identity_apart,
    identity_edge,
    identity_rule,
)

GROUP = """
SELECT g.*, (SELECT count(DISTINCT coalesce(c.merged_into, m.customer_id))
             FROM group_member m LEFT JOIN customer c ON c.customer_id = m.customer_id
             WHERE m.group_id = g.group_id) AS members
FROM customer_group g
"""
_GROUPS = text(f"{GROUP} WHERE g.group_id > :after ORDER BY g.group_id LIMIT :limit")
_MEMBERS = text(
    """
    SELECT coalesce(c.merged_into, m.customer_id) AS customer, min(m.since) AS since
    FROM group_member m LEFT JOIN customer c ON c.customer_id = m.customer_id
    WHERE m.group_id = :group GROUP BY 1 HAVING coalesce(min(c.merged_into), min(m.customer_id)) > :after
    ORDER BY 1 LIMIT :limit
    """
)
_WAITING_EDGES = text(
    """
    SELECT edge_id, kind, from_customer, to_customer FROM identity_edge WHERE state = 'waiting'
    ORDER BY edge_id LIMIT :limit
    """
)
_WHOLES = text(
    """
    SELECT c.customer_id, coalesce(c.merged_into, c.customer_id) AS whole
    FROM unnest(CAST(:names AS text[])) AS q (name) JOIN customer c ON c.customer_id = q.name
    """
)
_WAITING_HANDS = text(
    """
    SELECT DISTINCT h.kind, h.value FROM identifier_holder h WHERE NOT h.replayed ORDER BY 1, 2 LIMIT :limit
    """
)
_HOLDERS = text(
    """
    SELECT h.customer_id, coalesce(c.merged_into, h.customer_id) AS whole
    FROM unnest(CAST(:kinds AS text[]), CAST(:values AS text[])) AS q (kind, value)
    JOIN identifier_holder h ON h.kind = q.kind AND h.value = q.value
    LEFT JOIN customer c ON c.customer_id = h.customer_id
    """
)
_REPLAYED = text(
    """
    UPDATE identifier_holder h SET replayed = true
    FROM unnest(CAST(:kinds AS text[]), CAST(:values AS text[])) AS q (kind, value)
    WHERE h.kind = q.kind AND h.value = q.value AND NOT h.replayed
    """
)


class Rulings:
    """Rules of identifiers, merges and splits by hand, groups, and what waits to be replayed."""

    _connection: AsyncConnection
    _workspace: str

    # Rules

    async def rules(self) -> Sequence[IdentityRule]:
        """Give the rules that were changed or added, by kind."""
        rows = await self._connection.execute(select(identity_rule).order_by(identity_rule.c.kind))
        return [
            IdentityRule(row.kind, row.priority, row.unique, row.limit, tuple(row.blocked)) for row in rows
        ]

    async def put_rule(self, rule: IdentityRule) -> None:
        """Keep a rule in the place of what was kept for its kind."""
        values: dict[str, Any] = {
            "priority": rule.priority,
            "unique": rule.unique,
            "limit": rule.limit,
            "blocked": list(rule.blocked),
            "updated_at": func.now(),
        }
        new = insert(identity_rule).values(workspace_id=self._workspace, kind=rule.kind, **values)
        await self._connection.execute(
            new.on_conflict_do_update(index_elements=["workspace_id", "kind"], set_=values)
        )

    async def remove_rule(self, kind: str) -> None:
        """Forget what was kept for a kind; nothing happens where nothing was."""
        await self._connection.execute(delete(identity_rule).where(identity_rule.c.kind == kind))

    async def apart(self) -> Sequence[tuple[str, str, str, str]]:
        """Give the pairs of identifiers (kind, value, kind, value) that may not merge customers."""
        rows = await self._connection.execute(select(identity_apart))
        return [(row.kind, row.value, row.other_kind, row.other_value) for row in rows]

    async def keep_apart(self, pairs: Iterable[tuple[tuple[str, str], tuple[str, str]]], edge: int) -> None:
        """Let pairs of identifiers merge customers no more, on account of an edge."""
        rows = [
            {
                "workspace_id": self._workspace,
                "kind": one[0],
                "value": one[1],
                "other_kind": other[0],
                "other_value": other[1],
                "edge_id": edge,
            }
            for one, other in pairs
        ]
        if rows:
            await self._connection.execute(insert(identity_apart).on_conflict_do_nothing(), rows)

    async def let_together(self, edges: Sequence[int]) -> None:
        """Let pairs of identifiers merge customers again that were kept apart on account of these edges."""
        await self._connection.execute(delete(identity_apart).where(identity_apart.c.edge_id.in_(edges)))

    # Merges and splits

    async def add_edge(
        self, kind: EdgeKind, from_customer: str, to_customer: str, cause: Mapping[str, Any]
    ) -> IdentityEdge:
        """Keep a merge or split whose events have not moved yet."""
        new = insert(identity_edge).values(
            workspace_id=self._workspace,
            kind=kind,
            from_customer=from_customer,
            to_customer=to_customer,
            cause=dict(cause),
            state="waiting",
        )
        return edge_of((await self._connection.execute(new.returning(*identity_edge.c))).one())

    async def edge(self, id: int) -> IdentityEdge | None:  # noqa: A002
        """Give a merge or split, if there is one of this id."""
        query = select(identity_edge).where(identity_edge.c.edge_id == id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else edge_of(row)

    async def edges(
        self,
        *,
        kind: EdgeKind | None = None,
        state: EdgeState | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[IdentityEdge]:
        """Give merges and splits, the newest first, from below an id."""
        query = select(identity_edge).order_by(identity_edge.c.edge_id.desc()).limit(limit)
        if kind is not None:
            query = query.where(identity_edge.c.kind == kind)
        if state is not None:
            query = query.where(identity_edge.c.state == state)
        if before is not None:
            query = query.where(identity_edge.c.edge_id < before)
        return [edge_of(row) for row in await self._connection.execute(query)]

    async def set_edges(self, ids: Sequence[int], state: EdgeState, *, but: EdgeState | None = None) -> None:
        """Set the state of edges; those that are in another given state stay as they are."""
        change = update(identity_edge).where(identity_edge.c.edge_id.in_(ids))
        if but is not None:
            change = change.where(identity_edge.c.state != but)
        undone = {"undone_at": func.now()} if state == "undone" else {}
        await self._connection.execute(change.values(state=state, **undone))

    async def parts(self, customer_id: str) -> Mapping[str, str]:
        """Give all customers that are part of this one, itself first, and the end of each one's merges."""
        query = (
            select(customer.c.customer_id, customer.c.merged_into)
            .where((customer.c.customer_id == customer_id) | (customer.c.merged_into == customer_id))
            .order_by(customer.c.merged_into.isnot(None), customer.c.created_at, customer.c.customer_id)
        )
        return {
            row.customer_id: row.merged_into or row.customer_id
            for row in await self._connection.execute(query)
        }

    async def merges_of(self, parts: Sequence[str]) -> Mapping[str, str]:
        """Give into whom each of these customers was merged, as far as that was not taken back."""
        query = (
            select(identity_edge.c.from_customer, identity_edge.c.to_customer)
            .where(identity_edge.c.from_customer.in_(parts))
            .where((identity_edge.c.kind == "merge") & (identity_edge.c.state != "undone"))
            .order_by(identity_edge.c.edge_id)
        )
        return {row.from_customer: row.to_customer for row in await self._connection.execute(query)}

    async def set_whole(self, parts: Mapping[str, str]) -> None:
        """Say of customers which one they are part of now; their own name says: of none."""
        for part, whole in parts.items():
            change = update(customer).where(customer.c.customer_id == part)
            await self._connection.execute(
                change.values(merged_into=None if whole == part else whole, updated_at=func.now())
            )

    async def move(self, pair: tuple[str, str], to: str, parts: Sequence[str]) -> None:
        """Tie an identifier of some customers to another one, for all the time they held it."""
        kind, value = pair
        is_it = (identifier.c.kind == kind) & (identifier.c.value == value)
        await self._connection.execute(
            update(identifier).where(is_it, identifier.c.customer_id.in_(parts)).values(customer_id=to)
        )
        was_it = (identifier_holder.c.kind == kind) & (identifier_holder.c.value == value)
        await self._connection.execute(
            update(identifier_holder)
            .where(was_it, identifier_holder.c.customer_id.in_(parts))
            .values(customer_id=to, replayed=False)
        )

    # What waits to be replayed

    async def wholes(self, customers: Sequence[str]) -> Mapping[str, str]:
        """Give of those of these that are customers the one each is part of now."""
        rows = await self._connection.execute(_WHOLES, {"names": list(customers)})
        return {row.customer_id: row.whole for row in rows}

    async def waiting_edges(self, limit: int) -> Sequence[WaitingEdge]:
        """Give merges and splits whose events have not moved yet, the oldest first."""
        rows = await self._connection.execute(_WAITING_EDGES, {"limit": limit})
        return [WaitingEdge(*row) for row in rows]

    async def waiting_hands(self, limit: int) -> Sequence[tuple[str, str]]:
        """Give identifiers (kind, value) that changed hands and whose events have not followed."""
        rows = await self._connection.execute(_WAITING_HANDS, {"limit": limit})
        return [(row.kind, row.value) for row in rows]

    async def holders(self, pairs: Sequence[tuple[str, str]]) -> set[str]:
        """Give all customers that ever held these identifiers, and whom they are part of."""
        rows = await self._connection.execute(_HOLDERS, _pairs(pairs))
        return {name for row in rows for name in (row.customer_id, row.whole)}

    async def replayed(self, edges: Sequence[int], pairs: Sequence[tuple[str, str]]) -> None:
        """Say that the events have followed edges, and identifiers that changed hands."""
        await self.set_edges(edges, "done", but="undone")
        if pairs:
            await self._connection.execute(_REPLAYED, _pairs(pairs))

    # Groups

    async def groups(self, after: str = "", limit: int = 50) -> Sequence[StoredGroup]:
        """Give groups by id, from after one."""
        rows = await self._connection.execute(_GROUPS, {"after": after, "limit": limit})
        return [group_of(row) for row in rows]

    async def members(self, group: str, after: str = "", limit: int = 50) -> Sequence[tuple[str, datetime]]:
        """Give the customers of a group and since when they belong to it, by name, from after one."""
        values = {"group": group, "after": after, "limit": limit}
        return [(row.customer, row.since) for row in await self._connection.execute(_MEMBERS, values)]


def edge_of(row: Row[Any]) -> IdentityEdge:
    """Make an edge of its row."""
    return IdentityEdge(
        row.edge_id,
        row.kind,
        row.from_customer,
        row.to_customer,
        row.cause,
        row.state,
        row.at,
        row.undone_at,
    )


def group_of(row: Row[Any]) -> StoredGroup:
    """Make a group of its row."""
    return StoredGroup(row.group_id, row.kind, row.traits, row.members, row.created_at, row.updated_at)


def _pairs(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    return {"kinds": [kind for kind, _ in pairs], "values": [value for _, value in pairs]}
