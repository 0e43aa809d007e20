"""The journeys that stand for all, and a segment of the customers of one."""

from __future__ import annotations

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.access import Principal
from giljabi.bootstrap import Workspace
from giljabi.discover import representatives
from giljabi.model.errors import BadParameter
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.representatives import RepresentativesView, representatives_view
from giljabi.server.views.segments import SegmentView, segment_view

_LISTED = 1_000_000
"""Letters that the customers of a segment may have in all: its text must stay below a mebibyte."""


class RepresentativesQuestion(msgspec.Struct, frozen=True):
    """How many representatives (1..100; null: as many as are needed), and the seed of the draw."""

    k: int | None = None
    seed: int = 0
    filters: Filters = msgspec.field(default_factory=Filters)


class RepresentativesSegment(msgspec.Struct, frozen=True):
    """The question as it was asked, which representative (from 1), and a name of 1 to 80 letters."""

    number: int
    name: str
    k: int | None = None
    seed: int = 0
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/representatives", status_code=200, sync_to_thread=True, needs="view")
def ask_representatives(
    data: JSONBody[RepresentativesQuestion], workspace: NamedDependency[Workspace]
) -> RepresentativesView:
    """Give the journeys that stand for all."""
    return representatives_view(representatives(select(workspace, data.filters), data.k, seed=data.seed))


@post("/representatives/segment", sync_to_thread=True, needs="edit")
def keep_representative(
    data: JSONBody[RepresentativesSegment],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> SegmentView:
    """Keep the customers who are nearest to one representative as a segment."""
    answer = representatives(select(workspace, data.filters), data.k, seed=data.seed)
    audience = answer.audience(data.number)
    if sum(len(one) + 4 for one in audience.ids) > _LISTED:
        raise BadParameter(
            f"the journey stands for {len(audience.ids):,} customers, more than a segment can list; "
            "narrow the filters, or ask for more representatives"
        )
    return segment_view(workspace.save_segment(data.name, audience), principal)
