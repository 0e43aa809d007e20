"""What is told of every request: an id, a line in the log, a duration in the metrics, a span of its trace.

All four name the route as the code has it (``/api/v1/maps/{map_id:str}``), never the address as it was asked:
addresses hold ids of customers, and queries hold more. Bodies, headers and cookies are told nowhere.

Litestar has a middleware for metrics, and OpenTelemetry one for ASGI. The first makes a label of whatever
method a stranger invents and sees no request that finds no route; the second exports addresses and queries.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

from litestar import Litestar
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from giljabi.access import Principal
from giljabi.bootstrap import (
    RequestMetrics,
    Settings,
    Tracing,
    WorkspaceCollector,
    new_registry,
    open_metrics_door,
    set_up_traces,
)

REQUEST_ID = "x-request-id"

_OWN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_GONE = 499
"""Told where the client left before there was an answer."""

_log = logging.getLogger("giljabi.request")


def observe(app: Litestar, settings: Settings) -> Litestar:
    """Have an application tell of each of its requests, those that find no route among them.

    Its metrics are in the registry ``app.state.registry``, and on a port of their own where one is set.
    """
    registry, tracing = new_registry(), set_up_traces(settings)
    app.asgi_handler = _Observed(app.asgi_handler, RequestMetrics(registry), tracing)
    app.state.registry = registry

    def begin(app: Litestar) -> None:
        registry.register(WorkspaceCollector(app.state.workspace.standing))
        app.state.metrics_door = open_metrics_door(settings, registry)

    def end(app: Litestar) -> None:
        app.state.metrics_door()
        if tracing is not None:
            tracing.close()

    app.on_startup.append(begin)
    app.on_shutdown.append(end)
    return app


def request_id(scope: Scope) -> str:
    """Give the id of a request; empty outside of an observed application."""
    return str(scope.get("request_id", ""))


class _Observed:
    """An application that tells of each request."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics, tracing: Tracing | None) -> None:
        self._app = app
        self._metrics = metrics
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a socket."""
        raw: dict[str, Any] = scope  # type: ignore[assignment]
        number = raw["request_id"] = _request_id(scope)
        if raw["type"] != "http":
            with bound_contextvars(request_id=number):
                await self._app(scope, receive, send)
            return
        method = raw["method"] if raw["method"] in _METHODS else "OTHER"
        status = 0

        async def telling(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (REQUEST_ID.encode(), number.encode())]
            await send(message)

        begun = time.perf_counter()
        span = None if self._tracing is None else self._tracing.begin_request(method, _headers(scope))
        self._metrics.in_progress.inc()
        try:
            with bound_contextvars(request_id=number):
                await self._app(scope, receive, telling)
        finally:
            seconds = time.perf_counter() - begun
            route, status = _route(raw), status or _GONE
            self._metrics.in_progress.dec()
            self._metrics.seconds.labels(method, route, str(status)).observe(seconds)
            if span is not None:
                span.end(route, status)
            _tell(raw, method, route, status, seconds, None if span is None else span.trace_id)


def _tell(
    scope: Mapping[str, Any], method: str, route: str, status: int, seconds: float, trace: str | None
) -> None:
    """Write the line: of the API always, of pages, probes and what is collected where it went wrong."""
    quiet = status < 400 and not route.startswith("/api/")
    level = logging.ERROR if status >= 500 else logging.DEBUG if quiet else logging.INFO
    if not _log.isEnabledFor(level):
        return
    fields: dict[str, Any] = {
        "method": method,
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "request_id": scope["request_id"],
    }
    if trace is not None:
        fields["trace_id"] = trace
    user = scope.get("user")
    if isinstance(user, Principal):
        fields["account"] = user.account
        if user.token:
            fields["token_id"] = user.token
    _log.log(level, "request", extra=fields)


def _route(scope: Mapping[str, Any]) -> str:
    return str(scope.get("path_template") or "none")


def _headers(scope: Scope) -> Mapping[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _request_id(scope: Scope) -> str:
    """Take the id a proxy has given, where it is one, else make one."""
    given = next((value for name, value in scope["headers"] if name == REQUEST_ID.encode()), b"")
    text = given.decode("latin-1")
    return text if _OWN_ID.fullmatch(text) else secrets.token_hex(8)
