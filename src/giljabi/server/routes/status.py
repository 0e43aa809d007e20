"""What is here: version, workspace, the event log in numbers."""

from __future__ import annotations

from litestar import Router, get
from litestar.di import NamedDependency

import giljabi
from giljabi.bootstrap import Workspace
from giljabi.model.errors import LogMissing
from giljabi.server.views.log import LogSummary, StatusView, log_summary


@get("/status", sync_to_thread=True, needs="view")
def status(workspace: NamedDependency[Workspace]) -> StatusView:
    """Say what the server serves; ``log`` is null while there are no events."""
    try:
        summary = log_summary(workspace)
    except LogMissing:
        summary = None
    return StatusView(giljabi.__version__, workspace.name, summary, workspace.busy)


@get("/log", sync_to_thread=True, needs="view")
def log(workspace: NamedDependency[Workspace]) -> LogSummary:
    """Give the event log in numbers."""
    return log_summary(workspace)


router = Router("/", route_handlers=[status, log], tags=["status"])
