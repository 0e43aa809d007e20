"""Friction by looking at one customer after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.oracles.journeys import Journey

KINDS = ("repeats", "steps_back", "waiting", "bursts", "leaving")


@dataclass(frozen=True)
class Rules:
    """Where friction begins; maps by symbol, and by transition for ``fence`` and ``typical``."""

    events: Mapping[int, int]
    fence: Mapping[tuple[int, int], int]
    typical: Mapping[tuple[int, int], int]
    place: Mapping[int, int]
    leave: Mapping[int, bool]
    patience: Mapping[int, int]
    until: int
    again: int
    detour: int
    burst: int
    rapid: int
    late: Mapping[int, int] = field(default_factory=dict)
    forgiven: frozenset[tuple[int, int]] = frozenset()
    beaten: frozenset[tuple[int, int]] = frozenset()
    ceiling: Mapping[tuple[int, int], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """Customers, occurrences and time lost by (symbol, kind); "customers", "smooth" and "open" too."""

    customers: Counter[tuple[int, str]]
    times: Counter[tuple[int, str]]
    lost: Counter[tuple[int, str]]


def visits(journey: Journey, again: int) -> list[list[int]]:
    """Cut a journey into visits: lists of places."""
    found: list[list[int]] = []
    for at, (symbol, time) in enumerate(journey):
        if found and journey[at - 1][0] == symbol and time - journey[at - 1][1] <= again:
            found[-1].append(at)
        else:
            found.append([at])
    return found


def friction(journeys: Sequence[Journey], rules: Rules) -> Found:
    """Look at every customer."""
    found = Found(Counter(), Counter(), Counter())
    for journey in journeys:
        met = {(symbol, "customers") for symbol, _ in journey}
        for symbol, kind, lost in _occurrences(journey, rules):
            met.add((symbol, kind))
            found.times[symbol, kind] += 1
            found.lost[symbol, kind] += lost
        met |= {(s, "smooth") for s, _ in journey if not any((s, kind) in met for kind in KINDS)}
        if journey and _open(journey, rules):
            met.add((journey[-1][0], "open"))
        found.customers.update(met)
    return found


def _open(journey: Journey, rules: Rules) -> bool:
    symbol, time = journey[-1]
    return rules.until - time <= rules.patience[symbol]


def _occurrences(journey: Journey, rules: Rules) -> list[tuple[int, str, int]]:
    found = []
    parts = visits(journey, rules.again)
    for visit in parts:
        symbol = journey[visit[0]][0]
        if len(visit) > rules.events[symbol]:
            found.append((symbol, "repeats", journey[visit[-1]][1] - journey[visit[0]][1]))
    found += [
        (journey[run[0]][0], "bursts", journey[run[-1]][1] - journey[run[0]][1])
        for run in visits(journey, rules.rapid)
        if len(run) >= rules.burst and rules.rapid >= 0
    ]
    for one, two in pairwise(parts):
        source, target, now = journey[one[-1]], journey[two[0]][0], journey[two[0]][1]
        if source[0] == target:
            continue
        edge = (source[0], target)
        if target in rules.late:
            over = now - journey[one[0]][1] - rules.late[target]
            if over > 0:
                found.append((target, "waiting", over))
        elif rules.fence[edge] < now - source[1] <= rules.ceiling.get(edge, now):
            found.append((target, "waiting", now - source[1] - rules.typical[edge]))
    found += _steps_back(journey, rules)
    if journey and not _open(journey, rules) and rules.leave[journey[-1][0]]:
        found.append((journey[-1][0], "leaving", 0))
    return found


def _steps_back(journey: Journey, rules: Rules) -> list[tuple[int, str, int]]:
    found = []
    reached = -1
    for at, ((source, left), (target, now)) in enumerate(pairwise(journey), 1):
        had = any(symbol == target for symbol, _ in journey[:at])
        back = rules.place[target] < rules.place[source] and had and now - left <= rules.detour
        if source == target or not back or (source, target) in rules.forgiven | rules.beaten:
            continue
        lost = 0
        if at > reached:
            # Until the customer is as far again; steps back on the way there belong to the same detour.
            end = next((k for k in range(at, len(journey)) if _ends(journey, k, source, rules)), len(journey))
            reached = end - 1 if end < len(journey) else end
            if end < len(journey) and journey[end][1] - journey[end - 1][1] <= rules.detour:
                lost = journey[end][1] - left
        found.append((source, "steps_back", lost))
    return found


def _ends(journey: Journey, at: int, source: int, rules: Rules) -> bool:
    symbol, time = journey[at]
    return rules.place[symbol] >= rules.place[source] or time - journey[at - 1][1] > rules.detour
