"""Funnels by trying every choice of events."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise, product

from tests.oracles.journeys import Journey

Steps = Sequence[Collection[int]]


def level(journey: Journey, steps: Steps, window: int, order: str) -> int:
    """Give the greatest k for which some choice of events reaches steps 1..k."""
    reached = 0
    for k in range(1, len(steps) + 1):
        if any(_fits(journey, choice, window, order) for choice in _choices(journey, steps[:k])):
            reached = k
    return reached


def gaps(journey: Journey, steps: Steps, window: int, order: str) -> list[int]:
    """Give the times between the steps of the first start that reaches the furthest."""
    reached = steps[: level(journey, steps, window, order)]
    fitting = [c for c in _choices(journey, reached) if _fits(journey, c, window, order)]
    times = [[journey[i][1] for i in choice] for choice in fitting]
    if order == "unordered":
        # The earliest beginning, then each step at its earliest; a step is done when all before it are too.
        chosen = min(times, key=lambda at: (min(at), at))
        begin = min(chosen)
        chosen = [min(at[k] for at in times if min(at) == begin) for k in range(len(reached))]
        chosen = [max(chosen[: k + 1]) for k in range(len(chosen))]
    else:
        chosen = min(times)
    return [after - before for before, after in pairwise(chosen)]


def entry(journey: Journey, steps: Steps) -> int | None:
    """Give the place of the first step-1 event."""
    return next((i for i, (code, _) in enumerate(journey) if code in steps[0]), None)


def _choices(journey: Journey, steps: Steps) -> Iterator[tuple[int, ...]]:
    return product(*([i for i, (code, _) in enumerate(journey) if code in step] for step in steps))


def _fits(journey: Journey, choice: tuple[int, ...], window: int, order: str) -> bool:
    times = [journey[i][1] for i in choice]
    if max(times) - min(times) > window:
        return False
    if order == "ordered":
        return times == sorted(times)
    return order == "unordered" or all(b == a + 1 for a, b in pairwise(choice))
