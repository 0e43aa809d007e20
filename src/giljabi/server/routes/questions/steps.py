"""Where customers are at each step."""

from __future__ import annotations

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.discover import steps
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.steps import StepsView, steps_view


class StepsQuestion(msgspec.Struct, frozen=True):
    """Steps from an anchor: ``depth`` (1..100) from it on, ``before`` (0..100) it, ``top`` events (1..200).

    ``start`` are the events of which the first is a customer's anchor (none: their first event), ``end``
    those that close a journey.
    """

    depth: int = 8
    start: list[str] = []
    end: list[str] = []
    before: int = 0
    top: int = 12
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/steps", status_code=200, sync_to_thread=True, needs="view")
def ask_steps(data: JSONBody[StepsQuestion], workspace: NamedDependency[Workspace]) -> StepsView:
    """Give the customers at each event at each step, and from one to the next."""
    log, start, end = select(workspace, data.filters), data.start or None, data.end or None
    return steps_view(steps(log, data.depth, start=start, end=end, before=data.before, top=data.top))
