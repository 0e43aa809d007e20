"""Databases of others, which are read and never written.

Giljabi's own database is `giljabi.store.postgres`. This module speaks to PostgreSQL, MySQL, MariaDB and
SQLite, for sources that read rows: connections are read-only, and a query is read as the table it gives. It
connects to the addresses that its caller has found, and opens the file its caller has allowed.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, CursorResult, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from giljabi.model.errors import BadParameter, SourceUnavailable

_PATIENCE = 10
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mysql+pymysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "mariadb+pymysql": "mariadb+pymysql",
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
}
_PORTS = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306}
_OPTIONS = {
    "postgresql": {"application_name", "client_encoding", "host", "options", "sslmode"},
    "mysql": {"charset", "unix_socket"},
    "mariadb": {"charset", "unix_socket"},
}
"""What may be asked of a driver: no option of these names a file, or a way around the address."""

_READ_ONLY = {
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}


class Place(msgspec.Struct, frozen=True):
    """Where a database lies: at a host's port, at a socket of this machine, or in a file."""

    host: str = ""
    port: int = 0
    socket: str = ""
    file: str = ""


class Reached(msgspec.Struct, frozen=True):
    """How a database is reached: by which addresses of its host, or by which path in full."""

    addresses: Sequence[str] = ()
    path: str = ""


class Rows:
    """What a statement gives, read portion by portion."""

    def __init__(self, found: CursorResult[Any]) -> None:
        self._found = found

    @property
    def columns(self) -> Sequence[str]:
        """The names of the columns."""
        return list(self._found.keys())

    def first(self, count: int) -> list[dict[str, Any]]:
        """Give the first rows."""
        return [dict(row) for row in self._found.mappings().fetchmany(count)]

    def portions(self, size: int) -> Iterator[list[dict[str, Any]]]:
        """Yield all rows, some at a time."""
        for some in self._found.mappings().partitions(size):
            yield [dict(row) for row in some]


