"""A journey map's way as a small automaton, the form in which journeys are aligned to it.

State ``i`` is the stage visited last, counted from 1; state 0 is "none yet". An event of stage ``j`` leads
from ``i`` to ``j``:

- forward (``j > i``): passes the stages strictly between; each *required* one among them is *missing*;
- staying (``j == i``): where the stage repeats;
- back (``j < i``): where stage ``i`` returns to ``j``. After a return the way forward is passed anew.

A required stage may also be passed without an event to make another move possible (the return of a stage
that was itself skipped): it is missing then, as a model move on a Petri net is. Optional stages are only
passed on the way forward, where they cost nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

MAX_STAGES = 63
"""Most stages a map can have: one bit each of a 64-bit word, and one for none."""

IMPOSSIBLE = 255
"""Stands in `Automaton.steps` where no move leads."""

NO_LIMIT = np.iinfo(np.int64).max


class Automaton(NamedTuple):
    """The moves of a map; build with `automaton`.

    ``steps[j, i]`` (uint8) is the least number of missing stages on the way from state ``i`` to an event of
    stage ``j``, `IMPOSSIBLE` where there is none; ``missing[j, i, k]`` (uint8) how often stage ``k`` is
    missing on it. ``ends[i]`` (int64) is the number of required stages still missing when a journey ends in
    state ``i``. ``required``, ``repeats`` (bool), ``within`` (int64, ms) are per stage, ``backward[i, j]``
    (bool) marks forbidden steps back. Index 0 of each is the state "none yet".
    """

    steps: Array
    missing: Array
    ends: Array
    required: Array
    repeats: Array
    within: Array
    backward: Array

    @property
    def stages(self) -> int:
        """How many stages the map has."""
        return len(self.ends) - 1


def automaton(
    required: Sequence[bool],
    repeats: Sequence[bool],
    returns_to: Sequence[Sequence[int]],
    within: Sequence[int | None],
    *,
    to_the_last: bool,
) -> Automaton:
    """Build the automaton of a map.

    Parameters
    ----------
    required, repeats, within
        One per stage in order; ``within`` in milliseconds, None for no limit.
    returns_to
        Per stage the earlier stages (counted from 1) that one may go back to from it.
    to_the_last
        Whether stopping before the last required stage leaves the rest missing.

    Returns
    -------
    Automaton
    """
    count = len(required)
    if count > MAX_STAGES:
        raise ValueError(f"a map of {count} stages cannot be aligned; at most {MAX_STAGES} are possible")
    size = count + 1
    need = np.array([False, *required])
    again = np.array([False, *repeats])
    passed = np.concatenate([[0], np.cumsum(need)])
    steps = np.full((size, size), IMPOSSIBLE, np.int64)
    missing = np.zeros((size, size, size), np.int64)
    backward = np.tri(size, k=-1, dtype=bool)
    backward[:, 0] = False
    for i in range(size):
        for j in range(i + 1, size):
            steps[j, i] = passed[j] - passed[i + 1]
            missing[j, i, i + 1 : j] = need[i + 1 : j]
        if again[i]:
            steps[i, i] = 0
    for i, targets in enumerate(returns_to, start=1):
        for j in targets:
            if 0 < j < i:
                steps[j, i] = 0
                backward[i, j] = False
    _pass_required(steps, missing, need)
    return Automaton(
        steps=steps.astype(np.uint8),
        missing=missing.astype(np.uint8),
        ends=(passed[-1] - passed[1:] if to_the_last else np.zeros(size)).astype(np.int64),
        required=need,
        repeats=again,
        within=np.array([NO_LIMIT, *(NO_LIMIT if one is None else one for one in within)], np.int64),
        backward=backward,
    )


def _pass_required(steps: Array, missing: Array, required: Array) -> None:
    """Close the moves over required stages passed without an event, shortest way first found."""
    before = -1
    while before != (before := int(steps.sum())):
        for k in np.flatnonzero(required):
            for j in range(1, len(steps)):
                way = steps[k] + 1 + steps[j, k]
                better = way < steps[j]
                steps[j, better] = way[better]
                missing[j, better] = missing[k, better] + missing[j, k]
                missing[j, better, k] += 1
