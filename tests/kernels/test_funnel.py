import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles import funnel as oracle
from tests.oracles.journeys import Journey, columns, journeys

from giljabi.kernels import MAX_STEPS, NO_WINDOW, FunnelLevels, Order, funnel_levels
from giljabi.store.log.layout import Array

STEPS = st.lists(st.sets(st.integers(0, 3), max_size=3), min_size=1, max_size=4)
WINDOW = st.sampled_from([0, 1, 2, 6, 45, 1005, 90_000_005, int(NO_WINDOW)])
ORDERS: list[Order] = ["ordered", "strict", "unordered"]


def _lut(steps: list[set[int]], names: int = 4) -> Array:
    bits = [sum((code in step) << j for j, step in enumerate(steps)) for code in range(names)]
    return np.array(bits, np.uint64)


def _asked(drawn: list[Journey], steps: list[set[int]], window: int, order: Order) -> FunnelLevels:
    return funnel_levels(*columns(drawn), _lut(steps), len(steps), window, order)


@pytest.mark.parametrize("order", ORDERS)
@given(drawn=journeys(4, longest=7), steps=STEPS, window=WINDOW)
@settings(max_examples=60, deadline=None)
def test_levels_and_gaps_are_those_of_the_oracle(
    order: Order, drawn: list[Journey], steps: list[set[int]], window: int
) -> None:
    found = _asked(drawn, steps, window, order)
    begin = 0
    for customer, journey in enumerate(drawn):
        level = oracle.level(journey, steps, window, order)
        assert found.level[customer] == level
        entry = oracle.entry(journey, steps) if level else None
        assert found.entry[customer] == (-1 if entry is None else begin + entry)
        if level > 1:
            gaps = oracle.gaps(journey, steps, window, order)
            assert found.gap[: level - 1, customer].tolist() == gaps
        begin += len(journey)


def test_the_window_is_measured_from_the_first_step_and_includes_its_end() -> None:
    journey = [(0, 0), (1, 6), (2, 10)]
    assert _asked([journey], [{0}, {1}, {2}], 10, "ordered").level.tolist() == [3]
    assert _asked([journey], [{0}, {1}, {2}], 9, "ordered").level.tolist() == [2]


def test_a_later_start_can_reach_further() -> None:
    journey = [(0, 0), (1, 50), (0, 60), (1, 65), (2, 69)]
    found = _asked([journey], [{0}, {1}, {2}], 10, "ordered")
    assert found.level.tolist() == [3]
    assert found.gap[:, 0].tolist() == [5, 4]


def test_events_at_one_time_count_in_whichever_order_helps_but_not_when_strict() -> None:
    journey = [(1, 5), (0, 5)]
    assert _asked([journey], [{0}, {1}], 0, "ordered").level.tolist() == [2]
    assert _asked([journey], [{0}, {1}], 0, "strict").level.tolist() == [1]


def test_strict_starts_again_after_an_event_between() -> None:
    journey = [(0, 0), (3, 1), (0, 2), (1, 3)]
    assert _asked([journey], [{0}, {1}], 10, "strict").level.tolist() == [2]
    assert _asked([journey[:2] + journey[3:]], [{0}, {1}], 10, "strict").level.tolist() == [1]


def test_unordered_needs_the_first_step() -> None:
    assert _asked([[(1, 0), (2, 1)]], [{0}, {1}, {2}], 10, "unordered").level.tolist() == [0]
    assert _asked([[(1, 0), (2, 1), (0, 2)]], [{0}, {1}, {2}], 10, "unordered").level.tolist() == [3]


@pytest.mark.parametrize("order", ORDERS)
def test_sixty_four_steps_fit(order: Order) -> None:
    journey = [(code, 10 * code) for code in range(MAX_STEPS)]
    steps = [{code} for code in range(MAX_STEPS)]
    lut = _lut(steps, MAX_STEPS)
    found = funnel_levels(*columns([journey, journey[:-1]]), lut, MAX_STEPS, int(NO_WINDOW), order)
    assert found.level.tolist() == [64, 63]
    assert (found.gap[:, 0] == 10).all()
