"""Row security: every table has it, and the application role cannot get round it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeAlias

import psycopg
import pyarrow as pa
import pytest
from tests.databases import new_import

from giljabi.model.errors import NotFound
from giljabi.store.postgres import APPLICATION_ROLE, FEEDBACK_SCHEMA, Database, EmbeddedServer

TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) AS owner,
       EXISTS (SELECT FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped),
       ARRAY(SELECT pg_get_expr(p.polqual, c.oid) || ' / ' || pg_get_expr(p.polwithcheck, c.oid)
             FROM pg_policy p WHERE p.polrelid = c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY 1
"""
Owner: TypeAlias = psycopg.Connection[tuple[Any, ...]]
OWN_ROWS = "(workspace_id = (current_setting('giljabi.workspace'::text))::uuid)"


@pytest.fixture
def owner(postgres_server: EmbeddedServer, fresh_database: str) -> Iterator[Owner]:
    with psycopg.connect(postgres_server.url(database=fresh_database)) as connection:
        yield connection


def test_every_table_has_a_workspace_and_a_policy_that_its_owner_obeys_too(owner: Owner) -> None:
    tables = owner.execute(TABLES).fetchall()
    assert {name for name, *_ in tables} >= {"workspace", "journey_map", "map_check", "import", "feedback"}
    for name, secured, forced, table_owner, has_workspace, policies in tables:
        if name == "alembic_version":
            continue
        assert has_workspace, f"{name} has no workspace_id"
        assert secured, f"{name} has no row security"
        assert forced, f"the owner of {name} bypasses its policies"
        assert policies == [f"{OWN_ROWS} / {OWN_ROWS}"], f"{name} has other policies: {policies}"
        assert table_owner != APPLICATION_ROLE, f"{name} belongs to the application role"


def test_the_application_role_owns_nothing_and_has_no_powers(owner: Owner) -> None:
    role = owner.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles "
        "WHERE rolname = %s",
        [APPLICATION_ROLE],
    ).fetchone()
    assert role == (False,) * 5
    assert owner.execute(
        "SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid "
        "WHERE r.rolname = %s AND d.deptype = 'o'",
        [APPLICATION_ROLE],
    ).fetchone() == (0,)
    assert owner.execute(
        "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s",
        [APPLICATION_ROLE],
    ).fetchone() == (0,)


async def test_a_workspace_sees_nothing_of_another(
    database: Database, our_workspace: str, their_workspace: str
) -> None:
    async with database.transaction(our_workspace) as tx:
        ours = await tx.maps.add("title: ours", "ours")
        await tx.maps.add_check(ours.id, "1", {})
        await tx.imports.add(new_import("i1", state="done"))
        said = {"customer": "c", "time": datetime(2026, 1, 1, tzinfo=UTC), "kind": "nps", "score": 9}
        await tx.feedback.add("i1", pa.Table.from_pylist([said], FEEDBACK_SCHEMA).to_batches())
    async with database.transaction(their_workspace) as tx:
        assert await tx.maps.list() == []
        assert await tx.maps.last_checks() == {}
        assert await tx.imports.list() == []
        assert await tx.imports.done("events", "digest of i1") is None
        assert (await tx.feedback.table()).num_rows == 0
        assert await tx.feedback.counts() == {}
        assert (await tx.workspaces.get_or_add("theirs")).name == "theirs"
        with pytest.raises(NotFound, match="no map"):
            await tx.maps.get(ours.id)
        with pytest.raises(NotFound, match="no map"):
            await tx.maps.replace(ours.id, "text", "title")
        with pytest.raises(NotFound, match="no map"):
            await tx.maps.remove(ours.id)
        with pytest.raises(NotFound, match="no import"):
            await tx.imports.change("i1", state="failed")
    async with database.transaction(our_workspace) as tx:
        assert [one.text for one in await tx.maps.list()] == ["title: ours"]


async def test_a_row_cannot_be_put_into_another_workspace(
    postgres_server: EmbeddedServer, fresh_database: str, their_workspace: str
) -> None:
    address = postgres_server.url(APPLICATION_ROLE, fresh_database)
    async with await psycopg.AsyncConnection.connect(address) as connection:
        await connection.execute(
            "SELECT set_config('giljabi.workspace', '00000000-0000-0000-0000-000000000001', true)"
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            await connection.execute(
                "INSERT INTO journey_map (workspace_id, map_id, title, text) VALUES (%s, 'm', '', '')",
                [their_workspace],
            )


async def test_without_a_workspace_nothing_can_be_read(
    postgres_server: EmbeddedServer, fresh_database: str
) -> None:
    address = postgres_server.url(APPLICATION_ROLE, fresh_database)
    async with await psycopg.AsyncConnection.connect(address) as connection:
        with pytest.raises(psycopg.errors.UndefinedObject, match=r"giljabi\.workspace"):
            await connection.execute("SELECT * FROM journey_map")


async def test_a_failing_transaction_keeps_nothing(database: Database, our_workspace: str) -> None:
    async def fail() -> None:
        async with database.transaction(our_workspace) as tx:
            await tx.maps.add("title: lost", "lost")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.transaction(our_workspace) as tx:
        assert await tx.maps.list() == []
