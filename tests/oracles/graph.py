"""The directly-follows graph, counted pair by pair."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.oracles.journeys import Journey


@dataclass
class Graph:
    durations: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    travellers: dict[tuple[int, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    visitors: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    starts: Counter[int] = field(default_factory=Counter)
    ends: Counter[int] = field(default_factory=Counter)


def graph(journeys: Sequence[Journey]) -> Graph:
    found = Graph()
    for customer, journey in enumerate(journeys):
        for code, _ in journey:
            found.visitors[code].add(customer)
        for (source, before), (target, now) in pairwise(journey):
            found.durations[source, target].append(now - before)
            found.travellers[source, target].add(customer)
        if journey:
            found.starts[journey[0][0]] += 1
            found.ends[journey[-1][0]] += 1
    return found
