"""Funnels by trying every choice of events."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from tests.oracles.journeys import Journey

Steps = Sequence[Collection[int]]
FOREVER = 1 << 60


@dataclass(frozen=True)
class Ask:
    """A funnel: required steps and what else is asked of them.

    ``limits``: per required step, the first's not looked at. ``optional``: (events, place of the required
    step before, limit). ``excluded``: per place of a required step, what may not follow before the next.
    """

    steps: Steps
    window: int = FOREVER
    order: str = "ordered"
    limits: Sequence[int] = ()
    optional: Sequence[tuple[Collection[int], int, int]] = ()
    excluded: Mapping[int, Collection[int]] = field(default_factory=dict)


def level(journey: Journey, ask: Ask) -> int:
    """Give the greatest k for which some choice of events reaches steps 1..k."""
    reached = 0
    for k in range(1, len(ask.steps) + 1):
        if any(_fits(journey, choice, ask) for choice in _choices(journey, ask.steps[:k])):
            reached = k
    return reached


def way(journey: Journey, ask: Ask) -> list[int]:
    """Give the times of the steps on the first start that reaches the furthest."""
    reached = ask.steps[: level(journey, ask)]
    times = [
        [journey[i][1] for i in choice]
        for choice in _choices(journey, reached)
        if _fits(journey, choice, ask)
    ]
    if ask.order != "unordered":
        return min(times)
    end = min(max(at) for at in times)
    late = [event for event in journey if end - ask.window <= event[1]]
    return [
        min(max(late[i][1] for i in choice) for choice in _choices(late, reached[:k]))
        for k in range(1, len(reached) + 1)
    ]


def gaps(journey: Journey, ask: Ask) -> list[int]:
    """Give the times between the steps of that way."""
    return [after - before for before, after in pairwise(way(journey, ask))]


def optional(journey: Journey, ask: Ask) -> dict[int, int]:
    """Give the optional steps reached on that way, and the time of each from the required step before."""
    at = way(journey, ask)
    told = [(ask.steps[k], time) for k, time in enumerate(at)]
    found = {}
    for number, (events, before, limit) in enumerate(ask.optional):
        if before >= len(at):
            continue
        most = min(at[0] + ask.window, at[before] + limit)
        if before + 1 < len(at):
            most = min(most, at[before + 1])
        for time in sorted({time for _, time in journey if at[before] <= time <= most}):
            if not _clean(journey, at[before], time, ask.excluded.get(before, ())):
                continue
            if _own(journey, [*told, (events, time)], time):
                told.append((events, time))
                found[number] = time - at[before]
                break
    return found


def entry(journey: Journey, steps: Steps) -> int | None:
    """Give the place of the first step-1 event."""
    return next((i for i, (code, _) in enumerate(journey) if code in steps[0]), None)


def _own(journey: Journey, told: Sequence[tuple[Collection[int], int]], time: int) -> bool:
    """Say whether all steps told to be of a moment can have events of their own there."""
    wanted = [events for events, moment in told if moment == time]
    there = [event for event in journey if event[1] == time]
    return any(True for _ in _choices(there, wanted))


def _choices(journey: Journey, steps: Steps) -> Iterator[tuple[int, ...]]:
    places = ([i for i, (code, _) in enumerate(journey) if code in step] for step in steps)
    return (choice for choice in product(*places) if len(set(choice)) == len(choice))


def _fits(journey: Journey, choice: tuple[int, ...], ask: Ask) -> bool:
    times = [journey[i][1] for i in choice]
    if max(times) - min(times) > ask.window:
        return False
    if ask.order == "strict":
        return all(b == a + 1 for a, b in pairwise(choice))
    return ask.order == "unordered" or (
        times == sorted(times)
        and all(b - a <= limit for (a, b), limit in zip(pairwise(times), ask.limits[1:], strict=False))
        and all(_clean(journey, a, b, ask.excluded.get(k, ())) for k, (a, b) in enumerate(pairwise(times)))
    )


def _clean(journey: Journey, begin: int, end: int, excluded: Collection[int]) -> bool:
    return not any(code in excluded and begin < time < end for code, time in journey)
