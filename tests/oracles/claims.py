"""Claims measured the slow and obvious way, customer by customer, to hold the fast way against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import mean, median, stdev
from typing import Any

from giljabi.model import AnyClaim, Follows, JourneyMap, Reach, Score, Share, Takes

Visit = tuple[datetime, str, str | None]
Row = dict[str, Any]

LINKED_WITHIN = timedelta(days=7)


def stage_visits(map_: JourneyMap, events: Iterable[Row]) -> dict[str, list[Visit]]:
    """Give for each customer the mapped events in order: time, stage, channel."""
    known: dict[tuple[str, str | None], str | None] = {}
    journeys: dict[str, list[Visit]] = defaultdict(list)
    for row in events:
        key = (row["event"], row["channel"])
        if key not in known:
            known[key] = _stage(map_, *key)
        if (stage := known[key]) is not None:
            journeys[row["customer"]].append((row["time"], stage, row["channel"]))
    for visits in journeys.values():
        visits.sort(key=lambda visit: visit[0])
    return journeys


def _stage(map_: JourneyMap, name: str, channel: str | None) -> str | None:
    properties = {"channel": channel} if channel is not None else {}
    for stage in map_.stages:
        for touchpoint in stage.touchpoints:
            if touchpoint.match is not None and touchpoint.match.accepts(name, properties):
                return stage.id
    return None


def measure(
    map_: JourneyMap,
    stage: str,
    claim: AnyClaim,
    journeys: dict[str, list[Visit]],
    feedback: Iterable[Row] = (),
) -> tuple[float, float, int]:
    """Give value, half the width of a rough 95 % interval, and n; durations in seconds."""
    if isinstance(claim, Score):
        return _score(map_, stage, claim, journeys, feedback)
    if isinstance(claim, Takes):
        seconds = sorted(taken for visits in journeys.values() if (taken := _time(visits, stage, claim)))
        spread = max(1, round(len(seconds) ** 0.5))
        middle = len(seconds) // 2
        near = seconds[max(0, middle - spread) : middle + spread + 1]
        return median(seconds), max(near[-1] - median(seconds), median(seconds) - near[0]), len(seconds)
    holds = [
        _holds(visits, stage, claim) for visits in journeys.values() if _first(visits, stage) is not None
    ]
    share = mean(holds)
    return share, 2 * (share * (1 - share) / len(holds)) ** 0.5, len(holds)


def _first(visits: list[Visit], stage: str) -> int | None:
    return next((place for place, visit in enumerate(visits) if visit[1] == stage), None)


def _time(visits: list[Visit], stage: str, claim: Takes) -> float | None:
    place = _first(visits, stage)
    if place is None:
        return None
    later = [at for at, name, _ in visits[place + 1 :] if name == claim.takes]
    return (later[0] - visits[place][0]).total_seconds() if later else None


def _holds(visits: list[Visit], stage: str, claim: Reach | Share | Follows) -> bool:
    place = _first(visits, stage)
    assert place is not None
    channel = visits[place][2]
    if isinstance(claim, Share):
        return channel == claim.share
    if isinstance(claim, Follows):
        return place > 0 and visits[place - 1][1] == claim.follows
    limit = claim.within or timedelta(days=10_000)
    starts = [number for number, visit in enumerate(visits) if visit[1] == stage]
    return any(
        name == claim.reach and later - visits[start][0] <= limit
        for start in starts
        for later, name, _ in visits[start + 1 :]
    )


def _score(
    map_: JourneyMap,
    stage: str,
    claim: Score,
    journeys: dict[str, list[Visit]],
    feedback: Iterable[Row],
) -> tuple[float, float, int]:
    here = {stage} | {touchpoint.id for touchpoint in map_.stage(stage).touchpoints}
    scores = []
    for row in feedback:
        if row["kind"] != claim.score or row["score"] is None:
            continue
        place = row["touchpoint"] or _last(journeys.get(row["customer"], []), row["time"])
        if place in here:
            scores.append(row["score"])
    if claim.score == "nps":
        scores = [100.0 if score >= 9 else -100.0 if score <= 6 else 0.0 for score in scores]
    return mean(scores), 2 * stdev(scores) / len(scores) ** 0.5, len(scores)


def _last(visits: list[Visit], at: datetime) -> str | None:
    before = [visit for visit in visits if visit[0] <= at and at - visit[0] <= LINKED_WITHIN]
    return before[-1][1] if before else None
