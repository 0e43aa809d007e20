"""Which channels bring the conversions."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.measure import attribution
from giljabi.server.selection import Filters, breakdown, select
from giljabi.server.views.questions.attribution import AttributionView, attribution_view

Model = Literal["last", "first", "linear", "position", "time_decay", "markov", "shapley"]


class AttributionQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Which conversions are credited to what, and how.

    ``conversion`` are event names of which any will do. ``channel`` is ``"event"`` or a column of texts,
    ``value`` a column of numbers whose amounts are credited. ``lookback_ms`` null: no limit.
    """

    conversion: Annotated[list[str], msgspec.Meta(min_length=1)]
    channel: str = "channel"
    models: Annotated[list[Model], msgspec.Meta(min_length=1, max_length=7)]
    lookback_ms: Annotated[int, msgspec.Meta(ge=1)] | None = 2_592_000_000
    half_life_ms: Annotated[int, msgspec.Meta(ge=1)] = 604_800_000
    value: str | None = None
    conversions: Literal["every", "first"] = "every"
    by: str | None = None
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/attribution", status_code=200, sync_to_thread=True, needs="view")
def ask_attribution(
    data: JSONBody[AttributionQuestion], workspace: NamedDependency[Workspace]
) -> AttributionView:
    """Credit conversions to the channels before them, a column per model."""
    answer = attribution(
        select(workspace, data.filters),
        data.conversion,
        channel=data.channel,
        model=data.models,
        lookback=None if data.lookback_ms is None else timedelta(milliseconds=data.lookback_ms),
        half_life=timedelta(milliseconds=data.half_life_ms),
        value=data.value,
        conversions=data.conversions,
        by=breakdown(workspace, data.by),
    )
    return attribution_view(answer)
