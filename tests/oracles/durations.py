"""The time from the first start to the next end of each customer, by looking."""

from __future__ import annotations

from collections.abc import Collection

from tests.oracles.journeys import Journey


def duration(journey: Journey, start: Collection[int], end: Collection[int]) -> int | None:
    for i, (code, begin) in enumerate(journey):
        if code in start:
            for later, time in journey[i + 1 :]:
                if later in end:
                    return time - begin
            return None
    return None


def pairs(journey: Journey, start: Collection[int], end: Collection[int]) -> tuple[list[int], int]:
    """Give the times of all pairs, and how many were opened."""
    found, opened, begin = [], 0, None
    for code, time in journey:
        if begin is not None and code in end:
            found.append(time - begin)
            begin = None
        if begin is None and code in start:
            begin = time
            opened += 1
    return found, opened
