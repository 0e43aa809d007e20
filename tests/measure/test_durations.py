from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles.durations import duration, pairs
from tests.oracles.journeys import Journey, journeys

from giljabi.kernels import quantile_interval
from giljabi.measure import GroupedDurationsAnswer, durations
from giljabi.model import did, prop
from giljabi.model.errors import BadParameter, UnknownEvent

DAY = 86_400_000


def test_one_duration_per_customer_from_the_first_start_to_the_next_end() -> None:
    log = log_of(
        [
            [("order", 0), ("order", 1), ("deliver", DAY), ("deliver", 2 * DAY)],
            [("deliver", 0), ("order", 5), ("deliver", 5 + 3 * DAY)],
            [("order", 0)],
            [("deliver", 0)],
        ],
        buckets=3,
    )
    answer = durations(log, "order", "deliver")
    assert (answer.n, answer.started) == (2, 3)
    assert answer.values.tolist() == [DAY, 3 * DAY]
    assert answer.median == answer.mean == timedelta(days=2)
    assert (answer.low, answer.high) == (None, None)
    assert answer.to_dict()["p90"] == [timedelta(days=2.8)]


def test_the_median_comes_with_its_interval() -> None:
    log = log_of([[("a", 0), ("b", 1000 * n)] for n in range(1, 41)], buckets=2)
    answer = durations(log, "a", "b")
    low, high = quantile_interval(answer.values, 0.5)
    assert low is not None
    assert high is not None
    assert answer.low == timedelta(milliseconds=low)
    assert answer.high == timedelta(milliseconds=high)


def test_start_and_end_may_be_matchers() -> None:
    log = log_of([[("a", 0), ("b", 7), ("b", 9)]], columns={"amount": [[None, 1, 5]]})
    assert durations(log, ["a"], prop("amount") > 2).values.tolist() == [9]


def test_nobody_has_a_duration() -> None:
    answer = durations(log_of([[("b", 0), ("a", 0)]]), "a", "b")
    assert (answer.n, answer.started, answer.median, answer.bins) == (0, 1, None, ())
    assert len(answer) == 1


def test_unknown_events_and_empty_steps_are_refused() -> None:
    log = log_of([[("a", 0)]])
    with pytest.raises(UnknownEvent):
        durations(log, "a", "z")
    with pytest.raises(BadParameter):
        durations(log, [], "a")


@given(drawn=journeys(3), start=st.integers(0, 2), end=st.integers(0, 2))
@settings(max_examples=40, deadline=None)
def test_values_are_those_of_the_oracle(drawn: list[Journey], start: int, end: int) -> None:
    log = log_of([[(str(code), time) for code, time in one] for one in drawn], 2, names="012")
    expected = [took for one in drawn if (took := duration(one, {start}, {end})) is not None]
    assert durations(log, str(start), str(end)).values.tolist() == sorted(expected)


@given(st.lists(st.integers(0, 40 * 365 * DAY) | st.integers(0, 100), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_bins_hold_every_value_once_and_touch(took: list[int]) -> None:
    answer = durations(log_of([[("a", 0), ("b", one)] for one in took]), "a", "b")
    bounds = [bin_.low for bin_ in answer.bins] + [answer.bins[-1].high]
    assert bounds == sorted(set(bounds))
    assert [bin_.high for bin_ in answer.bins] == bounds[1:]
    counts, _ = np.histogram(took, [bound / timedelta(milliseconds=1) for bound in bounds])
    assert counts.tolist() == [bin_.count for bin_ in answer.bins]
    assert sum(counts) == len(took)
    assert len(answer.bins) <= 50


def test_every_pair_counts_where_each_is_asked() -> None:
    log = log_of([[("buy", 0), ("buy", 3), ("buy", 10)], [("buy", 0)]])
    answer = durations(log, "buy", "buy", which="each")
    assert answer.values.tolist() == [3, 7]
    assert (answer.started, answer.customers) == (4, 1)
    assert (answer.low, answer.high) == (None, None)


@given(
    drawn=journeys(3),
    start=st.sets(st.integers(0, 2), min_size=1),
    end=st.sets(st.integers(0, 2), min_size=1),
)
@settings(max_examples=60, deadline=None)
def test_pairs_are_those_of_the_oracle(drawn: list[Journey], start: set[int], end: set[int]) -> None:
    log = log_of([[(str(code), time) for code, time in one] for one in drawn], 2, names="012")
    answer = durations(log, [str(a) for a in start], [str(b) for b in end], which="each")
    found = [pairs(one, start, end) for one in drawn]
    assert answer.values.tolist() == sorted(took for some, _ in found for took in some)
    assert answer.started == sum(opened for _, opened in found)
    assert answer.customers == sum(bool(some) for some, _ in found)


def test_percentiles_and_the_curve_rise_to_the_longest() -> None:
    answer = durations(log_of([[("a", 0), ("b", 1000 * n)] for n in range(101)]), "a", "b")
    row = answer.rows()[0]
    seconds = [
        row[name] / timedelta(seconds=1) for name in ("p10", "p25", "median", "p75", "p90", "p95", "p99")
    ]
    assert seconds == [10, 25, 50, 75, 90, 95, 99]
    assert [one / timedelta(seconds=1) for one in answer.whole.curve] == list(range(101))
    assert "svg" in answer._repr_html_()


def test_groups_share_their_bins_and_add_up() -> None:
    log = log_of(
        [[("a", 0), ("b", 5)], [("a", 0), ("b", 90)], [("a", 0)], [("b", 0)]],
        buckets=2,
        columns={"channel": [["web", "app"], ["app", "web"], ["app"], [None]]},
    )
    answer = durations(log, "a", "b", by="channel")
    assert isinstance(answer, GroupedDurationsAnswer)
    assert {part.group: (part.n, part.started) for part in answer.groups} == {"web": (1, 1), "app": (1, 2)}
    for place, one in enumerate(answer.whole.bins):
        assert one.count == sum(part.bins[place].count for part in answer.groups)
    by_audience = durations(log, "a", "b", by=did("b"))
    assert [row["group"] for row in by_audience.rows()] == ["in", None]


def test_what_is_neither_first_nor_each_is_refused() -> None:
    with pytest.raises(BadParameter, match="which"):
        durations(log_of([[("a", 0)]]), "a", "a", which="last")