class Reader:
    """A connection to a database of others.

    Parameters
    ----------
    connection
        Read-only.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tables(self) -> Sequence[str]:
        """Name the tables."""
        return inspect(self._connection).get_table_names()

    def quoted(self, name: str) -> str:
        """Write a name as this database reads it in a statement."""
        return self._connection.dialect.identifier_preparer.quote_identifier(name).replace(":", r"\:")

    def everything(self, table: str | None, query: str | None) -> str:
        """Write the statement that gives all rows of a table, or of a query."""
        if query is not None:
            # A colon before a word would be taken for a value to be filled in.
            inner = query.strip().rstrip(";").replace(":", r"\:")
            return f"SELECT * FROM ({inner}\n) giljabi_rows"
        return f"SELECT * FROM {'.'.join(self.quoted(one) for one in str(table).split('.'))}"

    def some(self, statement: str, count: int) -> Rows:
        """Begin to read a statement of which no more than the first rows are wanted."""
        if self._connection.dialect.name in _READ_ONLY:
            return Rows(self._connection.execute(text(f"{statement} LIMIT {count}")))
        return Rows(self._connection.execution_options(stream_results=True).execute(text(statement)))

    def stream(self, statement: str, values: Mapping[str, Any], portion: int) -> Rows:
        """Begin to read a statement without holding all its rows."""
        streaming = self._connection.execution_options(stream_results=True, max_row_buffer=portion)
        return Rows(streaming.execute(text(statement), dict(values)))

    def abandon(self) -> None:
        """Drop the connection: some drivers would read all the rest, were it closed in good order."""
        self._connection.invalidate()


def place_of(address: str) -> Place:
    """Say where a database lies; raises BadParameter where something is no address of one."""
    url = _url(address)
    family = url.get_backend_name()
    if family == "sqlite":
        return Place(file=url.database or "")
    if asked := _socket_of(url):
        return Place(socket=asked)
    return Place(host=url.host or "", port=url.port or _PORTS[family])


@contextmanager
def reading(address: str, reached: Reached) -> Iterator[Reader]:
    """Connect to a database of others while the block runs.

    Parameters
    ----------
    address
        As SQLAlchemy takes it: ``postgresql://user:password@host/name``, ``sqlite:////folder/file.db``.
    reached
        Where it is connected to; certificates are those of the host's name.

    Raises
    ------
    BadParameter
        If it is no such address, or its driver is not installed.
    SourceUnavailable
        If the database does not answer, turns us away, or cannot carry out what it is asked.
    """
    url = _url(address)
    family = url.get_backend_name()
    if family == "sqlite":
        if not Path(reached.path).is_file():
            raise SourceUnavailable(f"there is no file {url.database!r} on this machine")
        url = url.set(database=reached.path)
    elif family != "postgresql" and reached.path:
        url = url.update_query_dict({"unix_socket": reached.path})
    arguments: dict[str, Any] = {"connect_timeout": _PATIENCE} if family != "sqlite" else {}
    if family == "postgresql" and reached.path:
        url = url.difference_update_query(["host"])
        arguments["host"] = reached.path
    elif family == "postgresql":
        # One name for each address: by the name the certificate is checked, by the address is connected.
        arguments["host"] = ",".join([str(url.host)] * len(reached.addresses))
        arguments["hostaddr"] = ",".join(reached.addresses)
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
    except ModuleNotFoundError as error:
        raise BadParameter(f"databases of kind {url.drivername!r} need {error.name}; install it") from error
    try:
        _only_read(engine, family)
        if family in {"mysql", "mariadb"} and reached.addresses:
            _to_addresses(engine, reached.addresses)
        with engine.connect() as connection:
            yield Reader(connection)
    except SQLAlchemyError as error:
        raise SourceUnavailable(f"the database says: {_first_line(error)}") from error
    finally:
        engine.dispose()


def _url(address: str) -> URL:
    try:
        url = make_url(address.strip())
    except (ArgumentError, ValueError):
        raise BadParameter(
            "this is no address of a database; write postgresql://user:password@host/name, "
            "mysql://user:password@host/name or sqlite:////folder/file.db"
        ) from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise BadParameter(
            f"databases of kind {url.drivername!r} are not read; PostgreSQL, MySQL, MariaDB and SQLite are"
        )
    url = url.set(drivername=driver)
    family = url.get_backend_name()
    allowed = _OPTIONS.get(family, set())
    wrong = next(
        (name for name, one in url.query.items() if name not in allowed or not isinstance(one, str)), ""
    )
    if wrong:
        known = ", ".join(sorted(allowed)) or "none"
        raise BadParameter(f"the address may not say {wrong!r}; it may say: {known}")
    if "host" in url.query and (url.host or not str(url.query["host"]).startswith("/")):
        raise BadParameter(
            "the option 'host' names the folder of a socket: postgresql://user@/name?host=/run/postgresql"
        )
    if family != "sqlite" and not url.host and not _socket_of(url):
        raise BadParameter("the address names no host")
    return url


def _socket_of(url: URL) -> str:
    """Give the socket an address names, or the folder of one; empty where it names a host."""
    return str(url.query.get("unix_socket") or url.query.get("host") or "")


def _to_addresses(engine: Engine, addresses: Sequence[str]) -> None:
    """Have a driver that takes a connected socket use one, so that it looks up no name itself."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, given: Any, named: dict[str, Any]) -> Any:
        import pymysql  # type: ignore[import-untyped]

        connection = pymysql.connect(*given, **named, defer_connect=True)
        trouble: OSError | None = None
        for address in addresses:
            try:
                connected = socket.create_connection((address, connection.port), _PATIENCE)
            except OSError as error:
                trouble = error
                continue
            connection.connect(connected)
            return connection
        raise pymysql.err.OperationalError(f"{connection.host} does not answer: {trouble}")


def _only_read(engine: Engine, family: str) -> None:
    statement = _READ_ONLY.get(family)
    if statement is None:
        return

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        with_cursor = connection.cursor()
        with_cursor.execute(statement)
        with_cursor.close()
        connection.commit()


def _first_line(error: SQLAlchemyError) -> str:
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0][:300] if said else type(error).__name__
