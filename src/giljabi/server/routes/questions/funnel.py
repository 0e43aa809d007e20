"""The funnel, and the customers who reached a step or fell out at it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.measure import FunnelAnswer, funnel
from giljabi.server.selection import Filters, breakdown, select
from giljabi.server.views.questions.funnel import (
    FunnelCustomersView,
    FunnelView,
    funnel_customers_view,
    funnel_view,
)


class FunnelExclusion(msgspec.Struct, frozen=True):
    """Events that must not occur after step ``after`` (from 1) and before the next; null: anywhere."""

    events: list[str]
    after: int | None = None


class FunnelQuestion(msgspec.Struct, frozen=True):
    """What to ask a funnel.

    ``steps``: 1 to 1,000, each a list of event names; ``within_ms``: the window from the first step;
    ``step_within_ms``: per step the longest time from the required step before, or null (empty: none at all);
    ``optional``: numbers of steps that may be skipped; ``by``: a column or segments to break down by.
    """

    steps: list[list[str]]
    within_ms: int | None = None
    step_within_ms: list[int | None] = []
    optional: list[int] = []
    exclude: list[FunnelExclusion] = []
    order: str = "ordered"
    by: str | None = None
    filters: Filters = msgspec.field(default_factory=Filters)


class FunnelCustomersQuestion(FunnelQuestion, frozen=True, kw_only=True):
    """Of which step to list the customers: those who ``reached`` it, or who ``fell_out`` before it.

    ``offset`` from 0 and ``limit`` 1..100,000 cut the list.
    """

    step: int
    which: Literal["reached", "fell_out"] = "fell_out"
    offset: int = 0
    limit: int = 50


@post("/funnel", status_code=200, sync_to_thread=True, needs="view")
def ask_funnel(data: JSONBody[FunnelQuestion], workspace: NamedDependency[Workspace]) -> FunnelView:
    """Count the customers who come through the steps."""
    return funnel_view(_answer(data, workspace, data.by), data.steps)


@post("/funnel/customers", status_code=200, sync_to_thread=True, needs="people")
def list_funnel_customers(
    data: JSONBody[FunnelCustomersQuestion], workspace: NamedDependency[Workspace]
) -> FunnelCustomersView:
    """List the customers who reached a step, or who came to the step before and not to it."""
    answer = _answer(data, workspace, None)
    found = answer.reached(data.step) if data.which == "reached" else answer.fell_out(data.step)
    return funnel_customers_view(found, data.offset, data.limit)


def _answer(data: FunnelQuestion, workspace: Workspace, by: str | None) -> FunnelAnswer:
    excluded: dict[Any, list[str]] = {}
    for one in data.exclude:
        excluded.setdefault("anywhere" if one.after is None else one.after, []).extend(one.events)
    return funnel(
        select(workspace, data.filters),
        data.steps,
        within=_time(data.within_ms),
        step_within=[_time(limit) for limit in data.step_within_ms] or None,
        optional=data.optional,
        exclude=excluded,
        order=data.order,
        by=breakdown(workspace, by),
    )


def _time(limit: int | None) -> timedelta | None:
    return timedelta(milliseconds=limit) if limit else None
