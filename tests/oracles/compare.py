"""Two sides compared, customer by customer, in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise, product

from tests.oracles.journeys import Journey

Side = Callable[[int, Journey], Journey]
"""What a side keeps of the journey of the customer at a place; nothing where they are not on it."""


def overlap(yes: Sequence[tuple[bool | None, bool | None]]) -> tuple[int, ...]:
    """Count the fields of an overlap from each customer's answers; None where they are not on that side."""
    both = [(a, b) for a, b in yes if a is not None and b is not None]
    return (
        sum(a is not None for a, _ in yes),
        sum(bool(a) for a, _ in yes),
        sum(b is not None for _, b in yes),
        sum(bool(b) for _, b in yes),
        len(both),
        sum(bool(a) for a, _ in both),
        sum(bool(b) for _, b in both),
        sum(bool(a and b) for a, b in both),
    )


def answers(
    drawn: Sequence[Journey], sides: tuple[Side, Side], judge: Callable[[Journey], bool | None]
) -> list[tuple[bool | None, bool | None]]:
    """Judge both parts of each journey; who has no event on a side is not on it."""
    found = []
    for place, journey in enumerate(drawn):
        parts = [side(place, journey) for side in sides]
        a, b = (judge(part) if part else None for part in parts)
        found.append((a, b))
    return found


def level(journey: Journey, steps: Sequence[Collection[int]], window: int) -> int:
    """Give how many of the steps are reached in order within the window, by trying every choice of events."""
    reached = 0
    for k in range(1, len(steps) + 1):
        times = product(*([time for code, time in journey if code in step] for step in steps[:k]))
        if any(one[-1] - one[0] <= window and all(b >= a for a, b in pairwise(one)) for one in times):
            reached = k
    return reached
