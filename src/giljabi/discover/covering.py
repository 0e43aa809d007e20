"""The search for journeys that stand for all: which few are nearest to everybody.

Sought is the choice of ``k`` journeys with the least mean distance of customers to their nearest one (the
``k``-medoid problem). Two starts are improved by exchanges until none helps, and the better result counts:

1. the iterative c-min of Bernard & Andritsos (`giljabi.kernels.cover_in_turn`), which covers an equal share
   of customers in each round;
2. the best choice of ``k − 1``, improved in the same way, with the journey added that lowers the mean most.

On the forty small published logs this finds the best of all choices each time. Candidates are the 512
heaviest of the compared journeys, all where there are no more. After a search among a sample, the journeys
nearest to each chosen one become candidates, and exchanges go on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from giljabi.discover.distinct import Journeys
from giljabi.kernels import add_medoid, cover_in_turn, edit_distances, swap_medoids
from giljabi.store import Array

_CANDIDATES = 512
_STEPS = 2_000_000_000
"""Steps of the distance kernel a table may cost; of very long journeys fewer are compared."""
_EQUAL = 1e-9


class Choice(NamedTuple):
    """Chosen journeys, the mean distance to them, the share of customers near to one, how many compared."""

    journeys: Array
    distance: float
    near: float
    compared: int


def best_choices(
    journeys: Journeys, numbers: Sequence[int], names: int, cap: int, near: float
) -> Iterator[Choice]:
    """Search for the best choices of several sizes.

    Parameters
    ----------
    journeys
        What customers did; at least one.
    numbers
        Sizes, rising, from 1 to the number of journeys.
    names, cap
        As `giljabi.kernels.edit_distances` takes them.
    near
        Below this distance a customer counts as near.
    """
    journeys = _affordable(journeys, cap)
    weight = journeys.weight
    candidates = np.arange(min(_CANDIDATES, len(weight)))
    distance = _table(journeys, candidates, names, cap)
    nearness = _nearness(distance)
    grown = np.zeros(0, np.int64)
    for wanted in numbers:
        number = min(wanted, len(candidates))
        while len(grown) < number:
            grown, cost = swap_medoids(distance, weight, add_medoid(distance, weight, grown))
        covered, other = swap_medoids(distance, weight, cover_in_turn(distance, nearness, weight, number))
        if other < cost - _EQUAL * weight.sum():
            grown, cost = covered, other
        close = weight[distance[grown].min(axis=0) < near].sum()
        yield Choice(candidates[grown], cost / weight.sum(), close / weight.sum(), len(weight))


def refine_choice(journeys: Journeys, chosen: Array, names: int, cap: int) -> Array:
    """Exchange chosen journeys for ones near to them, where that lowers the mean distance."""
    journeys = _affordable(journeys, cap)
    distance = _table(journeys, chosen, names, cap)
    each = max(1, _CANDIDATES // len(chosen) - 1)
    near = np.argsort(distance, axis=1, kind="stable")[:, :each]
    candidates = np.unique(np.concatenate([chosen, near.ravel()]))
    distance = _table(journeys, candidates, names, cap)
    better, _ = swap_medoids(distance, journeys.weight, np.searchsorted(candidates, chosen))
    found: Array = candidates[better]
    return found


def _affordable(journeys: Journeys, cap: int) -> Journeys:
    """Keep as many of the heaviest journeys as a table of distances may cost."""
    length = np.minimum(np.diff(journeys.offsets), cap)
    candidates = min(_CANDIDATES, len(length))
    words = float(np.ceil(length[:candidates] / 64).sum())
    many = int(np.searchsorted(np.cumsum(length * words), _STEPS, side="right"))
    return journeys if many >= len(length) else journeys.first(max(many, candidates))


def _table(journeys: Journeys, candidates: Array, names: int, cap: int) -> Array:
    """Compare candidates with all journeys, in as many threads as there are cores."""
    threads = len(os.sched_getaffinity(0))
    parts = [part for part in np.array_split(candidates, 4 * threads) if len(part)]

    def compare(part: Array) -> Array:
        return edit_distances(journeys.offsets, journeys.event, part, names, cap)

    if len(candidates) * len(journeys.weight) < 100_000:
        return compare(candidates)
    with ThreadPoolExecutor(threads, thread_name_prefix="giljabi") as pool:
        return np.concatenate(list(pool.map(compare, parts)))


def _nearness(distance: Array) -> Array:
    order = np.empty(distance.shape, np.int32)
    for row, values in enumerate(distance):
        order[row] = np.argsort(values, kind="stable")
    return order
