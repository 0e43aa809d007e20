"""Representatives by the book: the table of edit distances, every choice of k, and a transport problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

Way = tuple[Hashable, ...]


def edits(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above = row
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (x != y)))
    return row[-1]


def distance(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    return edits(a, b) / max(1, len(a), len(b))


def least_cost(ways: Sequence[Sequence[Hashable]], k: int) -> float:
    """Give the least summed distance to the nearest of k journeys, trying all choices."""
    different = sorted({tuple(way) for way in ways}, key=repr)
    return min(
        sum(min(distance(way, one) for one in chosen) for way in ways)
        for chosen in combinations(different, min(k, len(different)))
    )


def c_min(ways: Sequence[Sequence[Hashable]], k: int) -> list[Way]:
    """Choose k journeys, each covering its nearest n/k not yet covered; n must be divisible by k."""
    count = Counter(tuple(way) for way in ways)
    order = sorted(count, key=lambda way: (-count[way], way))
    left = [way for way in order for _ in range(count[way])]
    chosen: list[Way] = []

    def nearest(one: Way) -> list[Way]:
        return sorted(left, key=lambda way: (distance(one, way), order.index(way)))[: len(ways) // k]

    for _ in range(k):
        best = min(
            (one for one in order if one not in chosen),
            key=lambda one: round(sum(distance(one, way) for way in nearest(one)), 6),
        )
        for way in nearest(best):
            left.remove(way)
        chosen.append(best)
    return chosen


def earth_movers(ways: Sequence[Sequence[Hashable]], chosen: Sequence[Way], mass: Sequence[float]) -> float:
    """Solve the transport of equal parts of one to the masses of the chosen."""
    cost = np.array([[distance(way, one) for one in chosen] for way in ways])
    rows, columns = cost.shape
    leave = np.kron(np.eye(rows), np.ones(columns))
    arrive = np.kron(np.ones(rows), np.eye(columns))
    solved = linprog(
        cost.ravel(),
        A_eq=np.vstack([leave, arrive]),
        b_eq=np.concatenate([np.full(rows, 1 / rows), mass]),
    )
    assert solved.fun is not None
    return float(solved.fun)
