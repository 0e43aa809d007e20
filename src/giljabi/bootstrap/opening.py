"""Open a workspace: the one place that chooses adapters and wires them.

::

    home/
      postgres/               the embedded server's data (only without GILJABI_DATABASE_URL)
      secret.key              what secrets are encrypted with (only without GILJABI_SECRET_KEY)
      lake/<workspace id>/    the Iceberg table with all events
      workspaces/<name>/      log/ (built from the lake), uploads/ (until imported), rejects/
"""

from __future__ import annotations

import atexit
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from giljabi.bootstrap.settings import Settings, read_settings
from giljabi.bootstrap.workspace import Workspace
from giljabi.model.errors import BadParameter

if TYPE_CHECKING:
    from giljabi.store.postgres import URL, Database

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def open_workspace(
    home: Path | str | None = None,
    database_url: str | None = None,
    workspace: str | None = None,
    *,
    warehouse: str | None = None,
    settings: Settings | None = None,
) -> Workspace:
    """Open a workspace; it is made when it is new.

    Parameters
    ----------
    home
        Folder for everything that is kept; by default that of the settings, else the platform's folder for
        user data.
    database_url
        PostgreSQL (16 or newer) to use; by default that of the settings, else an own one is started.
    workspace
        Its name: small letters, digits, ``-`` and ``_``; by default that of the settings.
    settings
        By default those of the environment and the settings file.
    warehouse
        Folder or URL (``s3://…``, ``gs://…``, ``abfss://…``) for the lake; by default that of the settings,
        else under ``home``.

    Returns
    -------
    Workspace
        Close it when done, or use it as a context; any thread may call it.

    Raises
    ------
    BadParameter
        If the name is none, or the key for secrets is none.
    StorageUnavailable
        If the database cannot be reached or started.
    """
    from giljabi.access import Vault, installation_key
    from giljabi.store.lake import IcebergLake
    from giljabi.store.postgres import BlockingDatabase, PostgresJobs, outages_named, workspace_id

    settings = msgspec.structs.replace(
        settings or read_settings(home=home),
        **_given(home=home, database_url=database_url, workspace=workspace, warehouse=warehouse),
    )
    place, name = settings.place, settings.workspace
    if not _NAME.fullmatch(name):
        raise BadParameter(f"{name!r} names no workspace; use small letters, digits, - and _, at most 63")
    id = workspace_id(name)  # noqa: A001
    # Whatever lies in it is of customers: a folder that we make is nobody else's.
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    vault = Vault(installation_key(place, settings.secret_key), id)
    with ExitStack() as closing:
        database = _database(place, settings.database_url, closing)
        ledger = BlockingDatabase(database, id)
        closing.callback(ledger.close)
        lake = IcebergLake(database.catalogue_url(id), id, settings.lake, outages_named)
        closing.callback(lake.close)
        jobs = PostgresJobs(database.jobs_address(id), id)
        closing.callback(jobs.close)
        ledger.within(lambda tx: tx.workspaces.get_or_add(name))
        opened = Workspace(name, settings.folder, ledger, lake, jobs, vault, settings)
        opened.forgetting.purge = lambda tell: _purge(settings, tell)
        opened.settle()
        opened.closing.push(closing.pop_all())
    atexit.register(opened.close)
    return opened


def _given(**values: object) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value}


def _database(home: Path, address: str | None, closing: ExitStack) -> Database:
    from giljabi.store.postgres import Database, migrate

    owner, application, password = database_addresses(home, address, closing)
    migrate(owner, password)
    return Database(application)


def _purge(settings: Settings, tell: Callable[[float], None]) -> Sequence[str]:
    """Remove what deleted rows leave behind in the database's files."""
    from giljabi.store.postgres import purge

    with ExitStack() as closing:
        owner, _, password = database_addresses(settings.place, settings.database_url, closing)
        address = owner.set(drivername="postgresql").render_as_string(hide_password=False)
        return purge(address, password, tell)


def database_addresses(home: Path, address: str | None, closing: ExitStack) -> tuple[URL, URL, str | None]:
    """Give the database's address for the owner of the tables and for the application, and a password to set.

    Without an address the server under the home folder is started, and released with ``closing``.
    """
    from giljabi.store.postgres import APPLICATION_ROLE, database_url, start_server

    if address:
        return database_url(address), database_url(address), None
    server = start_server(home / "postgres")
    closing.callback(server.release)
    return database_url(server.url()), database_url(server.url(APPLICATION_ROLE)), server.password
