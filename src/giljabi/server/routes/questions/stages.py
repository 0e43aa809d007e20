"""Where journeys fall into stages."""

from __future__ import annotations

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.discover import stages
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.stages import StagesView, stages_view


class StagesQuestion(msgspec.Struct, frozen=True):
    """How many stages (1..40; null: the number up to 9 with the greatest score)."""

    k: int | None = None
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/stages", status_code=200, sync_to_thread=True, needs="view")
def ask_stages(data: JSONBody[StagesQuestion], workspace: NamedDependency[Workspace]) -> StagesView:
    """Cut journeys into stages."""
    return stages_view(stages(select(workspace, data.filters), data.k))
