"""Drift: when the process changed, window by window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import numpy as np

from giljabi.discover.periods import cut_windows, moments, span
from giljabi.kernels import (
    GROUPS,
    benjamini_hochberg,
    count_edges,
    count_windows,
    drift_by_chance,
    drift_contributions,
    drift_distances,
    index_edges,
    merge_edges,
)
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Log, ask, pictures

_EDGES = 511
_DRAWS, _FIRST_DRAWS, _PLAIN = 1999, 199, 20
_FEW = 100
_NAMED, _SPARE = 3, 0.1


@dataclass(frozen=True, slots=True)
class Shift:
    """A transition that made a window differ: its share of the transitions in the window before and now."""

    source: str
    target: str
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class DriftWindow:
    """One window and how far its process lies from that of the window before.

    ``start`` (inclusive) and ``end`` (exclusive) are UTC; ``count`` is the number of transitions.
    ``distance`` is the Jensen–Shannon distance, 0..1; ``threshold`` what chance alone stays below in a share
    1 − q of cases; both are None for the first window and where either of the two has fewer than 100
    transitions or is cut short by the begin or end of the log. ``changed`` says whether the distance stands
    among all windows. ``shifts`` are the transitions that contribute most to it.
    """

    start: datetime
    end: datetime
    count: int
    distance: float | None
    threshold: float | None
    q_value: float | None
    changed: bool
    shifts: tuple[Shift, ...]


@dataclass(frozen=True)
class DriftAnswer(Answer):
    """The windows of a log in order of time, one row each."""

    columns: ClassVar[tuple[str, ...]] = (
        *("start", "end", "count", "distance", "threshold", "q_value", "changed", "shifts"),
    )

    windows: tuple[DriftWindow, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per window; ``shifts`` are texts."""
        return [
            {name: getattr(one, name) for name in self.columns}
            | {"shifts": [f"{shift.source} → {shift.target}" for shift in one.shifts]}
            for one in self.windows
        ]

    def drawing(self) -> str:
        """Draw the distances over time, with what chance explains."""
        most = max((max(one.distance or 0, one.threshold or 0) for one in self.windows), default=0)
        return pictures.lines(
            "Distance of each window to the one before",
            [f"{one.start:%Y-%m-%d}" for one in self.windows],
            {
                "distance": [one.distance for one in self.windows],
                "by chance": [one.threshold for one in self.windows],
            },
            f"{most:.2f}",
        )


def drift(
    log: Log,
    *,
    every: str | timedelta = "week",
    time_zone: str = "UTC",
    q: float = 0.05,
    progress: Callable[[str, float], None] | None = None,
) -> DriftAnswer:
    """Tell how far each window's process lies from that of the window before.

    Parameters
    ----------
    log
        The event log.
    every
        ``"hour"``, ``"day"``, ``"week"`` (from Monday), ``"month"``, or a length such as ``"3d"`` counted
        from the first event.
    time_zone
        The time zone in which days begin.
    q
        At most this share of the changes reported is expected to be chance (0 to 1), by Benjamini and
        Hochberg over all windows; also the share of cases in which chance passes ``threshold``.
    progress
        Told ``("drift", share done)`` as buckets are done.

    Raises
    ------
    BadParameter
        If a parameter is out of range, or there would be more than 1,000 windows.

    Notes
    -----
    Definition and the test against chance: `giljabi.kernels.drift`. The 511 most frequent transitions are
    told apart, the others count as one. A window counts as cut short where more than a tenth of it lies
    before the first or after the last event.
    """
    if not 0 < q < 1:
        raise BadParameter(f"q is a share between 0 and 1, not {q}")
    borders, edges = cut_windows(log, every, time_zone), span(log)
    if not borders or edges is None:
        return DriftAnswer(())
    names = len(log.names)
    graph = merge_edges(ask(log, lambda b: count_edges(b.offsets, b.time, b.event, names)), names)
    keys = np.sort(graph.key[np.lexsort((graph.key, -graph.transitions))[:_EDGES]])
    index = index_edges(keys, names)
    cuts = np.array(borders, np.int64)
    total = np.zeros((len(borders) - 1, len(keys) + 1, GROUPS), np.int64)
    parts = ask(log, lambda b: count_windows(b.offsets, b.time, b.event, names, cuts, index, len(keys)))
    for done, part in enumerate(parts, 1):
        total += part
        if progress is not None:
            progress("drift", done / len(log.buckets))
    return DriftAnswer(_windows(log, borders, keys, total, _whole(borders, *edges), q))


def _windows(
    log: Log, borders: list[int], keys: Array, total: Array, enough: Array, q: float
) -> tuple[DriftWindow, ...]:
    counts = total.sum(axis=2)
    sizes = counts.sum(axis=1)
    enough = enough & (sizes >= _FEW)
    compared = [w for w in range(1, len(sizes)) if enough[w - 1] and enough[w]]
    distance, threshold, p = (np.full(len(sizes), np.nan) for _ in range(3))
    for w in compared:
        distance[w] = drift_distances(counts[w - 1], counts[w])
        chance, passed = _chance(total[w - 1], total[w], float(distance[w]), w)
        threshold[w] = np.quantile(chance, 1 - q)
        p[w] = (1 + passed) / (len(chance) + 1)
    q_values = np.full(len(sizes), np.nan)
    q_values[compared] = benjamini_hochberg(p[compared])
    at = moments(borders)
    return tuple(
        DriftWindow(
            start=at[w],
            end=at[w + 1],
            count=int(sizes[w]),
            distance=_known(distance[w]),
            threshold=_known(threshold[w]),
            q_value=_known(q_values[w]),
            changed=bool(q_values[w] <= q),
            shifts=_shifts(log, keys, counts[w - 1], counts[w]) if w in compared else (),
        )
        for w in range(len(sizes))
    )


def _chance(before: Array, after: Array, distance: float, seed: int) -> tuple[Array, int]:
    """Draw what chance does, and count the draws that reach the distance; fewer draws where it is plain."""
    seen = np.flatnonzero(before.any(axis=1) | after.any(axis=1))
    for draws in (_FIRST_DRAWS, _DRAWS):
        drawn = drift_by_chance(before[seen], after[seen], draws, seed)
        # Rounding must not make a draw that is the very same sums a little smaller.
        passed = int(np.count_nonzero(drawn >= distance - 1e-12))
        if passed >= _PLAIN:
            break
    return drawn, passed


def _whole(borders: list[int], first: int, last: int) -> Array:
    """Say which windows the log fills, but for a tenth."""
    start, end = np.array(borders[:-1]), np.array(borders[1:])
    missing = np.maximum(first - start, 0) + np.maximum(end - 1 - last, 0)
    whole: Array = missing <= _SPARE * (end - start)
    return whole


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _shifts(log: Log, keys: Array, before: Array, now: Array) -> tuple[Shift, ...]:
    added = drift_contributions(before, now)[:-1]
    chosen = [row for row in np.argsort(-added, kind="stable")[:_NAMED].tolist() if added[row] > 0]
    found = []
    for row in chosen:
        source, target = divmod(int(keys[row]), len(log.names))
        shares = float(before[row] / before.sum()), float(now[row] / now.sum())
        found.append(Shift(log.names[source], log.names[target], *shares))
    return tuple(found)
