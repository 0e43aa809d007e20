"""Traces by OpenTelemetry, where they are switched on: a span for each request and each job.

Spans carry the method, the route as the code has it, the status and the kind of an error. Addresses, queries,
headers and messages of errors stay here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING

from giljabi.bootstrap.job_runs import JobRun
from giljabi.bootstrap.settings import Settings
from giljabi.model.errors import BadParameter

if TYPE_CHECKING:
    from opentelemetry.trace import Span

_STANDARD = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_NANOSECONDS = 1_000_000_000


def set_up_traces(settings: Settings) -> Tracing | None:
    """Give what makes spans; None where traces are off, and then nothing of OpenTelemetry is loaded.

    They are on where ``otel_endpoint`` is set, or one of OpenTelemetry's own variables
    (``OTEL_EXPORTER_OTLP_ENDPOINT``); those say the rest, such as headers, sampling and the service's name.

    Raises
    ------
    BadParameter
        If OpenTelemetry is not installed.
    """
    off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if off or not (settings.otel_endpoint or any(os.environ.get(name) for name in _STANDARD)):
        return None
    try:
        return Tracing(settings.otel_endpoint)
    except ImportError as error:
        raise BadParameter(
            "traces need OpenTelemetry; install giljabi[otel], or unset GILJABI_OTEL_ENDPOINT"
        ) from error


class Tracing:
    """Makes spans, and sends them from a thread of its own; `close` it when done.

    Parameters
    ----------
    endpoint
        Where to, without ``/v1/traces``; by default what OpenTelemetry's own variables say.
    """

    def __init__(self, endpoint: str | None = None) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        said = {"service.version": version("giljabi")}
        if not os.environ.get("OTEL_SERVICE_NAME"):
            said["service.name"] = "giljabi"
        to = f"{endpoint.rstrip('/')}/v1/traces" if endpoint else None
        self._provider = TracerProvider(resource=Resource.create(said))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=to)))
        self._tracer = self._provider.get_tracer("giljabi", version("giljabi"))
        self._origin = TraceContextTextMapPropagator()

    def begin_request(self, method: str, headers: Mapping[str, str]) -> RequestSpan:
        """Begin the span of a request, within the trace its sender names."""
        from opentelemetry.trace import SpanKind

        context = self._origin.extract(headers)
        attributes = {"http.request.method": method}
        return RequestSpan(
            method, self._tracer.start_span(method, context, SpanKind.SERVER, attributes=attributes)
        )

    def job(self, run: JobRun) -> None:
        """Make the span of a job that ended."""
        begin = round(run.began * _NANOSECONDS)
        attributes = {"giljabi.job": run.kind, "giljabi.state": run.state}
        span = self._tracer.start_span(f"job {run.kind}", attributes=attributes, start_time=begin)
        if run.state == "failed":
            _fail(span, run.error)
        span.end(begin + round(run.seconds * _NANOSECONDS))

    def close(self) -> None:
        """Send what is left, and end the thread."""
        self._provider.shutdown()


class RequestSpan:
    """The span of a request that is being served."""

    def __init__(self, method: str, span: Span) -> None:
        self._method = method
        self._span = span

    @property
    def trace_id(self) -> str:
        """The trace it belongs to, as 32 hexadecimal digits."""
        return f"{self._span.get_span_context().trace_id:032x}"

    def end(self, route: str, status: int) -> None:
        """End it, now that route and status are known."""
        self._span.update_name(f"{self._method} {route}")
        self._span.set_attributes({"http.route": route, "http.response.status_code": status})
        if status >= 500:
            _fail(self._span, str(status))
        self._span.end()


def _fail(span: Span, kind: str) -> None:
    from opentelemetry.trace import Status, StatusCode

    span.set_attribute("error.type", kind)
    span.set_status(Status(StatusCode.ERROR))
