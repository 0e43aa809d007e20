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
