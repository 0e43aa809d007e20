"""Histograms that people can read: times on a ladder of round durations, scores one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from giljabi.mapping.verdicts import Side
from giljabi.model import SCORE_RANGE, Unit
from giljabi.store import Array

_S, _M, _H, _D = 1000, 60_000, 3_600_000, 86_400_000
_LADDER = np.array(
    [0, 100, 200, 500]
    + [n * _S for n in (1, 2, 5, 10, 20, 30)]
    + [n * _M for n in (1, 2, 3, 5, 10, 15, 20, 30, 45)]
    + [n * _H for n in (1, 2, 3, 4, 6, 8, 12, 18)]
    + [
        n * _D
        for n in (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 730, 1460, 3650, 36500)
    ]
)


@dataclass(frozen=True)
class Bin:
    """Values from ``start``, included, to ``end``, not included."""

    start: float
    end: float
    count: int


@dataclass(frozen=True)
class Distribution:
    """How values lie: bins of one width in rising order without a hole, and deciles.

    ``over`` counts the values from the last bin's end on.
    ``bound`` is what the claim says, if it speaks of these values, and ``tail_share`` the share of values on
    its wrong side.
    """

    unit: Unit
    bins: tuple[Bin, ...]
    over: int
    bound: float | None
    tail_share: float | None
    p10: float
    p50: float
    p90: float


def round_up(time: float) -> int:
    """Give the next round duration, in ms."""
    return int(_LADDER[min(int(np.searchsorted(_LADDER, time)), len(_LADDER) - 1)])


def of_times(times: Array, bound: float | None, side: Side) -> Distribution:
    """Give the distribution of times in ms, at least one, in bins of equal width from 0.

    The bins reach to where 95 % of the times lie, and to the bound where that is not far beyond them; what is
    longer is counted in ``over``, so that a few long waits do not press the rest into one bar.
    """
    most, longest = float(np.quantile(times, 0.95, method="higher")), float(times.max())
    told = bound is not None and bound <= 3 * max(most, 1)
    width = _width(max(most, 1.2 * bound if told and bound is not None else 0), bound if told else None)
    count = int(max(most, bound if told and bound is not None else 0) // width) + 1
    edges = (width * np.arange(count + 1)).tolist()
    counts = np.histogram(times[times < edges[-1]], edges)[0].tolist()
    bins = [Bin(start, end, many) for start, end, many in zip(edges, edges[1:], counts, strict=False)]
    over = int(np.count_nonzero(times >= edges[-1])) if longest >= edges[-1] else 0
    return _distribution("ms", bins, times, bound, side, over)


def _width(top: float, bound: float | None) -> int:
    """Choose a round bin width: 8 to 20 bins up to ``top``, an edge at the bound where that can be."""
    ladder = _LADDER[1:].tolist()
    fitting = [one for one in ladder if 8 <= top / one <= 20] or [
        min(ladder, key=lambda w: abs(top / w - 14))
    ]
    meeting = [one for one in fitting if bound is not None and bound % one == 0]
    return int(min(meeting or fitting, key=lambda one: abs(top / one - 14)))


def of_scores(scores: Array, kind: str, bound: float, side: Side) -> Distribution:
    """Give the distribution of scores, at least one, in bins of one point."""
    lowest, highest = SCORE_RANGE[kind]
    points = np.arange(lowest, highest + 2) - 0.5
    counts, _ = np.histogram(scores, points)
    bins = [
        Bin(start, end, count)
        for start, end, count in zip(points.tolist(), points[1:].tolist(), counts.tolist(), strict=False)
    ]
    # The net promoter score is on another scale than the answers it is made from.
    return _distribution("score", bins, scores, None if kind == "nps" else bound, side)


def _distribution(
    unit: Unit, bins: list[Bin], values: Array, bound: float | None, side: Side, over: int = 0
) -> Distribution:
    wrong = None if bound is None else np.mean(values > bound if side == "at_most" else values < bound)
    p10, p50, p90 = np.quantile(values, [0.1, 0.5, 0.9]).tolist()
    tail = None if wrong is None else float(wrong)
    return Distribution(unit, tuple(bins), over, bound, tail, p10, p50, p90)
