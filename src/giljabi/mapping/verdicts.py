"""Verdicts come from intervals, not from points. All intervals are 95 %.

Wholly on the claimed side: supported. Wholly on the other side: contradicted. Else undecided, with how many
more customers would decide it if the value stays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from scipy.special import ndtri, stdtrit

from giljabi import kernels
from giljabi.model import Evidence, Grade, Unit, Verdict
from giljabi.store import Array

Side: TypeAlias = Literal["at_least", "at_most"]

CONFIDENCE = 0.95
_Z = float(ndtri(0.5 + CONFIDENCE / 2))
_MOST = 10**9
"""No claim is decided by more customers than this."""


def sides(at_least: float | None, at_most: float | None) -> list[tuple[Side, float]]:
    """List the sides that a claim with these bounds has."""
    both: list[tuple[Side, float | None]] = [("at_least", at_least), ("at_most", at_most)]
    return [(side, bound) for side, bound in both if bound is not None]


class Interval(NamedTuple):
    """A value and its interval; ``low`` or ``high`` is None where the data bound it on one side only."""

    value: float
    low: float | None
    high: float | None


class Bound(NamedTuple):
    """One side of a claim, and what would be measured for it if there were ``n`` customers."""

    side: Side
    value: float
    measured: Callable[[int], Interval]


def share_interval(count: float, n: int) -> Interval:
    """Give a share with its interval by Wilson's score method; ``n`` above zero."""
    return Interval(count / n, *(kernels.wilson(count, n, CONFIDENCE) or (None, None)))


def quantile_interval(ordered: Array, share: float, many: int | None = None) -> Interval:
    """Give a quantile with its interval between two order statistics.

    Parameters
    ----------
    ordered
        Values in rising order, at least one.
    share
        Which quantile, 0..1.
    many
        Give the interval of this many values instead, spread as those at hand.
    """
    bounds = kernels.quantile_interval(ordered, share, CONFIDENCE, many)
    return Interval(float(np.quantile(ordered, share)), *bounds)


def mean_interval(mean: float, deviation: float, n: int, lowest: float, highest: float) -> Interval:
    """Give the mean of ``n`` scores on a scale with Student's interval, cut to the scale.

    Where all answers are equal (``deviation``, of the sample, is 0), their spread says nothing. The share of
    other answers then lies below 1 − 0.025^(1/n), and these could lie at either end of the scale.
    """
    if n < 2 or deviation == 0:
        others = 1 - ((1 - CONFIDENCE) / 2) ** (1 / n)
        return Interval(mean, mean - others * (mean - lowest), mean + others * (highest - mean))
    half = float(stdtrit(n - 1, 0.5 + CONFIDENCE / 2)) * deviation / math.sqrt(n)
    return Interval(mean, max(lowest, mean - half), min(highest, mean + half))


def promoter_interval(promoters: float, detractors: float, n: int) -> Interval:
    """Give the net promoter score, −100..100, with its adjusted Wald interval.

    Three answers are added, ¾ promoter, 1½ passive, ¾ detractor (Rocks, *Interval estimation for the net
    promoter score*, The American Statistician 70, 2016); the interval is widened to the score where that
    lies outside.
    """
    plus, minus, total = promoters + 0.75, detractors + 0.75, n + 3
    centre = (plus - minus) / total
    half = _Z * math.sqrt(((plus + minus) / total - centre * centre) / total)
    score = (promoters - detractors) / n
    low, high = min(score, max(-1.0, centre - half)), max(score, min(1.0, centre + half))
    return Interval(100 * score, 100 * low, 100 * high)


def decide(side: Side, bound: float, interval: Interval) -> Verdict:
    """Give the verdict that an interval gives on "at least" or "at most" a bound."""
    _, low, high = interval
    below = high is not None and high < bound
    above = low is not None and low > bound
    if side == "at_least":
        if low is not None and low >= bound:
            return "supported"
        return "contradicted" if below else "undecided"
    if high is not None and high <= bound:
        return "supported"
    return "contradicted" if above else "undecided"


def judge(bounds: Sequence[Bound], n: int, unit: Unit, *, grade: Grade = "events", why: str = "") -> Evidence:
    """Turn what was measured into evidence.

    Parameters
    ----------
    bounds
        The claim's sides, at least one. A claim holds when each does: evidence is given for the side that
        is contradicted, else for one that is undecided, else for the first.
    n
        Customers (answers, for scores) at hand.
    unit, grade, why
        As in `Evidence`.
    """
    judged = [(decide(one.side, one.value, one.measured(n)), one) for one in bounds]
    worst: tuple[Verdict, ...] = ("contradicted", "undecided", "supported")
    verdict, bound = min(judged, key=lambda pair: worst.index(pair[0]))
    # Quantiles come as numpy scalars, which no JSON encoder takes.
    value, low, high = (None if one is None else float(one) for one in bound.measured(n))
    return Evidence(
        value=value,
        low=low,
        high=high,
        n=n,
        unit=unit,
        bound=bound.value,
        side=bound.side,
        verdict=verdict,
        more=_more(bound, n) if verdict == "undecided" else None,
        grade=grade,
        why=why,
    )


def unmeasured(bounds: Sequence[tuple[Side, float]], unit: Unit, why: str) -> Evidence:
    """Give the evidence of a claim for which nothing could be measured."""
    side, bound = bounds[0]
    return Evidence(None, None, None, 0, unit, bound, side, "undecided", None, "assumption", why)


def judge_share(count: int, n: int, bounds: Sequence[tuple[Side, float]], why: str = "") -> Evidence:
    """Judge a claim about the share of ``n`` customers of whom ``count`` do as it says; ``n`` above zero."""
    return judge(
        [Bound(side, bound, lambda many: share_interval(count * many / n, many)) for side, bound in bounds],
        n,
        "share",
        why=why,
    )


def _more(bound: Bound, n: int) -> int | None:
    """Find the least number of further customers that decides, doubling and then halving the step."""

    def decided(many: int) -> bool:
        return decide(bound.side, bound.value, bound.measured(many)) != "undecided"

    low, high = n, 2 * n
    while not decided(high):
        low, high = high, 2 * high
        if high > _MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if decided(middle) else (middle, high)
    return high - n
