"""A look at a database before anything of it is used or changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.pool import NullPool

from giljabi.store.postgres.outage import outages_named
from giljabi.store.postgres.tables import APPLICATION_ROLE, NEWEST
from giljabi.store.postgres.workspaces import workspace_id

_UNBOUND = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = :role")
_THERE = text("SELECT EXISTS (SELECT FROM workspace WHERE workspace_id = :id)")


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What a database is.

    Attributes
    ----------
    migration
        The migration it is at; None where there is none.
    newest
        That of this version.
    unbound
        Whether the application's role is above row security.
    has_workspace
        Whether the workspace is there.
    """

    migration: str | None
    newest: str
    unbound: bool
    has_workspace: bool


def first_look(url: URL, workspace: str) -> FirstLook:
    """Look at a database without changing it.

    Parameters
    ----------
    url
        Its address, for the role that owns the tables.
    workspace
        The name of the workspace to look for.

    Raises
    ------
    StorageUnavailable
        If it does not answer.
    """
    engine = create_engine(url, poolclass=NullPool)
    with outages_named(), engine.connect() as connection:
        migration = _migration(connection)
        unbound = bool(connection.scalar(_UNBOUND, {"role": APPLICATION_ROLE}))
        if migration is None:
            return FirstLook(None, NEWEST, unbound, has_workspace=False)
        id = workspace_id(workspace)  # noqa: A001
        connection.execute(text("SELECT set_config('giljabi.workspace', :id, true)"), {"id": id})
        return FirstLook(migration, NEWEST, unbound, bool(connection.scalar(_THERE, {"id": id})))


def _migration(connection: Connection) -> str | None:
    if connection.scalar(text("SELECT to_regclass('public.alembic_version')")) is None:
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM public.alembic_version"))
    return found
