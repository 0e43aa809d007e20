"""Attribution path by path, Shapley by every coalition, Markov by taking each channel out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from math import factorial

import numpy as np

Path = tuple[list[tuple[int, int]], int | None]
"""Touches as (channel, time), and when the conversion came; None: it did not."""


def paths(journey: Sequence[tuple[int, int]], goal: int, lookback: int, every: bool) -> list[Path]:
    """Cut a journey of (channel or goal, time) into its paths."""
    found: list[Path] = []
    touches: list[tuple[int, int]] = []
    for code, time in journey:
        if code != goal:
            touches.append((code, time))
            continue
        found.append(([touch for touch in touches if time - touch[1] <= lookback], time))
        touches = []
        if not every:
            return found
    if touches:
        found.append(([touch for touch in touches if touches[-1][1] - touch[1] <= lookback], None))
    return found


def credit(path: Path, model: str, half_life: float = 10) -> dict[int, float]:
    """Share one conversion out among the channels of its path."""
    touches, end = path
    assert end is not None
    n = len(touches)
    if model == "last":
        weights = [0.0] * (n - 1) + [1]
    elif model == "first":
        weights = [1] + [0.0] * (n - 1)
    elif model == "linear":
        weights = [1.0] * n
    elif model == "position":
        weights = [1.0] if n == 1 else [0.4] + [0.2 / max(n - 2, 1)] * (n - 2) + [0.4]
    else:
        # From the youngest touch, since the weights of very old paths would all be 0.
        weights = [0.5 ** ((touches[-1][1] - time) / half_life) for _, time in touches]
    given: dict[int, float] = defaultdict(float)
    for (channel, _), weight in zip(touches, weights, strict=True):
        given[channel] += weight / sum(weights)
    return given


def shapley(sets: Sequence[frozenset[int]], channels: Sequence[int]) -> dict[int, Fraction]:
    """Weigh what each channel adds to each coalition of the others."""

    def won(coalition: frozenset[int]) -> int:
        return sum(one <= coalition for one in sets)

    given = {}
    for channel in channels:
        others = [one for one in channels if one != channel]
        given[channel] = sum(
            Fraction(factorial(n) * factorial(len(others) - n), factorial(len(channels)))
            * (won(frozenset(some) | {channel}) - won(frozenset(some)))
            for n in range(len(others) + 1)
            for some in combinations(others, n)
        ) + Fraction(0)
    return given


def markov(cut: Sequence[Path], channels: int) -> list[float]:
    """Solve the chain once whole and once without each channel; give the normalised removal effects."""
    moves = np.zeros((channels + 1, channels + 3))
    for touches, end in cut:
        if touches:
            way = [0, *(channel + 1 for channel, _ in touches), channels + (1 if end is not None else 2)]
            for before, after in pairwise(way):
                moves[before, after] += 1
    share = moves / np.maximum(1, moves.sum(axis=1, keepdims=True))

    def converting(without: int | None) -> float:
        among = share[:, : channels + 1].copy()
        if without is not None:
            among[:, without + 1] = 0
        return float(np.linalg.solve(np.eye(channels + 1) - among, share[:, channels + 1])[0])

    whole = converting(None)
    effects = [1 - converting(channel) / whole if whole else 0.0 for channel in range(channels)]
    return [effect / sum(effects) if sum(effects) else 0.0 for effect in effects]
