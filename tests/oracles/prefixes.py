"""Prefixes of journeys, customer by customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.oracles.journeys import Journey


@dataclass
class Prefix:
    customers: int = 0
    ends: int = 0
    gaps: list[int] = field(default_factory=list)


def prefixes(journeys: Sequence[Journey], depth: int) -> dict[tuple[int, ...], Prefix]:
    found: dict[tuple[int, ...], Prefix] = defaultdict(Prefix)
    for journey in journeys:
        for length in range(1, min(depth, len(journey)) + 1):
            prefix = found[tuple(code for code, _ in journey[:length])]
            prefix.customers += 1
            prefix.ends += len(journey) == length
            if length > 1:
                prefix.gaps.append(journey[length - 1][1] - journey[length - 2][1])
    return dict(found)
