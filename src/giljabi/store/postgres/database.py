"""Transactions and locks of one workspace at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import cast

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, QueuePool

from giljabi.model.errors import StorageUnavailable
from giljabi.store.ports import PoolFigures
from giljabi.store.postgres.accounts import PostgresAccounts
from giljabi.store.postgres.activities import PostgresActivities
from giljabi.store.postgres.audit import PostgresAudit
from giljabi.store.postgres.consents import PostgresConsents
from giljabi.store.postgres.feedback import PostgresFeedback
from giljabi.store.postgres.field_rules import PostgresFieldRules
from giljabi.store.postgres.forgetting import PostgresForgetting
from giljabi.store.postgres.guests import PostgresGuests
from giljabi.store.postgres.identities import PostgresIdentities
from giljabi.store.postgres.imports import PostgresImports
from giljabi.store.postgres.inbox import PostgresInbox
from giljabi.store.postgres.keeping_out import PostgresKeepingOut
from giljabi.store.postgres.links import PostgresLinks
from giljabi.store.postgres.maps import PostgresMaps
from giljabi.store.postgres.matches import PostgresMatches
from giljabi.store.postgres.outage import outages_named
from giljabi.store.postgres.plan import PostgresTrackingPlan
from giljabi.store.postgres.privacy_requests import PostgresPrivacyRequests
from giljabi.store.postgres.refusals import PostgresRefusals
from giljabi.store.postgres.retention import PostgresRetentions
from giljabi.store.postgres.second_factors import PostgresSecondFactors
from giljabi.store.postgres.seen import PostgresSeenMessages
from giljabi.store.postgres.segments import PostgresSegments
from giljabi.store.postgres.server import PostgresServer
from giljabi.store.postgres.sessions import PostgresSessions
from giljabi.store.postgres.sources import PostgresSources
from giljabi.store.postgres.suppressions import PostgresSuppressions
from giljabi.store.postgres.tables import APPLICATION_ROLE, WORKSPACE_SETTING
from giljabi.store.postgres.throttle import PostgresThrottle
from giljabi.store.postgres.tokens import PostgresTokens
from giljabi.store.postgres.workspaces import PostgresWorkspaces

_IDLE = "idle_in_transaction_session_timeout"
_LONGEST_IDLE = "30s"
"""A process that is paused in a transaction would keep what it has locked from all others: it loses it."""

_ENTER = text(
    f"SELECT set_config('role', '{APPLICATION_ROLE}', true), "
    f"set_config('{WORKSPACE_SETTING}', :workspace, true), set_config('{_IDLE}', '{_LONGEST_IDLE}', true)"
)

_POOL, _MOST = 8, 24
"""Connections that are kept, and that there may be at most."""

_SILENCE = 15
"""Seconds after which a lock is taken from a process that has not said that it still holds it."""


def database_url(address: str) -> URL:
    """Read the address of a PostgreSQL database.

    Parameters
    ----------
    address
        As libpq takes it: ``postgresql://user:password@host:port/database``.

    Raises
    ------
    StorageUnavailable
        If it is no such address.
    """
    try:
        url = make_url(address)
    except Exception as error:
        raise StorageUnavailable(_NO_URL) from error
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise StorageUnavailable(_NO_URL)
    return url.set(drivername="postgresql+psycopg")


_NO_URL = "GILJABI_DATABASE_URL is no PostgreSQL address; write postgresql://user:password@host:5432/database"


@dataclass(frozen=True, slots=True)
class PostgresTransaction:
    """The repositories of one transaction."""

    workspaces: PostgresWorkspaces
    maps: PostgresMaps
    imports: PostgresImports
    feedback: PostgresFeedback
    segments: PostgresSegments
    sources: PostgresSources
    inbox: PostgresInbox
    seen: PostgresSeenMessages
    refusals: PostgresRefusals
    plan: PostgresTrackingPlan
    activities: PostgresActivities
    identities: PostgresIdentities
    matches: PostgresMatches
    suppressions: PostgresSuppressions
    requests: PostgresPrivacyRequests
    forgetting: PostgresForgetting
    consents: PostgresConsents
    keeping_out: PostgresKeepingOut
    field_rules: PostgresFieldRules
    retentions: PostgresRetentions
    accounts: PostgresAccounts
    second_factors: PostgresSecondFactors
    sessions: PostgresSessions
    links: PostgresLinks
    guests: PostgresGuests
    throttle: PostgresThrottle
    tokens: PostgresTokens
    audit: PostgresAudit
    database: PostgresServer


class Database:
    """A PostgreSQL database with the newest migrations.

    Parameters
    ----------
    url
        Its address, for the application role or for a role that may take it on.
    """

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine: AsyncEngine = create_async_engine(
            url, pool_pre_ping=True, pool_size=_POOL, max_overflow=_MOST - _POOL, hide_parameters=True
        )
        # A lock is held by its connection, and ends with it. In the pool, locks could starve what they guard.
        self._locks: AsyncEngine = create_async_engine(url, poolclass=NullPool)

    def catalogue_url(self, workspace_id: str) -> str:
        """Give the address under which a lake's catalogue sees the rows of one workspace."""
        url = self._url.update_query_dict({"options": _options(workspace_id)})
        return url.render_as_string(hide_password=False)

    def jobs_address(self, workspace_id: str) -> str:
        """Give the address, as libpq takes it, under which the jobs of one workspace are kept."""
        address = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        options = f"{_options(workspace_id)} -c search_path=procrastinate,public"
        return make_conninfo(address, options=options)

    @property
    def pool(self) -> PoolFigures:
        """How many connections there are."""
        pool = cast("QueuePool", self._engine.pool)
        return PoolFigures(open=pool.checkedin() + pool.checkedout(), in_use=pool.checkedout(), most=_MOST)

    @asynccontextmanager
    async def transaction(self, workspace_id: str) -> AsyncIterator[PostgresTransaction]:
        """Work on one workspace; what was changed is kept when the block is left without an error.

        Raises
        ------
        StorageUnavailable
            If the database does not answer.
        """
        with outages_named():
            async with self._engine.begin() as connection:
                await connection.execute(_ENTER, {"workspace": workspace_id})
                yield PostgresTransaction(
                    PostgresWorkspaces(connection, workspace_id),
                    PostgresMaps(connection, workspace_id),
                    PostgresImports(connection, workspace_id),
                    PostgresFeedback(connection, workspace_id),
                    PostgresSegments(connection, workspace_id),
                    PostgresSources(connection, workspace_id),
                    PostgresInbox(connection, workspace_id),
                    PostgresSeenMessages(connection, workspace_id),
                    PostgresRefusals(connection, workspace_id),
                    PostgresTrackingPlan(connection, workspace_id),
                    PostgresActivities(connection, workspace_id),
                    PostgresIdentities(connection, workspace_id),
                    PostgresMatches(connection, workspace_id),
                    PostgresSuppressions(connection, workspace_id),
                    PostgresPrivacyRequests(connection, workspace_id),
                    PostgresForgetting(connection, workspace_id),
                    PostgresConsents(connection, workspace_id),
                    PostgresKeepingOut(connection, workspace_id),
                    PostgresFieldRules(connection, workspace_id),
                    PostgresRetentions(connection, workspace_id),
                    PostgresAccounts(connection, workspace_id),
                    PostgresSecondFactors(connection, workspace_id),
                    PostgresSessions(connection, workspace_id),
                    PostgresLinks(connection, workspace_id),
                    PostgresGuests(connection, workspace_id),
                    PostgresThrottle(connection, workspace_id),
                    PostgresTokens(connection, workspace_id),
                    PostgresAudit(connection, workspace_id),
                    PostgresServer(connection),
                )

    @asynccontextmanager
    async def lock(self, workspace_id: str, name: str, *, wait: bool = True) -> AsyncIterator[bool]:
        """Hold a named lock of a workspace, across processes; a crash lets go of it.

        A process that is paused loses it to another, and does not notice: what must not be done twice needs
        a fence of its own.

        Parameters
        ----------
        workspace_id, name
            What is locked.
        wait
            Wait until the lock is free; else give False at once where another holds it.
        """
        key = {"key": f"giljabi/{workspace_id}/{name}"}
        with outages_named():
            async with self._locks.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                held = await _take(connection, key, wait)
                async with _saying_so(connection, key) if held else nullcontext():
                    yield held

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()
        await self._locks.dispose()


