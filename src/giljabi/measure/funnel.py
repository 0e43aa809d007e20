"""The funnel: how many customers come through a row of steps, how far, and how fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from giljabi.kernels import funnel_levels, gaps_by_step, wilson
from giljabi.measure.funnel_answer import (
    FunnelAnswer,
    FunnelGroup,
    FunnelStep,
    GroupedFunnelAnswer,
    Reached,
)
from giljabi.measure.funnel_plan import Exclude, Plan, read_plan
from giljabi.measure.marks import mark_events
from giljabi.measure.steps import Step
from giljabi.model import FunnelStage
from giljabi.store import Array, Bucket, By, Groups, Log, ask, read_groups


class _Timed(NamedTuple):
    """Times in ms, and the group of each customer they are of."""

    group: Array
    value: Array


class _Partial(NamedTuple):
    """Of one bucket: customers by group and step, the times to each step and of the whole way, and levels."""

    reached: Array
    times: list[_Timed]
    whole: _Timed
    levels: Array
    optional: tuple[Array, Array]


def funnel(
    log: Log,
    steps: Sequence[Step | FunnelStage],
    *,
    within: str | timedelta | None = None,
    step_within: Sequence[str | timedelta | None] | None = None,
    optional: Sequence[int] = (),
    exclude: Exclude | None = None,
    order: str = "ordered",
    by: By | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> FunnelAnswer:
    """Count the customers who come through the steps.

    A customer's way is that of the first start that converts; where none does, of the first start that
    reaches the furthest.

    Parameters
    ----------
    log
        The event log.
    steps
        1 to 1,000 steps, each an event name, a list of names of which any will do, a matcher, or
        `giljabi.step` of one of these with a limit or optional. Every step needs an event of its own.
    within
        Longest time from the first to the last step; None: no limit.
    step_within
        Per step the longest time from the required step before; None: no limit. Step 1 has none.
    optional
        Numbers, from 1, of steps that customers may skip; not step 1.
    exclude
        Events that must not occur on the way: a name, names or a matcher, anywhere from the first to the last
        step; or by the number of a step, only between it and the next, as ``{2: "cancel", "anywhere":
        "refund"}``. Where one of the two is optional, it is between the required steps around.
    order
        ``"ordered"``: one after another, other events may lie between; ``"strict"``: directly one after
        another; ``"unordered"``: the first k steps in any order. The last two take neither limits per step
        nor exclusions nor optional steps. Exact definitions, with ties, stand in `giljabi.kernels.funnel`.
    by
        A column of texts, an audience or audiences by name to break down by. By a column a customer belongs
        to the value on the first step-1 event, whether or not the way starts there.
    progress
        Told ``("funnel", share done)`` after each bucket.

    Returns
    -------
    FunnelAnswer
        A `GroupedFunnelAnswer` where ``by`` is given.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If the log does not have an event or column.
    BadParameter
        If the steps, the order, a limit or an exclusion are out of range, or ``by`` is a column of numbers.
    """
    plan = read_plan(log, steps, within, step_within, optional, exclude, order)
    groups = read_groups(log, by)
    partials = []
    for partial in ask(log, lambda bucket: _ask(log, bucket, plan, groups)):
        partials.append(partial)
        if progress is not None:
            progress("funnel", len(partials) / len(log.buckets))

    reached = np.sum([partial.reached for partial in partials], axis=0)
    times = [_joined([partial.times[place] for partial in partials]) for place in range(len(plan.stages))]
    whole = _joined([partial.whole for partial in partials])
    limit = None if within is None else timedelta(milliseconds=plan.rules.window)
    found = _steps(plan, reached.sum(axis=0), [one.value for one in times])
    levels, extra = [one.levels for one in partials], [one.optional for one in partials]
    lists = Reached(log, levels, extra, plan.required, plan.optional)
    median, p90 = _quantiles(whole.value)
    if by is None:
        return FunnelAnswer(found, limit, order, median, p90, _reached=lists)
    split = [_by_group(one, len(groups.labels)) for one in times]
    wholes = _by_group(whole, len(groups.labels))
    parts = tuple(
        FunnelGroup(
            groups.labels[group],
            _steps(plan, reached[group], [parts[group] for parts in split]),
            *_quantiles(wholes[group]),
        )
        for group in np.argsort(-reached[:, 0], kind="stable")
        if reached[group, 0]
    )
    return GroupedFunnelAnswer(found, limit, order, median, p90, by, parts, _reached=lists)


def _ask(log: Log, bucket: Bucket, plan: Plan, groups: Groups) -> _Partial:
    symbol, marks = mark_events(log, bucket, plan.matchers)
    asked = len(plan.stages)
    if plan.banned is not None:
        excluded = marks[:, asked:] @ plan.banned
        marks = np.concatenate([marks[:, :asked], excluded], axis=1)
    else:
        marks = marks[:, :asked]
    level, entry, gap, (who, which, wait) = funnel_levels(
        bucket.offsets, bucket.time, symbol, marks, plan.rules, plan.order
    )
    many, required = len(groups.labels), len(plan.required)
    group = _groups(log, bucket, groups, entry)
    exactly = np.bincount(group * (required + 1) + level, minlength=many * (required + 1))
    at_least = exactly.reshape(many, -1)[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    reached = np.zeros((many, asked), np.int64)
    reached[:, plan.required] = at_least
    times = [_Timed(_NONE, _NONE)] * asked
    bounds, customer, sorted_gap = gaps_by_step(level, gap, required)
    owner = group[customer] if many > 1 else _NONE
    for k, place in enumerate(plan.required[1:]):
        part = slice(bounds[k], bounds[k + 1])
        times[place] = _Timed(owner[part], sorted_gap[part])
    for number, place in enumerate(plan.optional):
        those = which == number
        times[place] = _Timed(group[who[those]], wait[those])
        reached[:, place] = np.bincount(group[who[those]], minlength=many)
    # Gaps lie customer by customer, so those of the last `required − 1` before an end make a whole way.
    through = np.flatnonzero(level == required)
    ends = np.cumsum(np.maximum(level.astype(np.int64) - 1, 0))[through]
    summed = np.concatenate([[0], np.cumsum(gap)])
    whole = _Timed(group[through], summed[ends] - summed[ends - (required - 1)])
    return _Partial(reached, times, whole, level, (who, which))


_NONE = np.zeros(0, np.int64)


def _groups(log: Log, bucket: Bucket, groups: Groups, entry: Array) -> Array:
    if not isinstance(groups.by, str):
        return groups.codes(log, bucket)
    group = np.zeros(bucket.customers, np.int64)
    # Group 0 is "absent", code −1; customers without a step-1 event are of level 0, which no row shows.
    entered = entry >= 0
    group[entered] = bucket.column(groups.by)[entry[entered]].astype(np.int64) + 1
    return group


def _by_group(timed: _Timed, groups: int) -> list[Array]:
    group = timed.group if len(timed.group) else np.zeros(len(timed.value), np.int64)
    bounds = np.cumsum(np.bincount(group, minlength=groups))[:-1]
    return np.split(timed.value[np.argsort(group, kind="stable")], bounds)


def _joined(parts: Sequence[_Timed]) -> _Timed:
    return _Timed(
        np.concatenate([_NONE, *(part.group for part in parts)]),
        np.concatenate([_NONE, *(part.value for part in parts)]),
    )


def _steps(plan: Plan, reached: Array, times: Sequence[Array]) -> tuple[FunnelStep, ...]:
    found = []
    first = int(reached[0])
    for place, (stage, text) in enumerate(zip(plan.stages, plan.texts, strict=True)):
        n, previous = int(reached[place]), int(reached[max(plan.before(place), 0)])
        interval = wilson(n, first) if place else (1.0, 1.0) if n else None
        low, high = interval or (None, None)
        share, onward = (n / first if first else None), (n / previous if previous else None)
        median, p90 = _quantiles(times[place])
        found.append(
            FunnelStep(
                place + 1, text, n, share, onward, low, high, median, p90, stage.optional, stage.within
            )
        )
    return tuple(found)


def _quantiles(values: Array) -> tuple[timedelta | None, timedelta | None]:
    if not len(values):
        return None, None
    median, p90 = np.quantile(values, [0.5, 0.9])
    return timedelta(milliseconds=float(median)), timedelta(milliseconds=float(p90))
