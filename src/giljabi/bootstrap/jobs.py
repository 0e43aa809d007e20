"""Background work: what is done, how often, and how it is told.

Each kind of job is one method of a facade, which takes a callback for its progress and gives figures of what
it did. Everything here may be done twice, by two workers, or half: the methods see to that.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import msgspec

from giljabi.bootstrap.job_runs import JobRun, RunState, figures_of, log_run
from giljabi.bootstrap.telling import Stopped, Telling, did_something
from giljabi.model.errors import BadParameter, GiljabiError, NotFound
from giljabi.store import Activity, InboxLag, Job, Jobs, Ledger, Pace, Transaction

_log = logging.getLogger("giljabi.worker")


class Kind(msgspec.Struct, frozen=True):
    """A kind of job.

    Attributes
    ----------
    method
        What does it, as ``facade.method``.
    every
        Seconds from one start to the next when nobody asks; None where it is done only when asked for.
    longest
        Seconds after which a job that keeps failing is tried again at the latest.
    then
        What is asked for when it has done something.
    """

    method: str
    every: float | None = None
    longest: float = 300.0
    then: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    "seal": Kind("collection.seal", every=10, longest=15, then=("log", "replay")),
    "log": Kind("collection.refresh_log", every=15, longest=60),
    "replay": Kind("identity.replay", every=30, then=("log",)),
    "compact": Kind("collection.compact", every=3600),
    "expire": Kind("collection.expire", every=3600),
    "housekeeping": Kind("collection.housekeeping", every=86_400),
    "retention": Kind("retention.apply", every=86_400),
    "match": Kind("identity.match"),
    "forget": Kind("forgetting.run", every=3600),
    "pull": Kind("sources.pull", longest=60, then=("seal",)),
    "reset": Kind("accounts.send_reset", longest=60),
    "news": Kind("accounts.send_news", longest=60),
}
"""Every kind of job. Sources are pulled by schedules of their own."""


class BackgroundState(msgspec.Struct, frozen=True):
    """How the background work stands: each kind of it, what waits in the inbox, and who works.

    ``workers`` are the moments at which each worker was last alive, the latest first; ``sources`` are the
    names of the sources by id.
    """

    activities: Sequence[Activity]
    lag: InboxLag
    workers: Sequence[datetime]
    sources: Mapping[str, str] = {}


class BackgroundWork:
    """The background work of one workspace.

    Parameters
    ----------
    facades
        What does the work, by name: ``collection``, ``identity``, ``sources``.
    ledger
        The workspace's database.
    jobs
        Keeps what was asked for.
    """

    def __init__(self, facades: Mapping[str, object], ledger: Ledger, jobs: Jobs) -> None:
        self._facades = facades
        self._ledger = ledger
        self._jobs = jobs
        self.observers: list[Callable[[JobRun], None]] = [log_run]
        """Called with each job that ended, in the thread that did it."""

    def ask(self, name: str, **arguments: Any) -> None:
        """Have a job done soon, by whichever worker is free.

        It returns at once, on an event loop too, and does not fail with the database; the same again within
        a second is asked once.
        """
        self._jobs.ask(name, **arguments)

    def state(self) -> BackgroundState:
        """Say how the background work stands."""

        async def look(tx: Transaction) -> BackgroundState:
            names = {one.id: one.name for one in await tx.sources.list()}
            activities, lag = await tx.activities.list(), await tx.inbox.lag()
            return BackgroundState(activities, lag, await tx.activities.heartbeats(), names)

        return self._ledger.within(look)

    def work(self, stop: threading.Event, stalled_after: float = 30.0) -> None:
        """Do jobs as they are asked for or due, until told to stop; outages are waited for.

        Parameters
        ----------
        stop
            Set to stop; what is being done ends first, or gives up in order.
        stalled_after
            Seconds of silence after which another worker is held for dead and its work is done again.
        """
        pace = Pace(heartbeat=min(5.0, stalled_after / 4), stalled=stalled_after)
        self._jobs.work(_Doing(self._facades, self._ledger, self._jobs, self.observers), pace, stop)

    def work_off(self) -> None:
        """Do what waits, and what is asked for by it, until nothing is left; raises the first failure."""
        doing = _Doing(self._facades, self._ledger, self._jobs, self.observers)
        self._jobs.work_off(doing)
        if doing.failures:
            raise doing.failures[0]


class _Doing:
    """What a worker does for one workspace."""

    def __init__(
        self,
        facades: Mapping[str, object],
        ledger: Ledger,
        jobs: Jobs,
        observers: Sequence[Callable[[JobRun], None]] = (),
    ) -> None:
        self._facades = facades
        self._ledger = ledger
        self._jobs = jobs
        self._observers = observers
        self._failed: dict[str, tuple[int, float]] = {}
        self.failures: list[Exception] = []

    @property
    def names(self) -> Sequence[str]:
        """The names of all kinds of jobs."""
        return tuple(KINDS)

    def do(self, job: Job, stopping: Callable[[], bool]) -> float | None:
        """Do a job, and tell how it goes; give the seconds after which it is to be done again, or None."""
        kind, name = KINDS[job.name], _activity_name(job)
        failed, until = self._failed.get(name, (0, 0.0))
        if (left := until - time.monotonic()) > 0:
            return left
        function = self._function(job.name)
        if function is None:
            return None
        telling = Telling(self._ledger, name, stopping)
        ended = self._begun(job.name)
        try:
            facts = function(*_given(job, telling, stopping))
        except Stopped:
            telling.stopped()
            ended("stopped")
            return 0.0
        except NotFound as error:
            # Whatever was to be worked on is gone meanwhile, a source for example.
            self.failures.append(error)
            telling.forgotten()
            ended("gone")
            return None
        except Exception as error:
            if not isinstance(error, GiljabiError):
                _log.exception("%s failed", name)
            self.failures.append(error)
            telling.failed(error)
            ended("failed", error=type(error).__name__)
            delay = min(2.0 ** min(failed, 16), kind.longest)
            self._failed[name] = (failed + 1, time.monotonic() + delay)
            return None if isinstance(error, BadParameter) else delay
        self._failed.pop(name, None)
        telling.done(facts)
        ended("done", facts)
        return self._after(job.name, kind, facts)

    def _begun(self, kind: str) -> Callable[..., None]:
        """Begin to time a job; give what is called at its end."""
        began, start = time.time(), time.monotonic()

        def ended(state: RunState, facts: Mapping[str, Any] = MappingProxyType({}), error: str = "") -> None:
            run = JobRun(kind, state, began, time.monotonic() - start, figures_of(facts), error)
            for observer in self._observers:
                observer(run)

        return ended

    def due(self, waiting: Sequence[Job]) -> Iterable[Job]:
        """Say which jobs are to be asked for now, given those that wait or are being done."""
        now = datetime.now(UTC)
        known = {_activity_name(job) for job in waiting}
        last = {one.name: one.started_at for one in self._ledger.within(lambda tx: tx.activities.list())}
        for name, kind in KINDS.items():
            if kind.every is None or name in known or self._function(name) is None:
                continue
            if _is_due(last.get(name), kind.every, now):
                yield Job(name)
        for source in self._sources_due(now):
            job = Job("pull", {"source": source})
            if _activity_name(job) not in known:
                yield job

    def _function(self, name: str) -> Callable[..., Mapping[str, Any]] | None:
        facade, method = KINDS[name].method.split(".")
        return getattr(self._facades[facade], method, None)

    def _sources_due(self, now: datetime) -> Sequence[str]:
        due: Callable[[datetime], Sequence[str]] = self._facades["sources"].due  # type: ignore[attr-defined]
        return due(now)

    def _after(self, name: str, kind: Kind, facts: Mapping[str, Any]) -> float | None:
        something = did_something(facts)
        if something:
            for following in kind.then:
                self._jobs.ask(following)
        if name == "seal" and self._ledger.within(lambda tx: tx.inbox.lag()).calls:
            # Where it could do nothing, it waits for a lock, or a writer that is about to end.
            return 0.0 if something else 1.0
        if name == "replay":
            # It rests in between; what waits is followed as soon as it may.
            due_in: float | None = self._facades["identity"].replay_due_in()  # type: ignore[attr-defined]
            return due_in
        return None


def _activity_name(job: Job) -> str:
    return f"pull/{job.arguments['source']}" if job.name == "pull" else job.name


def _given(job: Job, telling: Telling, stopping: Callable[[], bool]) -> tuple[Any, ...]:
    if job.name in {"reset", "news"}:
        return (job.arguments["letter"], telling)
    return (job.arguments["source"], telling, stopping) if job.name == "pull" else (telling,)


def _is_due(last: datetime | None, every: float, now: datetime) -> bool:
    # A clock that was set back must not put work off until it has caught up.
    return last is None or not 0 <= (now - last).total_seconds() < every
