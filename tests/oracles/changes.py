"""What customers did in two periods, by asking each customer each question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.oracles.journeys import Journey

from giljabi.kernels import Periods


@dataclass(frozen=True)
class Did:
    """Customers by (what, period, subject); durations by (edge, period); variants by (names, period)."""

    customers: Counter[tuple[str, int, object]]
    durations: dict[tuple[tuple[int, int], int], list[int]]
    variants: Counter[tuple[tuple[int, ...], int]]


def did(journeys: Sequence[Journey], periods: Periods) -> Did:
    """Ask every customer."""
    found = Did(Counter(), {}, Counter())
    for journey in journeys:
        found.customers.update(set(_facts(journey, periods)))
        for period in (0, 1):
            firsts: dict[tuple[int, int], int] = {}
            for edge, took in _moves(journey, periods, period):
                firsts.setdefault(edge, took)
            for edge, took in firsts.items():
                found.durations.setdefault((edge, period), []).append(took)
            if journey and journey[0][1] in _window(periods, period):
                early = [code for code, time in journey if time - journey[0][1] <= periods.follow]
                found.variants[tuple(early), period] += 1
    return found


def _window(periods: Periods, period: int) -> range:
    start, end = periods[2 * period : 2 * period + 2]
    return range(start, max(start, end - periods.follow))


def _moves(journey: Journey, periods: Periods, period: int) -> Iterator[tuple[tuple[int, int], int]]:
    for (source, left), (target, came) in pairwise(journey):
        if left in _window(periods, period) and came - left <= periods.follow:
            yield (source, target), came - left


def _facts(journey: Journey, periods: Periods) -> Iterator[tuple[str, int, object]]:
    for period in (0, 1):
        start, end = periods[2 * period : 2 * period + 2]
        for code, time in journey:
            if start <= time < end:
                yield "active", period, None
                yield "seen", period, code
            if time in _window(periods, period):
                yield "source", period, code
        for edge, _ in _moves(journey, periods, period):
            yield "moved", period, edge
        if journey and journey[0][1] in _window(periods, period):
            yield "starter", period, None
            for code, time in journey[1:]:
                if time - journey[0][1] <= periods.follow:
                    yield "converted", period, code
