"""Friction is counted per customer and stage."""

from __future__ import annotations

import numpy as np

from giljabi.kernels import Limits, friction_bucket, usual_visits
from giljabi.kernels.friction import CUSTOMERS, LEAVING, REPEATS, SMOOTH, STEPS_BACK, WAITING

FAR = np.iinfo(np.int64).max


def limits(events: int = 2, wait: int = 10) -> Limits:
    back = np.tri(4, k=-1, dtype=bool)
    back[3, 1] = False
    return Limits(np.full(4, events), np.full(4, wait), back, np.array([False, True, True, False]))


def counted(*journeys: list[tuple[int, int]]) -> np.ndarray:
    offsets = np.cumsum([0, *map(len, journeys)])
    time = np.array([at for journey in journeys for _, at in journey])
    stages = np.array([stage for journey in journeys for stage, _ in journey], np.uint8)
    return friction_bucket(offsets, time, stages, limits())


def test_a_journey_to_the_end_without_trouble_is_smooth() -> None:
    found = counted([(1, 0), (0, 1), (1, 2), (2, 5), (3, 9)])
    assert found[1:, SMOOTH].tolist() == [1, 1, 1]
    assert found[:, REPEATS:].sum() == 0


def test_many_events_of_one_visit_are_repeats_and_count_once() -> None:
    found = counted([(1, 0), (1, 1), (1, 2), (1, 3), (3, 4)])
    assert found[1].tolist() == [1, 0, 1, 0, 0, 0]


def test_a_step_back_counts_where_it_begins_unless_the_map_returns() -> None:
    found = counted([(1, 0), (2, 1), (1, 2), (3, 3), (1, 4), (3, 5)])
    assert found[:, STEPS_BACK].tolist() == [0, 0, 1, 0]


def test_a_long_wait_counts_where_it_ends() -> None:
    found = counted([(1, 0), (2, 11), (3, 12)])
    assert found[:, WAITING].tolist() == [0, 0, 1, 0]
    assert found[2, SMOOTH] == 0


def test_a_journey_that_stops_before_the_end_has_left() -> None:
    found = counted([(1, 0)], [(1, 0), (3, 1)])
    assert found[:, LEAVING].tolist() == [0, 1, 0, 0]
    assert found[1, [CUSTOMERS, SMOOTH]].tolist() == [2, 1]


def test_usual_visits_count_events_per_visit_and_the_time_between_visits() -> None:
    stages = np.array([1, 1, 0, 1, 2, 1, 2], np.uint8)
    time = np.array([0, 1, 2, 3, 10, 30, 31])
    usual = usual_visits(np.array([0, 6, 7]), time, stages, 2)
    assert np.flatnonzero(usual.lengths[1]).tolist() == [1, 3]
    assert usual.lengths[2, 1] == 2
    assert usual.waits[2].sum() == 1
    assert usual.waits[0].sum() == 0
