"""Every table of the catalogue is filled with a row of one workspace, and walked as another.

Nothing here knows a table by name: a new one is walked from the day its migration is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import psycopg
import pytest
from psycopg import sql

from giljabi.store.postgres import APPLICATION_ROLE, EmbeddedServer

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]

OURS, THEIRS = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"

TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND c.relname <> 'alembic_version'
ORDER BY 1, 2
"""
RULES = """
SELECT n.nspname, c.relname, r.conname FROM pg_constraint r JOIN pg_class c ON c.oid = r.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.contype = 'c' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""
NEEDED = """
SELECT a.attname, t.typname, t.typtype, (SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid LIMIT 1)
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attidentity = '' AND a.attgenerated = ''
  AND (a.attname = 'workspace_id' OR a.attnotnull AND NOT a.atthasdef)
"""
VALUES = {
    "text": "x",
    "varchar": "x",
    "bytea": b"x",
    "jsonb": "{}",
    "json": "{}",
    "timestamptz": "2026-01-01T00:00Z",
    "date": "2026-01-01",
    "uuid": OURS,
    "bool": True,
    "_text": [],
}
"""What columns hold by their type; numbers are 1."""


@pytest.fixture
def owner(postgres_server: EmbeddedServer, fresh_database: str) -> Iterator[Connection]:
    with psycopg.connect(postgres_server.url(database=fresh_database), autocommit=True) as connection:
        yield connection


@pytest.fixture
def tables(owner: Connection) -> list[sql.Identifier]:
    """Give every table, each with a row of ours."""
    # Which row hangs on which, and what values mean, is not what is tried here.
    owner.execute("SET session_replication_role = replica")
    for schema, name, rule in owner.execute(RULES).fetchall():
        drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        owner.execute(drop.format(sql.Identifier(schema, name), sql.Identifier(rule)))
    found = [sql.Identifier(*names) for names in owner.execute(TABLES).fetchall()]
    for table in found:
        _insert(owner, table, _row(owner, table))
        assert owner.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone() == (1,)
    return found


@pytest.fixture
def stranger(postgres_server: EmbeddedServer, fresh_database: str) -> Iterator[Connection]:
    """Give the application's view of another workspace."""
    address = postgres_server.url(APPLICATION_ROLE, fresh_database)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SELECT set_config('giljabi.workspace', %s, false)", [THEIRS])
        yield connection


def test_another_workspace_sees_no_row_of_any_table(
    tables: list[sql.Identifier], stranger: Connection
) -> None:
    seen = [
        table.as_string()
        for table in tables
        if stranger.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone() != (0,)
    ]

    assert len(tables) > 40
    assert seen == []


def test_another_workspace_changes_and_removes_no_row(
    tables: list[sql.Identifier], stranger: Connection, owner: Connection
) -> None:
    for table in tables:
        column = sql.Identifier(next(iter(_row(owner, table))))
        change = sql.SQL("UPDATE {0} SET {1} = {1}").format(table, column)
        for statement in (change, sql.SQL("DELETE FROM {}").format(table)):
            assert _touched(stranger, statement) == 0, statement.as_string()
        assert owner.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone() == (1,)


def test_another_workspace_puts_no_row_among_ours(
    tables: list[sql.Identifier], stranger: Connection, owner: Connection
) -> None:
    for table in tables:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _insert(stranger, table, _row(owner, table))


def _row(owner: Connection, table: sql.Identifier) -> dict[str, Any]:
    """Make a row of ours, with a value for every column that needs one."""
    columns = owner.execute(NEEDED, [table.as_string()]).fetchall()
    # The catalogue of the lake knows no workspaces: it tells them by the name of the catalogue.
    named = not any(name == "workspace_id" for name, *_ in columns)
    text = OURS if named else "x"
    values = {**VALUES, "text": text, "varchar": text}
    return {
        name: OURS if name == "workspace_id" else label if family == "e" else values.get(kind, 1)
        for name, kind, family, label in columns
    }


def _insert(connection: Connection, table: sql.Identifier, row: dict[str, Any]) -> None:
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        table,
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )
    connection.execute(statement, list(row.values()))


def _touched(connection: Connection, statement: sql.Composed) -> int:
    try:
        return connection.execute(statement).rowcount
    except psycopg.errors.InsufficientPrivilege:
        return 0
