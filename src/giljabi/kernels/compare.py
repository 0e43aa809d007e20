"""Two sides compared: which customers have which events on each side, and how far shares and medians differ.

Definition
----------
A *side* gives every customer of a bucket a run of their events, which may be empty: the whole journey for a
customer of an audience, the events of a period for a period. A customer whose run is empty is not on that
side. A customer can be on both: then both sides speak of the same person, and what they do is not
independent.

Difference of shares: Newcombe's score intervals, joined with the covariance of the two shares. With m
customers on both sides, whose answers have the covariance c, the shares have the covariance ``m c / (n_a
n_b)``. So with nobody on both sides this is Newcombe's method 10 for independent shares, with the same
customers on both his method for pairs (φ without a correction for continuity), and else what lies between.

p-value: Fisher's exact test or the pooled z-test with nobody on both sides; McNemar's test where everybody
is (exact with fewer than 25 who differ); else the z-test for overlapping samples.

Difference of medians: Price and Bonett's variance of a median from two order statistics, and the covariance
of two medians from the share of pairs that lie below both.

Sources: Newcombe, *Interval estimation for the difference between independent proportions* and *Improved
confidence intervals for the difference between binomial proportions based on paired data*, Statistics in
Medicine 17 (1998); Zou & Donner, *Construction of confidence limits about effect measures*, Statistics in
Medicine 27 (2008); Derrick et al., *Tests for the equality of two proportions with partially overlapping
samples* (2015); McNemar, Psychometrika 12 (1947); Price & Bonett, *Distribution-free confidence intervals
for difference and ratio of medians*, J. Statistical Computation and Simulation 72 (2002); Bonett & Price,
*Interval estimation for linear functions of medians*, British J. Mathematical and Statistical Psychology 73
(2020).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from scipy.special import bdtr, ndtr, ndtri

from giljabi.kernels.inputs import Array, read_only
from giljabi.kernels.intervals import wilson
from giljabi.kernels.significance import share_p_value

_FEW_PAIRS = 25
_FEW_VALUES = 6


class Overlap(NamedTuple):
    """How many customers of how many say yes on either side, and among those who are on both sides.

    ``a`` of ``n_a`` on the first side, ``b`` of ``n_b`` on the second; ``both`` are on both, of whom
    ``both_a`` say yes on the first, ``both_b`` on the second and ``both_ab`` on both.
    """

    n_a: int
    a: int
    n_b: int
    b: int
    both: int = 0
    both_a: int = 0
    both_b: int = 0
    both_ab: int = 0


class Difference(NamedTuple):
    """A difference, its 95 % interval, and how likely one as large is by chance (two-sided)."""

    difference: float | None
    low: float | None
    high: float | None
    p: float | None


def count_names(
    begin_a: Array, end_a: Array, begin_b: Array, end_b: Array, event: Array, names: int
) -> Array:
    """Count, for each event name, the customers of each side who have it.

    Parameters
    ----------
    begin_a, end_a, begin_b, end_b
        int64, one per customer: the runs of the two sides.
    event
        uint16 codes.
    names
        How many names there are.

    Returns
    -------
    int64, ``names`` × 8: the fields of `Overlap`, in order. Sums over buckets are those of the log.
    """
    in_a = read_only(begin_a, np.int64), read_only(end_a, np.int64)
    in_b = read_only(begin_b, np.int64), read_only(end_b, np.int64)
    hits, n_a, n_b, both = _names(*in_a, *in_b, read_only(event, np.uint16), names)
    whole = np.ones(names, np.int64)
    columns = [
        whole * n_a,
        hits[:, 0],
        whole * n_b,
        hits[:, 1],
        whole * both,
        hits[:, 2],
        hits[:, 3],
        hits[:, 4],
    ]
    return np.stack(columns, axis=1)


def count_overlap(in_a: Array, a: Array, in_b: Array, b: Array) -> Array:
    """Count the fields of `Overlap` of yes-or-no answers: bool arrays, one per customer each; int64, 8."""
    a, b, both = a & in_a, b & in_b, in_a & in_b
    parts = (in_a, a, in_b, b, both, a & both, b & both, a & b)
    return np.array([np.count_nonzero(part) for part in parts], np.int64)


def overlap_difference(counts: Overlap, confidence: float = 0.95) -> Difference | None:
    """Give the difference of two shares, the first less the second; None where a side is empty."""
    n_a, n_b, m = counts.n_a, counts.n_b, counts.both
    first, second = wilson(counts.a, n_a, confidence), wilson(counts.b, n_b, confidence)
    if first is None or second is None:
        return None
    a, b = counts.a / n_a, counts.b / n_b
    shared = counts.both_ab / m - counts.both_a * counts.both_b / (m * m) if m else 0.0
    covariance = shared * m / (n_a * n_b)
    error = math.sqrt(a * (1 - a) / n_a * b * (1 - b) / n_b)
    correlation = max(-1.0, min(1.0, covariance / error)) if error else 0.0

    def joined(left: float, right: float) -> float:
        return math.sqrt(max(0.0, left * left + right * right - 2 * correlation * left * right))

    low = a - b - joined(a - first[0], second[1] - b)
    high = a - b + joined(first[1] - a, b - second[0])
    return Difference(a - b, max(-1.0, low), min(1.0, high), _share_p(counts, shared))


def median_difference(a: Array, b: Array, pairs: Array, confidence: float = 0.95) -> Difference | None:
    """Give the difference of two medians, the first less the second; None where a side is empty.

    Parameters
    ----------
    a, b
        The values of each side, in any order.
    pairs
        2 × m: both values of those who have one on both sides.
    """
    if not len(a) or not len(b):
        return None
    median_a, median_b = float(np.median(a)), float(np.median(b))
    difference = median_a - median_b
    error_a, error_b = _median_error(a), _median_error(b)
    if error_a is None or error_b is None:
        return Difference(difference, None, None, None)
    variance = error_a**2 + error_b**2
    if m := pairs.shape[1]:
        below = np.count_nonzero((pairs[0] < median_a) & (pairs[1] < median_b))
        correlation = max(-1.0, min(1.0, 4 * (below + 0.25) / (m + 1) - 1))
        variance -= 2 * correlation * error_a * error_b * m / math.sqrt(len(a) * len(b))
    error = math.sqrt(max(0.0, variance))
    half = float(ndtri((1 + confidence) / 2)) * error
    p = float(2 * ndtr(-abs(difference) / error)) if error else float(difference == 0)
    return Difference(difference, difference - half, difference + half, p)


def _median_error(values: Array) -> float | None:
    n = len(values)
    if n < _FEW_VALUES:
        return None
    rank = max(1, round((n + 1) / 2 - math.sqrt(n)))
    ordered = np.partition(values, [rank - 1, n - rank])
    z = float(ndtri(1 - bdtr(rank - 1, n, 0.5)))
    return float(ordered[n - rank] - ordered[rank - 1]) / (2 * z)


def _share_p(counts: Overlap, shared: float) -> float:
    n_a, n_b, m = counts.n_a, counts.n_b, counts.both
    if not m:
        return share_p_value(counts.a, n_a, counts.b, n_b)
    only_a, only_b = counts.both_a - counts.both_ab, counts.both_b - counts.both_ab
    if m == n_a == n_b:
        differ = only_a + only_b
        if differ < _FEW_PAIRS:
            return min(1.0, 2 * float(bdtr(min(only_a, only_b), differ, 0.5))) if differ else 1.0
        return float(2 * ndtr(-abs(only_a - only_b) / math.sqrt(differ)))
    distance = abs(counts.a / n_a - counts.b / n_b)
    pooled = (counts.a + counts.b) / (n_a + n_b)
    one, other = counts.both_a / m, counts.both_b / m
    spread = math.sqrt(one * (1 - one) * other * (1 - other))
    phi = shared / spread if spread else 0.0
    variance = pooled * (1 - pooled) * (1 / n_a + 1 / n_b - 2 * phi * m / (n_a * n_b))
    if variance <= 0:
        return float(distance == 0)
    return float(2 * ndtr(-distance / math.sqrt(variance)))


@njit(nogil=True, cache=True)
def _names(
    begin_a: Array, end_a: Array, begin_b: Array, end_b: Array, event: Array, names: int
) -> tuple[Array, int, int, int]:
    hits = np.zeros((names, 5), np.int64)
    seen_a = np.full(names, -1, np.int64)
    seen_b = np.full(names, -1, np.int64)
    found = np.empty(names, np.int64)
    n_a, n_b, both = 0, 0, 0
    for customer in range(len(begin_a)):
        in_a, in_b = begin_a[customer] < end_a[customer], begin_b[customer] < end_b[customer]
        n_a += in_a
        n_b += in_b
        shared = in_a and in_b
        both += shared
        count = 0
        for i in range(begin_a[customer], end_a[customer]):
            name = event[i]
            if seen_a[name] != customer:
                seen_a[name] = customer
                hits[name, 0] += 1
                hits[name, 2] += shared
                found[count] = name
                count += 1
        for i in range(begin_b[customer], end_b[customer]):
            name = event[i]
            if seen_b[name] != customer:
                seen_b[name] = customer
                hits[name, 1] += 1
                hits[name, 3] += shared
        if shared:
            for k in range(count):
                hits[found[k], 4] += seen_b[found[k]] == customer
    return hits, n_a, n_b, both
