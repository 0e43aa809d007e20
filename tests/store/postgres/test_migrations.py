"""The migrations make exactly the tables the code knows, once, on any server."""

from __future__ import annotations

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from giljabi.model.errors import StorageUnavailable
from giljabi.store.postgres import EmbeddedServer, database_url, migrate
from giljabi.store.postgres.tables import NEWEST, metadata


def test_the_migrated_database_has_the_tables_the_code_knows(database_address: str) -> None:
    engine = create_engine(database_url(database_address), poolclass=NullPool)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    config = Config()
    config.set_main_option("script_location", "giljabi:store/migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST


def test_migrating_again_changes_nothing(database_address: str) -> None:
    migrate(database_url(database_address))
    migrate(database_url(database_address))


def test_a_database_of_a_newer_giljabi_is_left_alone(database_address: str) -> None:
    with psycopg.connect(database_address) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageUnavailable, match="newer Giljabi"):
        migrate(database_url(database_address))


@pytest.fixture
def modest_address(postgres_server: EmbeddedServer) -> str:
    """Give an empty database whose owner is no superuser and may not make roles."""
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        for statement in (
            "DROP DATABASE IF EXISTS modest",
            "DROP ROLE IF EXISTS modest",
            sql.SQL("CREATE ROLE modest LOGIN PASSWORD {}").format(postgres_server.password),
            "CREATE DATABASE modest OWNER modest",
        ):
            connection.execute(statement)
    return postgres_server.url("modest", "modest")


@pytest.mark.usefixtures("migrated_template")
def test_an_owner_without_powers_is_told_what_it_lacks(modest_address: str) -> None:
    with pytest.raises(StorageUnavailable, match="GRANT giljabi_app TO modest"):
        migrate(database_url(modest_address))


@pytest.mark.usefixtures("migrated_template")
def test_an_owner_without_powers_needs_the_application_role_only(
    postgres_server: EmbeddedServer, modest_address: str
) -> None:
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute("GRANT giljabi_app TO modest")
    migrate(database_url(modest_address))


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://root@localhost/x", "sqlite:///file"])
def test_an_address_of_something_else_is_refused(address: str) -> None:
    with pytest.raises(StorageUnavailable, match="no PostgreSQL address"):
        database_url(address)


def test_a_server_that_is_away_is_named(postgres_server: EmbeddedServer) -> None:
    away = postgres_server.url().replace(str(postgres_server.socket.name), "giljabi-gone")
    with pytest.raises(StorageUnavailable, match="does not answer"):
        migrate(database_url(away))