def _options(workspace_id: str) -> str:
    return f"-c role={APPLICATION_ROLE} -c {WORKSPACE_SETTING}={workspace_id} -c {_IDLE}={_LONGEST_IDLE}"


_KEY = "hashtextextended(:key, 0)"
_LOCK = text(f"SELECT pg_advisory_lock({_KEY})")
_UNLOCK = text(f"SELECT pg_advisory_unlock({_KEY})")
_TRY = text(f"SELECT pg_try_advisory_lock({_KEY})")


@asynccontextmanager
async def _saying_so(connection: AsyncConnection, key: dict[str, str]) -> AsyncIterator[None]:
    """Say from time to time that we are there, and have the server end the connection where we do not."""
    await connection.execute(text(f"SET idle_session_timeout = '{_SILENCE}s'"))
    done = asyncio.Event()

    async def say() -> None:
        while not done.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), _SILENCE / 5)
                return
            await connection.execute(text("SELECT 1"))

    saying = asyncio.create_task(say())
    try:
        yield
    finally:
        done.set()
        await asyncio.gather(saying, return_exceptions=True)
        # The server would let go too, but only once it has noticed that the connection is gone.
        with suppress(SQLAlchemyError):
            await connection.execute(_UNLOCK, key)


async def _take(connection: AsyncConnection, key: dict[str, str], wait: bool) -> bool:
    if wait:
        await connection.execute(_LOCK, key)
        return True
    return bool(await connection.scalar(_TRY, key))
