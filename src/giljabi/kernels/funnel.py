"""Funnels: how far each customer gets through a row of steps within a window of time.

A step is a set of events, and every step needs an event of its own. The *level* of a customer is the greatest
``k`` such that the required steps 1..k are reached; 0 without a step-1 event. ``window`` is the longest time
in ms, ends included, between the first and the last event used.

ordered
    There are distinct events, one for each of steps 1..k, with ``t1 ≤ t2 ≤ … ≤ tk`` and ``tk − t1 ≤ window``;
    other events may lie between. Events at the same time count as being in whichever order helps. Moreover:

    - *limits*: ``tk − t(k−1)`` is at most the limit of step k;
    - *exclusions*: no event that is excluded from the gap between steps k − 1 and k lies in time truly
      between ``t(k−1)`` and ``tk``;
    - *optional steps* are no part of the level. One between the required steps k and k + 1 is reached where
      an event that no step before has taken lies from ``tk`` to ``t(k+1)`` (to the end of the window, and to
      the first excluded event, for customers whose level is k), within its limit from ``tk``. Optional steps
      of one gap may come in any order; each, in the order of the steps, takes its earliest moment at which
      all steps told to be of that moment can still have events of their own.

    The best of all step-1 events counts. Without limits, exclusions and optional steps, and where no event
    matches two steps, this is ClickHouse's ``windowFunnel`` in its default mode, ties included: there too the
    list is sorted by (time, number of the step). Departure: ``windowFunnel`` lets one event serve every step
    that it matches.
strict
    ``k`` events that follow one another directly in the order of the log (by time; ties in order of arrival),
    with no other event of the customer between, the j-th matching step j, and ``tk − t1 ≤ window``. The best
    of all step-1 events counts. Departure from ClickHouse's ``strict_order``, which stops for good at the
    first event after a step-1 event that matches no step, sees ties in the order of steps, and lets steps
    recur between.
unordered
    In some stretch of time of at most ``window`` there are distinct events for each of steps 1..k, in any
    order. Step 1 must be among them; to have steps 2 and 3 alone is level 0.

Times to convert are those of the *first start that reaches the furthest*. Ordered: the earliest step-1 event
from which the level is reached; from there each step at its earliest that still lets the level be reached.
Two ways that cross can be exchanged where they do, so there is one way on which every step is as early as on
any; it ends where the level is first reached at all. Strict: the earliest such run. Unordered: of the stretch
that is complete first, the events from ``window`` before its end on; step k is complete when steps 1..k have
all happened. The gap of step k is the time from step k − 1 to step k, of an optional step from the required
step before.

Sources: ClickHouse ``AggregateFunctionWindowFunnel`` (the latest start per level is kept, one pass); for
strict, Baeza-Yates & Gonnet's Shift-And, *A new approach to text searching*, CACM 35 (1992).
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numba import njit

from giljabi.kernels.funnel_orders import strict, unordered
from giljabi.kernels.funnel_rules import NO_WINDOW, ruled
from giljabi.kernels.inputs import Array, Int, journeys, read_only
from giljabi.kernels.own_events import read_kinds

Order: TypeAlias = Literal["ordered", "strict", "unordered"]

MAX_FUNNEL_STEPS = 1000
"""Steps of a funnel at most."""

MAX_STEPS = 64
"""Steps at most where the bits of a uint64 tell which an event matches."""


class FunnelRules(NamedTuple):
    """What a funnel asks beside the steps being done in order.

    ``window`` (ms), and ``limits`` (int64 ms per required step; that of step 1 is not looked at). ``after``
    and ``after_limits`` (int64, one per optional step): the place, from 0, of the required step before, and
    the limit from it. ``gaps``: whether there are exclusions.
    """

    steps: int
    window: int = int(NO_WINDOW)
    limits: Array | None = None
    after: Array | None = None
    after_limits: Array | None = None
    gaps: bool = False


class FunnelLevels(NamedTuple):
    """How far each customer of a bucket got.

    ``level`` (uint16, one per customer); ``entry`` (int64): the place in the bucket of the customer's first
    step-1 event, −1 where level is 0; ``gap`` (int64): for customers in turn the ms from step 1 to 2, 2 to 3,
    … up to their level. ``optional``: of every optional step reached the customer, the step's number among
    the optional ones, and the ms from the required step before (three int64 arrays).
    """

    level: Array
    entry: Array
    gap: Array
    optional: tuple[Array, Array, Array]


def funnel_levels(
    offsets: Array, time: Array, symbol: Array, marks: Array, rules: FunnelRules, order: Order = "ordered"
) -> FunnelLevels:
    """Find how far each customer of one bucket gets.

    Parameters
    ----------
    offsets, time
        The bucket's columns: ``customers + 1`` int64, and per event int64 ms.
    symbol
        uint16, one per event: its code, or another number that says what it matches.
    marks
        bool, symbols × (required steps, optional steps, gaps): whether a symbol matches a step, or is
        excluded from the gap after the required step of that number. Gaps are there where the rules say so.
    rules
        What else is asked; limits, optional steps and exclusions only where ordered.
    order
        As defined above.
    """
    kinds = read_kinds(marks)
    columns = journeys(offsets, time, symbol)
    none = np.zeros(0, np.int64)
    window = np.int64(rules.window)
    if order == "strict":
        words = -(-rules.steps // 64)
        bits = np.zeros((len(marks), words * 64), np.bool_)
        bits[:, : rules.steps] = marks
        packed = np.packbits(bits, axis=1, bitorder="little").view(np.uint64)
        level, entry, gap = strict(*columns, np.ascontiguousarray(packed), rules.steps, window)
        return FunnelLevels(level, entry, gap, (none, none, none))
    if order == "unordered":
        level, entry, gap = unordered(*columns, kinds, rules.steps, window)
        return FunnelLevels(level, entry, gap, (none, none, none))
    optional = none if rules.after is None else rules.after
    plain = rules.limits is None and not len(optional) and not rules.gaps
    if plain and (np.diff(kinds.first) <= 1).all():
        step = np.zeros(len(kinds.first) - 1, np.uint16)
        step[1:] = kinds.match + 1
        level, entry, gap = _plain(*columns, read_only(step[kinds.kind], np.uint16), rules.steps, window)
        return FunnelLevels(level, entry, gap, (none, none, none))
    limits = np.full(rules.steps, NO_WINDOW) if rules.limits is None else rules.limits
    after_limits = np.full(len(optional), NO_WINDOW) if rules.after_limits is None else rules.after_limits
    level, entry, gap, who, what, wait = ruled(
        *columns,
        kinds,
        window,
        read_only(limits, np.int64),
        read_only(optional, np.int64),
        read_only(after_limits, np.int64),
    )
    return FunnelLevels(level, entry, gap, (who, what, wait))


def gaps_by_step(level: Array, gap: Array, steps: int) -> tuple[Array, Array, Array]:
    """Sort the gaps of customers by step.

    Parameters
    ----------
    level, gap
        Of `FunnelLevels`.
    steps
        Number of required steps.

    Returns
    -------
    bounds, customer, gap
        The gaps to step ``k + 2`` are ``gap[bounds[k]:bounds[k + 1]]``, those of the customers at the same
        places of ``customer`` (int64, int32, int64).
    """
    reached = np.bincount(level, minlength=steps + 1)[::-1].cumsum()[::-1]
    bounds = np.concatenate([[0], np.cumsum(reached[2:])]).astype(np.int64)
    customer, sorted_gap = _by_step(level, gap, bounds)
    return bounds, customer, sorted_gap


@njit(nogil=True, cache=True)
def _by_step(level: Array, gap: Array, bounds: Array) -> tuple[Array, Array]:
    at = bounds.copy()
    who, sorted_gap = np.empty(len(gap), np.int32), np.empty(len(gap), np.int64)
    read = 0
    for customer in range(len(level)):
        for k in range(np.int64(level[customer]) - 1):
            who[at[k]] = customer
            sorted_gap[at[k]] = gap[read]
            at[k] += 1
            read += 1
    return who, sorted_gap


@njit(nogil=True, cache=True)
def _plain(
    offsets: Array, time: Array, symbol: Array, step: Array, steps: Int, window: Int
) -> tuple[Array, Array, Array]:
    """Ordered, every event of one step at most and nothing else asked; ``step`` counts from 1."""
    customers = len(offsets) - 1
    level = np.zeros(customers, np.uint16)
    entry = np.full(customers, -1, np.int64)
    gap = np.empty(len(time), np.int64)
    written = 0
    longest = 0
    for customer in range(customers):
        longest = max(longest, offsets[customer + 1] - offsets[customer])
    # The steps and times of the events that match, in order; in a moment of several by number of the step.
    what, when = np.empty(longest + 1, np.int64), np.empty(longest + 1, np.int64)
    place = np.empty(longest + 1, np.int64)
    start, at = np.empty(steps, np.int64), np.empty(steps, np.int64)
    for customer in range(customers):
        first, end = offsets[customer], offsets[customer + 1]
        while first < end and step[symbol[first]] != 1:
            first += 1
        if first == end:
            continue
        entry[customer] = first
        # What arrived before at the same time counts too.
        while first > offsets[customer] and time[first - 1] == time[first]:
            first -= 1
        matched = 0
        for i in range(first, end):
            # Written always, kept only where a step matches: no branch to mispredict.
            place[matched] = i
            matched += step[symbol[i]] != 0
        best, tied = 1, False
        for j in range(matched):
            what[j], when[j] = np.int64(step[symbol[place[j]]]) - 1, time[place[j]]
            tied |= j > 0 and when[j] == when[j - 1]
        if tied:
            matched = _sort_ties(what, when, matched)
        until = when[0]
        for j in range(matched):
            k, now = what[j], when[j]
            if k == 0:
                # start[k]: the latest step-1 event from which step k + 1 was reached in time.
                start[0] = now
            elif k <= best and now - start[k - 1] <= window:
                start[k] = start[k - 1]
                if k == best:
                    best += 1
                    until = now
                    if best == steps:
                        break
        level[customer] = best
        if best == 1:
            continue
        # An earlier start in time reaches each step no later, so the first one within the window will do.
        wanted = 0
        for j in range(matched):
            if what[j] == wanted and (wanted > 0 or when[j] >= until - window):
                at[wanted] = when[j]
                wanted += 1
                if wanted == best:
                    break
        for k in range(1, best):
            gap[written] = at[k] - at[k - 1]
            written += 1
    return level, entry, gap[:written].copy()


@njit(nogil=True, cache=True)
def _sort_ties(what: Array, when: Array, matched: Int) -> Int:
    """Sort the events of each moment by step, each step once; give how many are left."""
    kept, j = 0, 0
    while j < matched:
        end = j + 1
        while end < matched and when[end] == when[j]:
            end += 1
        now = when[j]
        before = -1
        for step in np.sort(what[j:end]):
            if step != before:
                what[kept], when[kept] = step, now
                kept += 1
                before = step
        j = end
    return kept
