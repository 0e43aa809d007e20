"""Visits of stages, gaps behind them and the worth of a cut, event by event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, pairwise

from tests.oracles.journeys import Journey


def visits(journey: Journey, stage_of: Mapping[int, int]) -> list[tuple[int, int, int]]:
    """List stage, first and last time of each visit; codes without a stage are left out."""
    kept = [(stage_of[code], time) for code, time in journey if code in stage_of]
    runs = [(stage, [time for _, time in run]) for stage, run in groupby(kept, key=lambda one: one[0])]
    return [(stage, times[0], times[-1]) for stage, times in runs]


def times_within(journeys: Sequence[Journey], stage_of: Mapping[int, int], stage: int) -> list[int]:
    return sorted(
        last - first
        for journey in journeys
        for here, first, last in visits(journey, stage_of)
        if here == stage
    )


def gaps(journeys: Sequence[Journey], stage_of: Mapping[int, int], stage: int) -> list[int]:
    return sorted(
        first - last
        for journey in journeys
        for (here, _, last), (then, first, _) in pairwise(visits(journey, stage_of))
        if here == stage < then
    )


def in_order(journeys: Sequence[Journey], stage_of: Mapping[int, int]) -> float:
    """Give the share of customers and pairs of events of two stages with the earlier stage's first."""
    forward = back = 0
    for journey in journeys:
        first = list(dict.fromkeys(code for code, _ in journey if code in stage_of))
        for i, a in enumerate(first):
            for b in first[i + 1 :]:
                forward += stage_of[a] < stage_of[b]
                back += stage_of[a] > stage_of[b]
    return forward / (forward + back) if forward + back else 1.0


def agreement(
    worth: Callable[[int, int], float], events: Sequence[int], same: Callable[[int, int], bool]
) -> float:
    """Give the share of what is said about pairs that a cut agrees with."""
    pairs = [(a, b) for a in events for b in events if a != b]
    said = sum(abs(worth(a, b)) for a, b in pairs)
    agreed = sum(abs(worth(a, b)) for a, b in pairs if (worth(a, b) > 0) == same(a, b))
    return agreed / said if said else 1.0
