"""Seen messages in PostgreSQL."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format
from psycopg.rows import TupleRow
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.postgres.tables import seen_message

_KNOWN = "SELECT message FROM seen_message WHERE workspace_id = %s::uuid AND message = ANY(%s)"
# In the order of the index, neighbours fall into the same pages.
_ADD = """
INSERT INTO seen_message (workspace_id, message, received_at)
SELECT %s::uuid, message, %s FROM unnest(%s) AS message ORDER BY message
"""
# Where all are new, as they nearly always are, looking for those that are there takes half as long again.
_ADD_OTHERS = f"{_ADD} ON CONFLICT DO NOTHING"

_UUID, _UUIDS = 2950, 2951
"""Numbers of PostgreSQL's types."""


class PostgresSeenMessages:
    """The messages of the last days."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    async def known(self, messages: Sequence[bytes]) -> set[bytes]:
        """Give those of these digests (16 bytes each) that have been seen."""
        if not messages:
            return set()
        async with await self._cursor() as cursor:
            await cursor.execute(_KNOWN, [self._workspace, _Digests(messages)])
            return {found.bytes for (found,) in await cursor.fetchall()}

    async def add(self, messages: Sequence[bytes], received_at: datetime) -> None:
        """Keep digests; those that are there stay as they are."""
        if not messages:
            return
        values = [self._workspace, received_at, _Digests(messages)]
        try:
            async with self._connection.begin_nested(), await self._cursor() as cursor:
                await cursor.execute(_ADD, values)
        except psycopg.errors.UniqueViolation:
            async with await self._cursor() as cursor:
                await cursor.execute(_ADD_OTHERS, values)

    async def forget(self, before: datetime) -> int:
        """Remove digests that came in before a moment; give how many."""
        gone = delete(seen_message).where(seen_message.c.received_at < before)
        return (await self._connection.execute(gone)).rowcount

    async def _cursor(self) -> psycopg.AsyncCursor[TupleRow]:
        raw = await self._connection.get_raw_connection()
        driver: psycopg.AsyncConnection[Any] = raw.driver_connection  # type: ignore[assignment]
        cursor = driver.cursor(binary=True)
        cursor.adapters.register_dumper(_Digests, _DigestsDumper)
        return cursor


class _Digests:
    """Digests on their way to the server."""

    def __init__(self, messages: Sequence[bytes]) -> None:
        self.messages = messages


class _DigestsDumper(Dumper):
    """Writes digests as PostgreSQL's array of UUIDs; one object for each would take most of the time."""

    format = Format.BINARY
    oid = _UUIDS

    def dump(self, obj: _Digests) -> Buffer:
        count = len(obj.messages)
        elements = np.zeros(count, dtype=[("size", ">i4"), ("digest", "V16")])
        elements["size"] = 16
        elements["digest"] = np.frombuffer(b"".join(obj.messages), dtype="V16")
        return struct.pack(">iiIii", 1, 0, _UUID, count, 1) + elements.tobytes()
