"""How many times as great one share is as another."""

from __future__ import annotations

import math

from giljabi.kernels.intervals import wilson


def share_ratio(
    successes: int, n: int, other_successes: int, other_n: int, confidence: float = 0.95
) -> tuple[float, float, float | None] | None:
    """Give the ratio of two shares, the first to the second, with its interval.

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
        Ratio, lower and upper bound (None: without bound); None where a group is empty or the second share
        is 0.

    References
    ----------
    Donner & Zou, *Closed-form confidence intervals for functions of the normal mean and standard deviation*,
    Statistical Methods in Medical Research 21 (2012): the intervals of the shares, here Wilson's, are joined
    (MOVER). The lower bound is written so that it divides by nothing that can be 0.
    """
    first, second = wilson(successes, n, confidence), wilson(other_successes, other_n, confidence)
    if first is None or second is None or not other_successes:
        return None
    a, b = successes / n, other_successes / other_n
    product = a * b
    below = math.sqrt(max(0.0, product**2 - first[0] * second[1] * (2 * a - first[0]) * (2 * b - second[1])))
    low = first[0] * (2 * a - first[0]) / (product + below) if product else 0.0
    above = math.sqrt(max(0.0, product**2 - first[1] * second[0] * (2 * a - first[1]) * (2 * b - second[0])))
    high = (product + above) / (second[0] * (2 * b - second[0])) if second[0] > 0 else None
    return a / b, low, high
