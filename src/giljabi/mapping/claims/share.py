"""Claim: a share of the stage's customers comes to it by a channel.

The channel is that of the customer's first event at the stage; where the log has no channel for it, that of
the touchpoint the event belongs to. ``n`` is the customers whose channel is known.
"""

from __future__ import annotations

import numpy as np

from giljabi.kernels import first_visits
from giljabi.mapping.claims.observing import Observation, View
from giljabi.mapping.verdicts import Side, judge_share, sides, unmeasured
from giljabi.model import Evidence, Share, Stage
from giljabi.store import Array


def observe(claim: Share, stage: Stage, view: View) -> Observation:
    """Say of every customer of the stage whether they came by the channel; −1 where it is unknown."""
    bucket, lens = view.bucket, view.lens
    first, _ = first_visits(bucket.offsets, view.stages, lens.number(stage.id))
    rows = np.flatnonzero(first >= 0)
    said = [one.channel for _, one in lens.touchpoints]
    by_touchpoint = np.array([-1, *(-1 if not name else int(name == claim.share) for name in said)])
    values = by_touchpoint[lens.touchpoint_codes(bucket)[first[rows]]]
    column = lens.log.columns.get("channel")
    if column is not None:
        codes = bucket.column("channel")[first[rows]]
        is_it = np.array([*(int(name == claim.share) for name in column.dictionary), -1])
        values = np.where(codes >= 0, is_it[codes], values)
    return Observation(rows, values)


def tally(seen: Observation) -> Array:
    """Count the customers of known channel, those by this one, and those of unknown channel."""
    unknown = np.count_nonzero(seen.values < 0)
    return np.array([len(seen.values) - unknown, np.count_nonzero(seen.values == 1), unknown])


def bounds(claim: Share) -> list[tuple[Side, float]]:
    """Give the claim's sides."""
    return sides(claim.at_least, claim.at_most)


def prove(claim: Share, tallies: list[Array]) -> Evidence:
    """Judge the claim from the counts of all buckets."""
    n, by_it, unknown = np.sum(tallies, axis=0).tolist()
    if not n:
        return unmeasured(bounds(claim), "share", "neither the events nor the touchpoints name a channel")
    why = f"{unknown} customers of unknown channel are left out" if unknown else ""
    return judge_share(by_it, n, bounds(claim), why)
