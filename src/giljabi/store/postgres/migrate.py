"""Bring the database to the newest migration."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from giljabi.model.errors import StorageUnavailable
from giljabi.store.postgres.outage import first_line, outages_named
from giljabi.store.postgres.tables import APPLICATION_ROLE, NEWEST

_log = logging.getLogger(__name__)

_COMING_UP = "the database system is"
"""How every refusal begins that ends by itself: starting up, in recovery, not accepting connections yet."""

_LOCK = 0x67696C6A6162  # "giljab": two processes that start at once migrate one after the other


def migrate(
    url: URL, application_password: str | None = None, to: str = NEWEST, patience: float = 60.0
) -> None:
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
    patience
        Seconds for which a server that is coming up, after a crash perhaps, is waited for.

    Raises
    ------
    StorageUnavailable
        If the database does not answer, or not in time, was migrated by a newer Giljabi, or the role may not
        do what is needed.
    """
    engine = create_engine(url, poolclass=NullPool)
    with outages_named(), _begun(engine, patience) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        before = _version(connection)
        if before != to:
            _upgrade(connection, to)
        if before is not None and (now := _version(connection)) != before:
            _log.info("the database was brought from migration %s to %s", before, now)
        if application_password is not None:
            _let_in(connection, application_password)


@contextmanager
def _begun(engine: Engine, patience: float) -> Iterator[Connection]:
    """Begin a transaction; a server that is on its way up, after a crash perhaps, is waited for."""
    until = time.monotonic() + patience
    while True:
        try:
            connection = engine.connect()
        except OperationalError as error:
            if time.monotonic() >= until or not _is_coming_up(error):
                raise
            time.sleep(0.2)
        else:
            break
    with connection, connection.begin():
        yield connection


def _is_coming_up(error: BaseException) -> bool:
    """Say whether a server refused a connection because it is on its way up, or to its end.

    To connections that fail, no code of the error comes along: only its text, in the server's language. Where
    that is not English, nobody waits.
    """
    return _COMING_UP in str(error)


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
