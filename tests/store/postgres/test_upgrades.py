"""Databases of every earlier version come to the newest with all their rows, and stay shut for others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql
from tests.store.postgres.any_rows import Table, fill, tables

from giljabi.store.postgres import (
    APPLICATION_ROLE,
    EmbeddedServer,
    database_url,
    migrate,
    schema_version,
    workspace_id,
)
from giljabi.store.postgres.tables import NEWEST

SCHEMAS = ("public", "procrastinate")
OURS, THEIRS = workspace_id("ours"), workspace_id("theirs")
Rows = dict[Table, list[dict[str, Any]]]

_config = Config()
_config.set_main_option("script_location", "giljabi:store/migrations")
_config.set_main_option("path_separator", "os")
REVISIONS = sorted(one.revision for one in ScriptDirectory.from_config(_config).walk_revisions())


@pytest.fixture
def old(postgres_server: EmbeddedServer, migrated_template: str) -> Iterator[str]:
    """Give the address of an empty database, on a server that knows the application role."""
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE giljabi_old")
        yield postgres_server.url(database="giljabi_old")
        connection.execute("DROP DATABASE giljabi_old WITH (FORCE)")


def rows(connection: psycopg.Connection[Any], of: list[Table]) -> Rows:
    found: Rows = {}
    for schema, table in of:
        cursor = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, table)))
        names = [column.name for column in cursor.description or ()]
        found[schema, table] = [dict(zip(names, row, strict=True)) for row in cursor]
    return found


def assert_kept(before: Rows, after: Rows) -> None:
    """Compare what was there with what is there now: every row, in every column that still is."""
    for table, ones in before.items():
        assert len(after[table]) == len(ones), table
        for one, now in zip(ones, after[table], strict=True):
            assert {name: now[name] for name in one if name in now} == {
                name: value for name, value in one.items() if name in now
            }, table


def assert_shut(connection: psycopg.Connection[Any]) -> None:
    """See that the application role sees the rows of one workspace, in every table that has some."""
    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(APPLICATION_ROLE)))
    connection.execute("SELECT set_config('giljabi.workspace', %s, false)", [OURS])
    for (schema, table), columns in tables(connection, *SCHEMAS).items():
        if "workspace_id" in {name for name, *_ in columns}:
            seen = connection.execute(
                sql.SQL("SELECT DISTINCT workspace_id::text FROM {}").format(sql.Identifier(schema, table))
            ).fetchall()
            assert seen in ([], [(OURS,)]), table


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_filled_database_comes_to_the_newest_version(revision: str, old: str) -> None:
    url = database_url(old)
    migrate(url, to=revision)
    assert schema_version(url) == revision
    with psycopg.connect(old) as connection:
        filled = fill(connection, OURS, *SCHEMAS)
        fill(connection, THEIRS, "public")
        before = rows(connection, filled)
    assert len(filled) >= 7
    migrate(url)
    assert schema_version(url) == NEWEST
    with psycopg.connect(old) as connection:
        assert_kept(before, rows(connection, filled))
        assert_shut(connection)


def test_the_first_release_comes_to_the_newest_version(old: str) -> None:
    text = Path(__file__).with_name("released").joinpath("v0001.sql").read_text("utf-8")
    with psycopg.connect(old) as connection:
        connection.execute("DROP SCHEMA public")
        connection.execute("CREATE SCHEMA public")
        connection.execute(text.encode())
        filled = [table for table in tables(connection, "public") if table[0] == "public"]
        before = rows(connection, filled)
    assert all(len(ones) == 2 for ones in before.values())
    migrate(database_url(old))
    with psycopg.connect(old) as connection:
        assert_kept(before, rows(connection, filled))
        assert_shut(connection)


def test_two_that_start_at_once_bring_it_up_once(old: str) -> None:
    migrate(database_url(old), to=REVISIONS[0])
    failed: list[BaseException] = []

    def bring_up() -> None:
        try:
            migrate(database_url(old))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=bring_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert schema_version(database_url(old)) == NEWEST
