"""Friction by event."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.discover import friction
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.friction import FrictionView, friction_view


class FrictionQuestion(msgspec.Struct, frozen=True):
    """How many of the most severe events to tell (1 to 500), and the longest pause inside one visit in ms."""

    top: Annotated[int, msgspec.Meta(ge=1, le=500)] = 30
    again_ms: Annotated[int, msgspec.Meta(ge=1)] = 1_800_000
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/friction", status_code=200, sync_to_thread=True, needs="view")
def ask_friction(data: JSONBody[FrictionQuestion], workspace: NamedDependency[Workspace]) -> FrictionView:
    """Tell where customers repeat, step back, hesitate, rage or leave."""
    again = timedelta(milliseconds=data.again_ms)
    return friction_view(friction(select(workspace, data.filters), top=data.top, again=again))
