"""Claims that state what a log shows today, rounded to the careful side."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import pairwise

import msgspec

from giljabi.mapping.check import check
from giljabi.mapping.distribution import round_up
from giljabi.model import AnyClaim, JourneyMap, Reach, Takes
from giljabi.store import Log

_FEWEST, _STEP = 30, 0.05


def with_baseline(map: JourneyMap, log: Log) -> JourneyMap:  # noqa: A002 - the field's name
    """Add to each stage how many go on to the next one, and how soon, as far as 30 customers tell.

    The share is the lower end of its interval, rounded down to 5 %; the median the upper end of its interval,
    rounded up to a round duration. A claim that says nothing (under 5 %) is left out.
    """
    asked = [
        msgspec.structs.replace(
            stage,
            claims=(
                Reach(reach=after.id, at_least=0.0),
                Takes(takes=after.id, median_at_most=timedelta(milliseconds=1)),
            ),
        )
        for stage, after in pairwise(map.stages)
    ]
    probe = msgspec.structs.replace(map, stages=(*asked, *map.stages[-1:]))
    found: dict[str, list[AnyClaim]] = {stage.id: [] for stage in map.stages}
    for one in check(probe, log).claims:
        low, high = one.evidence.low, one.evidence.high
        if one.evidence.n < _FEWEST:
            continue
        if isinstance(one.claim, Reach) and low is not None and low >= _STEP:
            share = math.floor(low / _STEP + 1e-9) * _STEP
            found[one.stage].append(Reach(reach=one.claim.reach, at_least=round(share, 2)))
        if isinstance(one.claim, Takes) and high:
            found[one.stage].append(
                Takes(takes=one.claim.takes, median_at_most=timedelta(milliseconds=round_up(high)))
            )
    stages = tuple(msgspec.structs.replace(stage, claims=tuple(found[stage.id])) for stage in map.stages)
    return msgspec.structs.replace(map, stages=stages)
