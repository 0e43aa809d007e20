"""Events cut into sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.measure import sessions
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.sessions import SessionsView, sessions_view


class SessionsQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Where to cut.

    ``fixed``: where a gap is longer than ``gap_ms``; ``learned``: between pairs of events that wait long on
    average; ``time``: where a gap is longer than one learned. ``top`` events and pairs are listed at most.
    """

    cut: Literal["fixed", "learned", "time"] = "fixed"
    gap_ms: Annotated[int, msgspec.Meta(ge=1, le=3_153_600_000_000)] = 1_800_000
    top: Annotated[int, msgspec.Meta(ge=1, le=100)] = 8
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/sessions", status_code=200, sync_to_thread=True, needs="view")
def ask_sessions(data: JSONBody[SessionsQuestion], workspace: NamedDependency[Workspace]) -> SessionsView:
    """Cut the events of each customer into sessions and say what they are like."""
    gap = timedelta(milliseconds=data.gap_ms) if data.cut == "fixed" else data.cut
    return sessions_view(sessions(select(workspace, data.filters), gap), data.top)
