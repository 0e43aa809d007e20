"""How jobs are asked for: as procrastinate keeps them, by whoever may wait for the database."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import psycopg
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from giljabi.store.ports import Job
from giljabi.store.postgres.outage import outages_named

_PATIENCE = 5.0
"""Seconds to wait for a connection."""


class Asking:
    """Asks for jobs of one workspace, over one connection that is made when it is needed."""

    def __init__(self, address: str, workspace_id: str) -> None:
        self._workspace = workspace_id
        # Each try to connect is told at once; what cannot be asked now is asked again, which concerns nobody.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        connector = SyncPsycopgConnector(
            conninfo=address, min_size=0, max_size=1, num_workers=1, timeout=_PATIENCE, name="giljabi-asking"
        )
        self._app = App(connector=connector)
        self._app.open()

    def ask(self, job: Job) -> None:
        """Keep a job, unless one like it waits already; raises StorageUnavailable."""
        words = asked(self._workspace, job)
        with outages_of_jobs_named(), only_once():
            if not self._app.job_manager.list_jobs(queueing_lock=words["queueing_lock"], status="todo"):
                self._app.configure_task(job.name, **words).defer(**job.arguments)

    def close(self) -> None:
        """Close the connection."""
        self._app.close()


def queue(workspace_id: str) -> str:
    """Name the queue of a workspace; workers of others do not wake for what is asked there."""
    return workspace_id.replace("-", "")


def asked(workspace_id: str, job: Job, delay: float = 0.0) -> dict[str, Any]:
    """Give the words in which procrastinate is asked for a job, at the earliest after some seconds."""
    arguments = msgspec.json.encode(job.arguments, order="deterministic").decode()
    lock = f"{workspace_id}/{job.name}/{arguments}"
    later = datetime.now(UTC) + timedelta(seconds=delay) if delay > 0 else None
    return {"queue": queue(workspace_id), "lock": lock, "queueing_lock": lock, "schedule_at": later}


@contextmanager
def only_once() -> Iterator[None]:
    """Pass over that a job like this one waits already."""
    try:
        yield
    except AlreadyEnqueued:
        pass
    except AssertionError as error:
        # Under row security the server does not say which value is there twice, and procrastinate expects
        # that it does.
        if not isinstance(error.__context__, psycopg.errors.UniqueViolation):
            raise


@contextmanager
def outages_of_jobs_named() -> Iterator[None]:
    """Raise StorageUnavailable where the database does not answer; other errors pass as they are."""
    with outages_named():
        try:
            yield
        except ConnectorException as error:
            if isinstance(error.__cause__, psycopg.OperationalError):
                raise error.__cause__ from None
            raise
