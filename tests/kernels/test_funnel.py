from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles import funnel as oracle
from tests.oracles.funnel import Ask
from tests.oracles.journeys import Journey, columns, journeys

from giljabi.kernels import (
    NO_WINDOW,
    FunnelLevels,
    FunnelRules,
    Order,
    funnel_levels,
    gaps_by_step,
)
from giljabi.store.log.layout import Array

EVENTS = st.sets(st.integers(0, 3), max_size=3)
STEPS = st.lists(EVENTS, min_size=1, max_size=4)
LIMIT = st.sampled_from([0, 1, 2, 6, 45, 1005, 90_000_005, int(NO_WINDOW)])
ORDERS: list[Order] = ["ordered", "strict", "unordered"]


def _asked(drawn: list[Journey], ask: Ask, names: int = 4) -> FunnelLevels:
    n = len(ask.steps)
    sets = [*ask.steps, *(events for events, _, _ in ask.optional)]
    if ask.excluded:
        sets += [ask.excluded.get(k, ()) for k in range(n - 1)]
    marks: Array = np.array([[code in one for one in sets] for code in range(names)], np.bool_)
    rules = FunnelRules(
        n,
        ask.window,
        np.array(ask.limits) if ask.limits else None,
        np.array([after for _, after, _ in ask.optional], np.int64) if ask.optional else None,
        np.array([limit for _, _, limit in ask.optional], np.int64) if ask.optional else None,
        bool(ask.excluded),
    )
    order: Order = next(one for one in ORDERS if one == ask.order)
    return funnel_levels(*columns(drawn), marks, rules, order)


def _agree(drawn: list[Journey], ask: Ask) -> None:
    found = _asked(drawn, ask)
    begin, gaps = 0, found.gap.tolist()
    for customer, journey in enumerate(drawn):
        level = oracle.level(journey, ask)
        assert found.level[customer] == level
        entry = oracle.entry(journey, ask.steps)
        assert found.entry[customer] == (-1 if entry is None else begin + entry)
        expected = oracle.gaps(journey, ask) if level else []
        assert gaps[: len(expected)] == expected
        gaps = gaps[len(expected) :]
        if level:
            told = [
                (which, wait)
                for who, which, wait in zip(*map(list, found.optional), strict=True)
                if who == customer
            ]
            assert dict(told) == oracle.optional(journey, ask)
        begin += len(journey)
    assert gaps == []


@pytest.mark.parametrize("order", ORDERS)
@given(drawn=journeys(4, longest=7), steps=STEPS, window=LIMIT)
@settings(max_examples=100, deadline=None)
def test_levels_and_gaps_are_those_of_the_oracle(
    order: Order, drawn: list[Journey], steps: list[set[int]], window: int
) -> None:
    _agree(drawn, Ask(steps, window, order))


@pytest.mark.parametrize("order", ORDERS)
@given(
    drawn=journeys(4, longest=8),
    steps=st.permutations(range(4)).flatmap(lambda p: st.integers(1, 4).map(lambda n: [{c} for c in p[:n]])),
    window=LIMIT,
)
@settings(max_examples=60, deadline=None)
def test_steps_that_share_no_event_are_those_of_the_oracle(
    order: Order, drawn: list[Journey], steps: list[set[int]], window: int
) -> None:
    _agree(drawn, Ask(steps, window, order))


@given(
    drawn=journeys(4, longest=7),
    steps=STEPS,
    window=LIMIT,
    limits=st.lists(LIMIT, min_size=4, max_size=4),
    excluded=st.dictionaries(st.integers(0, 2), EVENTS, max_size=2),
    optional=st.lists(st.tuples(EVENTS, st.integers(0, 3), LIMIT), max_size=3),
)
@settings(max_examples=400, deadline=None)
def test_limits_exclusions_and_optional_steps_are_those_of_the_oracle(
    drawn: list[Journey],
    steps: list[set[int]],
    window: int,
    limits: list[int],
    excluded: dict[int, set[int]],
    optional: list[tuple[set[int], int, int]],
) -> None:
    n = len(steps)
    kept = {k: events for k, events in excluded.items() if k < n - 1}
    told = sorted((one for one in optional if one[1] < n), key=lambda one: one[1])
    _agree(drawn, Ask(steps, window, limits=limits[:n], optional=told, excluded=kept))


