"""Whether a text is found anywhere: in the database's rows, and in every file of a folder."""

from __future__ import annotations

import gzip
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
from psycopg import sql

TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('public', 'procrastinate') ORDER BY 1, 2
"""


def traces(text: str, home: Path, address: str) -> list[str]:
    """Name the tables and files that hold a text."""
    return [*in_tables(text, address), *in_files(text, home)]


def in_tables(text: str, address: str) -> list[str]:
    """Name the tables of a database that hold a text, as it is or as bytes."""
    found = []
    with psycopg.connect(address) as connection:
        for schema, name in connection.execute(TABLES).fetchall():
            query = sql.SQL("SELECT count(*) FROM {} t WHERE t::text ILIKE %s OR t::text ILIKE %s").format(
                sql.Identifier(schema, name)
            )
            row = connection.execute(query, [f"%{text}%", f"%{text.encode().hex()}%"]).fetchone()
            if row and row[0]:
                found.append(name)
    return found


def in_files(text: str, home: Path) -> list[str]:
    """Name the files of a folder that hold a text; what is packed is unpacked."""
    wanted = text.lower().encode()
    return [
        str(path.relative_to(home))
        for path in sorted(home.rglob("*"))
        if path.is_file() and wanted in _unpacked(path).lower()
    ]


def _unpacked(path: Path) -> bytes:
    body = path.read_bytes()
    if body[:4] == b"PAR1":
        return body + str(pq.read_table(path).to_pylist()).encode()
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
