"""Loops, found event by event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from tests.oracles.journeys import Journey

Found = dict[tuple[str, tuple[int, ...]], tuple[int, int, int]]
"""By kind and codes: how often, by how many customers, and the time in all."""


def loops(journeys: Sequence[Journey]) -> Found:
    returns: dict[tuple[str, tuple[int, ...]], list[tuple[int, int]]] = defaultdict(list)
    for customer, journey in enumerate(journeys):
        for i, (code, time) in enumerate(journey):
            earlier = [j for j in range(i) if journey[j][0] == code]
            if not earlier:
                continue
            j = earlier[-1]
            took = (customer, time - journey[j][1])
            if i - j == 1:
                returns["repeat", (code,)].append(took)
            elif i - j == 2:
                returns["back_and_forth", (code, journey[i - 1][0])].append(took)
            else:
                returns["cycle", (code,)].append(took)
    return {
        loop: (len(found), len({customer for customer, _ in found}), sum(took for _, took in found))
        for loop, found in returns.items()
    }
