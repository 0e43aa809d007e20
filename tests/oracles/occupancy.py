"""Who is on which edge at a moment, asked of every customer at every moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from tests.oracles.journeys import Journey


def occupancy(journeys: Sequence[Journey], moments: Sequence[int]) -> Counter[tuple[int, int, int]]:
    """Count customers by place of the moment, source and target."""
    found: Counter[tuple[int, int, int]] = Counter()
    for place, moment in enumerate(moments):
        for journey in journeys:
            for (source, begin), (target, end) in pairwise(journey):
                found[place, source, target] += begin <= moment < end
    return +found
