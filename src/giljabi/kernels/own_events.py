"""Give each step an event of its own: which of the steps can all be had by distinct events.

An event counts by its *kind*, the set of what it matches; events of one kind are alike, so that it is enough
to know how many of each kind there are. Steps are taken one after another; one more step fits where an
augmenting path frees an event for it. The steps taken are then always a greatest set in the order given.

Source: Kuhn, *The Hungarian method for the assignment problem*, Naval Research Logistics 2 (1955); the
shortest augmenting path is found breadth first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, read_only

NOTHING = np.uint16(0)
"""The kind of events that match nothing."""


class Kinds(NamedTuple):
    """What the events of each kind match, and back.

    ``kind`` (uint16, one per symbol): the kind of a symbol. Kind ``k`` matches ``match[first[k]:first[k +
    1]]`` (rising); what is numbered ``m`` is matched by ``back[begin[m]:begin[m + 1]]``. All others int64.
    """

    kind: Array
    first: Array
    match: Array
    begin: Array
    back: Array


class Pairing(NamedTuple):
    """Which steps have an event of which kind; all arrays are scratch of `new_pairing`.

    ``have``, ``used`` (per kind): events there are, and those taken. ``of`` (per step): the kind of its
    event, −1 without one. ``held[:taken[0]]``: the steps with an event.
    """

    have: Array
    used: Array
    of: Array
    held: Array
    taken: Array
    queue: Array
    came: Array
    seen: Array
    stamp: Array


def read_kinds(marks: Array) -> Kinds:
    """Sort symbols into kinds.

    Parameters
    ----------
    marks
        bool, symbols × what they may match.
    """
    packed = np.packbits(marks, axis=1)
    rows = np.ascontiguousarray(packed).view([("", packed.dtype)] * packed.shape[1]).ravel()
    empty = np.zeros(1, rows.dtype)
    different, where = np.unique(np.concatenate([empty, rows]), return_inverse=True)
    # All zeros sort first: kind 0 matches nothing, whether or not such a symbol is there.
    sets = np.unpackbits(different.view(np.uint8).reshape(len(different), -1), axis=1)[:, : marks.shape[1]]
    of_kind, match = np.nonzero(sets)
    of_match, back = np.nonzero(sets.T)
    return Kinds(
        read_only(where.ravel()[1:], np.uint16),
        read_only(np.searchsorted(of_kind, np.arange(len(different) + 1)), np.int64),
        read_only(match, np.int64),
        read_only(np.searchsorted(of_match, np.arange(marks.shape[1] + 1)), np.int64),
        read_only(back, np.int64),
    )


@njit(nogil=True, cache=True)
def new_pairing(kinds: Int, steps: Int) -> Pairing:
    """Give room for a pairing of so many steps with events of so many kinds; it has neither yet."""
    return Pairing(
        np.zeros(kinds, np.int64),
        np.zeros(kinds, np.int64),
        np.full(steps, -1, np.int64),
        np.zeros(steps, np.int64),
        np.zeros(1, np.int64),
        np.zeros(steps + 1, np.int64),
        np.zeros(kinds, np.int64),
        np.zeros(kinds, np.int64),
        np.zeros(1, np.int64),
    )


@njit(nogil=True, cache=True)
def take(step: Int, kinds: Kinds, own: Pairing) -> bool:
    """Give a step without an event one of its own, moving other steps to other events where that helps."""
    own.stamp[0] += 1
    own.queue[0] = step
    at, end = 0, 1
    while at < end:
        asking = own.queue[at]
        at += 1
        for place in range(kinds.begin[asking], kinds.begin[asking + 1]):
            kind = kinds.back[place]
            if own.have[kind] == 0 or own.seen[kind] == own.stamp[0]:
                continue
            own.seen[kind] = own.stamp[0]
            own.came[kind] = asking
            if own.used[kind] < own.have[kind]:
                own.used[kind] += 1
                while True:
                    mover = own.came[kind]
                    before = own.of[mover]
                    own.of[mover] = kind
                    if mover == step:
                        break
                    kind = before
                own.held[own.taken[0]] = step
                own.taken[0] += 1
                return True
            for k in range(own.taken[0]):
                if own.of[own.held[k]] == kind:
                    own.queue[end] = own.held[k]
                    end += 1
    return False


@njit(nogil=True, cache=True)
def free(own: Pairing) -> None:
    """Take all steps their events; the events stay."""
    for k in range(own.taken[0]):
        step = own.held[k]
        own.used[own.of[step]] -= 1
        own.of[step] = -1
    own.taken[0] = 0


@njit(nogil=True, cache=True)
def give_back(kind: Int, own: Pairing) -> Int:
    """Take an event of a kind away; give the step that lost its event by that, −1 where none did."""
    own.have[kind] -= 1
    if own.used[kind] <= own.have[kind]:
        return -1
    for k in range(own.taken[0]):
        step = own.held[k]
        if own.of[step] == kind:
            own.of[step] = -1
            own.used[kind] -= 1
            own.taken[0] -= 1
            own.held[k] = own.held[own.taken[0]]
            return step
    return -1
