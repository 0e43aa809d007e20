"""Traces are off unless asked for; then a real receiver gets a span of each request, without addresses."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from tests.workspaces import OPEN

from giljabi.bootstrap import Settings, Workspace, set_up_traces
from giljabi.bootstrap.job_runs import JobRun
from giljabi.server.app import create_app

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


class Receiver:
    """What takes traces in, as a collector of OpenTelemetry does by HTTP."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.paths: list[str] = []

    @property
    def requests(self) -> list[ExportTraceServiceRequest]:
        return [ExportTraceServiceRequest.FromString(body) for body in self.raw]

    @property
    def spans(self) -> dict[str, Span]:
        return {
            span.name: span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        }


@contextmanager
def receiving() -> Iterator[tuple[str, Receiver]]:
    receiver = Receiver()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            packed = self.headers.get("content-encoding") == "gzip"
            receiver.raw.append(gzip.decompress(body) if packed else body)
            receiver.paths.append(self.path)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", receiver
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def received(empty_workspace: Workspace) -> Receiver:
    """Give what a receiver got of some requests."""
    with receiving() as (address, receiver):
        settings = msgspec.structs.replace(OPEN, otel_endpoint=address)
        with TestClient(create_app(empty_workspace, settings), base_url="http://127.0.0.1") as client:
            client.get("/api/v1/maps/of-kim?q=kim@example.com", headers={"traceparent": PARENT})
            client.get("/readyz", headers={"user-agent": "agent of kim"})
            client.post("/nothing/of-kim")
        return receiver


def facts(span: Span) -> dict[str, Any]:
    return {one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in span.attributes}


def test_a_span_bears_the_route_and_the_status(received: Receiver) -> None:
    (name,) = [name for name in received.spans if name.startswith("GET /api/v1/maps/{")]
    span = received.spans[name]
    assert span.kind == Span.SPAN_KIND_SERVER
    assert facts(span) == {
        "http.request.method": "GET",
        "http.route": name.removeprefix("GET "),
        "http.response.status_code": 404,
    }


def test_a_span_belongs_to_the_trace_of_its_sender(received: Receiver) -> None:
    (span,) = [span for name, span in received.spans.items() if name.startswith("GET /api/v1/maps/{")]
    assert span.trace_id.hex() == TRACE


def test_spans_go_where_otlp_has_them_with_the_service_s_name(received: Receiver) -> None:
    assert set(received.paths) == {"/v1/traces"}
    resource = received.requests[0].resource_spans[0].resource
    assert {one.key: one.value.string_value for one in resource.attributes}["service.name"] == "giljabi"


def test_nothing_of_what_was_asked_is_sent(received: Receiver) -> None:
    assert {"GET /readyz", "POST none"} <= received.spans.keys()
    assert all(b"of-kim" not in body and b"example.com" not in body for body in received.raw)
    assert all(b"agent of kim" not in body for body in received.raw)


def test_a_job_that_failed_is_a_span_with_the_kind_of_its_error() -> None:
    with receiving() as (address, receiver):
        tracing = set_up_traces(Settings(otel_endpoint=address))
        assert tracing is not None
        tracing.job(JobRun("seal", "failed", 1_000.0, 2.5, {}, "StorageUnavailable"))
        tracing.close()
    span = receiver.spans["job seal"]
    assert span.status.code == Status.STATUS_CODE_ERROR
    assert facts(span)["error.type"] == "StorageUnavailable"
    assert span.end_time_unix_nano - span.start_time_unix_nano == 2_500_000_000


def test_opentelemetry_s_own_variables_switch_them_on_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set_up_traces(Settings()) is None
    with receiving() as (address, receiver):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        monkeypatch.setenv("OTEL_SERVICE_NAME", "ours")
        tracing = set_up_traces(Settings())
        assert tracing is not None
        tracing.job(JobRun("log", "done", 1_000.0, 1.0))
        tracing.close()
    resource = receiver.requests[0].resource_spans[0].resource
    assert {one.key: one.value.string_value for one in resource.attributes}["service.name"] == "ours"


def test_while_they_are_off_nothing_that_sends_them_is_loaded() -> None:
    program = (
        "import sys; from giljabi.server.app import create_app; create_app(); "
        "heavy = ('opentelemetry.sdk', 'opentelemetry.exporter'); "
        "sys.exit(any(name.startswith(heavy) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
