"""A row for every table of a database, whatever its columns are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

_COLUMNS = """
SELECT c.table_schema, c.table_name, c.column_name, c.data_type, c.character_maximum_length
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE t.table_type = 'BASE TABLE' AND c.table_schema = ANY (%s) AND c.is_generated = 'NEVER'
  AND c.table_name <> 'alembic_version'
ORDER BY 1, 2, c.ordinal_position
"""

Table = tuple[str, str]

KNOWN = {
    ("import", "kind"): "events",
    ("import", "state"): "done",
    ("feedback", "kind"): "nps",
    ("procrastinate_jobs", "status"): "todo",
    ("procrastinate_events", "type"): "deferred",
}
"""Values of columns that take only some."""


def tables(connection: psycopg.Connection[Any], *schemas: str) -> dict[Table, list[tuple[Any, ...]]]:
    """Give the columns of every table."""
    found: dict[Table, list[tuple[Any, ...]]] = {}
    for schema, table, *column in connection.execute(_COLUMNS, [list(schemas)]):
        found.setdefault((schema, table), []).append(tuple(column))
    return found


def fill(connection: psycopg.Connection[Any], workspace: str, *schemas: str) -> list[Table]:
    """Put one row of a workspace into every table; the connection is the owner's. Gives the tables.

    What refers to another table has the same values there: every row is about one thing, named ``one``.
    """
    connection.execute("SELECT set_config('giljabi.workspace', %s, true)", [workspace])
    # What a row refers to may come later.
    connection.execute("SET LOCAL session_replication_role = replica")
    found = tables(connection, *schemas or ("public",))
    for (schema, table), columns in found.items():
        values = {
            name: KNOWN.get((table, name)) or _value(name, kind, length, workspace)
            for name, kind, length in columns
        }
        names = sql.SQL(", ").join(map(sql.Identifier, values))
        connection.execute(
            sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
                sql.Identifier(schema, table), names, sql.SQL(", ").join(map(sql.Placeholder, values))
            ),
            values,
        )
    connection.execute("SET LOCAL session_replication_role = origin")
    return list(found)


def _value(name: str, kind: str, length: int | None, workspace: str) -> Any:
    # Some values are one's own in the whole database: by them a door is found before a workspace is known.
    if name in {"workspace_id", "write_key"} or name.endswith("namespace"):
        return workspace
    known: Mapping[str, Any] = {
        "jsonb": Jsonb({}),
        "boolean": False,
        "bytea": workspace.encode(),
        "ARRAY": [],
        "uuid": workspace,
        "timestamp with time zone": "2026-01-01T00:00:00Z",
        "character varying": "one"[:length],
        "text": "one",
        "interval": "1 day",
    }
    return known.get(kind, 1)
