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
from typing import Any
from uuid import UUID

import msgspec

from giljabi.access import Outward
from giljabi.collect.plugs import Field, Pulled, Sample, Way
from giljabi.collect.row_values import as_name
from giljabi.collect.rows import RowRoles, calls_of_rows, read_roles
from giljabi.collect.settings import read_settings
from giljabi.model.errors import BadParameter, SourceUnavailable
from giljabi.store.elsewhere import Reached, Reader, place_of, reading

PORTION = 2_000
MOST_SEEN = 50_000
"""Rows that can be known again between two runs."""

_SHOWN = 20


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
    """A database by its SQLAlchemy address.

    Parameters
    ----------
    outward
        What may be reached.
    """

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

    def __init__(self, outward: Outward) -> None:
        self._outward = outward

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
        with self._reading(known.url) as reader:
            if known.table is None and known.query is None:
                tables = reader.tables()
                return f"connected; there are {len(tables)} tables: {', '.join(tables[:12])}"
            names = reader.some(reader.everything(known.table, known.query), _SHOWN).columns
        return f"connected; there are {len(names)} columns: {', '.join(names[:12])}"

    def sample(self, settings: Mapping[str, Any]) -> Sample:
        """Look at the first rows; without a table or a query, at the names of the tables."""
        known = _read({**settings, "roles": None}, whole=False)
        with self._reading(known.url) as reader:
            if known.table is None and known.query is None:
                names = ", ".join(reader.tables()[:40])
                return Sample((), (), (f"choose a table: {names}" if names else "there is no table",))
            found = reader.some(reader.everything(known.table, known.query), _SHOWN)
            rows = [{name: as_name(one) for name, one in row.items()} for row in found.first(_SHOWN)]
            columns = tuple(found.columns)
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
        with self._reading(known.url) as reader:
            where, values = place.where(reader)
            everything = reader.everything(known.table, known.query)
            found = reader.stream(everything + where, values, PORTION)
            _check_columns(known, found.columns)
            through = False
            try:
                for some in found.portions(PORTION):
                    rows, names = place.take(some)
                    calls, refused = calls_of_rows(rows, roles, source, int(time.time() * 1000), names)
                    yield Pulled(calls, refused, {"of": of, **place.cursor()})
                    if stop():
                        return
                through = True
            finally:
                if not through:
                    reader.abandon()
        place.finish()
        yield Pulled(cursor={"of": of, **place.cursor()})

    @contextmanager
    def _reading(self, address: str) -> Iterator[Reader]:
        place, outward = place_of(address), self._outward
        if place.file:
            reached = Reached(path=str(outward.local(place.file)))
        elif place.socket:
            reached = Reached(path=outward.unix_socket(place.socket))
        else:
            try:
                reached = Reached(outward.addresses(place.host, place.port))
            except (OSError, UnicodeError) as error:
                asked = f"{place.host}:{place.port}"
                raise SourceUnavailable(f"{asked} does not answer: {error}") from error
        with reading(address, reached) as reader:
            yield reader


class _Pairs:
    """On from the last pair of cursor and key."""

    def __init__(self, known: Settings, before: Mapping[str, Any]) -> None:
        self._cursor, self._key = str(known.cursor), str(known.key)
        self._at: tuple[Any, Any] | None = None
        if "after" in before and "key" in before:
            self._at = _decoded(before["after"]), _decoded(before["key"])

    def where(self, reader: Reader) -> tuple[str, dict[str, Any]]:
        cursor, key = reader.quoted(self._cursor), reader.quoted(self._key)
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

    def where(self, reader: Reader) -> tuple[str, dict[str, Any]]:
        if self._cursor is None:
            return "", {}
        cursor = reader.quoted(self._cursor)
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
    place_of(known.url)
    if whole and (known.table is None) == (known.query is None):
        raise BadParameter("give either a table or a query")
    if known.overlap < 0:
        raise BadParameter(f"the overlap is a number of seconds, or of ids, not {known.overlap:g}")
    return known


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


PLUG = SqlPlug
