"""Which server the database is on."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from giljabi.store.ports import DatabaseFacts
from giljabi.store.postgres.tables import NEWEST

_FACTS = text(
    "SELECT current_setting('server_version') AS version, "
    "current_setting('server_version_num')::int AS number, "
    "(SELECT version_num FROM public.alembic_version) AS migration, "
    "clock_timestamp() AS clock, "
    "(inet_server_addr() IS NULL OR inet_server_addr() = inet_client_addr()) AS here, "
    "(SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS encrypted"
)


class PostgresServer:
    """The database server."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def facts(self) -> DatabaseFacts:
        """Say which server it is."""
        row = (await self._connection.execute(_FACTS)).one()
        return DatabaseFacts(
            version=row.version,
            number=row.number,
            migration=row.migration,
            newest=NEWEST,
            clock=row.clock,
            encrypted=None if row.here else bool(row.encrypted),
        )
