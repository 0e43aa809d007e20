"""Conversion of one event to another."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.measure import conversion
from giljabi.server.selection import Filters, breakdown, select
from giljabi.server.views.questions.conversion import ConversionView, conversion_view


class ConversionQuestion(msgspec.Struct, frozen=True):
    """From which events to which, each a list of names; the window (null: none), a breakdown, and the rest.

    ``rest``: when the end counts for customers without a start: ``ever``, or ``soon``: within the window of
    their first event.
    """

    start: list[str]
    end: list[str]
    within_ms: int | None = None
    by: str | None = None
    rest: Literal["ever", "soon"] = "ever"
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/conversion", status_code=200, sync_to_thread=True, needs="view")
def ask_conversion(
    data: JSONBody[ConversionQuestion], workspace: NamedDependency[Workspace]
) -> ConversionView:
    """Measure who goes on from start to end, against those who never had a start."""
    answer = conversion(
        select(workspace, data.filters),
        data.start,
        data.end,
        within=timedelta(milliseconds=data.within_ms) if data.within_ms else None,
        by=breakdown(workspace, data.by),
        rest=data.rest,
    )
    return conversion_view(answer)
