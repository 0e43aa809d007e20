"""Jobs in PostgreSQL: procrastinate, within one workspace.

Its tables lie in the schema ``procrastinate``, under the same row security as all others. Locks and queues
are unique across workspaces, so their names begin with the workspace. Procrastinate is loaded when the first
job is asked for or done.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

import msgspec

from giljabi.model.errors import StorageUnavailable
from giljabi.store.ports import Job, Pace, Work

if TYPE_CHECKING:
    from giljabi.store.postgres.asking import Asking

_BREATH = 1.0
"""Seconds within which the same is asked once."""


class PostgresJobs:
    """Work to be done in the background, by whichever worker is free.

    Parameters
    ----------
    address
        Of the database, for libpq; with role, workspace and search path set.
    workspace_id
        The workspace.
    """

    def __init__(self, address: str, workspace_id: str) -> None:
        self._address = address
        self._workspace = workspace_id
        self._asked: dict[bytes, Job] = {}
        self._guard = threading.Lock()
        self._keeping = threading.Lock()
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._asking: Asking | None = None

    def ask(self, name: str, **arguments: Any) -> None:
        """Have a job done soon; one that already waits with these arguments is not asked for twice.

        It does not wait for the database, and does not fail with it: what could not be asked is asked later,
        and the same again within a second is asked once.
        """
        with self._guard:
            if self._closed.is_set():
                return
            self._asked[msgspec.json.encode([name, arguments], order="deterministic")] = Job(name, arguments)
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep_asking, name="giljabi-asking", daemon=True)
                self._thread.start()
        self._wake.set()

    def flush(self) -> None:
        """Wait until all that was asked is kept; raises StorageUnavailable."""
        with self._keeping:
            with self._guard:
                asked, self._asked = self._asked, {}
            try:
                while asked:
                    key = next(iter(asked))
                    self._keep(asked[key])
                    del asked[key]
            finally:
                with self._guard:
                    self._asked = {**asked, **self._asked}

    def work(self, work: Work, pace: Pace, stop: threading.Event) -> None:
        """Do jobs as they are asked for, until told to stop; outages are waited for."""
        from giljabi.store.postgres.working import Worker

        Worker(self._address, self._workspace, work).run(pace, stop)

    def work_off(self, work: Work) -> None:
        """Do what waits now, and what is asked for meanwhile, until nothing is left that is due."""
        from giljabi.store.postgres.working import Worker

        Worker(self._address, self._workspace, work).run_waiting(self.flush)

    def close(self) -> None:
        """Keep what was asked, if that can be, and let go of the database."""
        with self._guard:
            self._closed.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        with contextlib.suppress(StorageUnavailable):
            self.flush()
        if self._asking is not None:
            self._asking.close()

    def _keep_asking(self) -> None:
        while not self._closed.is_set():
            self._wake.wait()
            self._wake.clear()
            try:
                self.flush()
            except StorageUnavailable:
                self._wake.set()
            self._closed.wait(_BREATH)

    def _keep(self, job: Job) -> None:
        if self._asking is None:
            from giljabi.store.postgres.asking import Asking

            self._asking = Asking(self._address, self._workspace)
        self._asking.ask(job)
