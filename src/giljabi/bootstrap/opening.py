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
import os
import re
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from giljabi.bootstrap.workspace import Workspace
from giljabi.model.errors import BadParameter

if TYPE_CHECKING:
    from giljabi.store.postgres import Database

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def open_workspace(
    home: Path | str | None = None,
    database_url: str | None = None,
    workspace: str | None = None,
    *,
    warehouse: str | None = None,
) -> Workspace:
    """Open a workspace; it is made when it is new.

    Parameters
    ----------
    home
        Folder for everything that is kept; by default ``GILJABI_HOME``, else the platform's folder for user
        data.
    database_url
        PostgreSQL (16 or newer) to use; by default ``GILJABI_DATABASE_URL``, else an own one is started.
    workspace
        Its name: small letters, digits, ``-`` and ``_``; by default ``GILJABI_WORKSPACE``, else ``default``.
    warehouse
        Folder or URL (``s3://…``, ``gs://…``, ``abfss://…``) for the lake; by default under ``home``.

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

    place = _home(home)
    name = workspace or os.environ.get("GILJABI_WORKSPACE") or "default"
    if not _NAME.fullmatch(name):
        raise BadParameter(f"{name!r} names no workspace; use small letters, digits, - and _, at most 63")
    id = workspace_id(name)  # noqa: A001
    vault = Vault(installation_key(place, os.environ.get("GILJABI_SECRET_KEY")), id)
    with ExitStack() as closing:
        database = _database(place, database_url or os.environ.get("GILJABI_DATABASE_URL"), closing)
        ledger = BlockingDatabase(database, id)
        closing.callback(ledger.close)
        lake = IcebergLake(database.catalogue_url(id), id, warehouse or str(place / "lake"), outages_named)
        closing.callback(lake.close)
        jobs = PostgresJobs(database.jobs_address(id), id)
        closing.callback(jobs.close)
        ledger.within(lambda tx: tx.workspaces.get_or_add(name))
        opened = Workspace(name, place / "workspaces" / name, ledger, lake, jobs, vault)
        opened.settle()
        opened.closing.push(closing.pop_all())
    atexit.register(opened.close)
    return opened


def _home(home: Path | str | None) -> Path:
    given = home or os.environ.get("GILJABI_HOME") or platformdirs.user_data_path("giljabi")
    return Path(given).expanduser().resolve()


def _database(home: Path, address: str | None, closing: ExitStack) -> Database:
    from giljabi.store.postgres import APPLICATION_ROLE, Database, database_url, migrate, start_server

    if address:
        url = database_url(address)
        migrate(url)
        return Database(url)
    server = start_server(home / "postgres")
    closing.callback(server.release)
    migrate(database_url(server.url()), server.password)
    return Database(database_url(server.url(APPLICATION_ROLE)))
