"""Intervals of confidence for shares and quantiles, each by one method for all questions and claims."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, bdtrik, ndtri


def wilson(successes: float, n: int, confidence: float = 0.95) -> tuple[float, float] | None:
    """Give the interval of a share by Wilson's score method.

    Parameters
    ----------
    successes, n
        How many of how many, ``0 ≤ successes ≤ n``; with a fraction where a share is scaled to another ``n``.
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


def quantile_interval(
    ordered: npt.NDArray[np.number], share: float, confidence: float = 0.95, many: int | None = None
) -> tuple[float | None, float | None]:
    """Give the interval of a quantile between two order statistics.

    The narrowest pair that misses the quantile on either side with at most half of the allowance, whatever
    the distribution: the number of values below the quantile is binomial (n, share).

    Parameters
    ----------
    ordered
        The values, rising.
    share
        Which quantile, between 0 and 1; 0.5 is the median.
    confidence
        Between 0 and 1.
    many
        Give the interval of this many values instead, spread as those at hand.

    Returns
    -------
    tuple
        Lower and upper bound, each None where there are too few values for it (a median needs 6 for 95 %).

    References
    ----------
    David & Nagaraja, *Order Statistics* (2003), section 7.1.
    """
    n = len(ordered)
    if n == 0:
        return None, None
    many = many or n
    tail = (1 - confidence) / 2
    # The least rank whose tail reaches the allowance; the one before stays within it.
    low, high = _binomial_quantile(tail, many, share), _binomial_quantile(1 - tail, many, share) + 1

    def at_rank(rank: int) -> float:
        return float(ordered[-(-rank * n // many) - 1])

    return at_rank(low) if low >= 1 else None, at_rank(high) if high <= many else None


def _binomial_quantile(probability: float, n: int, share: float) -> int:
    """Give the least k for which a binomial (n, share) is at most k with the probability or more."""
    # As scipy.stats.binom.ppf does; importing that takes longer than most questions.
    k = math.ceil(bdtrik(probability, n, share))
    # The inverse is rounded, and may come out just above a whole number.
    return k - 1 if k > 0 and bdtr(k - 1, n, share) >= probability else k
