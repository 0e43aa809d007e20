"""The ASGI application: routes, the workspace they work on, problem details."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig

import giljabi
from giljabi.bootstrap import Workspace, open_workspace
from giljabi.server.guards import known_host, same_origin
from giljabi.server.headers import secure
from giljabi.server.pages import page
from giljabi.server.problems import problem_details
from giljabi.server.routes import (
    activity,
    collection,
    customers,
    hooks,
    identity,
    imports,
    maps,
    matches,
    plan,
    questions,
    refusals,
    segments,
    sources,
    status,
)
from giljabi.server.tracker import tracker

UPLOAD_LIMIT = 4 * 1024**3
"""Largest file that may be uploaded through the browser, in bytes."""


def create_app(workspace: Workspace | None = None) -> Litestar:
    """Make the application.

    Parameters
    ----------
    workspace
        The workspace to serve. By default the one under ``GILJABI_HOME`` is opened when the server starts and
        closed when it stops.
    """

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        if workspace is not None:
            app.state.workspace = workspace
            yield
            return
        opened = open_workspace()
        app.state.workspace = opened
        _settle_down()
        try:
            yield
        finally:
            opened.close()

    api = Router(
        "/api/v1",
        route_handlers=[
            status.router,
            activity.router,
            maps.router,
            questions.router,
            segments.router,
            imports.router,
            customers.router,
            identity.router,
            matches.router,
            sources.router,
            refusals.router,
            plan.router,
        ],
        dependencies={"workspace": Provide(_workspace, sync_to_thread=False)},
        guards=[same_origin],
    )
    return Litestar(
        [api, collection.door(), hooks.hook, tracker, page],
        lifespan=[lifespan],
        plugins=[problem_details],
        before_request=known_host,
        before_send=[secure],
        logging_config=None,
        compression_config=CompressionConfig(backend="gzip", minimum_size=1000),
        request_max_body_size=UPLOAD_LIMIT,
        openapi_config=OpenAPIConfig(
            title="Giljabi",
            version=giljabi.__version__,
            path="/schema",
            render_plugins=[],
            use_handler_docstrings=True,
        ),
        debug=bool(os.environ.get("GILJABI_DEBUG")),
    )


def _settle_down() -> None:
    """Set the interpreter up for a process that serves until its end."""
    # What is loaded by now stays: the collector need not go through it with every round.
    gc.collect()
    gc.freeze()
    # The thread that talks to the database has little to do and much to wait for: it is let in sooner.
    sys.setswitchinterval(0.0005)


def _workspace(state: State) -> Workspace:
    workspace: Workspace = state.workspace
    return workspace
