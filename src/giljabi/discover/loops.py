"""Loops and rework of a log, named: what customers come back to, how often, and what it takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Literal

import numpy as np

from giljabi.discover.asking import Progress, ask_telling
from giljabi.kernels import GraphCounts, LoopCounts, count_loops, index_edges, merge_loops
from giljabi.store import Answer, Array, Log

LoopKind = Literal["repeat", "back_and_forth", "cycle"]


@dataclass(frozen=True, slots=True)
class Loop:
    """One loop, named by its events.

    ``kind`` is ``"repeat"`` (``events`` is the one that comes again at once), ``"back_and_forth"`` (from the
    first to the second and back) or ``"cycle"`` (back to the event after at least two others). ``count`` is
    how often, ``time`` what all of that took, ``mean`` what one took.
    """

    kind: LoopKind
    events: tuple[str, ...]
    count: int
    customers: int
    time: timedelta
    mean: timedelta


@dataclass(frozen=True, slots=True)
class Knot:
    """Events that can all be reached from each other (a strongly connected component of several events).

    ``count`` is how many transitions run inside, ``share`` which part of all transitions.
    """

    events: tuple[str, ...]
    count: int
    share: float


@dataclass(frozen=True)
class LoopsAnswer(Answer):
    """The loops of a log, the most frequent first; one row per loop."""

    columns: ClassVar[tuple[str, ...]] = ("kind", "events", "count", "customers", "time", "mean")
    picture: ClassVar[str] = "count"

    loops: tuple[Loop, ...]
    knots: tuple[Knot, ...] = ()

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per loop; ``events`` is a list of names."""
        return [
            {name: getattr(one, name) for name in self.columns} | {"events": list(one.events)}
            for one in self.loops
        ]


def find_loops(
    log: Log, counts: GraphCounts, progress: Progress | None, whole: tuple[float, float]
) -> LoopsAnswer:
    """Find all loops of a log whose graph is counted; definitions: `giljabi.kernels.loops`."""
    names, keys = len(log.names), counts.key
    index, edges = index_edges(keys, names), len(keys)
    found = merge_loops(
        ask_telling(
            log,
            lambda bucket: count_loops(bucket.offsets, bucket.time, bucket.event, names, index, edges),
            progress,
            "loops",
            whole,
        ),
        names,
        edges,
    )
    loops = _named(log.names, keys, found)
    loops.sort(key=lambda one: (-one.count, one.kind, one.events))
    return LoopsAnswer(tuple(loops), _knots(log.names, keys, counts.transitions))


def _named(names: Sequence[str], keys: Array, found: LoopCounts) -> list[Loop]:
    pairs = [
        (names[source], names[target])
        for source, target in (divmod(key, len(names)) for key in keys.tolist())
    ]
    return [
        *(_loop("repeat", (names[code],), found.repeats[code]) for code in _met(found.repeats)),
        *(_loop("back_and_forth", pairs[row], found.pairs[row]) for row in _met(found.pairs)),
        *(_loop("cycle", (names[code],), found.cycles[code]) for code in _met(found.cycles)),
    ]


def _met(table: Array) -> list[int]:
    rows: list[int] = np.flatnonzero(table[:, 0]).tolist()
    return rows


def _loop(kind: LoopKind, events: tuple[str, ...], row: Array) -> Loop:
    count, customers, took = (int(value) for value in row)
    return Loop(
        kind,
        events,
        count,
        customers,
        timedelta(milliseconds=took),
        timedelta(milliseconds=took / count),
    )


def _knots(names: Sequence[str], keys: Array, transitions: Array) -> tuple[Knot, ...]:
    """Find the strongly connected components (Tarjan, SIAM Journal on Computing 1, 1972; by SciPy)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(keys):
        return ()
    source, target = np.divmod(keys, len(names))
    arcs = coo_array((np.ones(len(keys), np.int8), (source, target)), shape=(len(names), len(names)))
    many, label = connected_components(arcs.tocsr(), directed=True, connection="strong")
    inside = label[source] == label[target]
    within = np.bincount(label[source[inside]], weights=transitions[inside], minlength=many)
    total = int(transitions.sum())
    knots = [
        Knot(
            tuple(sorted(names[code] for code in np.flatnonzero(label == component).tolist())),
            int(within[component]),
            int(within[component]) / total,
        )
        for component in np.flatnonzero(np.bincount(label, minlength=many) > 1)
    ]
    return tuple(sorted(knots, key=lambda one: (-one.count, one.events)))
