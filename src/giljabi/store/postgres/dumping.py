"""All rows of a workspace as they are at one moment, out of one database and into another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL

from giljabi.model.errors import BadParameter
from giljabi.store.dumped import DumpedTable
from giljabi.store.postgres.outage import outages_named
from giljabi.store.postgres.tables import WORKSPACE_SETTING, metadata

_COLUMNS = """
SELECT column_name, is_identity = 'YES' FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""


class Dump:
    """A workspace's rows at one moment; the moment is that of the making.

    Parameters
    ----------
    connection
        In a transaction that sees one moment throughout.
    workspace_id
        Whose rows.
    """

    def __init__(self, connection: psycopg.Connection[Any], workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    @property
    def revision(self) -> str:
        """The migration the tables are at."""
        found: str = self._one("SELECT version_num FROM public.alembic_version")
        return found

    @property
    def lake(self) -> str | None:
        """Where the metadata of the lake's table lie; None where there is no lake yet."""
        location: str | None = self._one(
            "SELECT max(metadata_location) FROM public.iceberg_tables WHERE workspace_id = %s::uuid",
            self._workspace,
        )
        return location

    def tables(self) -> Sequence[DumpedTable]:
        """Give the tables in an order in which their rows can be put into another database."""
        return [
            DumpedTable(
                str(table.name), tuple(name for name, _ in self._connection.execute(_COLUMNS, [table.name]))
            )
            for table in metadata.sorted_tables
        ]

    def rows(self, table: DumpedTable) -> Iterator[bytes]:
        """Give the rows of a table, as PostgreSQL's text format has them."""
        query = sql.SQL("COPY (SELECT {} FROM public.{} WHERE workspace_id = {}::uuid) TO STDOUT").format(
            _names(table.columns), sql.Identifier(table.name), sql.Literal(self._workspace)
        )
        with self._connection.cursor() as cursor, cursor.copy(query) as copy:
            for part in copy:
                yield bytes(part)

    def _one(self, query: str, *values: Any) -> Any:
        row = self._connection.execute(query.encode(), values).fetchone()
        return None if row is None else row[0]


@contextmanager
def dump(url: URL, workspace_id: str) -> Iterator[Dump]:
    """Look at a workspace as it is at one moment, however long the look takes.

    Raises
    ------
    StorageUnavailable
        If the database does not answer.
    """
    with outages_named(), _connected(url, workspace_id) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            _enter(connection, workspace_id)
            yield Dump(connection, workspace_id)


@contextmanager
def loading(url: URL, workspace_id: str) -> Iterator[Load]:
    """Put rows of a workspace into a database that has none of it; all of them are kept, or none.

    Raises
    ------
    BadParameter
        If the database has this workspace.
    StorageUnavailable
        If the database does not answer.
    """
    with outages_named(), _connected(url, workspace_id) as connection, connection.transaction():
        _enter(connection, workspace_id)
        there = connection.execute(
            "SELECT name FROM public.workspace WHERE workspace_id = %s", [workspace_id]
        )
        if (row := there.fetchone()) is not None:
            raise BadParameter(
                f"the database has a workspace {row[0]!r} already, and nothing is overwritten; restore into "
                "an empty home or database"
            )
        yield Load(connection, workspace_id)


class Load:
    """Puts rows into tables, each table once, in the order in which they were dumped.

    Parameters
    ----------
    connection
        In a transaction of a role that owns the tables.
    workspace_id
        Whose rows.
    """

    def __init__(self, connection: psycopg.Connection[Any], workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    def put(self, table: DumpedTable, rows: Iterable[bytes]) -> int:
        """Put the rows of a table; give how many there were."""
        found = self._connection.execute(_COLUMNS, [table.name]).fetchall()
        known: dict[str, bool] = dict(found)
        if not set(table.columns) <= set(known):
            raise BadParameter(
                f"there is no table {table.name!r} with these columns: {', '.join(table.columns)}"
            )
        # Where row security holds, nothing can be copied into a table, but into one of this session's own.
        own, target, names = (
            sql.Identifier("_restored"),
            sql.Identifier("public", table.name),
            _names(table.columns),
        )
        run = self._connection.execute
        run(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                own, names, target
            )
        )
        with (
            self._connection.cursor() as cursor,
            cursor.copy(sql.SQL("COPY {} FROM STDIN").format(own)) as copy,
        ):
            for part in rows:
                copy.write(part)
        put = run(
            sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}").format(
                target, names, names, own
            )
        ).rowcount
        run(sql.SQL("DROP TABLE {}").format(own))
        for name in table.columns:
            if known[name]:
                self.count_from(table.name, name)
        return put

    def count_from(self, table: str, column: str, at_least: int = 0) -> None:
        """Have a table's own numbers go on behind those that are there, and behind another one."""
        self._connection.execute(
            sql.SQL(
                "SELECT setval(sequence, greatest({least}, newest, last)) FROM "
                "(SELECT pg_get_serial_sequence({name}, {column})::regclass AS sequence) AS one, "
                "(SELECT coalesce(max({field}), 0) AS newest FROM {table}) AS two, "
                "LATERAL (SELECT coalesce(pg_sequence_last_value(sequence), 1) AS last) AS three"
            ).format(
                least=sql.Literal(at_least),
                name=sql.Literal(f"public.{table}"),
                column=sql.Literal(column),
                field=sql.Identifier(column),
                table=sql.Identifier("public", table),
            )
        )

    def move_lake(self, location: str) -> None:
        """Say where the metadata of the lake's table lie now."""
        self._connection.execute(
            "UPDATE public.iceberg_tables SET metadata_location = %s, previous_metadata_location = NULL "
            "WHERE workspace_id = %s",
            [location, self._workspace],
        )

    def move_rejects(self, before: str, now: str) -> None:
        """Say where the files with refused rows lie now."""
        self._connection.execute(
            "UPDATE public.import SET rejects_path = %s || substr(rejects_path, %s) "
            "WHERE starts_with(rejects_path, %s) AND workspace_id = %s",
            [now, len(before) + 1, before, self._workspace],
        )


@contextmanager
def _connected(url: URL, workspace_id: str) -> Iterator[psycopg.Connection[Any]]:
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        yield connection


def _enter(connection: psycopg.Connection[Any], workspace_id: str) -> None:
    settings: Mapping[str, str] = {WORKSPACE_SETTING: workspace_id, "search_path": "public"}
    for name, value in settings.items():
        connection.execute("SELECT set_config(%s, %s, true)", [name, value])


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
