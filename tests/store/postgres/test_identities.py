"""Whom identifiers belong to is read through merges, and found by the beginning of a value."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest

from giljabi.store.postgres import Database, PostgresTransaction, workspace_id
from giljabi.store.postgres.identities import PostgresIdentities

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def filled(database_address: str, our_workspace: str) -> str:
    """Give a workspace where ``mina`` took in a device and an e-mail's customer, and works at a company."""
    assert our_workspace == workspace_id("ours")
    rows: dict[str, list[tuple[str | None, ...]]] = {
        "customer (customer_id, merged_into, traits, trait_times)": [
            ("mina", None, '{"name": "Mina", "city": "Seoul"}', '{"name": 5, "city": 1}'),
            ("d1", "mina", '{"city": "Busan"}', '{"city": 3}'),
            ("a@x.kr", "mina", "{}", "{}"),
            ("other", None, "{}", "{}"),
        ],
        "identifier (kind, value, customer_id, first_at, last_at)": [
            ("device", "d1", "d1", "2026-01-01Z", "2026-01-02Z"),
            ("email", "a@x.kr", "a@x.kr", "2026-01-02Z", "2026-01-02Z"),
            ("user_id", "mina", "mina", "2026-01-03Z", "2026-01-03Z"),
            ("user_id", "minari", "other", "2026-01-03Z", "2026-01-03Z"),
        ],
        "identity_edge (kind, from_customer, to_customer, cause, state)": [
            ("merge", "d1", "mina", "{}", "done"),
            ("merge", "a@x.kr", "mina", "{}", "waiting"),
        ],
        "customer_group (group_id, kind)": [("acme", "company")],
        "group_member (group_id, customer_id)": [("acme", "d1"), ("acme", "mina"), ("acme", "other")],
    }
    with psycopg.connect(database_address) as owner:
        for target, values in rows.items():
            marks = ", ".join(["%s"] * (len(values[0]) + 1))
            statement = f"INSERT INTO {target.replace('(', '(workspace_id, ')} VALUES ({marks})"
            owner.cursor().executemany(statement.encode(), [(our_workspace, *one) for one in values])
    return our_workspace


def identities(tx: PostgresTransaction) -> PostgresIdentities:
    return tx.identities


async def test_what_was_merged_is_read_as_part_of_its_customer(database: Database, filled: str) -> None:
    async with database.transaction(filled) as tx:
        held = await identities(tx).identifiers_of("mina")
        assert [(one.kind, one.value, one.customer) for one in held] == [
            ("device", "d1", "mina"),
            ("email", "a@x.kr", "mina"),
            ("user_id", "mina", "mina"),
        ]
        assert [edge.from_customer for edge in await tx.identities.edges_of("mina")] == ["a@x.kr", "d1"]
        (group,) = await tx.identities.groups_of("mina")
        assert (group.id, group.members) == ("acme", 2)


async def test_of_each_trait_the_newest_value_counts(database: Database, filled: str) -> None:
    async with database.transaction(filled) as tx:
        assert await tx.identities.traits_of(["mina", "other", "nobody"]) == {
            "mina": {"name": "Mina", "city": "Busan"}
        }
        mina = await tx.identities.customer("mina")
        assert mina is not None
        assert mina.traits == {"name": "Mina", "city": "Busan"}
        part = await tx.identities.customer("d1")
        assert part is not None
        assert part.merged_into == "mina"
        assert await tx.identities.customer("nobody") is None


async def test_an_identifier_is_found_by_its_beginning_the_equal_ones_first(
    database: Database, filled: str
) -> None:
    async with database.transaction(filled) as tx:
        assert [one.value for one in await tx.identities.find("mina")] == ["mina", "minari"]
        assert [one.value for one in await tx.identities.find("min", limit=1)] == ["mina"]
        assert await tx.identities.find("minz") == []
        assert [one.customer for one in await tx.identities.find("d1")] == ["mina"]
        assert await tx.identities.find("\U0010ffff") == []


async def test_another_workspace_sees_none_of_it(
    database: Database, filled: str, their_workspace: str
) -> None:
    assert filled
    async with database.transaction(their_workspace) as tx:
        assert await tx.identities.find("mina") == []
        assert await tx.identities.customer("mina") is None
        assert await tx.identities.identifiers_of("mina") == []
