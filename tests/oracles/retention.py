"""Retention and lifecycle by sets of calendar days, from local dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracles.journeys import Journey


def period(ms: int, every: str, time_zone: str) -> date:
    """Give the first day of the calendar period a time lies in."""
    day = (
        (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).astimezone(ZoneInfo(time_zone)).date()
    )
    if every == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if every == "month" else day


def following(start: date, every: str, k: int) -> date:
    """Give the period ``k`` after one."""
    for _ in range(k):
        far = start + timedelta(days={"day": 1, "week": 7, "month": 31}[every])
        start = far.replace(day=1) if every == "month" else far
    return start


def cohorts(
    journeys: Sequence[Journey],
    start: set[int],
    back: set[int],
    every: str,
    time_zone: str,
    periods: int,
    kind: str,
) -> dict[date, tuple[int, list[int | None]]]:
    """Give per cohort its customers, and who came back in each period (None: not over)."""
    times = [time for journey in journeys for _, time in journey]
    if not times:
        return {}
    running = period(max(times), every, time_zone)
    found: dict[date, tuple[int, list[int | None]]] = {}
    began: dict[date, list[set[date]]] = {}
    for journey in journeys:
        at = next((i for i, (code, _) in enumerate(journey) if code in start), None)
        if at is None:
            continue
        seen = {period(time, every, time_zone) for code, time in journey[at:] if code in back}
        began.setdefault(period(journey[at][1], every, time_zone), []).append(seen)
    for cohort, members in sorted(began.items()):
        counts: list[int | None] = []
        for k in range(periods + 1):
            then = following(cohort, every, k)
            if then >= running:
                counts.append(None)
            elif kind == "on":
                counts.append(sum(then in seen for seen in members))
            else:
                counts.append(sum(any(one >= then for one in seen) for seen in members))
        found[cohort] = (len(members), counts)
    return found
