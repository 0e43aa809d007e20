"""Lifecycle and stickiness by sets of periods per customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from tests.oracles.journeys import Journey
from tests.oracles.retention import following, period


def kinds(journeys: Sequence[Journey], every: str, time_zone: str) -> dict[date, tuple[int, ...]]:
    """Give new, returning, resurrected and dormant customers of each period."""
    active = [{period(time, every, time_zone) for _, time in journey} for journey in journeys]
    everything = sorted(set().union(*active))
    found: dict[date, tuple[int, ...]] = {}
    now = everything[0] if everything else None
    before = None
    while now is not None and now <= everything[-1]:
        new = sum(now in one and min(one) == now for one in active)
        returning = sum(now in one and before in one for one in active)
        resurrected = sum(now in one and before not in one and min(one) < now for one in active)
        dormant = sum(now not in one and before in one for one in active)
        found[now] = (new, returning, resurrected, dormant)
        before, now = now, following(now, every, 1)
    return found


def days_active(journeys: Sequence[Journey], within: str, time_zone: str) -> dict[date, Counter[int]]:
    """Give per month how many customers were active on how many days."""
    found: dict[date, Counter[int]] = {}
    for journey in journeys:
        pairs = {(period(t, within, time_zone), period(t, "day", time_zone)) for _, t in journey}
        for month, days in Counter(month for month, _ in pairs).items():
            found.setdefault(month, Counter())[days] += 1
    return found
