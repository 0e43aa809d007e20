"""For those who watch over the server: whether it lives, whether it can serve, and its figures.

Probes come by address, so these answer under every name. The first two tell nobody a secret; the metrics need
a token with the scope ``metrics``, or an admin.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, Router, get

from giljabi.bootstrap import Workspace
from giljabi.model.errors import NotAllowed, SignInNeeded
from giljabi.server.auth import who_asks


class ReadinessView(msgspec.Struct, frozen=True):
    """Whether the server can serve; ``worker_seconds`` is since the last sign of life of a worker."""

    ready: bool
    database: str
    migrations: str
    lake: str
    worker_seconds: float | None


@get("/healthz", needs="public", media_type=MediaType.TEXT)
async def healthz() -> str:
    """Say that the process lives; nothing else is asked."""
    return "ok\n"


@get("/readyz", needs="public")
async def readyz(request: Request[Any, Any, Any]) -> Response[ReadinessView]:
    """Say whether database and lake answer and the database is of this version; 503 where not."""
    workspace: Workspace = request.app.state.workspace
    found = await workspace.standing.readiness()
    view = ReadinessView(found.ready, found.database, found.migrations, found.lake, found.worker_seconds)
    return Response(view, status_code=200 if found.ready else 503)


@get("/metrics", needs="public")
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the figures as Prometheus reads them."""
    from prometheus_client.exposition import choose_encoder

    holder = await who_asks(request)
    if holder is None:
        raise SignInNeeded("Show an API token with the scope metrics: Authorization: Bearer gj_…")
    if not (holder.may("admin") or "metrics" in (holder.scopes or ())):
        raise NotAllowed("Metrics need an API token with the scope metrics, or an admin.")
    encode, kind = choose_encoder(request.headers.get("accept", ""))
    text = await asyncio.to_thread(encode, request.app.state.registry)
    return Response(text, headers={"content-type": kind})


router = Router("/", route_handlers=[healthz, readyz, metrics], include_in_schema=False, opt={"hosts": "any"})
