from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import occupancy as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.discover import animation
from giljabi.model.errors import BadParameter

NAMES = ["d", "b", "a", "c"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)


@given(
    drawn=journeys(4),
    buckets=st.integers(1, 3),
    frames=st.integers(2, 9),
    start=st.none() | st.integers(-50, 3000),
    top=st.integers(1, 5),
)
@settings(max_examples=80, deadline=None)
def test_customers_are_where_the_oracle_has_them(
    drawn: list[Journey], buckets: int, frames: int, start: int | None, top: int
) -> None:
    log = log_of([[(NAMES[code], time) for code, time in one] for one in drawn], buckets, names=NAMES)
    answer = animation(log, start=None if start is None else at(start), frames=frames, top=top)
    moments = [(moment - EPOCH) // timedelta(milliseconds=1) for moment in answer.frames]
    slow = oracle.occupancy(drawn, moments)
    told = {(flow.source, flow.target) for flow in answer.flows}
    expected: dict[tuple[int, str | None, str | None], int] = {}
    for (place, source, target), n in slow.items():
        edge = (NAMES[source], NAMES[target])
        key = (place, *(edge if edge in told else (None, None)))
        expected[key] = expected.get(key, 0) + n
    found = {
        (place, flow.source, flow.target): n
        for flow in answer.flows
        for place, n in enumerate(flow.customers)
        if n
    }
    assert found == expected


def test_tokens_move_along_the_edges_they_are_on() -> None:
    log = log_of([[("a", 0), ("b", 10), ("c", 30)], [("a", 0), ("b", 40)], [("a", 5)]], 2)
    answer = animation(log, frames=5)
    assert answer.frames == tuple(at(ms) for ms in (0, 10, 20, 30, 40))
    assert [(flow.source, flow.target, flow.customers) for flow in answer.flows] == [
        ("a", "b", (2, 1, 1, 1, 0)),
        ("b", "c", (0, 1, 1, 0, 0)),
    ]
    moves = {
        token.customer: [(move.edge, move.start, move.end) for move in token.moves] for token in answer.tokens
    }
    assert moves == {"c0": [(0, at(0), at(10)), (1, at(10), at(30))], "c1": [(0, at(0), at(40))]}
    assert answer.active == 2
    assert len(answer) == 6


def test_a_sample_is_drawn_by_its_seed() -> None:
    log = log_of([[("a", i), ("b", i + 50)] for i in range(40)], 3)
    names = [
        {token.customer for token in animation(log, customers=5, seed=seed).tokens} for seed in (1, 1, 2)
    ]
    assert names[0] == names[1] != names[2]
    assert all(len(one) == 5 for one in names)


def test_only_the_edges_asked_for_are_told_apart() -> None:
    log = log_of([[("a", 0), ("b", 10), ("c", 30)]])
    answer = animation(log, frames=3, edges=[("b", "c"), ("x", "y")])
    assert [(flow.source, flow.target) for flow in answer.flows] == [("b", "c"), (None, None)]


def test_an_empty_log_stands_still() -> None:
    answer = animation(log_of([]), frames=3)
    assert (answer.flows, answer.tokens, answer.active, len(answer.frames)) == ((), (), 0, 3)


@pytest.mark.parametrize("wrong", [{"frames": 1}, {"customers": -1}, {"seed": -1}, {"top": 0}])
def test_numbers_are_in_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        animation(log_of([[("a", 0)]]), **wrong)


def test_the_end_lies_after_the_start() -> None:
    with pytest.raises(BadParameter, match="after the start"):
        animation(log_of([[("a", 0)]]), start=at(5), end=at(5))
