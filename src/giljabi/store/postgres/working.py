"""A worker: does the jobs of one workspace, by procrastinate's worker, through outages and restarts.

Procrastinate's worker ends when the database goes away, or when another held it for dead and struck it off;
then a new one begins. Jobs that fail are not retried by procrastinate, for what waits twice it refuses: each
job ends, and is asked for anew, later.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.jobs import DeleteJobCondition, Status
from procrastinate.worker import Worker as Procrastinate

from giljabi.store.ports import Job, Pace, Work
from giljabi.store.postgres.asking import asked, only_once, queue
from giljabi.store.postgres.outage import first_line

T = TypeVar("T")

_AT_ONCE = 64
"""Jobs at once: sources that are listened to take one each for good, and most others wait for something."""

_STRUCK_OFF = "SELECT NOT EXISTS (SELECT FROM procrastinate_workers WHERE id = %(worker)s) AS so"

_log = logging.getLogger("giljabi.worker")


class Worker:
    """Does jobs of one workspace.

    Parameters
    ----------
    address, workspace_id
        As of `giljabi.store.postgres.jobs.PostgresJobs`.
    work
        What the jobs are.
    """

    def __init__(self, address: str, workspace_id: str, work: Work) -> None:
        self._address = address
        self._workspace = workspace_id
        self._work = work
        self._stopping = threading.Event()
        self._turns: dict[str, threading.Lock] = {}
        self._number: int | None = None
        self._done = 0

    def run(self, pace: Pace, stop: threading.Event) -> None:
        """Do jobs until told to stop."""
        asyncio.run(self._run(pace, stop))

    def run_waiting(self, flush: Callable[[], None]) -> None:
        """Do what waits until nothing is left that is due; ``flush`` keeps what was asked for meanwhile."""
        # In a thread: the caller's may have an event loop already, as in a notebook.
        with ThreadPoolExecutor(1, "giljabi-jobs") as thread:
            thread.submit(asyncio.run, self._run_waiting(flush)).result()

    async def _run(self, pace: Pace, stop: threading.Event) -> None:
        while not stop.is_set():
            self._stopping = threading.Event()
            try:
                async with self._app() as app:
                    await self._shift(app, pace, stop)
            except (ConnectorException, psycopg.OperationalError) as error:
                cause = error.__cause__ or error
                if isinstance(cause, psycopg.errors.ForeignKeyViolation):
                    _log.warning("another worker held this one for dead; it begins anew")
                else:
                    _log.warning("the database does not answer (%s); trying again", first_line(cause))
            finally:
                self._stopping.set()
            await _pause(pace.tick, stop)

    async def _run_waiting(self, flush: Callable[[], None]) -> None:
        async with self._app() as app:
            before = -1
            while before != self._done:
                before = self._done
                await asyncio.to_thread(flush)
                await _run(self._procrastinate(app, Pace(), wait=False))

    @contextlib.asynccontextmanager
    async def _app(self) -> AsyncIterator[App]:
        app = App(
            connector=PsycopgConnector(
                conninfo=self._address, min_size=1, max_size=4, timeout=10.0, name="giljabi-worker"
            )
        )
        for name in self._work.names:
            app.task(name=name, pass_context=True)(self._do)
        try:
            await app.open_async()
            yield app
        finally:
            await app.close_async()

    def _procrastinate(self, app: App, pace: Pace, wait: bool) -> Procrastinate:
        return Procrastinate(
            app,
            queues=[queue(self._workspace)],
            name="giljabi",
            concurrency=_AT_ONCE if wait else 1,
            wait=wait,
            listen_notify=wait,
            delete_jobs=DeleteJobCondition.ALWAYS,
            shutdown_graceful_timeout=pace.grace,
            fetch_job_polling_interval=pace.tick,
            update_heartbeat_interval=pace.heartbeat,
            stalled_worker_timeout=pace.stalled,
            install_signal_handlers=False,
        )

    async def _shift(self, app: App, pace: Pace, stop: threading.Event) -> None:
        """Work until told to stop, the database goes away, or this worker was struck off."""
        worker = self._procrastinate(app, pace, wait=True)
        if self._number is not None:
            await app.job_manager.unregister_worker(self._number)
        working = asyncio.create_task(_run(worker))
        looking = asyncio.create_task(self._look(app, worker, pace, stop))
        try:
            await asyncio.wait({working, looking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stopping.set()
            looking.cancel()
            working.cancel()
            for ended in await asyncio.gather(working, looking, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended

    async def _look(self, app: App, worker: Procrastinate, pace: Pace, stop: threading.Event) -> None:
        """Ask for what is due, and again for what workers that died have left, until told to stop."""
        last = float("-inf")
        clock = asyncio.get_running_loop().time
        while not stop.is_set():
            if clock() - last >= pace.heartbeat:
                last = clock()
                await self._take_over(app, pace)
                if worker.worker_id is not None:
                    self._number = worker.worker_id
                    if await _struck_off(app, worker.worker_id):
                        return
            waiting = await self._waiting(app)
            for job in await _in_thread(partial(self._due, waiting)):
                await self._ask(app, job)
            await _pause(pace.tick, stop)

    async def _take_over(self, app: App, pace: Pace) -> None:
        jobs = app.job_manager
        await jobs.prune_stalled_workers(pace.stalled)
        for left in await jobs.get_stalled_jobs(
            queue=queue(self._workspace), seconds_since_heartbeat=pace.stalled
        ):
            _log.warning("a worker died over %s; it is done again", left.task_name)
            await self._ask(app, Job(left.task_name, left.task_kwargs))
            with contextlib.suppress(ConnectorException):  # another worker was faster
                await jobs.finish_job(left, Status.FAILED, delete_job=True)

    def _due(self, waiting: Sequence[Job]) -> Sequence[Job]:
        return list(self._work.due(waiting))

    async def _waiting(self, app: App) -> Sequence[Job]:
        jobs = await app.job_manager.list_jobs_async(queue=queue(self._workspace))
        return [Job(job.task_name, job.task_kwargs) for job in jobs]

    async def _ask(self, app: App, job: Job, delay: float = 0.0) -> None:
        words = asked(self._workspace, job, delay)
        with only_once():
            waiting = app.job_manager.list_jobs_async(queueing_lock=words["queueing_lock"], status="todo")
            if not await waiting:
                await app.configure_task(job.name, **words).defer_async(**job.arguments)

    async def _do(self, context: JobContext, /, **arguments: Any) -> None:
        job = Job(context.job.task_name, arguments)
        try:
            again = await _in_thread(partial(self._in_turn, job, self._stopping))
        except asyncio.CancelledError:  # it did not end in time, and this worker does
            await self._ask(context.app, job)
            raise
        finally:
            self._done += 1
        if again is not None:
            await self._ask(context.app, job, again)

    def _in_turn(self, job: Job, stopping: threading.Event) -> float | None:
        # After an outage the same job may be here again while its thread has not yet seen that it is to stop.
        with self._turns.setdefault(asked(self._workspace, job)["lock"], threading.Lock()):
            return 0.0 if stopping.is_set() else self._work.do(job, stopping.is_set)


async def _run(worker: Procrastinate) -> None:
    await worker.run()  # type: ignore[no-untyped-call]


async def _struck_off(app: App, worker: int) -> bool:
    row = await app.connector.execute_query_one_async(_STRUCK_OFF, worker=worker)
    return bool(row["so"])


async def _pause(seconds: float, stop: threading.Event) -> None:
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    while not stop.is_set() and (left := end - clock()) > 0:
        await asyncio.sleep(min(left, 0.1))


async def _in_thread(work: Callable[[], T]) -> T:
    """Do work in a thread that nobody waits for at the end: what does not stop must not keep the worker."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="giljabi-job", daemon=True).start()
    return await future
