"""Intervals of confidence for shares and medians."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from scipy.stats import binom


def wilson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float] | None:
    """Give the interval of a share by Wilson's score method.

    Parameters
    ----------
    successes, n
        How many of how many, ``0 ≤ successes ≤ n``.
    confidence
        Between 0 and 1.

    Returns
    -------
    tuple or None
        Lower and upper bound, each 0..1; None where ``n`` is 0.

    References
    ----------
    Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 22 (1927), without
    continuity correction.
    """
    if n == 0:
        return None
    z = float(ndtri((1 + confidence) / 2))
    share, scale = successes / n, 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # At the borders the bound is the share itself; rounding must not push it past.
    low = 0.0 if successes == 0 else min(share, centre - half)
    high = 1.0 if successes == n else max(share, centre + half)
    return low, high


def median_interval(ordered: npt.NDArray[np.number], confidence: float = 0.95) -> tuple[float, float] | None:
    """Give the interval of a median by order statistics.

    The narrowest pair of order statistics ``x(l)``, ``x(n + 1 − l)`` that holds the median with at least the
    confidence, whatever the distribution: the number of values below the median is binomial (n, 1/2).

    Parameters
    ----------
    ordered
        The values, rising.
    confidence
        Between 0 and 1.

    Returns
    -------
    tuple or None
        Lower and upper bound; None where there are too few values for the confidence (fewer than 6 for 95 %).

    References
    ----------
    David & Nagaraja, *Order Statistics* (2003), section 7.1.
    """
    n = len(ordered)
    if n == 0:
        return None
    # binom.ppf gives the least rank whose tail reaches the allowance; the one before stays within it.
    rank = int(binom.ppf((1 - confidence) / 2, n, 0.5))
    if rank == 0:
        return None
    return float(ordered[rank - 1]), float(ordered[n - rank])
