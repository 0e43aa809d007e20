from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import loops as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.discover import graph

NAMES = ["d", "b", "a", "c"]


@pytest.mark.parametrize("more_names", [0, 2000])
@given(drawn=journeys(4, longest=12), buckets=st.integers(1, 3))
@settings(max_examples=50, deadline=None)
def test_loops_are_those_of_the_oracle(more_names: int, drawn: list[Journey], buckets: int) -> None:
    names = [*NAMES, *(f"never {i}" for i in range(more_names))]
    log = log_of([[(NAMES[code], time) for code, time in one] for one in drawn], buckets, names=names)
    found = {
        (loop.kind, tuple(NAMES.index(event) for event in loop.events)): (
            loop.count,
            loop.customers,
            loop.time // timedelta(milliseconds=1),
        )
        for loop in graph(log, quantiles=False).loops.loops
    }
    assert found == oracle.loops(drawn)


def test_loops_are_named() -> None:
    log = log_of(
        [[("a", 0), ("a", 5), ("b", 7), ("a", 10)], [("a", 0), ("b", 1), ("c", 2), ("a", 9), ("e", 9)]]
    )
    answer = graph(log)
    assert [(row["kind"], row["events"], row["count"]) for row in answer.loops.rows()] == [
        ("back_and_forth", ["a", "b"], 1),
        ("cycle", ["a"], 1),
        ("repeat", ["a"], 1),
    ]
    back = answer.loops.loops[0]
    assert (back.customers, back.time, back.mean) == (1, timedelta(milliseconds=5), timedelta(milliseconds=5))


def test_a_knot_is_what_can_be_reached_from_each_other() -> None:
    log = log_of([[("in", 0), ("a", 1), ("b", 2), ("c", 3), ("a", 4), ("out", 5)], [("x", 0), ("x", 1)]])
    (knot,) = graph(log).loops.knots
    assert (knot.events, knot.count, knot.share) == (("a", "b", "c"), 3, 3 / 6)


def test_an_empty_log_has_no_loops() -> None:
    answer = graph(log_of([])).loops
    assert (answer.loops, answer.knots, len(answer)) == ((), (), 0)


def test_a_simplified_graph_keeps_the_loops_of_the_whole() -> None:
    answer = graph(log_of([[("a", 0), ("a", 1), ("b", 2)]]))
    assert answer.simplify(0).loops == answer.loops != graph(log_of([])).loops


def test_loops_can_be_left_out() -> None:
    assert graph(log_of([[("a", 0), ("a", 1)]]), loops=False).loops.loops == ()
