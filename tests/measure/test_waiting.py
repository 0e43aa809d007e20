from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import waiting as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.measure import waiting
from giljabi.model import prop
from giljabi.model.errors import BadParameter, UnknownEvent

HOUR = 3_600_000


def test_time_is_lost_between_the_last_event_of_a_stage_and_the_first_of_the_next() -> None:
    log = log_of([[("ask", 0), ("ask", HOUR), ("noise", 2 * HOUR), ("answer", 5 * HOUR), ("ask", 5 * HOUR)]])
    answer = waiting(log, ["ask", "answer"])
    first, back = answer.waits
    assert (first.stage, first.next, first.count, first.total) == ("ask", "answer", 1, timedelta(hours=4))
    assert (back.stage, back.next, back.total) == ("answer", "ask", timedelta(0))
    assert first.share == 1.0
    assert first.shares[answer.bounds.index(timedelta(hours=4))] == 1.0
    assert first.median == pytest.approx(timedelta(hours=4), abs=timedelta(minutes=30))


def test_stages_may_have_names_and_an_event_belongs_to_the_first_it_matches() -> None:
    log = log_of([[("a", 0), ("b", HOUR)]], columns={"big": [["no", "yes"]]})
    answer = waiting(log, {"early": ["a", "b"], "late": "b"})
    assert answer.waits == ()
    answer = waiting(log, {"late": prop("big") == "yes", "early": ["a", "b"]})
    assert [(wait.stage, wait.next) for wait in answer.waits] == [("early", "late")]
    assert "early → late" in answer._repr_html_()


def test_an_empty_log_has_no_waits() -> None:
    assert waiting(log_of([], names=["a", "b"]), ["a", "b"]).rows() == []


def test_too_few_stages_and_unknown_events_are_refused() -> None:
    log = log_of([[("a", 0)]])
    with pytest.raises(BadParameter):
        waiting(log, ["a"])
    with pytest.raises(UnknownEvent):
        waiting(log, ["a", "z"])


@given(
    drawn=journeys(4),
    stages=st.lists(st.sets(st.integers(0, 3), min_size=1, max_size=2), min_size=2, max_size=4),
    buckets=st.integers(1, 3),
)
@settings(max_examples=60, deadline=None)
def test_waits_are_those_of_the_oracle(drawn: list[Journey], stages: list[set[int]], buckets: int) -> None:
    log = log_of([[(str(code), time) for code, time in one] for one in drawn], buckets, names="0123")
    named = {f"s{k}": [str(code) for code in stage] for k, stage in enumerate(stages)}
    answer = waiting(log, named)
    expected = oracle.waits(drawn, stages)
    found = {(wait.stage, wait.next): wait for wait in answer.waits}
    assert set(found) == {(f"s{a}", f"s{b}") for a, b in expected}
    bounds = [*answer.bounds, timedelta.max]
    for (a, b), seen in expected.items():
        wait = found[f"s{a}", f"s{b}"]
        took = [timedelta(milliseconds=ms) for _, ms in seen]
        assert wait.count == len(seen)
        assert wait.customers == len({customer for customer, _ in seen})
        assert wait.total == sum(took, timedelta())
        inside = [sum(low <= one < high for one in took) for low, high in pairwise(bounds)]
        assert wait.shares == tuple(count / len(took) for count in inside)
        assert min(took) * 0.87 <= wait.median <= max(took) * 1.13
