"""A real PostgreSQL for tests: one server per run, one fresh, migrated database per test.

Imports of the database stand inside the fixtures: most tests need none of it.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from giljabi.store.ports import StoredImport
    from giljabi.store.postgres import Database, EmbeddedServer

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """Give the server of this test run."""
    from giljabi.store.postgres import start_server

    settings = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    server = start_server(tmp_path_factory.mktemp("home") / "postgres", settings)
    yield server
    server.release()


@pytest.fixture(scope="session")
def migrated_template(postgres_server: EmbeddedServer) -> str:
    """Give the name of a database with all migrations and no rows; do not connect to it."""
    from giljabi.store.postgres import database_url, migrate

    name = "giljabi_template"
    _execute(postgres_server, f"CREATE DATABASE {name}")
    migrate(database_url(postgres_server.url(database=name)), postgres_server.password)
    return name


@pytest.fixture
def fresh_database(postgres_server: EmbeddedServer, migrated_template: str) -> Iterator[str]:
    """Give the name of a migrated database of this test's own."""
    name = f"giljabi_test_{next(_NUMBERS)}"
    _execute(postgres_server, f"CREATE DATABASE {name} TEMPLATE {migrated_template}")
    yield name
    _execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_address(postgres_server: EmbeddedServer, fresh_database: str) -> str:
    """Give the address of a migrated database, as ``GILJABI_DATABASE_URL`` would hold it."""
    return postgres_server.url(database=fresh_database)


@pytest.fixture
async def database(postgres_server: EmbeddedServer, fresh_database: str) -> AsyncIterator[Database]:
    """Give a database as the application sees it: under its own role."""
    from giljabi.store.postgres import Database, database_url

    database = Database(database_url(postgres_server.url("giljabi_app", fresh_database)))
    yield database
    await database.close()


@pytest.fixture
async def our_workspace(database: Database) -> str:
    """Give the id of a workspace that has been made."""
    return await _workspace(database, "ours")


@pytest.fixture
async def their_workspace(database: Database) -> str:
    """Give the id of another workspace."""
    return await _workspace(database, "theirs")


async def _workspace(database: Database, name: str) -> str:
    from giljabi.store.postgres import workspace_id

    async with database.transaction(workspace_id(name)) as tx:
        return (await tx.workspaces.get_or_add(name)).id


def _execute(server: EmbeddedServer, statement: str) -> None:
    import psycopg

    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(statement)


def new_import(id: str, **fields: Any) -> StoredImport:  # noqa: A002
    """Make an import with unimportant values where none are given."""
    from giljabi.store.ports import StoredImport

    values: dict[str, Any] = {
        "file": f"{id}.csv",
        "digest": f"digest of {id}",
        "kind": "events",
        "state": "preview",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return StoredImport(id=id, **{**values, **fields})
