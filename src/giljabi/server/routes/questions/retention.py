"""Who comes back."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.measure import retention
from giljabi.server.selection import Filters, breakdown, select
from giljabi.server.views.questions.retention import RetentionView, retention_view


class RetentionQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Calendar cohorts and who of them comes back.

    ``start`` and ``back`` are event names of which any will do; empty: any event. ``kind`` is in period k
    itself (``on``) or in it or later (``by``). ``time_zone`` is an IANA name.
    """

    every: Literal["day", "week", "month"] = "week"
    start: list[str] = []
    back: list[str] = []
    time_zone: str = "UTC"
    periods: Annotated[int, msgspec.Meta(ge=1, le=60)] = 12
    kind: Literal["on", "by"] = "on"
    by: str | None = None
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/retention", status_code=200, sync_to_thread=True, needs="view")
def ask_retention(data: JSONBody[RetentionQuestion], workspace: NamedDependency[Workspace]) -> RetentionView:
    """Measure what share of customers comes back, by when they began."""
    answer = retention(
        select(workspace, data.filters),
        every=data.every,
        start=data.start or None,
        back=data.back or None,
        time_zone=data.time_zone,
        periods=data.periods,
        by=breakdown(workspace, data.by),
        kind=data.kind,
    )
    return retention_view(answer)