def _level(journey: Sequence[tuple[int, int]], ask: Ask) -> int:
    return int(_asked([list(journey)], ask).level[0])


def test_the_window_is_measured_from_the_first_step_and_includes_its_end() -> None:
    journey = [(0, 0), (1, 6), (2, 10)]
    assert _level(journey, Ask([{0}, {1}, {2}], 10)) == 3
    assert _level(journey, Ask([{0}, {1}, {2}], 9)) == 2


def test_a_later_start_can_reach_further() -> None:
    found = _asked([[(0, 0), (1, 50), (0, 60), (1, 65), (2, 69)]], Ask([{0}, {1}, {2}], 10))
    assert found.level.tolist() == [3]
    assert found.gap.tolist() == [5, 4]


def test_events_at_one_time_count_in_whichever_order_helps_but_not_when_strict() -> None:
    journey = [(1, 5), (0, 5)]
    assert _level(journey, Ask([{0}, {1}], 0)) == 2
    assert _level(journey, Ask([{0}, {1}], 0, "strict")) == 1


def test_an_event_serves_one_step_only() -> None:
    assert _level([(0, 0), (1, 1)], Ask([{0}, {0}, {1}])) == 1
    assert _level([(0, 0), (0, 0), (1, 1)], Ask([{0}, {0}, {1}])) == 3
    assert _level([(0, 0), (1, 1)], Ask([{0}, {0}, {1}], order="unordered")) == 1


def test_strict_starts_again_after_an_event_between() -> None:
    journey = [(0, 0), (3, 1), (0, 2), (1, 3)]
    assert _level(journey, Ask([{0}, {1}], 10, "strict")) == 2
    assert _level(journey[:2] + journey[3:], Ask([{0}, {1}], 10, "strict")) == 1


def test_unordered_needs_the_first_step() -> None:
    ask = Ask([{0}, {1}, {2}], 10, "unordered")
    assert _level([(1, 0), (2, 1)], ask) == 0
    assert _level([(1, 0), (2, 1), (0, 2)], ask) == 3


def test_a_limit_may_need_a_later_event_of_the_step_before() -> None:
    found = _asked([[(0, 0), (1, 1), (1, 10), (2, 12)]], Ask([{0}, {1}, {2}], limits=[0, 99, 5]))
    assert found.level.tolist() == [3]
    assert found.gap.tolist() == [10, 2]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("steps", [64, 65, 200])
def test_many_steps_fit(order: Order, steps: int) -> None:
    journey = [(code, 10 * code) for code in range(steps)]
    found = _asked([journey, journey[:-1]], Ask([{code} for code in range(steps)], order=order), steps)
    assert found.level.tolist() == [steps, steps - 1]
    assert (found.gap == 10).all()


@pytest.mark.parametrize("order", ORDERS)
def test_many_steps_of_the_same_event_need_as_many_events(order: Order) -> None:
    journey = [(0, 10 * i) for i in range(150)]
    found = _asked([journey], Ask([{0, 1}] * 200, order=order), 2)
    assert found.level.tolist() == [150]
    assert (found.gap == 10).all()


def test_gaps_are_sorted_by_step() -> None:
    level, gap = np.array([0, 3, 1, 2], np.uint16), np.array([5, 7, 6])
    bounds, customer, sorted_gap = gaps_by_step(level, gap, 3)
    assert bounds.tolist() == [0, 2, 3]
    assert customer.tolist() == [1, 3, 1]
    assert sorted_gap.tolist() == [5, 6, 7]
