"""Everything that may have changed between two periods, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, hypot, sqrt
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import ndtr, ndtri

from giljabi.kernels import histogram_quantile, rank_sum, share_difference, share_p_value
from giljabi.store import Array

Kind: TypeAlias = Literal["event", "transition", "duration", "conversion", "variant"]

_FEW = 5.0
_SURE = 40.0


@dataclass(frozen=True, slots=True)
class Shares:
    """Hypotheses of one kind about shares: ``hits`` of ``of`` customers, each (hypotheses, 2).

    Columns are before and last; ``subject`` (hypotheses) numbers what each is about.
    """

    kind: Kind
    subject: Array
    hits: Array
    of: Array

    def evidence(self) -> tuple[Array, Array]:
        """Give the p-value of each and the z-value it is worth, with the sign of the change.

        The pooled z-test, and where fewer than five customers are expected in a cell Fisher's exact test.
        """
        x, n = self.hits.astype(np.float64), self.of.astype(np.float64)
        whole, all_hits = n.sum(axis=1), x.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            pooled = all_hits / whole
            error = np.sqrt(pooled * (1 - pooled) * (1 / n[:, 0] + 1 / n[:, 1]))
            difference = x[:, 1] / n[:, 1] - x[:, 0] / n[:, 0]
            z = difference / error
            expected = np.minimum(all_hits, whole - all_hits) * n.min(axis=1) / whole
        z[~np.isfinite(z)] = 0.0
        p = 2 * ndtr(-np.abs(z))
        for row in np.flatnonzero((n.min(axis=1) > 0) & (expected < _FEW)):
            (a, b), (m, k) = self.hits[row].tolist(), self.of[row].tolist()
            p[row] = share_p_value(b, k, a, m)
            z[row] = np.sign(difference[row]) * min(_SURE, -ndtri(max(p[row], 1e-300) / 2))
        return p, z

    def measured(self, row: int) -> tuple[float, float, float, float, float]:
        """Give before, last, their difference and its interval (Newcombe's)."""
        (a, b), (m, k) = self.hits[row].tolist(), self.of[row].tolist()
        difference, low, high = share_difference(b, k, a, m) or (0.0, -1.0, 1.0)
        return a / m, b / k, difference, low, high

    def changed(self, least: float) -> Array:
        """Say which differ by at least a share of the larger of both, and by one in a hundred."""
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.nan_to_num(self.hits / self.of)
        difference = np.abs(share[:, 1] - share[:, 0])
        enough: Array = difference >= np.maximum(0.01, least * share.max(axis=1))
        return enough

    def customers(self, row: int) -> int:
        """Give how many customers of the last period do otherwise than before."""
        before, last, *_ = self.measured(row)
        return round(abs(last - before) * int(self.of[row, 1]))


@dataclass(frozen=True, slots=True)
class Durations:
    """Hypotheses about durations: histograms (hypotheses, bins) before and last, of customers."""

    subject: Array
    before: Array
    last: Array
    kind: Kind = "duration"

    def evidence(self) -> tuple[Array, Array]:
        """Give the p-value of the rank sum of each, and its z-value."""
        z = np.nan_to_num(rank_sum(self.before, self.last))
        return 2 * ndtr(-np.abs(z)), z

    def measured(self, row: int) -> tuple[float, float, float, float, float]:
        """Give the medians in ms, their difference and its interval.

        Each median's interval lies between order statistics; both are joined as Newcombe joins shares'.
        """
        (a, a_low, a_high), (b, b_low, b_high) = (_median(one[row]) for one in (self.before, self.last))
        low = b - a - hypot(b - b_low, a_high - a)
        return a, b, b - a, low, b - a + hypot(b_high - b, a - a_low)

    def changed(self, least: float) -> Array:
        """Say which medians differ by at least a factor."""
        before, last = (np.maximum(histogram_quantile(one, 0.5), 1) for one in (self.before, self.last))
        enough: Array = np.abs(np.log(last / before)) >= np.log1p(least)
        return enough

    def customers(self, row: int) -> int:
        """Give how many customers took the step in the last period."""
        return int(self.last[row].sum())


Hypotheses: TypeAlias = Shares | Durations


def testable(kind: Kind, subject: Array, hits: Array, of: Array, least: int) -> Shares:
    """Keep the hypotheses about shares that so many customers, of both periods together, speak to.

    What is kept depends on the sum of both periods only, not on how they differ; so it favours no finding.
    """
    told = hits.sum(axis=1)
    kept = (told >= least) & (of.min(axis=1) >= least)
    return Shares(kind, subject[kept], hits[kept], of[kept])


def ranked(
    families: list[Hypotheses], q_values: Array, z: Array, q: float, least: float
) -> Iterator[tuple[int, int, float]]:
    """Give the findings, the clearest first: the family, the row in it, and the q-value."""
    sizes = [len(family.subject) for family in families]
    enough = np.concatenate([np.zeros(0, np.bool_), *(family.changed(least) for family in families)])
    begins = np.cumsum([0, *sizes])
    found = np.flatnonzero((q_values <= q) & enough)
    for place in found[np.argsort(-np.abs(z[found]), kind="stable")].tolist():
        family = int(np.searchsorted(begins, place, side="right")) - 1
        yield family, place - int(begins[family]), float(q_values[place])


def _median(counts: Array) -> tuple[float, float, float]:
    n = int(counts.sum())
    # Ranks of the order statistics that hold the median in 95 of 100, by the normal approximation.
    half = 0.98 * sqrt(n)
    ranks = [0.5 * n, max(0.0, 0.5 * n - half), min(float(n), ceil(0.5 * n + half))]
    values = histogram_quantile(np.tile(counts, (3, 1)), np.array(ranks) / n)
    return float(values[0]), float(values[1]), float(values[2])
