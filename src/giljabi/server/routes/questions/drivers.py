"""What goes with converting."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.measure import drivers
from giljabi.server.language import Language, language_of, translate
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.drivers import DriversView, drivers_view


class DriversQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Which early events and values go with converting later.

    ``outcome`` are event names of which any will do, ``before`` those that customers enter with (empty: their
    first event). ``within_ms`` is the horizon; ``follow_ms`` null: conversions count to the end of the log.
    """

    outcome: Annotated[list[str], msgspec.Meta(min_length=1)]
    within_ms: Annotated[int, msgspec.Meta(ge=1)] = 86_400_000
    before: list[str] = []
    follow_ms: Annotated[int, msgspec.Meta(ge=1)] | None = None
    top: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    filters: Filters = msgspec.field(default_factory=Filters)


@post(
    "/drivers",
    status_code=200,
    sync_to_thread=True,
    dependencies={"language": Provide(language_of, sync_to_thread=False)},
    needs="view",
)
def ask_drivers(
    data: JSONBody[DriversQuestion],
    workspace: NamedDependency[Workspace],
    language: NamedDependency[Language],
) -> DriversView:
    """Find what, seen early, goes with converting later; association, not cause."""
    answer = drivers(
        select(workspace, data.filters),
        data.outcome,
        within=timedelta(milliseconds=data.within_ms),
        before=data.before or None,
        follow=None if data.follow_ms is None else timedelta(milliseconds=data.follow_ms),
        top=data.top,
    )
    return drivers_view(answer, translate(answer.note, language))
