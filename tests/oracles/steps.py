"""Steps from an anchor, customer by customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from tests.oracles.journeys import Journey


@dataclass
class Steps:
    customers: int = 0
    cells: Counter[tuple[int, int]] = field(default_factory=Counter)
    links: Counter[tuple[int, int, int]] = field(default_factory=Counter)


def steps(
    journeys: Sequence[Journey],
    depth: int,
    before: int,
    start: Collection[int] | None,
    end: Collection[int],
) -> Steps:
    """Count by step (0 is the anchor) and code, and by step and two codes."""
    found = Steps()
    for journey in journeys:
        codes = [code for code, _ in journey]
        anchors = [i for i, code in enumerate(codes) if start is None or code in start]
        if not anchors:
            continue
        found.customers += 1
        anchor = anchors[0]
        closed = [i for i, code in enumerate(codes) if i > anchor and code in end]
        places = range(max(0, anchor - before), min(anchor + depth, closed[0] + 1 if closed else len(codes)))
        for i in places:
            found.cells[i - anchor, codes[i]] += 1
            if i + 1 in places:
                found.links[i - anchor, codes[i], codes[i + 1]] += 1
    return found
