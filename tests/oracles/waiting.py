"""Waits between stages, by walking through each journey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import pairwise

from tests.oracles.journeys import Journey

Waits = dict[tuple[int, int], list[tuple[int, int]]]
"""Per transition the customer and the ms of each wait."""


def waits(journeys: Sequence[Journey], stages: Sequence[Collection[int]]) -> Waits:
    found: Waits = defaultdict(list)
    for customer, journey in enumerate(journeys):
        seen = []
        for code, time in journey:
            mine = [k for k, stage in enumerate(stages) if code in stage]
            if mine:
                seen.append((mine[0], time))
        for (before, left), (now, time) in pairwise(seen):
            if before != now:
                found[before, now].append((customer, time - left))
    return dict(found)
