"""Comparing audiences, periods and logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import compare as oracle
from tests.oracles import durations as durations_oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.measure import CompareAnswer, compare, conversion
from giljabi.model import Customers, did, event, prop
from giljabi.model.errors import BadParameter, UnknownEvent
from giljabi.store import filter_audience

NAMES = ["view", "cart", "pay", "call"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000


def at(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)


SHOP = log_of(
    [
        [("view", 0), ("cart", 1000), ("pay", 4000)],
        [("view", 0), ("call", 500), ("cart", 3000)],
        [("cart", 0), ("view", 10)],
        [("view", 0), ("cart", DAY), ("pay", DAY + 100)],
        [("call", 0)],
    ],
    buckets=2,
    columns={"channel": [["web", "app", "app"], ["app", "call", "app"], ["web", "web"], ["web"] * 3, [None]]},
)


def row(answer: CompareAnswer, name: str) -> dict[str, Any]:
    return next(one for one in answer.rows() if one["event"] == name)


def test_an_audience_is_compared_with_the_rest() -> None:
    answer = compare(SHOP, did("pay"))
    pay = row(answer, "pay")
    assert (pay["a"], pay["b"], pay["difference"], pay["n_a"], pay["n_b"]) == (1, 0, 1, 2, 3)
    assert (answer.customers_a, answer.customers_b, answer.both) == (2, 3, 0)
    assert answer.names == ("{did: {event: pay}}", "the rest")
    assert [abs(one["difference"]) for one in answer.rows()] == sorted(
        (abs(one["difference"]) for one in answer.rows()), reverse=True
    )
    assert row(answer, "call") == row(compare(SHOP, did("pay"), ~did("pay")), "call")


def test_two_audiences_may_share_customers() -> None:
    answer = compare(SHOP, did("cart"), did("view"), question="funnel", steps=["view", "pay"])
    assert (answer.customers_a, answer.customers_b, answer.both) == (4, 4, 4)
    assert [one["difference"] for one in answer.rows()] == [0, 0]
    assert [one["p"] for one in answer.rows()] == [1, 1]


def test_a_period_is_compared_with_the_one_before_it_as_pairs() -> None:
    answer = compare(SHOP, (at(DAY), at(2 * DAY)), question="events")
    assert (answer.customers_a, answer.customers_b, answer.both) == (1, 5, 1)
    assert row(answer, "cart")["a"] == 1
    assert row(answer, "cart")["b"] == 3 / 5


def test_within_a_period_only_its_events_count() -> None:
    late = compare(
        SHOP, (at(400), at(5000)), (at(0), at(400)), question="funnel", steps=["cart", "pay"], within="1h"
    )
    assert [one["count_a"] for one in late.rows()] == [2, 1]
    assert [one["count_b"] for one in late.rows()] == [1, 0]
    assert [one["n_b"] for one in late.rows()] == [5, 1]


def test_a_conversion_is_the_second_step_of_a_funnel() -> None:
    asked: dict[str, Any] = {"within": "1h", "order": "ordered"}
    (one,) = compare(
        SHOP, did("call"), question="conversion", start="view", end=["cart", "pay"], **asked
    ).rows()
    steps = compare(SHOP, did("call"), question="funnel", steps=["view", ["cart", "pay"]], **asked).rows()
    assert {**one, "q": 0} == {**steps[1], "q": 0}
    assert one["event"] == "cart | pay"
    assert (one["n_a"], one["count_a"], one["n_b"], one["count_b"]) == (1, 1, 3, 1)


def test_durations_are_compared_by_their_medians() -> None:
    answer = compare(SHOP, did("pay"), question="durations", start="view", end="cart")
    (one,) = answer.rows()
    assert one["a"] == (timedelta(seconds=1) + timedelta(days=1)) / 2
    assert one["b"] == timedelta(seconds=3)
    assert one["difference"] == one["a"] - one["b"]
    assert (one["low"], one["high"], one["n_a"], one["n_b"]) == (None, None, 2, 1)
    assert "−" in compare(SHOP, ~did("pay"), question="durations", start="view", end="cart")._repr_html_()


def test_another_log_is_the_other_side_whatever_its_names() -> None:
    other = log_of([[("pay", 0)], [("wish", 0)]])
    answer = compare(SHOP, other)
    assert (answer.customers_a, answer.customers_b, answer.both) == (5, 2, 0)
    assert (row(answer, "wish")["a"], row(answer, "wish")["b"]) == (0, 0.5)
    assert row(answer, "pay")["difference"] == pytest.approx(2 / 5 - 1 / 2)


def test_steps_may_have_conditions_in_periods_too() -> None:
    step = event("cart") & (prop("channel") == "app")
    (one, _) = compare(SHOP, (at(0), at(DAY)), (at(0), None), question="funnel", steps=[step, "pay"]).rows()
    assert (one["count_a"], one["count_b"]) == (2, 2)


def test_chosen_events_alone_are_compared() -> None:
    answer = compare(SHOP, did("pay"), events=["call", "view"])
    assert {one.event for one in answer.contrasts} == {"call", "view"}
    p = sorted(one.p or 0 for one in answer.contrasts)
    assert max(one.q or 0 for one in answer.contrasts) <= min(1, 2 * p[0], p[1]) or p[1] == 1


def test_a_log_of_nobody_has_nothing_to_compare() -> None:
    empty = log_of([], names=["view", "pay"])
    assert compare(empty, did("view")).rows() == []
    assert compare(empty, did("view"), question="funnel", steps=["view"]).rows()[0]["difference"] is None
    (one,) = compare(empty, did("view"), question="durations", start="view", end="pay").rows()
    assert (one["a"], one["difference"], one["n_a"]) == (None, None, 0)


def test_the_picture_shows_every_difference_with_its_interval() -> None:
    drawn = compare(SHOP, did("pay"))._repr_html_()
    assert drawn.startswith("<svg")
    assert "call" in drawn


def test_progress_is_told_to_the_end() -> None:
    told: list[float] = []
    compare(SHOP, did("pay"), progress=lambda _, share: told.append(share))
    assert told == [0.5, 1]


@pytest.mark.parametrize(
    ("sides", "asked", "error"),
    [
        ((did("buy"),), {}, UnknownEvent),
        (("pay",), {}, BadParameter),
        (((at(5), at(1)),), {}, BadParameter),
        (((at(5), None),), {}, BadParameter),
        ((("soon", None), did("pay")), {}, BadParameter),
        ((did("pay"),), {"question": "mood"}, BadParameter),
        ((did("pay"),), {"question": "funnel"}, BadParameter),
        ((did("pay"),), {"question": "funnel", "steps": ["vew"]}, UnknownEvent),
        ((did("pay"),), {"question": "durations", "start": "view"}, BadParameter),
        ((did("pay"),), {"question": "funnel", "steps": ["view"], "order": "backwards"}, BadParameter),
        ((did("pay"),), {"events": ["buy"]}, UnknownEvent),
    ],
)
def test_what_cannot_be_compared_is_refused(
    sides: tuple[Any, ...], asked: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        compare(SHOP, *sides, **asked)


sides = st.one_of(
    st.sets(st.integers(0, 5)),
    st.tuples(st.one_of(st.none(), st.integers(0, 40)), st.one_of(st.none(), st.integers(41, 1100))),
)


def _of(side: Any) -> tuple[Any, oracle.Side]:
    if isinstance(side, set):
        ids = tuple(f"c{i}" for i in side)
        return Customers(ids), lambda place, journey: journey if place in side else []
    low, high = side

    def within(_: int, journey: Journey) -> Journey:
        return [one for one in journey if (low is None or one[1] >= low) and (high is None or one[1] < high)]

    return (None if low is None else at(low), None if high is None else at(high)), within


@given(drawn=journeys(4, longest=6), a=sides, b=sides, buckets=st.integers(1, 3))
@settings(max_examples=80, deadline=None)
def test_counts_are_those_of_the_oracle(drawn: list[Journey], a: Any, b: Any, buckets: int) -> None:
    log = log_of([[(NAMES[code], time) for code, time in one] for one in drawn], buckets, names=NAMES)
    (this, keep_a), (that, keep_b) = _of(a), _of(b)
    both = (keep_a, keep_b)

    def counts(one: dict[str, Any]) -> tuple[Any, ...]:
        return one["n_a"], one["count_a"], one["n_b"], one["count_b"]

    found = {one["event"]: counts(one) for one in compare(log, this, that, events=NAMES).rows()}
    for code, name in enumerate(NAMES):
        has = oracle.answers(drawn, both, lambda part, code=code: any(c == code for c, _ in part))  # type: ignore[misc]
        assert found[name] == oracle.overlap(has)[:4]

    steps: list[set[int]] = [{0}, {1, 3}, {2}]
    asked = [[NAMES[code] for code in step] for step in steps]
    rows = compare(log, this, that, question="funnel", steps=asked, within="45ms").rows()
    for k, one in enumerate(rows):

        def reached(part: Journey, k: int = k) -> bool | None:
            level = oracle.level(part, steps, 45)
            return level > k if k == 0 or level else None

        assert counts(one) == oracle.overlap(oracle.answers(drawn, both, reached))[:4]

    (one,) = compare(log, this, that, question="durations", start="view", end=["cart", "pay"]).rows()
    for side, key in zip(both, "ab", strict=True):
        parts = (side(place, journey) for place, journey in enumerate(drawn))
        took = [t for part in parts if (t := durations_oracle.duration(part, {0}, {1, 2})) is not None]
        assert one[f"n_{key}"] == len(took)
        assert one[key] == (timedelta(milliseconds=float(np.median(took))) if took else None)


@given(drawn=journeys(4, longest=6), a=sides, b=sides)
@settings(max_examples=50, deadline=None)
def test_buckets_play_no_part(drawn: list[Journey], a: Any, b: Any) -> None:
    named = [[(NAMES[code], time) for code, time in one] for one in drawn]
    (this, _), (that, _) = _of(a), _of(b)
    for question in ({}, {"question": "funnel", "steps": ["view", "pay"]}):
        one, many = (compare(log_of(named, n, names=NAMES), this, that, **question) for n in (1, 3))  # type: ignore[arg-type]
        assert one == many


WEEK = 7 * DAY


def test_who_comes_back_is_compared_week_by_week() -> None:
    loyal = [[("view", i), ("view", i + WEEK), ("view", i + 2 * WEEK)] for i in range(8)]
    once = [[("call", i)] for i in range(4)]
    log = log_of([*loyal, *once, [("view", 0), ("view", 5 * WEEK)]], buckets=2)
    rows = compare(log, did("call"), question="retention", every="week").rows()
    assert rows[0]["event"] == "week 1"
    assert (rows[0]["a"], rows[0]["b"], rows[0]["n_a"], rows[0]["n_b"]) == (0, 8 / 9, 4, 9)


def test_a_conversion_is_that_of_the_question_of_its_own() -> None:
    (one,) = compare(SHOP, did("call"), question="conversion", start="view", end="cart", within="1h").rows()
    for key, audience in (("a", did("call")), ("b", ~did("call"))):
        alone = conversion(filter_audience(SHOP, audience), "view", "cart", within="1h").rows()[0]
        assert (one[key], one[f"count_{key}"]) == (alone["share"], alone["count"])
