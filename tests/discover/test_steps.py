from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import steps as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.discover import StepsAnswer, steps
from giljabi.model.errors import BadParameter, UnknownEvent

NAMES = ["d", "b", "a", "c"]
LOG = log_of(
    [
        [("home", 0), ("cart", 1), ("pay", 2), ("home", 3)],
        [("home", 0), ("cart", 1), ("cart", 2)],
        [("help", 0), ("home", 1)],
    ],
    2,
)


def _cells(answer: StepsAnswer) -> list[tuple[int, str | None, int, int]]:
    return [(cell.step, cell.event, cell.customers, cell.over) for cell in answer.cells]


@given(
    drawn=journeys(4, longest=9, customers=8),
    buckets=st.integers(1, 3),
    depth=st.integers(1, 5),
    before=st.integers(0, 3),
    start=st.none() | st.sets(st.integers(0, 3), min_size=1),
    end=st.none() | st.sets(st.integers(0, 3), min_size=1),
)
@settings(max_examples=100, deadline=None)
def test_steps_are_those_of_the_oracle(
    drawn: list[Journey],
    buckets: int,
    depth: int,
    before: int,
    start: set[int] | None,
    end: set[int] | None,
) -> None:
    log = log_of([[(NAMES[code], time) for code, time in one] for one in drawn], buckets, names=NAMES)
    named = [None if one is None else [NAMES[code] for code in one] for one in (start, end)]
    answer = steps(log, depth, start=named[0], end=named[1], before=before)
    slow = oracle.steps(drawn, depth, before, start, end or ())
    numbers = {place: place + (place >= 0) for place in range(-before, depth)}
    assert answer.customers == slow.customers
    assert {(cell.step, cell.event): cell.customers for cell in answer.cells} == {
        (numbers[place], NAMES[code]): n for (place, code), n in slow.cells.items()
    }
    assert {(link.step, link.source, link.target): link.customers for link in answer.links} == {
        (numbers[place], NAMES[a], NAMES[b]): n for (place, a, b), n in slow.links.items()
    }
    onward = {
        (cell.step, cell.event): sum(
            link.customers for link in answer.links if (link.step, link.source) == (cell.step, cell.event)
        )
        for cell in answer.cells
    }
    for cell in answer.cells:
        assert cell.over == (
            0 if cell.step == answer.steps[-1] else cell.customers - onward[cell.step, cell.event]
        )


def test_steps_count_from_the_first_event() -> None:
    answer = steps(LOG, 3)
    assert _cells(answer) == [
        (1, "home", 2, 0),
        (1, "help", 1, 0),
        (2, "cart", 2, 0),
        (2, "home", 1, 1),
        (3, "cart", 1, 0),
        (3, "pay", 1, 0),
    ]
    assert (answer.steps, answer.customers, answer.cells[0].share) == ((1, 2, 3), 3, 2 / 3)


def test_an_anchor_may_stand_in_the_middle() -> None:
    answer = steps(LOG, 2, start="cart", before=2)
    assert answer.steps == (-2, -1, 1, 2)
    assert _cells(answer) == [(-1, "home", 2, 0), (1, "cart", 2, 0), (2, "cart", 1, 0), (2, "pay", 1, 0)]


def test_an_end_closes_a_journey() -> None:
    answer = steps(LOG, 4, end="pay")
    assert (3, "pay", 1, 1) in _cells(answer)
    assert not any(cell.step == 4 for cell in answer.cells)


def test_rare_events_are_told_together() -> None:
    answer = steps(LOG, 3, top=1)
    assert answer.events == ("cart",)
    assert _cells(answer)[:3] == [(1, None, 3, 0), (2, "cart", 2, 0), (2, None, 1, 1)]
    assert [(link.source, link.target) for link in answer.links[:2]] == [(None, "cart"), (None, None)]
    assert "<svg" in answer.drawing()


def test_an_empty_log_has_no_steps() -> None:
    answer = steps(log_of([]), 3)
    assert (answer.cells, answer.links, answer.customers) == ((), (), 0)
    assert "<svg" in answer.drawing()


@pytest.mark.parametrize("wrong", [{"depth": 0}, {"depth": 101}, {"before": -1}, {"top": 0}])
def test_parameters_are_in_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        steps(LOG, **wrong)


def test_an_anchor_is_an_event_of_the_log() -> None:
    with pytest.raises(UnknownEvent, match="did you mean 'cart'"):
        steps(LOG, start="crat")
