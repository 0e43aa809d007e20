from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import funnel as oracle
from tests.oracles.funnel import Ask
from tests.oracles.journeys import Journey, journeys

from giljabi.kernels import wilson
from giljabi.measure import GroupedFunnelAnswer, Step, funnel
from giljabi.model import did, event, prop, step
from giljabi.model.errors import BadParameter, UnknownColumn, UnknownEvent

NAMES = ["view", "cart", "pay", "call"]
SHOP = log_of(
    [
        [("view", 0), ("cart", 1000), ("pay", 4000)],
        [("view", 0), ("call", 500), ("cart", 3000)],
        [("cart", 0), ("view", 10)],
        [("view", 0), ("cart", 60_000)],
        [("call", 0)],
    ],
    buckets=2,
    columns={
        "channel": [["web", "app", "app"], ["app", "call", "app"], ["web", "web"], ["web", "app"], [None]],
        "amount": [[None, 10, 25], [None, None, 5], [1, None], [None, 50], [None]],
    },
)


def test_a_funnel_counts_customers_shares_intervals_and_times() -> None:
    answer = funnel(SHOP, ["view", "cart", "pay"])
    assert answer.to_dict()["customers"] == [4, 3, 1]
    first, second, third = answer.steps
    assert (first.share, first.share_of_previous, first.low, first.high) == (1, 1, 1, 1)
    assert (first.median, first.p90) == (None, None)
    assert (second.share, third.share, third.share_of_previous) == (0.75, 0.25, 1 / 3)
    assert (second.low, second.high) == wilson(3, 4)
    assert second.median == timedelta(seconds=3)
    assert third.median == third.p90 == timedelta(seconds=3)


def test_the_window_is_told_and_kept() -> None:
    answer = funnel(SHOP, ["view", "cart", "pay"], within="5s")
    assert answer.to_dict()["customers"] == [4, 2, 1]
    assert answer.within == timedelta(seconds=5)


def test_strict_lets_no_event_between() -> None:
    assert funnel(SHOP, ["view", "cart"], order="strict").to_dict()["customers"] == [4, 2]


def test_unordered_takes_the_steps_as_they_come() -> None:
    assert funnel(SHOP, ["view", "cart"], order="unordered").to_dict()["customers"] == [4, 4]


def test_a_step_may_be_names_or_a_matcher() -> None:
    steps: list[Step] = [["view", "call"], event("cart") & (prop("amount") >= 10)]
    answer = funnel(SHOP, steps)
    assert answer.to_dict()["customers"] == [5, 2]
    assert answer.steps[0].events == "view | call"
    assert "amount" in answer.steps[1].events


def test_more_matchers_than_fit_into_a_code_are_asked_too() -> None:
    steps: list[Step] = [prop("amount") >= number for number in range(10, 30)]
    assert funnel(SHOP, steps, order="unordered").to_dict()["customers"] == [2, 1] + [0] * 18
    first: list[Step] = [prop("amount") < number for number in range(20)]
    assert funnel(SHOP, [["view", "call"], *first[11:]]).to_dict()["customers"] == [5, 2] + [0] * 8


def test_groups_are_told_by_the_first_event_of_step_one_the_largest_first() -> None:
    answer = funnel(SHOP, ["view", "cart", "pay"], by="channel")
    assert isinstance(answer, GroupedFunnelAnswer)
    rows = [(row["group"], row["step"], row["customers"]) for row in answer.rows()]
    assert rows == [("web", 1, 3), ("web", 2, 2), ("web", 3, 1), ("app", 1, 1), ("app", 2, 1), ("app", 3, 0)]
    assert answer.columns[0] == "group"
    assert answer.groups[1].steps[1].median == timedelta(seconds=3)
    assert answer.groups[1].steps[2].median is None
    assert [step.customers for step in answer.steps] == [4, 3, 1]


def test_customers_without_a_value_are_a_group_of_their_own() -> None:
    answer = funnel(SHOP, [["call", "view"]], by="channel")
    assert isinstance(answer, GroupedFunnelAnswer)
    assert {group.group: group.steps[0].customers for group in answer.groups} == {"web": 3, "app": 1, None: 1}


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[str, float]] = []
    funnel(SHOP, ["view"], progress=lambda what, share: told.append((what, share)))
    assert told == [("funnel", 0.5), ("funnel", 1.0)]


def test_a_step_nobody_reaches_has_no_times() -> None:
    answer = funnel(SHOP, ["pay", "view", "cart"])
    assert answer.to_dict()["customers"] == [1, 0, 0]
    assert answer.steps[2].share_of_previous is None
    assert answer.to_arrow().num_rows == 3


def test_a_log_without_customers_gives_a_funnel_of_nothing() -> None:
    answer = funnel(log_of([], names=["view"]), ["view", "view"])
    assert answer.to_dict()["customers"] == [0, 0]
    assert answer.steps[0].share is None


