"""Who goes from A to B, by looking at every pair of events."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from tests.oracles.journeys import Journey


class Seen(NamedTuple):
    did: bool
    converted: bool
    undecided: bool
    rest: bool


def see(journey: Journey, a: Collection[int], b: Collection[int], window: int, rest: str, last: int) -> Seen:
    did = any(code in a for code, _ in journey)
    converted = any(
        one in a and other in b and i != j and 0 <= then - now <= window
        for i, (one, now) in enumerate(journey)
        for j, (other, then) in enumerate(journey)
    )
    starts = [time for code, time in journey if code in a]
    undecided = did and not converted and starts[-1] + window > last
    ends = [
        time for code, time in journey if code in b and (rest == "ever" or time - journey[0][1] <= window)
    ]
    return Seen(did, converted, undecided, not did and bool(ends))
