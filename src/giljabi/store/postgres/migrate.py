"""Bring the database to the newest migration."""

from __future__ import annotations

import logging

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from giljabi.model.errors import StorageUnavailable
from giljabi.store.postgres.outage import first_line, outages_named
from giljabi.store.postgres.tables import APPLICATION_ROLE, NEWEST

_log = logging.getLogger(__name__)

_LOCK = 0x67696C6A6162  # "giljab": two processes that start at once migrate one after the other


def migrate(url: URL, application_password: str | None = None, to: str = NEWEST) -> None:
    """Run the migrations that the database lacks.

    Parameters
    ----------
    url
        Address of the database, for the role that owns the tables.
    application_password
        Let the application role log in with this password; without it, the role is taken on by those who
        are members of it.
    to
        Where to stop; a database that is further already stays there.

    Raises
    ------
    StorageUnavailable
        If the database does not answer, was migrated by a newer Giljabi, or the role may not do what is
        needed.
    """
    engine = create_engine(url, poolclass=NullPool)
    with outages_named(), engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        before = _version(connection)
        if before != to:
            _upgrade(connection, to)
        if before is not None and (now := _version(connection)) != before:
            _log.info("the database was brought from migration %s to %s", before, now)
        if application_password is not None:
            _let_in(connection, application_password)


def _version(connection: Connection) -> str | None:
    if connection.scalar(text("SELECT to_regclass('public.alembic_version')")) is None:
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def schema_version(url: URL) -> str | None:
    """Give the newest migration that a database has; None for one without any."""
    with outages_named(), create_engine(url, poolclass=NullPool).connect() as connection:
        return _version(connection)


def _upgrade(connection: Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", "giljabi:store/migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise StorageUnavailable(
            f"the database was migrated by a newer Giljabi; update this one ({error})"
        ) from error
    except ProgrammingError as error:
        raise StorageUnavailable(
            f"the role of GILJABI_DATABASE_URL may not set up the database: {first_line(error)}; it needs to "
            f"own the database, and CREATEROLE or an administrator's \"CREATE ROLE {APPLICATION_ROLE}; "
            f'GRANT {APPLICATION_ROLE} TO {connection.engine.url.username}"'
        ) from error


def _let_in(connection: Connection, password: str) -> None:
    can = connection.scalar(
        text("SELECT rolcanlogin FROM pg_roles WHERE rolname = :role"), {"role": APPLICATION_ROLE}
    )
    if not can:
        driver = connection.connection.driver_connection
        assert driver is not None
        from psycopg import sql

        statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(
            sql.Identifier(APPLICATION_ROLE), sql.Literal(password)
        )
        driver.execute(statement)