@pytest.mark.parametrize(
    ("steps", "asked", "error"),
    [
        ([], {}, BadParameter),
        (["view"] * 1001, {}, BadParameter),
        ([[]], {}, BadParameter),
        (["view"], {"order": "backwards"}, BadParameter),
        (["view"], {"within": "soon"}, BadParameter),
        (["view"], {"by": "amount"}, BadParameter),
        (["view"], {"by": "chanel"}, UnknownColumn),
        (["vew"], {}, UnknownEvent),
        ([prop("price") > 1], {}, UnknownColumn),
    ],
)
def test_what_cannot_be_asked_is_refused(
    steps: list[Step], asked: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        funnel(SHOP, steps, **asked)  # type: ignore[arg-type]


@given(
    drawn=journeys(4, longest=7),
    steps=st.lists(st.sets(st.integers(0, 3), min_size=1, max_size=2), min_size=1, max_size=3),
    buckets=st.integers(1, 3),
    order=st.sampled_from(["ordered", "strict", "unordered"]),
)
@settings(max_examples=50, deadline=None)
def test_counts_and_times_are_those_of_the_oracle(
    drawn: list[Journey], steps: list[set[int]], buckets: int, order: str
) -> None:
    log = log_of([[(NAMES[code], time) for code, time in one] for one in drawn], buckets, names=NAMES)
    answer = funnel(log, [[NAMES[code] for code in step] for step in steps], within="45ms", order=order)
    ask = Ask(steps, 45, order)
    levels = [oracle.level(one, ask) for one in drawn]
    gaps = [oracle.gaps(one, ask) for one, k in zip(drawn, levels, strict=True) if k > 1]
    for j, one in enumerate(answer.steps):
        assert one.customers == sum(level > j for level in levels)
        if j and one.customers:
            median = np.median([gap[j - 1] for gap in gaps if len(gap) >= j])
            assert one.median == timedelta(milliseconds=float(median))


def test_a_step_may_have_a_limit_of_its_own() -> None:
    assert funnel(SHOP, ["view", step("cart", within="2s"), "pay"]).to_dict()["customers"] == [4, 1, 1]
    answer = funnel(SHOP, ["view", "cart"], step_within=[None, "3s"])
    assert answer.to_dict()["customers"] == [4, 2]
    assert answer.steps[1].within == timedelta(seconds=3)


def test_an_optional_step_holds_nobody_back() -> None:
    answer = funnel(SHOP, ["view", step("call", optional=True), "cart"])
    assert answer.to_dict()["customers"] == [4, 1, 3]
    assert answer.steps[1].median == timedelta(milliseconds=500)
    assert answer.steps[2].share_of_previous == 0.75
    assert answer.to_dict() == funnel(SHOP, ["view", "call", "cart"], optional=[2]).to_dict()


def test_excluded_events_break_a_way_anywhere_or_in_one_gap() -> None:
    assert funnel(SHOP, ["view", "cart"], exclude="call").to_dict()["customers"] == [4, 2]
    assert funnel(SHOP, ["view", "cart", "pay"], exclude={2: "call"}).to_dict()["customers"] == [4, 3, 1]
    assert funnel(SHOP, ["view", "pay"], exclude={"anywhere": prop("amount") == 10}).steps[1].customers == 0


def test_an_exclusion_around_an_optional_step_lies_between_the_required_ones() -> None:
    log = log_of([[("a", 0), ("b", 1), ("x", 2), ("c", 3)], [("a", 0), ("b", 1), ("c", 3)]])
    for after in (1, 2):
        answer = funnel(log, ["a", step("b", optional=True), "c"], exclude={after: "x"})
        assert answer.to_dict()["customers"] == [2, 2, 1]


def test_a_repeated_step_needs_an_event_of_its_own() -> None:
    log = log_of([[("view", 0)], [("view", 0), ("view", 9)]])
    assert funnel(log, ["view", "view"]).to_dict()["customers"] == [2, 1]


def test_two_hundred_steps_are_asked() -> None:
    log = log_of([[(f"e{n}", n) for n in range(200)], [("e0", 0)]])
    answer = funnel(log, [f"e{n}" for n in range(200)])
    assert answer.to_dict()["customers"] == [2] + [1] * 199
    several: list[Step] = [[f"e{n}", f"e{n + 1}"] for n in range(199)]
    assert funnel(log, several).steps[-1].customers == 1


def test_the_time_of_the_whole_way_is_told() -> None:
    answer = funnel(SHOP, ["view", "cart"])
    assert (answer.median, answer.p90) == (timedelta(seconds=3), timedelta(seconds=48.6))
    assert funnel(SHOP, ["view", "pay", "call"]).median is None


def test_customers_are_listed_by_where_they_fell_out() -> None:
    answer = funnel(SHOP, ["view", step("call", optional=True), "cart", "pay"])
    assert answer.reached(1).to_dict()["customer"] == ["c0", "c2", "c1", "c3"]
    assert answer.fell_out(3).rows() == [{"customer": "c2", "step": 1}]
    assert answer.reached(2).to_dict()["customer"] == ["c1"]
    assert sorted(answer.fell_out(2).to_dict()["customer"]) == ["c0", "c2", "c3"]
    assert answer.fell_out(4).to_arrow()["step"].to_pylist() == [3, 3]
    for wrong in (0, 1, 5):
        with pytest.raises(BadParameter):
            answer.fell_out(wrong)


def test_an_audience_breaks_a_funnel_down() -> None:
    answer = funnel(SHOP, ["view", "cart"], by=did("call"))
    assert isinstance(answer, GroupedFunnelAnswer)
    found = {group.group: [one.customers for one in group.steps] for group in answer.groups}
    assert found == {None: [3, 2], "in": [1, 1]}
    assert "rect" in answer.drawing()


@pytest.mark.parametrize(
    "asked",
    [
        {"step_within": ["1h"]},
        {"step_within": ["1h", None]},
        {"optional": [1]},
        {"optional": [3]},
        {"exclude": {2: "call"}},
        {"exclude": "call", "order": "strict"},
        {"optional": [2], "order": "unordered"},
    ],
)
def test_rules_that_do_not_fit_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        funnel(SHOP, ["view", "cart"], **asked)
