"""What deleted rows leave behind in PostgreSQL's files, and getting rid of it.

A row that is deleted stays where it was until its page is written anew, in the table and in its indexes; the
planner's statistics keep common values; and the write-ahead log keeps every row as it was written until its
segments go. So the tables are written anew (``VACUUM FULL``), the statistics are made anew and written anew
too, and the log is moved on until a checkpoint can remove what lies behind it.

On a server that is not Giljabi's own the role may not be allowed to do all of this; what it could not do is
told. Replicas, archived logs and backups are out of reach from here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

import psycopg
from psycopg import sql

from giljabi.model.errors import StorageUnavailable
from giljabi.store.postgres.outage import first_line

TOUCHED = (
    *("inbox", "refusal", "feedback", "customer", "identifier", "identifier_holder", "identity_edge"),
    *("identity_apart", "customer_group", "group_member", "match_proposal", "import", "planned_event"),
    *("plan_departure", "activity", "source", "journey_map", "map_check", "segment", "consent"),
    "privacy_request",
)
"""The tables that somebody who is forgotten may have stood in."""

_PATIENCE = 20.0
"""Seconds that older transactions are waited for: what they can still see is not removed."""

_MOST_SEGMENTS = 200
"""Segments of the log that are gone through at most."""

_log = logging.getLogger(__name__)


def purge(
    address: str, password: str | None = None, tell: Callable[[float], None] | None = None
) -> Sequence[str]:
    """Write the tables anew and let go of the log; give in words what could not be done.

    Parameters
    ----------
    address
        For the owner of the tables, as libpq takes it.
    password
        Where the address has none.
    tell
        Told how much is done.

    Raises
    ------
    StorageUnavailable
        If the database does not answer.
    """
    left: list[str] = []
    try:
        with psycopg.connect(address, password=password, autocommit=True) as connection:
            _wait_for_others(connection)
            for number, table in enumerate(TOUCHED):
                _try(connection, left, sql.SQL("VACUUM (FULL, ANALYZE) {}").format(_in_public(table)))
                if tell is not None:
                    tell((number + 1) / (len(TOUCHED) + 1))
            _try(connection, left, sql.SQL("VACUUM FULL pg_catalog.pg_statistic"))
            _move_log_on(connection, left)
    except psycopg.OperationalError as error:
        raise StorageUnavailable(f"the database does not answer: {first_line(error)}") from error
    return left


def _in_public(table: str) -> sql.Identifier:
    return sql.Identifier("public", table)


def _try(connection: psycopg.Connection, left: list[str], statement: sql.SQL | sql.Composed) -> None:
    try:
        connection.execute(statement)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState) as error:
        said = statement.as_string(connection)
        left.append(f"{said}: {first_line(error)}")
        _log.warning("after an erasure, %s could not be done: %s", said, first_line(error))


def _wait_for_others(connection: psycopg.Connection) -> None:
    """Wait until nobody sees what was deleted any more, but not for ever."""
    row = connection.execute("SELECT txid_current()").fetchone()
    assert row is not None
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        oldest = connection.execute(
            "SELECT min(coalesce(backend_xid::text, backend_xmin::text)::bigint) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        ).fetchone()
        if oldest is None or oldest[0] is None or oldest[0] >= row[0] % 2**32:
            return
        time.sleep(0.1)


def _move_log_on(connection: psycopg.Connection, left: list[str]) -> None:
    """Have a checkpoint remove every segment of the log that was written or made before now."""
    try:
        made = {name for (name,) in connection.execute(_SEGMENTS)}
        for _ in range(_MOST_SEGMENTS):
            connection.execute("SELECT pg_logical_emit_message(false, 'giljabi', '')")
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")
            now = {name for (name,) in connection.execute(_SEGMENTS)}
            current = connection.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone()
            if not (made & now) - ({current[0]} if current else set()):
                return
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedFunction) as error:
        left.append(f"the write-ahead log: {first_line(error)}")
        _log.warning("after an erasure, the log could not be moved on: %s", first_line(error))


_SEGMENTS = "SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"
