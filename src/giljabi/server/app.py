"""The ASGI application: routes, the workspace they work on, problem details."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components

import giljabi
from giljabi.bootstrap import Settings, Workspace, open_workspace, read_settings, set_up_logs
from giljabi.server.auditing import note_change
from giljabi.server.auth import SECURITY_SCHEMES, principal_of
from giljabi.server.guards import let_in, same_origin
from giljabi.server.headers import secure
from giljabi.server.hosts import Hosts
from giljabi.server.observing import observe
from giljabi.server.pace import Pace
from giljabi.server.pages import page
from giljabi.server.problems import problem_details
from giljabi.server.routes import (
    account,
    activity,
    audit,
    collection,
    customers,
    health,
    hooks,
    identity,
    imports,
    maps,
    matches,
    oidc,
    people,
    plan,
    privacy,
    questions,
    refusals,
    requests,
    segments,
    session,
    sources,
    status,
    tokens,
)
from giljabi.server.tracker import tracker

LARGEST_BODY = 10 * 1024**2
"""Largest body of a request, in bytes, where a handler does not say otherwise."""


def create_app(workspace: Workspace | None = None, settings: Settings | None = None) -> Litestar:
    """Make the application.

    Parameters
    ----------
    workspace
        The workspace to serve. By default that of the settings is opened when the server starts and closed
        when it stops.
    settings
        By default those of the workspace that is given, else of the environment and the settings file.
    """
    decided = settings or (workspace.settings if workspace is not None else read_settings())

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        if workspace is not None:
            app.state.workspace = workspace
            yield
            return
        set_up_logs(decided.log_format, decided.log_level)
        opened = open_workspace(settings=decided)
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
            requests.router,
            privacy.router,
            plan.router,
            session.router,
            oidc.router,
            account.router,
            people.router,
            tokens.router,
            audit.router,
        ],
        dependencies={
            "workspace": Provide(_workspace, sync_to_thread=False),
            "principal": Provide(principal_of, sync_to_thread=False),
        },
        guards=[same_origin],
    )
    app = Litestar(
        [api, collection.door(), hooks.hook, health.router, tracker, page],
        lifespan=[lifespan],
        plugins=[problem_details],
        guards=[let_in],
        before_send=[secure, note_change],
        state=State(
            {
                "settings": decided,
                "hosts": Hosts(decided.url, decided.hosts),
                "pace": Pace(decided.request_limit),
                "provider_pace": Pace(decided.oidc_limit),
            }
        ),
        logging_config=None,
        compression_config=CompressionConfig(backend="gzip", minimum_size=1000),
        request_max_body_size=LARGEST_BODY,
        openapi_config=OpenAPIConfig(
            title="Giljabi",
            version=giljabi.__version__,
            openapi_router=Router(
                "/schema", route_handlers=[], include_in_schema=False, opt={"needs": "public"}
            ),
            # The document alone: pages that show it would ask other servers for their scripts.
            render_plugins=[JsonRenderPlugin()],
            components=Components(security_schemes=SECURITY_SCHEMES),
            security=[{name: []} for name in SECURITY_SCHEMES],
            use_handler_docstrings=True,
        ),
        debug=decided.debug,
    )
    return observe(app, decided)


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
