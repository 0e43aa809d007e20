from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import conversion as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.kernels import share_difference, share_p_value, share_ratio, wilson
from giljabi.measure import GroupedConversionAnswer, conversion, funnel
from giljabi.model import did
from giljabi.model.errors import BadParameter, UnknownColumn, UnknownEvent

DAY = 86_400_000
SHOP = log_of(
    [
        [("view", 0), ("pay", DAY)],
        [("view", 0), ("pay", 9 * DAY), ("view", 20 * DAY), ("pay", 21 * DAY)],
        [("view", 0), ("pay", 30 * DAY)],
        [("view", 59 * DAY)],
        [("call", 0), ("pay", 3 * DAY)],
        [("call", 0), ("pay", 40 * DAY)],
        [("call", 0), ("call", 60 * DAY)],
    ],
    buckets=2,
    columns={
        "channel": [["web"] * 2, ["app"] * 4, ["web"] * 2, ["app"], ["web"] * 2, ["app"] * 2, [None] * 2]
    },
)


def test_the_first_start_that_converts_counts_and_the_rest_is_told_beside() -> None:
    whole = conversion(SHOP, "view", "pay", within="7d").whole
    assert (whole.customers, whole.count, whole.share) == (4, 2, 0.5)
    assert (whole.low, whole.high) == wilson(2, 4)
    assert whole.median == timedelta(days=1)
    assert (whole.rest_customers, whole.rest_count) == (3, 2)
    assert (whole.difference, whole.difference_low, whole.difference_high) == share_difference(2, 4, 2, 3)
    assert (whole.lift, whole.lift_low, whole.lift_high) == share_ratio(2, 4, 2, 3)
    assert whole.p_value == whole.q_value == share_p_value(2, 4, 2, 3)


def test_who_may_still_convert_when_the_log_ends_is_told() -> None:
    assert conversion(SHOP, "view", "pay", within="7d").whole.undecided == 1
    assert conversion(SHOP, "view", "pay", within="1d").whole.undecided == 0


def test_the_rest_may_be_held_to_the_same_window() -> None:
    assert conversion(SHOP, "view", "pay", within="7d", rest="soon").whole.rest_count == 1


def test_a_conversion_is_a_funnel_of_two_steps() -> None:
    answer = conversion(SHOP, ["view", "call"], "pay", within="10d")
    steps = funnel(SHOP, [["view", "call"], "pay"], within="10d").steps
    assert [answer.whole.customers, answer.whole.count] == [step.customers for step in steps]
    assert answer.whole.rest_share is None
    assert answer.whole.lift is None


def test_groups_are_compared_each_with_its_own_rest() -> None:
    answer = conversion(SHOP, "view", "pay", within="7d", by="channel")
    assert isinstance(answer, GroupedConversionAnswer)
    found = {part.group: (part.customers, part.count, part.rest_customers) for part in answer.groups}
    assert found == {"web": (2, 1, 1), "app": (2, 1, 1), None: (0, 0, 1)}
    assert answer.columns[0] == "group"
    assert len(answer.to_arrow()) == 3
    by_audience = conversion(SHOP, "view", "pay", by=did("view", at_least=2))
    assert [row["group"] for row in by_audience.rows()] == [None, "in"]


def test_a_picture_shows_both_shares() -> None:
    assert "the rest" in conversion(SHOP, "view", "pay", by="channel")._repr_html_()


def test_an_empty_log_has_no_shares() -> None:
    answer = conversion(log_of([], names=["view", "pay"]), "view", "pay")
    assert answer.whole.share is None
    assert answer.whole.p_value is None
    assert answer.drawing()


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"rest": "never"}, BadParameter),
        ({"within": "soon"}, BadParameter),
        ({"by": "chanel"}, UnknownColumn),
        ({"end": "pays"}, UnknownEvent),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        conversion(SHOP, "view", **({"end": "pay"} | asked))


@given(
    drawn=journeys(3, longest=6),
    start=st.sets(st.integers(0, 2), min_size=1),
    end=st.sets(st.integers(0, 2), min_size=1),
    window=st.sampled_from([1, 6, 45, 90_000_005]),
    rest=st.sampled_from(["ever", "soon"]),
    buckets=st.integers(1, 3),
)
@settings(max_examples=80, deadline=None)
def test_counts_are_those_of_the_oracle(
    drawn: list[Journey], start: set[int], end: set[int], window: int, rest: str, buckets: int
) -> None:
    log = log_of([[(str(code), time) for code, time in one] for one in drawn], buckets, names="012")
    a, b = [str(code) for code in start], [str(code) for code in end]
    whole = conversion(log, a, b, within=timedelta(milliseconds=window), rest=rest).whole
    last = max((time for one in drawn for _, time in one), default=0)
    seen = [oracle.see(one, start, end, window, rest, last) for one in drawn if one]
    assert whole.customers == sum(one.did for one in seen)
    assert whole.count == sum(one.converted for one in seen)
    assert whole.undecided == sum(one.undecided for one in seen)
    assert whole.rest_customers == sum(not one.did for one in seen)
    assert whole.rest_count == sum(one.rest for one in seen)


def test_a_ratio_lies_within_its_interval_and_has_no_upper_bound_where_it_could_be_anything() -> None:
    for successes, others in ((0, 3), (5, 5), (10, 1), (3, 10)):
        found = share_ratio(successes, 10, others, 10)
        assert found is not None
        ratio, low, high = found
        assert high is not None
        assert 0 <= low <= ratio <= high
    assert share_ratio(3, 10, 0, 10) is None
    assert share_ratio(3, 10, 0, 0) is None
    # Donner & Zou with Wilson's limits, worked by hand from 30/100 and 20/100.
    ratio, low, high = share_ratio(30, 100, 20, 100) or (0, 0, 0)
    assert ratio == pytest.approx(1.5)
    assert [low, high or 0.0] == pytest.approx([0.92, 2.45], abs=0.06)
