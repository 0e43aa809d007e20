"""Figures for Prometheus: of requests, of jobs, and of the parts of a workspace.

Labels name routes, kinds of jobs and states, of which there are few. No value of a customer, no id and no
name that somebody chose becomes one.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from giljabi.bootstrap.job_runs import JobRun
from giljabi.bootstrap.settings import Settings
from giljabi.bootstrap.standing import Figures, Standing
from giljabi.model.errors import BadParameter, GiljabiError

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric

_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_JOB_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800)


def new_registry() -> CollectorRegistry:
    """Make a registry with the figures of the process itself."""
    from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
    from prometheus_client.metrics import Info

    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    Info("giljabi", "The version that runs.", registry=registry).info({"version": version("giljabi")})
    return registry


def open_metrics_door(settings: Settings, registry: CollectorRegistry) -> Callable[[], None]:
    """Give a registry's metrics to whoever asks at the port of the settings; give what closes it again.

    Raises
    ------
    BadParameter
        If another program has the port.
    """
    if settings.metrics_port is None:
        return lambda: None
    from prometheus_client import start_http_server

    try:
        server, thread = start_http_server(settings.metrics_port, settings.metrics_host, registry)
    except OSError as error:
        raise BadParameter(
            f"metrics cannot be given at {settings.metrics_host}:{settings.metrics_port} ({error.strerror}); "
            "set another GILJABI_METRICS_PORT or GILJABI_METRICS_HOST"
        ) from error

    def close() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return close


class RequestMetrics:
    """The requests of one process.

    Parameters
    ----------
    registry
        Where they are told.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        from prometheus_client import Gauge, Histogram

        self.seconds = Histogram(
            "giljabi_request_seconds",
            "How long requests took, by route and status.",
            ["method", "route", "status"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.in_progress = Gauge(
            "giljabi_requests_in_progress", "Requests that are being served.", registry=registry
        )


class JobMetrics:
    """The jobs of one worker; called with each run.

    Parameters
    ----------
    registry
        Where they are told.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        from prometheus_client import Counter, Histogram

        self._seconds = Histogram(
            "giljabi_job_seconds",
            "How long jobs took, by kind and how they ended.",
            ["kind", "state"],
            buckets=_JOB_SECONDS,
            registry=registry,
        )
        self._sealed = Counter(
            "giljabi_sealed_calls", "Calls taken from the inbox into the lake.", registry=registry
        )

    def __call__(self, run: JobRun) -> None:
        """Count a run."""
        self._seconds.labels(run.kind, run.state).observe(run.seconds)
        if run.kind == "seal":
            self._sealed.inc(run.facts.get("calls", 0))


class WorkspaceCollector:
    """The figures of a workspace's parts, looked up when they are asked for.

    Parameters
    ----------
    standing
        Knows them.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        """Give all figures; of a database that does not answer, that it does not."""
        try:
            figures = self._standing.figures()
        except GiljabiError:
            yield _gauge("giljabi_database_up", "Whether the database answers.", 0)
            return
        yield _gauge("giljabi_database_up", "Whether the database answers.", 1)
        yield from _pool(figures)
        yield from _inbox(figures)
        yield from _jobs(figures)
        yield from _log(figures)

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: that would ask the database."""
        return iter(())


def _gauge(name: str, text: str, value: float) -> Metric:
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(name, text, value=value)


def _pool(figures: Figures) -> Iterator[Metric]:
    pool = figures.pool
    yield _gauge("giljabi_database_connections", "Connections of this process to the database.", pool.open)
    yield _gauge("giljabi_database_connections_in_use", "Those of them in use.", pool.in_use)
    yield _gauge("giljabi_database_connections_most", "How many there may be.", pool.most)


def _inbox(figures: Figures) -> Iterator[Metric]:
    lag = figures.inbox
    yield _gauge(
        "giljabi_inbox_calls", "Calls that were acknowledged and are not in the lake yet.", lag.calls
    )
    yield _gauge("giljabi_inbox_bytes", "Their bytes.", lag.bytes)
    yield _gauge("giljabi_inbox_oldest_seconds", "How long the oldest has waited.", _since(lag.oldest) or 0.0)


def _jobs(figures: Figures) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    states = GaugeMetricFamily(
        "giljabi_jobs",
        "Background work by kind and how it stands; one of a kind, but for pulls.",
        labels=["kind", "state"],
    )
    took = GaugeMetricFamily("giljabi_job_last_seconds", "How long the last run took.", labels=["kind"])
    ended = GaugeMetricFamily(
        "giljabi_job_last_end_timestamp_seconds", "When the last run ended.", labels=["kind"]
    )
    tally = Tally((one.name.partition("/")[0], one.state) for one in figures.activities)
    for (kind, state), number in sorted(tally.items()):
        states.add_metric([kind, state], number)
    for one in figures.activities:
        if "/" not in one.name and one.finished_at is not None and one.state != "running":
            ended.add_metric([one.name], one.finished_at.timestamp())
            if one.started_at is not None:
                took.add_metric([one.name], (one.finished_at - one.started_at).total_seconds())
    yield from (states, took, ended)
    sealed = next((one.facts for one in figures.activities if one.name == "seal"), {})
    if sealed.get("seconds"):
        rate = sealed.get("calls", 0) / sealed["seconds"]
        yield _gauge(
            "giljabi_last_seal_calls_per_second", "How fast the last seal that did anything was.", rate
        )
    silent = _since(figures.workers[0]) if figures.workers else None
    yield _gauge("giljabi_workers", "Workers that are known.", len(figures.workers))
    if silent is not None:
        yield _gauge("giljabi_worker_silent_seconds", "Since the last sign of life of any worker.", silent)


def _log(figures: Figures) -> Iterator[Metric]:
    yield _gauge("giljabi_log_behind", "Whether the lake holds events the log does not.", figures.log_behind)
    if (log := figures.log) is not None:
        yield _gauge("giljabi_log_events", "Events of the log.", log.events)
        yield _gauge("giljabi_log_customers", "Customers of the log.", log.customers)
        yield _gauge("giljabi_log_built_timestamp_seconds", "When it was built.", log.built_at.timestamp())


def _since(moment: datetime | None) -> float | None:
    return None if moment is None else max(0.0, (datetime.now(UTC) - moment).total_seconds())
