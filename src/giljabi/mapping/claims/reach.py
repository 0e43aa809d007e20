"""Claim: a share of the stage's customers later comes to another stage.

``n`` is the customers with an event of the stage. One of them counts when any of these events is followed
later in the log's order by an event of stage ``reach``, and, with ``within``, at most that long after it.
"""

from __future__ import annotations

import numpy as np

from giljabi.kernels import journeys_between
from giljabi.mapping.claims.observing import Observation, View
from giljabi.mapping.verdicts import Side, judge_share, sides
from giljabi.model import Evidence, Reach, Stage, milliseconds
from giljabi.store import Array


def observe(claim: Reach, stage: Stage, view: View) -> Observation:
    """Give for every customer of the stage the time from the first start that arrives, −1 for none."""
    bucket, lens = view.bucket, view.lens
    start, arrival = journeys_between(
        bucket.offsets,
        bucket.time,
        view.stages,
        lens.number(stage.id),
        lens.number(claim.reach),
        None if claim.within is None else milliseconds(claim.within),
        any_start=True,
    )
    rows = np.flatnonzero(start >= 0)
    began, arrived = start[rows], arrival[rows]
    return Observation(rows, np.where(arrived < 0, -1, bucket.time[arrived] - bucket.time[began]))


def tally(seen: Observation) -> Array:
    """Count the customers, and those who arrived."""
    return np.array([len(seen.values), np.count_nonzero(seen.values >= 0)])


def bounds(claim: Reach) -> list[tuple[Side, float]]:
    """Give the claim's sides."""
    return sides(claim.at_least, claim.at_most)


def prove(claim: Reach, tallies: list[Array]) -> Evidence:
    """Judge the claim from the counts of all buckets."""
    n, arrived = np.sum(tallies, axis=0).tolist()
    return judge_share(arrived, n, bounds(claim))
