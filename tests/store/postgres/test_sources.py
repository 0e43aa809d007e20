"""Sources are kept, changed, counted and forgotten, each workspace for itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from giljabi.model.errors import BadParameter, NotFound
from giljabi.store.ports import StoredSource
from giljabi.store.postgres import Database

MADE = datetime(2026, 11, 1, tzinfo=UTC)
SHOP = StoredSource(
    id="shop",
    kind="sql",
    name="Shop orders",
    settings={"url": "sqlite:///shop.db", "roles": {"identifiers": {"user_id": "고객"}}},
    third_party=0.25,
    every=300,
    created_at=MADE,
)


async def test_a_source_is_kept_changed_and_forgotten(
    database: Database, our_workspace: str, their_workspace: str
) -> None:
    async with database.transaction(our_workspace) as tx:
        kept = await tx.sources.add(SHOP)
        assert kept == SHOP
        await tx.sources.add(StoredSource(id="web", kind="http", name="Web", write_key="k1", created_at=MADE))
    async with database.transaction(their_workspace) as tx:
        assert await tx.sources.list() == []
        await tx.sources.add(StoredSource(id="web2", kind="http", name="web", created_at=MADE))
        with pytest.raises(NotFound, match="no source 'shop'"):
            await tx.sources.get("shop")
    async with database.transaction(our_workspace) as tx:
        changed = await tx.sources.change("shop", cursor={"after": 7}, last_error="it is gone")
        assert (changed.cursor, changed.last_error, changed.name) == ({"after": 7}, "it is gone", SHOP.name)
        assert [one.id for one in await tx.sources.list()] == ["shop", "web"]
        await tx.sources.remove("shop")
        with pytest.raises(NotFound, match="no source 'shop'"):
            await tx.sources.change("shop", name="x")
        with pytest.raises(NotFound, match="no source 'shop'"):
            await tx.sources.remove("shop")


async def test_two_sources_of_one_name_are_refused(database: Database, our_workspace: str) -> None:
    async with database.transaction(our_workspace) as tx:
        await tx.sources.add(SHOP)
        await tx.sources.add(StoredSource(id="web", kind="http", name="Web", created_at=MADE))
    with pytest.raises(BadParameter, match="already a source 'SHOP ORDERS'"):
        async with database.transaction(our_workspace) as tx:
            await tx.sources.change("web", name="SHOP ORDERS")
    with pytest.raises(BadParameter, match="already a source"):
        async with database.transaction(our_workspace) as tx:
            await tx.sources.add(StoredSource(id="x", kind="http", name="web", created_at=MADE))


async def test_counts_add_up_and_the_latest_event_stays(database: Database, our_workspace: str) -> None:
    later = MADE + timedelta(days=1)
    async with database.transaction(our_workspace) as tx:
        await tx.sources.add(SHOP)
        await tx.sources.count("shop", 10, 2, later)
        await tx.sources.count("shop", 5, 0, MADE)
        await tx.sources.count("shop", 0, 1, None)
        await tx.sources.count("gone", 1, 1, MADE)
        counted = await tx.sources.get("shop")
    assert (counted.accepted, counted.refused, counted.last_event_at) == (15, 3, later)
