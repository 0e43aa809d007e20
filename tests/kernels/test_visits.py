"""Visits are found as a plain reading of each journey finds them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from giljabi.kernels import first_visits, journeys_between, last_events_before

Journey: TypeAlias = list[tuple[int, int]]

journeys = st.lists(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=8).map(
        lambda steps: [
            (stage, int(time))
            for (stage, _), time in zip(steps, np.cumsum([gap for _, gap in steps]), strict=True)
        ]
    ),
    min_size=1,
    max_size=5,
)


def columns(log: list[Journey]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    offsets = np.cumsum([0, *map(len, log)])
    time = np.array([at for journey in log for _, at in journey], np.int64)
    stages = np.array([stage for journey in log for stage, _ in journey], np.uint8)
    return offsets, time, stages


@settings(max_examples=60, deadline=None)
@given(journeys)
def test_the_first_visit_and_what_came_before_it(log: list[Journey]) -> None:
    offsets, _, stages = columns(log)
    first, before = first_visits(offsets, stages, 2)
    for begin, journey, found, previous in zip(offsets, log, first, before, strict=False):
        places = [at for at, (stage, _) in enumerate(journey) if stage == 2]
        if not places:
            assert (found, previous) == (-1, -1)
            continue
        earlier = [at for at, (stage, _) in enumerate(journey[: places[0]]) if stage]
        assert found == begin + places[0]
        assert previous == (begin + earlier[-1] if earlier else -1)


@settings(max_examples=60, deadline=None)
@given(journeys, st.none() | st.integers(0, 8), st.integers(1, 2))
def test_the_earliest_start_that_arrives_in_time_is_found(
    log: list[Journey], within: int | None, target: int
) -> None:
    offsets, time, stages = columns(log)
    start, arrival = journeys_between(offsets, time, stages, 1, target, within, any_start=True)
    for begin, journey, found, arrived in zip(offsets, log, start, arrival, strict=False):
        starts = [at for at, (stage, _) in enumerate(journey) if stage == 1]
        pairs = [
            (at, to)
            for at in starts
            for to in range(at + 1, len(journey))
            if journey[to][0] == target and (within is None or journey[to][1] - journey[at][1] <= within)
        ]
        if pairs:
            assert (found - begin, arrived - begin) == min(pairs)
        else:
            assert arrived == -1
            assert found == (begin + starts[0] if starts else -1)


@settings(max_examples=60, deadline=None)
@given(journeys)
def test_the_first_start_is_kept_whether_it_arrives_or_not(log: list[Journey]) -> None:
    offsets, time, stages = columns(log)
    start, arrival = journeys_between(offsets, time, stages, 1, 2, None, any_start=False)
    for begin, journey, found, arrived in zip(offsets, log, start, arrival, strict=False):
        first = next((at for at, (stage, _) in enumerate(journey) if stage == 1), None)
        if first is None:
            assert (found, arrived) == (-1, -1)
            continue
        later = [at for at in range(first + 1, len(journey)) if journey[at][0] == 2]
        assert found == begin + first
        assert arrived == (begin + later[0] if later else -1)


@settings(max_examples=60, deadline=None)
@given(journeys, st.integers(-1, 30), st.integers(0, 6))
def test_the_last_event_before_a_moment_lies_within_reach(
    log: list[Journey], moment: int, within: int
) -> None:
    offsets, time, stages = columns(log)
    customers = np.arange(len(log))
    found = last_events_before(offsets, time, stages, customers, np.full(len(log), moment), within)
    for begin, journey, at in zip(offsets, log, found, strict=False):
        near = [
            place
            for place, (stage, when) in enumerate(journey)
            if stage and moment - within <= when <= moment
        ]
        assert at == (begin + near[-1] if near else -1)
