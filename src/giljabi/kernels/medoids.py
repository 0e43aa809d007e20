"""Medoids: the few of many items that stand for all, by a table of distances.

Items have weights (how many customers each stands for); some of them are candidates. The *cost* of a choice
is the sum over items of weight × distance to the nearest chosen candidate.

`cover_in_turn` is the iterative c-min of Bernard & Andritsos, reconstructed: in each of ``k`` rounds the
candidate is chosen whose nearest items not yet covered, up to a k-th of the whole weight, lie nearest in sum,
and those items are covered; an item at the border is covered in part. Of equally good candidates the one with
the least number is chosen, so candidates come with the most frequent first.

Each round gives every representative an equal share of customers, which real crowds are not split into; so
`swap_medoids` goes on from there (and from other starts): a chosen candidate is exchanged for another
whenever that lowers the cost, until none does (FasterPAM: the gain of all ``k`` exchanges with a candidate is
found in one pass over the items).

Sources: Bernard & Andritsos, *Contextual and behavioral customer journey discovery using a genetic approach*,
ADBIS 2019, and *A process mining based model for customer journey mapping*, CAiSE Forum 2017; Schubert &
Rousseeuw, *Fast and eager k-medoids clustering*, Information Systems 101 (2021).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int

_LESS = 1e-7
"""Two costs that differ by less than this share of the weight are equal: each distance is rounded to float32,
by up to 3e-8."""


def cover_in_turn(distance: Array, nearness: Array, weight: Array, k: int) -> Array:
    """Choose ``k`` candidates by the iterative c-min.

    Parameters
    ----------
    distance
        float32 (candidates, items), 0..1.
    nearness
        int32 (candidates, items): the items of each candidate from near to far.
    weight
        float64 (items), above 0.
    k
        From 1 to the number of candidates.

    Returns
    -------
    int64 (k): rows of ``distance``, as they were chosen.
    """
    chosen: Array = _cover(distance, nearness, weight, k)
    return chosen


def add_medoid(distance: Array, weight: Array, chosen: Array) -> Array:
    """Add to a choice (possibly empty) the candidate that lowers the cost most; see the module."""
    more: Array = np.append(chosen, _add(distance, weight, chosen))
    return more


def swap_medoids(distance: Array, weight: Array, chosen: Array) -> tuple[Array, float]:
    """Exchange chosen candidates until no exchange lowers the cost.

    Parameters
    ----------
    distance
        float32 (candidates, items), 0..1.
    weight
        float64 (items), above 0.
    chosen
        int64: rows of ``distance`` to begin with, without repetition.

    Returns
    -------
    chosen, cost
        The rows, each in the place of the one it took over from; the cost.
    """
    final = chosen.copy()
    cost = _swap(distance, weight, final)
    return final, float(cost)


@njit(nogil=True, cache=True)
def _cover(distance: Array, nearness: Array, weight: Array, k: int) -> Array:
    candidates, items = distance.shape
    left = weight.copy()
    part = weight.sum() / k
    taken = np.zeros(candidates, np.bool_)
    chosen = np.empty(k, np.int64)
    for turn in range(k):
        best, least = -1, np.inf
        for candidate in range(candidates):
            if taken[candidate]:
                continue
            cost, missing = 0.0, part
            for place in range(items):
                item = nearness[candidate, place]
                if left[item] <= 0.0:
                    continue
                covered = min(missing, left[item])
                cost += covered * distance[candidate, item]
                missing -= covered
                if missing <= 0.0 or cost >= least:
                    break
            if cost < least - _LESS * part:
                best, least = candidate, cost
        if best < 0:
            best = int(np.argmin(taken))
        taken[best] = True
        chosen[turn] = best
        missing = part
        for place in range(items):
            item = nearness[best, place]
            covered = min(missing, left[item])
            left[item] -= covered
            missing -= covered
            if missing <= 0.0:
                break
    return chosen


@njit(nogil=True, cache=True)
def _add(distance: Array, weight: Array, chosen: Array) -> Int:
    candidates, items = distance.shape
    near = np.full(items, 1.0, np.float32)
    for one in chosen:
        near = np.minimum(near, distance[one])
    best, most = 0, -1.0
    for candidate in range(candidates):
        gain = 0.0
        for item in range(items):
            if distance[candidate, item] < near[item]:
                gain += weight[item] * (near[item] - distance[candidate, item])
        if gain > most + _LESS and not (chosen == candidate).any():
            best, most = candidate, gain
    return best


@njit(nogil=True, cache=True)
def _swap(distance: Array, weight: Array, chosen: Array) -> float:
    candidates, items = distance.shape
    k = len(chosen)
    least = _LESS * weight.sum()
    first = np.zeros(items, np.int64)
    near, second = np.empty(items), np.empty(items)
    member = np.zeros(candidates, np.bool_)
    member[chosen] = True
    loss, gain = np.empty(k), np.empty(k)
    _rank(distance, weight, chosen, first, near, second, loss)
    quiet = 0
    while quiet < candidates:
        for candidate in range(candidates):
            if quiet >= candidates:
                break
            quiet += 1
            if member[candidate]:
                continue
            gain[:] = -loss
            common = 0.0
            for item in range(items):
                apart = distance[candidate, item]
                if apart < near[item]:
                    common += weight[item] * (near[item] - apart)
                    gain[first[item]] += weight[item] * (second[item] - near[item])
                elif apart < second[item]:
                    gain[first[item]] += weight[item] * (second[item] - apart)
            out = int(np.argmax(gain))
            if common + gain[out] > least:
                member[chosen[out]] = False
                member[candidate] = True
                chosen[out] = candidate
                _rank(distance, weight, chosen, first, near, second, loss)
                quiet = 0
    cost: float = (weight * near).sum()
    return cost


@njit(nogil=True, cache=True)
def _rank(
    distance: Array, weight: Array, chosen: Array, first: Array, near: Array, second: Array, loss: Array
) -> None:
    """Find the nearest and second nearest chosen of every item, and what leaving each out would cost."""
    loss[:] = 0.0
    for item in range(len(weight)):
        nearest, next_, which = 2.0, 2.0, 0
        for place in range(len(chosen)):
            apart = distance[chosen[place], item]
            if apart < nearest:
                next_ = nearest
                nearest, which = apart, place
            elif apart < next_:
                next_ = apart
        # Without a second one the item would be as far as can be.
        next_ = min(next_, 1.0)
        first[item], near[item], second[item] = which, nearest, next_
        loss[which] += weight[item] * (next_ - nearest)
