"""Rows of a SQL database, read on from where they were read up to.

A cursor column that only grows (an id, the time of the last change) says what is new. Rows of equal cursor
values are neither lost nor doubled in either of two ways:

- with a key column and no overlap, rows are read in the order of (cursor, key), on from the last pair;
- else rows are read again from the last cursor value, or from as far before it as rows may be committed late
  (`overlap`), and those that were taken are known by their digests.

Nothing is ever written: connections are read-only, and a query is read as the table it gives.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from giljabi.collect.plugs import Field, Pulled, Sample, Way
from giljabi.collect.row_values import as_name
from giljabi.collect.rows import RowRoles, calls_of_rows, read_roles
from giljabi.collect.settings import read_settings
from giljabi.model.errors import BadParameter, SourceUnavailable

PORTION = 2_000
MOST_SEEN = 50_000
"""Rows that can be known again between two runs."""

_SHOWN = 20
_PATIENCE = 10
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_READ_ONLY = {
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is read, and by which column it is known what is new."""

    url: str
    table: str | None = None
    query: str | None = None
    cursor: str | None = None
    key: str | None = None
    overlap: float = 60
    roles: dict[str, Any] | None = None


class SqlPlug:
    """A database by its SQLAlchemy address."""

    kind = "sql"
    way: Way = "pulled"
    third_party = 0.0
    fields: Sequence[Field] = (
        Field("url"),
        Field("table", required=False),
        Field("query", required=False),
        Field("cursor", required=False),
        Field("key", required=False),
        Field("overlap", "number", required=False, default=60),
        Field("roles", "roles"),
    )

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise BadParameter where a setting is not as it should be."""
        known = _read(settings)
        roles = read_roles(known.roles or {"identifiers": {}})
        if known.cursor is None and roles.what != "customers":
            raise BadParameter(
                "choose a cursor column, such as an id or the time of the last change: it says which rows "
                "are new"
            )

    def test(self, settings: Mapping[str, Any]) -> str:
        """Connect, and say which columns are there, or which tables."""
        known = _read({**settings, "roles": None}, whole=False)
        with _connected(known) as connection:
            if known.table is None and known.query is None:
                tables = inspect(connection).get_table_names()
                return f"connected; there are {len(tables)} tables: {', '.join(tables[:12])}"
            names = list(_first_rows(known, connection).keys())
        return f"connected; there are {len(names)} columns: {', '.join(names[:12])}"

    def sample(self, settings: Mapping[str, Any]) -> Sample:
        """Look at the first rows; without a table or a query, at the names of the tables."""
        known = _read({**settings, "roles": None}, whole=False)
        with _connected(known) as connection:
            if known.table is None and known.query is None:
                names = ", ".join(inspect(connection).get_table_names()[:40])
                return Sample((), (), (f"choose a table: {names}" if names else "there is no table",))
            found = _first_rows(known, connection)
            rows = [
                {name: as_name(one) for name, one in row.items()}
                for row in found.mappings().fetchmany(_SHOWN)
            ]
            columns = tuple(found.keys())
        problems = [
            f"there is no column {name!r}; there are {', '.join(columns)}"
            for name in (known.cursor, known.key)
            if name is not None and name not in columns
        ]
        return Sample(columns, rows, problems)

    def pull(
        self, settings: Mapping[str, Any], cursor: Mapping[str, Any], source: str, stop: Callable[[], bool]
    ) -> Iterator[Pulled]:
        """Yield the rows that are new, some thousand at a time."""
        known = _read(settings)
        roles = read_roles(known.roles)
        of = _of(known)
        # A cursor of another table or column says nothing about this one.
        before = cursor if cursor.get("of") == of else {}
        place: _Pairs | _Seen = (
            _Pairs(known, before) if known.key and not known.overlap else _Seen(known, before, roles)
        )
        with _connected(known) as connection:
            where, values = place.where(connection)
            found = connection.execution_options(stream_results=True, max_row_buffer=PORTION).execute(
                text(_select(known, connection) + where), values
            )
            _check_columns(known, list(found.keys()))
            through = False
            try:
                for some in found.mappings().partitions(PORTION):
                    rows, names = place.take([dict(row) for row in some])
                    calls, refused = calls_of_rows(rows, roles, source, int(time.time() * 1000), names)
                    yield Pulled(calls, refused, {"of": of, **place.cursor()})
                    if stop():
                        return
                through = True
            finally:
                if not through:
                    # Some drivers would read all the rest, were the connection closed in good order.
                    connection.invalidate()
        place.finish()
        yield Pulled(cursor={"of": of, **place.cursor()})


class _Pairs:
    """On from the last pair of cursor and key."""

    def __init__(self, known: Settings, before: Mapping[str, Any]) -> None:
        self._cursor, self._key = str(known.cursor), str(known.key)
        self._at: tuple[Any, Any] | None = None
        if "after" in before and "key" in before:
            self._at = _decoded(before["after"]), _decoded(before["key"])

    def where(self, connection: Connection) -> tuple[str, dict[str, Any]]:
        cursor, key = _quoted(self._cursor, connection), _quoted(self._key, connection)
        order = f" ORDER BY {cursor}, {key}"
        if self._at is None:
            return f" WHERE {cursor} IS NOT NULL{order}", {}
        beyond = f"{cursor} > :after OR ({cursor} = :after AND {key} > :key)"
        return f" WHERE {beyond}{order}", {"after": self._at[0], "key": self._at[1]}

    def take(self, rows: Sequence[Mapping[str, Any]]) -> tuple[Sequence[Mapping[str, Any]], None]:
        self._at = rows[-1][self._cursor], rows[-1][self._key]
        return rows, None

    def finish(self) -> None:
        """Every row was taken; the last pair says so."""

    def cursor(self) -> dict[str, Any]:
        return {} if self._at is None else {"after": _encoded(self._at[0]), "key": _encoded(self._at[1])}


class _Seen:
    """On from the last cursor value less the overlap; rows taken before are known by their names."""

    def __init__(self, known: Settings, before: Mapping[str, Any], roles: RowRoles) -> None:
        self._cursor = known.cursor
        self._overlap = known.overlap
        # What is known of a customer changes while the customer's id does not.
        self._id = None if roles.what == "customers" else roles.id
        self._start = _decoded(before["from"]) if "from" in before else None
        self._seen: set[str] = set(before.get("seen", ()))
        self._old_last = _decoded(before["after"]) if "after" in before else None
        self._last: Any = None
        self._window: deque[tuple[Any, str]] = deque()
        self._count: Counter[str] = Counter()
        self._passed = not self._seen

    def where(self, connection: Connection) -> tuple[str, dict[str, Any]]:
        if self._cursor is None:
            return "", {}
        cursor = _quoted(self._cursor, connection)
        if self._start is None:
            return f" WHERE {cursor} IS NOT NULL ORDER BY {cursor}", {}
        return f" WHERE {cursor} >= :start ORDER BY {cursor}", {"start": self._start}

    def take(self, rows: Sequence[Mapping[str, Any]]) -> tuple[Sequence[Mapping[str, Any]], Sequence[str]]:
        new, names = [], []
        for row in rows:
            value = None if self._cursor is None else row[self._cursor]
            if not _same(value, self._last):
                self._count.clear()
                # Once rows lie beyond those of the last run, what that run had seen does not come again.
                self._passed = self._passed or _same(self._last, self._old_last)
            self._last = value
            name = self._name(row)
            self._window.append((value, name))
            if name in self._seen:
                continue
            new.append(row)
            names.append(name)
        self._forget()
        return new, names

    def finish(self) -> None:
        """Every row was read: what was seen before and did not come again is gone."""
        self._passed = True

    def cursor(self) -> dict[str, Any]:
        if not self._passed:
            seen = self._seen | {name for _, name in self._window}
            return {"after": _encoded(self._old_last), "from": _encoded(self._start), "seen": sorted(seen)}
        last = self._old_last if self._last is None else self._last
        if self._cursor is None or last is None:
            return {}
        start = _less(last, self._overlap)
        seen = {name for _, name in self._window}
        return {
            "after": _encoded(last),
            "from": _encoded(last if start is None else start),
            "seen": sorted(seen),
        }

    def _name(self, row: Mapping[str, Any]) -> str:
        told = as_name(row.get(self._id)) if self._id else None
        body = msgspec.json.encode(dict(row) if told is None else told, enc_hook=str)
        digest = hashlib.blake2b(body, digest_size=12).hexdigest()
        # Rows that are equal in everything are told apart by how many there are.
        self._count[digest] += 1
        return digest if self._count[digest] == 1 else f"{digest}.{self._count[digest]}"

    def _forget(self) -> None:
        if self._cursor is None:
            self._window.clear()
            return
        start = _less(self._last, self._overlap)
        while self._window and _lies_before(self._window[0][0], start, self._last):
            self._window.popleft()
        if len(self._window) > MOST_SEEN:
            raise BadParameter(
                f"more than {MOST_SEEN:,} rows lie within the overlap before {self._last!s}; choose a key "
                "column and set the overlap to 0"
            )


def _lies_before(value: Any, start: Any, last: Any) -> bool:
    return not _same(value, last) if start is None else bool(value < start)


def _less(value: Any, overlap: float) -> Any:
    """Give a cursor value less the overlap; None where such values cannot be reckoned with."""
    if isinstance(value, bool) or not overlap:
        return None
    if isinstance(value, int | float):
        return value - overlap
    if isinstance(value, Decimal):
        return value - Decimal(str(overlap))
    if isinstance(value, datetime):
        return value - timedelta(seconds=overlap)
    if isinstance(value, date):
        return value - timedelta(days=math.ceil(overlap / 86_400))
    return None


def _same(one: Any, other: Any) -> bool:
    # Databases take texts for equal that differ in capitals only.
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return type(one) is type(other) and bool(one == other)


def _read(settings: Mapping[str, Any], *, whole: bool = True) -> Settings:
    known = read_settings(Settings, settings)
    _url(known)
    if whole and (known.table is None) == (known.query is None):
        raise BadParameter("give either a table or a query")
    if known.overlap < 0:
        raise BadParameter(f"the overlap is a number of seconds, or of ids, not {known.overlap:g}")
    return known


def _url(known: Settings) -> URL:
    try:
        url = make_url(known.url.strip())
        driver = _DRIVERS.get(url.drivername)
        url = url.set(drivername=driver) if driver else url
        url.get_dialect()
    except NoSuchModuleError:
        raise BadParameter(
            f"databases of kind {url.drivername!r} need a driver that is not installed"
        ) from None
    except (ArgumentError, ValueError):
        raise BadParameter(
            "this is no address of a database; write postgresql://user:password@host/name, "
            "mysql://user:password@host/name or sqlite:////folder/file.db"
        ) from None
    return url


@contextmanager
def _connected(known: Settings) -> Iterator[Connection]:
    url = _url(known)
    family = url.get_backend_name()
    if family == "sqlite" and (not url.database or not Path(url.database).is_file()):
        raise SourceUnavailable(f"there is no file {url.database!r} on this machine")
    arguments = {"connect_timeout": _PATIENCE} if family in {"postgresql", "mysql", "mariadb"} else {}
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
    except ModuleNotFoundError as error:
        raise BadParameter(f"databases of kind {url.drivername!r} need {error.name}; install it") from error
    try:
        _only_read(engine, family)
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise SourceUnavailable(f"the database says: {_first_line(error)}") from error
    finally:
        engine.dispose()


def _first_rows(known: Settings, connection: Connection) -> Any:
    select = _select(known, connection)
    if connection.dialect.name in _READ_ONLY:
        return connection.execute(text(f"{select} LIMIT {_SHOWN}"))
    return connection.execution_options(stream_results=True).execute(text(select))


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


def _select(known: Settings, connection: Connection) -> str:
    if known.query is not None:
        # A colon before a word would be taken for a value to be filled in.
        inner = known.query.strip().rstrip(";").replace(":", r"\:")
        return f"SELECT * FROM ({inner}\n) giljabi_rows"
    return f"SELECT * FROM {'.'.join(_quoted(one, connection) for one in str(known.table).split('.'))}"


def _quoted(name: str, connection: Connection) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name).replace(":", r"\:")


def _check_columns(known: Settings, columns: Sequence[str]) -> None:
    for name in (known.cursor, known.key):
        if name is not None and name not in columns:
            raise BadParameter(f"there is no column {name!r}; there are {', '.join(columns)}")


def _of(known: Settings) -> str:
    told = [known.table, known.query, known.cursor, known.key if not known.overlap else None]
    return hashlib.blake2b(msgspec.json.encode(told), digest_size=8).hexdigest()


_TYPES: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "Decimal": Decimal,
    "UUID": UUID,
    "bytes": bytes.fromhex,
}


def _encoded(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime | date):
        return {type(value).__name__: value.isoformat()}
    if isinstance(value, bytes | bytearray | memoryview):
        return {"bytes": bytes(value).hex()}
    if isinstance(value, Decimal | UUID):
        return {type(value).__name__: str(value)}
    raise BadParameter(f"values such as {value!r} cannot be a cursor; choose a number or a time")


def _decoded(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    ((kind, told),) = value.items()
    return _TYPES[kind](told)


PLUG = SqlPlug()
