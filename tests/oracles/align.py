"""Alignment to a map, by trying everything."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from itertools import product


@dataclass(frozen=True)
class Rules:
    """What a map says of its stages, which are counted from 1."""

    required: tuple[bool, ...]
    repeats: tuple[bool, ...]
    returns_to: tuple[frozenset[int], ...]
    to_the_last: bool
    within: tuple[int | None, ...] = field(default=())

    def leads(self, state: int, stage: int) -> bool:
        """Say whether the map leads from a state to a stage without passing a required one."""
        if stage > state:
            return not any(self.required[state : stage - 1])
        if stage == state:
            return state > 0 and self.repeats[stage - 1]
        return stage in self.returns_to[state - 1]

    def passable(self, state: int) -> list[int]:
        """List the required stages that may be passed next without an event."""
        return [
            stage
            for stage in range(1, len(self.required) + 1)
            if self.required[stage - 1] and self.leads(state, stage)
        ]

    def left(self, state: int) -> int:
        """Count the required stages a journey that ends here has not come to."""
        return sum(self.required[state:]) if self.to_the_last else 0


def least_cost(journey: list[int], rules: Rules) -> int:
    """Give the cost of the shortest path from (first event, no stage) to the end; symbol 0 is dropped."""
    queue = [(0, 0, 0)]
    done = set()
    best = 10**9
    while queue:
        cost, at, state = heapq.heappop(queue)
        if (at, state) in done:
            continue
        done.add((at, state))
        if at == len(journey):
            best = min(best, cost + rules.left(state))
        else:
            heapq.heappush(queue, (cost + 1, at + 1, state))
            if journey[at] and rules.leads(state, journey[at]):
                heapq.heappush(queue, (cost, at + 1, journey[at]))
        for stage in rules.passable(state):
            heapq.heappush(queue, (cost + 1, at, stage))
    return best


def best_alignment(journey: list[int], rules: Rules) -> tuple[int, int, tuple[bool, ...]]:
    """Give cost, missing stages and which events are kept, ties broken as the kernel promises."""
    found = []
    for kept in product((True, False), repeat=len(journey)):
        state, missing = 0, 0
        for symbol, keep in zip(journey, kept, strict=True):
            if keep:
                way = _passed(state, symbol, rules) if symbol else None
                if way is None:
                    break
                missing, state = missing + way, symbol
        else:
            missing += rules.left(state)
            found.append((missing + kept.count(False), missing, [not keep for keep in kept], kept))
    cost, missing, _, kept = min(found)
    return cost, missing, kept


def deviations(journey: list[int], rules: Rules) -> Counter[tuple[str, int]]:
    """Count the dropped events of the best alignment by kind and stage."""
    _, _, kept = best_alignment(journey, rules)
    counts: Counter[tuple[str, int]] = Counter()
    state = 0
    for symbol, keep in zip(journey, kept, strict=True):
        if keep:
            state = symbol
        elif 0 < symbol < state and symbol not in rules.returns_to[state - 1]:
            counts["out_of_order", symbol] += 1
        else:
            counts["unexpected", symbol] += 1
    return counts


def late(journey: list[tuple[int, int]], rules: Rules) -> Counter[int]:
    """Count the late visits per stage of a journey of (symbol, time)."""
    _, _, kept = best_alignment([symbol for symbol, _ in journey], rules)
    counts: Counter[int] = Counter()
    state, since = 0, 0
    for (symbol, time), keep in zip(journey, kept, strict=True):
        if not keep or (symbol == state and rules.repeats[symbol - 1]):
            continue
        limit = rules.within[symbol - 1]
        if state and limit is not None and time - since > limit:
            counts[symbol] += 1
        state, since = symbol, time
    return counts


def _passed(state: int, stage: int, rules: Rules) -> int | None:
    """Count the fewest required stages passed on the way from a state to an event of a stage."""
    queue, seen = [(0, state)], set()
    while queue:
        passed, at = heapq.heappop(queue)
        if rules.leads(at, stage):
            return passed
        if at not in seen:
            seen.add(at)
            for between in rules.passable(at):
                heapq.heappush(queue, (passed + 1, between))
    return None
