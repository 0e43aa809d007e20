"""Claim: a share of the stage's customers comes to it directly from another stage.

Looked at is the customer's first event of the stage, and the last event of any touchpoint on the map before
it: events off the map do not count, and neither does how long it lies back. ``n`` is the customers with an
event of the stage.
"""

from __future__ import annotations

import numpy as np

from giljabi.kernels import first_visits
from giljabi.mapping.claims.observing import Observation, View
from giljabi.mapping.verdicts import Side, judge_share, sides
from giljabi.model import Evidence, Follows, Stage
from giljabi.store import Array


def observe(claim: Follows, stage: Stage, view: View) -> Observation:
    """Say of every customer of the stage whether they came from the other stage."""
    first, before = first_visits(view.bucket.offsets, view.stages, view.lens.number(stage.id))
    rows = np.flatnonzero(first >= 0)
    came_from = np.where(before[rows] < 0, 0, view.stages[before[rows]])
    return Observation(rows, (came_from == view.lens.number(claim.follows)).astype(np.int64))


def tally(seen: Observation) -> Array:
    """Count the customers, and those who came from the other stage."""
    return np.array([len(seen.values), np.count_nonzero(seen.values)])


def bounds(claim: Follows) -> list[tuple[Side, float]]:
    """Give the claim's sides."""
    return sides(claim.at_least, claim.at_most)


def prove(claim: Follows, tallies: list[Array]) -> Evidence:
    """Judge the claim from the counts of all buckets."""
    n, came = np.sum(tallies, axis=0).tolist()
    return judge_share(came, n, bounds(claim))
