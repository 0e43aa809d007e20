"""Two sides compared."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.measure import compare
from giljabi.server.selection import CompareSide, Filters, select, side
from giljabi.server.views.questions.compare import CompareView, compare_view


class CompareQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Two sides and what to compare.

    Without ``b`` an audience is compared with the rest, a period with the equally long one before it.
    ``steps`` are those of a funnel, ``start`` and ``end`` those of a conversion, a duration or a return (each
    any of some event names), ``every`` is that of retention. ``top`` events are listed at most.
    """

    a: CompareSide
    b: CompareSide | None = None
    question: Literal["events", "funnel", "conversion", "durations", "retention"] = "events"
    steps: list[list[str]] = []
    start: list[str] = []
    end: list[str] = []
    within_ms: Annotated[int, msgspec.Meta(ge=1)] | None = None
    order: Literal["ordered", "strict", "unordered"] = "ordered"
    every: Literal["day", "week", "month"] = "week"
    top: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 30
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/compare", status_code=200, sync_to_thread=True, needs="view")
def ask_compare(data: JSONBody[CompareQuestion], workspace: NamedDependency[Workspace]) -> CompareView:
    """Say how two audiences or periods differ, with intervals."""
    answer = compare(
        select(workspace, data.filters),
        side(workspace, data.a),
        None if data.b is None else side(workspace, data.b),
        question=data.question,
        steps=data.steps,
        start=data.start or None,
        end=data.end or None,
        within=timedelta(milliseconds=data.within_ms) if data.within_ms else None,
        order=data.order,
        every=data.every,
    )
    return compare_view(answer, data.top)
