"""Whether two shares differ, and which of many findings stand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import gammaln, ndtr

from giljabi.kernels.inputs import Array
from giljabi.kernels.intervals import wilson

_FEW = 5.0


def share_difference(
    successes: float, n: float, other_successes: float, other_n: float, confidence: float = 0.95
) -> tuple[float, float, float] | None:
    """Give the difference of two shares, the first less the second, with its interval.

    Parameters
    ----------
    successes, n
        How many of how many in the first group.
    other_successes, other_n
        The same in the second group, of other customers.
    confidence
        Between 0 and 1.

    Returns
    -------
    tuple or None
        Difference, lower and upper bound, each −1..1; None where a group is empty.

    References
    ----------
    Newcombe, *Interval estimation for the difference between independent proportions*, Statistics in Medicine
    17 (1998), method 10: Wilson's intervals joined.
    """
    first = wilson(successes, int(n), confidence)
    second = wilson(other_successes, int(other_n), confidence)
    if first is None or second is None:
        return None
    a, b = successes / n, other_successes / other_n
    low = a - b - math.hypot(a - first[0], second[1] - b)
    high = a - b + math.hypot(first[1] - a, b - second[0])
    return a - b, max(-1.0, low), min(1.0, high)


def share_p_value(successes: int, n: int, other_successes: int, other_n: int) -> float:
    """Give the probability of shares at least as far apart where both groups are alike, two-sided.

    Fisher's exact test where fewer than five customers are expected in a cell of the table, else the pooled
    z-test; 1 where a group is empty.

    Parameters
    ----------
    successes, n, other_successes, other_n
        As for `share_difference`, whole numbers.
    """
    if not n or not other_n:
        return 1.0
    hits, whole = successes + other_successes, n + other_n
    expected = min(hits, whole - hits) * min(n, other_n) / whole
    if expected < _FEW:
        return _fisher(successes, n, hits, whole)
    pooled = hits / whole
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / other_n))
    return float(2 * ndtr(-abs(successes / n - other_successes / other_n) / error))


def benjamini_hochberg(p_values: Sequence[float] | Array) -> Array:
    """Adjust p-values so that keeping those at most q keeps the share of false findings at most q.

    Parameters
    ----------
    p_values
        Of all findings looked at, not only of those that seem to stand.

    Returns
    -------
    array
        float64, the adjusted values (q-values) in the order given, 0..1.

    References
    ----------
    Benjamini & Hochberg, *Controlling the false discovery rate*, JRSS B 57 (1995).
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p)[::-1]
    ranks = np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(p[order] * len(p) / ranks))
    return adjusted


def _fisher(successes: int, n: int, hits: int, whole: int) -> float:
    least, most = max(0, hits - (whole - n)), min(hits, n)
    k = np.arange(least, most + 1)
    log = -(gammaln(k + 1) + gammaln(hits - k + 1) + gammaln(n - k + 1) + gammaln(whole - n - hits + k + 1))
    weight = np.exp(log - log.max())
    # Tables exactly as likely as the one seen count; rounding must not leave them out.
    seen = weight[successes - least]
    return float(min(1.0, weight[weight <= seen * (1 + 1e-9)].sum() / weight.sum()))
