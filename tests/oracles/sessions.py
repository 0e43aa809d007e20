"""Sessions by walking through lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log2

from tests.oracles.journeys import Journey

Pair = tuple[int, int]


def pair_means(journeys: Sequence[Journey]) -> dict[Pair, float]:
    """Give the mean gap of each pair of events that follow one another."""
    gaps: dict[Pair, list[int]] = {}
    for journey in journeys:
        for (a, before), (b, after) in pairwise(journey):
            gaps.setdefault((a, b), []).append(after - before)
    return {pair: sum(some) / len(some) for pair, some in gaps.items()}


def scores(journey: Journey, means: Mapping[Pair, float] | None) -> list[float]:
    """Give the score of each boundary of a journey: the gap, or the mean gap of the pair."""
    return [
        float(after - before) if means is None else means[a, b]
        for (a, before), (b, after) in pairwise(journey)
    ]


def cut(journey: Journey, threshold: float, means: Mapping[Pair, float] | None = None) -> list[Journey]:
    """Cut a journey where a score is above the threshold."""
    found: list[Journey] = []
    for i, step in enumerate(journey):
        if i == 0 or scores(journey, means)[i - 1] > threshold:
            found.append([])
        found[-1].append(step)
    return found


def otsu(values: Sequence[float]) -> float:
    """Try every value as the last of the lower class; the sum of squares within both must be least."""

    def spread(levels: list[float]) -> float:
        mean = sum(levels) / len(levels)
        return sum((level - mean) ** 2 for level in levels)

    best, least = max(values), float("inf")
    for value in sorted(set(values))[:-1]:
        low = [log2(1 + one) for one in values if one <= value]
        high = [log2(1 + one) for one in values if one > value]
        if spread(low) + spread(high) < least - 1e-9:
            best, least = value, spread(low) + spread(high)
    return best
