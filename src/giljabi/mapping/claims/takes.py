"""Claim: the way from the stage to another stage takes so long.

The time of a customer runs from the first event of the stage to the first later event of stage ``takes``.
``n`` is the customers who arrived; those who never do have no time and are left out. The median and the
ninth decile have intervals between two order statistics.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import NamedTuple

import numpy as np

from giljabi.kernels import journeys_between
from giljabi.mapping.claims.observing import Observation, View
from giljabi.mapping.verdicts import Bound, Side, judge, quantile_interval, unmeasured
from giljabi.model import Evidence, Stage, Takes, milliseconds
from giljabi.store import Array


class _Quantile(NamedTuple):
    share: float
    side: Side
    bound: float


def observe(claim: Takes, stage: Stage, view: View) -> Observation:
    """Give for every customer of the stage the time to the other stage, −1 for never."""
    bucket, lens = view.bucket, view.lens
    start, arrival = journeys_between(
        bucket.offsets,
        bucket.time,
        view.stages,
        lens.number(stage.id),
        lens.number(claim.takes),
        None,
        any_start=False,
    )
    rows = np.flatnonzero(start >= 0)
    began, arrived = start[rows], arrival[rows]
    return Observation(rows, np.where(arrived < 0, -1, bucket.time[arrived] - bucket.time[began]))


def tally(seen: Observation) -> Array:
    """Keep the times of those who arrived."""
    return seen.values[seen.values >= 0]


def bounds(claim: Takes) -> list[tuple[Side, float]]:
    """Give the claim's sides, in milliseconds."""
    return [(one.side, one.bound) for one in _quantiles(claim)]


def prove(claim: Takes, tallies: list[Array]) -> Evidence:
    """Judge the claim from the times of all buckets."""
    times = np.sort(np.concatenate(tallies))
    if not len(times):
        return unmeasured(bounds(claim), "ms", f"no customer came on to stage {claim.takes!r}")
    return judge(
        [
            Bound(one.side, one.bound, partial(quantile_interval, times, one.share))
            for one in _quantiles(claim)
        ],
        len(times),
        "ms",
    )


def _quantiles(claim: Takes) -> list[_Quantile]:
    said: list[tuple[float, Side, timedelta | None]] = [
        (0.5, "at_least", claim.median_at_least),
        (0.5, "at_most", claim.median_at_most),
        (0.9, "at_most", claim.p90_at_most),
    ]
    return [_Quantile(share, side, milliseconds(bound)) for share, side, bound in said if bound is not None]
