"""Friction is counted per customer and symbol."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles import friction as oracle
from tests.oracles.journeys import Journey, columns, journeys

from giljabi.kernels import Limits, friction_bucket, index_edges, merge_usual, usual_limits, usual_visits
from giljabi.kernels.friction import (
    ANY,
    BURSTS,
    CUSTOMERS,
    LEAVING,
    OPEN,
    REPEATS,
    SMOOTH,
    STEPS_BACK,
    WAITING,
)
from giljabi.kernels.inputs import Array

COLUMN = {
    "customers": CUSTOMERS,
    "smooth": SMOOTH,
    "open": OPEN,
    "repeats": REPEATS,
    "steps_back": STEPS_BACK,
    "waiting": WAITING,
    "bursts": BURSTS,
    "leaving": LEAVING,
}
SYMBOLS = 3
EDGES = np.array([1 * 4 + 2, 3 * 4 + 1])


def limits(wait: int = 10, patience: int = 0, until: int = 10_000) -> Limits:
    forgiven = np.zeros((4, 4), bool)
    forgiven[3, 1] = True
    few = np.full(4, wait)
    return Limits(
        events=np.full(4, 2),
        late=np.full(4, ANY),
        edges=index_edges(np.zeros(0, np.int64), 4),
        fence=np.zeros(0, np.int64),
        typical=np.zeros(0, np.int64),
        ceiling=np.zeros(0, np.int64),
        beaten=np.zeros(0, bool),
        fence_into=few,
        typical_into=few // 2,
        ceiling_into=np.full(4, ANY),
        place=np.arange(4),
        forgiven=forgiven,
        leave=np.array([False, True, True, False]),
        patience=np.full(4, patience),
        rapid=-1,
        until=until,
    )


def counted(*drawn: Journey, rules: Limits | None = None) -> Array:
    return friction_bucket(*bucket(drawn), rules or limits()).customers


def bucket(drawn: tuple[Journey, ...] | list[Journey]) -> tuple[Array, Array, Array, Array]:
    offsets, time, symbol = columns(drawn)
    return offsets, time, symbol, symbol


def test_a_journey_to_the_end_without_trouble_is_smooth() -> None:
    found = counted([(1, 0), (0, 1), (1, 2), (2, 5), (3, 9)])
    assert found[1:, SMOOTH].tolist() == [1, 1, 1]
    assert found[:, REPEATS:].sum() == 0


def test_many_events_of_one_visit_are_repeats_and_count_once() -> None:
    found = counted([(1, 0), (1, 1), (1, 2), (1, 3), (3, 4)])
    assert found[1, [CUSTOMERS, SMOOTH, REPEATS]].tolist() == [1, 0, 1]
    assert found[1, STEPS_BACK:].sum() == 0


def test_an_event_after_a_pause_begins_a_visit_anew() -> None:
    found = counted([(1, 0), (1, 1), (1, 9), (3, 10)], rules=limits()._replace(again=5))
    assert found[1, REPEATS] == 0


def test_a_step_back_counts_where_it_begins_unless_it_is_forgiven() -> None:
    found = counted([(1, 0), (2, 1), (1, 2), (3, 3), (1, 4), (3, 5)])
    assert found[:, STEPS_BACK].tolist() == [0, 0, 1, 0]


def test_what_a_customer_has_not_had_before_cannot_be_stepped_back_to() -> None:
    assert counted([(2, 1), (1, 2), (3, 3)])[:, STEPS_BACK].sum() == 0


def test_a_step_back_lasts_until_the_customer_is_as_far_again() -> None:
    found = friction_bucket(*bucket([[(1, 0), (2, 1), (1, 3), (1, 6), (2, 9), (3, 10)]]), limits())
    assert found.lost[2, STEPS_BACK - REPEATS] == 8


def test_a_long_wait_counts_where_it_ends() -> None:
    found = counted([(1, 0), (2, 11), (3, 12)])
    assert found[:, WAITING].tolist() == [0, 0, 1, 0]
    assert found[2, SMOOTH] == 0


def test_three_events_of_one_name_within_two_seconds_each_are_a_burst() -> None:
    rules = limits(wait=10**9)._replace(rapid=2000, events=np.full(4, 99))
    calm = [(1, 0), (1, 2000), (1, 4001), (3, 5000)]
    angry = [(1, 0), (1, 2000), (1, 4000), (1, 6000), (3, 7000)]
    found = friction_bucket(*bucket([calm, angry]), rules)
    assert found.customers[1, BURSTS] == 1
    assert found.times[1, BURSTS - REPEATS] == 1
    assert found.lost[1, BURSTS - REPEATS] == 6000


def test_events_of_other_names_are_no_burst_although_they_are_of_one_symbol() -> None:
    offsets, time, _, symbol = bucket([[(1, 0), (1, 1), (1, 2), (3, 3)]])
    names = np.array([7, 8, 7, 9], np.uint16)
    found = friction_bucket(offsets, time, names, symbol, limits()._replace(rapid=2000))
    assert found.customers[1, BURSTS] == 0


def test_a_journey_that_stops_before_the_end_has_left() -> None:
    found = counted([(1, 0)], [(1, 0), (3, 1)])
    assert found[:, LEAVING].tolist() == [0, 1, 0, 0]
    assert found[1, [CUSTOMERS, SMOOTH]].tolist() == [2, 1]


def test_who_may_yet_go_on_has_not_left() -> None:
    found = counted([(1, 0)], [(1, 50)], rules=limits(patience=60, until=100))
    assert found[1, [OPEN, LEAVING]].tolist() == [1, 1]


def test_the_usual_counts_visits_waits_places_and_ends() -> None:
    drawn = [[(1, 0), (1, 1), (0, 2), (1, 3), (2, 10), (1, 30)], [(2, 31)]]
    offsets, time, symbol = columns(drawn)
    usual = usual_visits(offsets, time, symbol, 2, index_edges(np.array([1 * 3 + 2]), 3), 1)
    assert np.flatnonzero(usual.lengths[1]).tolist() == [1, 3]
    assert usual.lengths[2, 1] == 2
    assert usual.waits.sum() == 1
    assert usual.into.sum(axis=1).tolist() == [0, 1, 1]
    assert usual.onward.sum(axis=1).tolist() == [0, 3, 1]
    assert (usual.place[1], usual.place[2] > 0) == (0, True)
    assert usual.customers.tolist() == [0, 1, 2]
    assert usual.ends.tolist() == [0, 1, 1]
    assert (usual.latest, usual.fine) == (31, 1)


def test_the_fence_of_a_wait_is_tukeys_on_a_logarithmic_scale() -> None:
    rng = np.random.default_rng(5)
    waits = np.exp(rng.normal(10, 0.8, 4000)).astype(int)
    drawn: list[Journey] = [[(1, 0), (2, int(wait))] for wait in waits]
    offsets, time, symbol = columns(drawn)
    index = index_edges(np.array([1 * 3 + 2]), 3)
    found = usual_limits(usual_visits(offsets, time, symbol, 2, index, 1), index)
    first, third = np.quantile(waits, [0.25, 0.75])
    assert math.log(found.fence[0]) == pytest.approx(math.log(third * (third / first) ** 1.5), abs=0.1)
    assert found.typical[0] == pytest.approx(np.median(waits), rel=0.03)


def test_times_on_whole_minutes_hide_bursts() -> None:
    offsets, time, symbol = columns([[(1, 60_000), (1, 60_000), (1, 60_000)]])
    index = index_edges(np.zeros(0, np.int64), 2)
    assert usual_limits(usual_visits(offsets, time, symbol, 1, index, 0), index).rapid == -1
    assert usual_limits(usual_visits(offsets, time + 1000, symbol, 1, index, 0), index).rapid == 2000


@given(
    drawn=journeys(SYMBOLS, longest=12),
    fence=st.sampled_from([1, 40, 2000]),
    rapid=st.sampled_from([-1, 2, 50]),
    again=st.sampled_from([1, 1000, ANY]),
    late=st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_counts_are_those_of_the_oracle(
    drawn: list[Journey], fence: int, rapid: int, again: int, late: bool
) -> None:
    shifted = [[(code + 1, time) for code, time in journey] for journey in drawn]
    until = max((time for journey in drawn for _, time in journey), default=0)
    known = {(1, 2), (3, 1)}
    edges = {(a, b): fence + 3 if (a, b) in known else fence for a in (1, 2, 3) for b in (1, 2, 3)}
    rules = limits(wait=fence, patience=40, until=until)._replace(
        edges=index_edges(EDGES, 4),
        fence=np.full(2, fence + 3),
        typical=np.full(2, 1),
        ceiling=np.array([ANY, 50_000]),
        beaten=np.array([False, True]),
        again=again,
        detour=again,
        rapid=rapid,
        forgiven=np.zeros((0, 0), bool),
        late=np.array([ANY, ANY, 7 if late else ANY, ANY]),
    )
    slow = oracle.friction(
        shifted,
        oracle.Rules(
            events=dict.fromkeys((1, 2, 3), 2),
            fence=edges,
            typical={edge: 1 if edge in known else fence // 2 for edge in edges},
            place={1: 1, 2: 2, 3: 3},
            leave={1: True, 2: True, 3: False},
            patience=dict.fromkeys((1, 2, 3), 40),
            until=until,
            again=again,
            detour=again,
            burst=3,
            rapid=rapid,
            late={2: 7} if late else {},
            forgiven=frozenset(),
            beaten=frozenset({(3, 1)}),
            ceiling={(3, 1): 50_000},
        ),
    )
    found = friction_bucket(*bucket(shifted), rules)
    for symbol in (1, 2, 3):
        for kind, column in COLUMN.items():
            assert found.customers[symbol, column] == slow.customers[symbol, kind], kind
        for place, kind in enumerate(oracle.KINDS):
            assert found.times[symbol, place] == slow.times[symbol, kind], kind
            assert found.lost[symbol, place] == slow.lost[symbol, kind], kind


@given(drawn=journeys(SYMBOLS, longest=6, customers=9))
@settings(max_examples=50, deadline=None)
def test_the_usual_of_buckets_adds_up_to_that_of_the_log(drawn: list[Journey]) -> None:
    index = index_edges(EDGES, 4)
    parts = [
        usual_visits(*columns(some), SYMBOLS, index, len(EDGES)) for some in (drawn[::2], drawn[1::2], drawn)
    ]
    merged = merge_usual(parts[:2])
    for field, whole in zip(merged, merge_usual(parts[2:]), strict=True):
        assert np.array_equal(np.asarray(field), np.asarray(whole))
