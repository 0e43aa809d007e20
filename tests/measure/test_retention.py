from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import retention as oracle
from tests.oracles.journeys import Journey

from giljabi.kernels import wilson
from giljabi.measure import GroupedRetentionAnswer, retention
from giljabi.model import did, prop
from giljabi.model.errors import BadParameter, UnknownColumn, UnknownEvent

NAMES = ["visit", "pay", "call"]
DAY = 86_400_000
ZONES = ["UTC", "Asia/Seoul", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


SHOP = log_of(
    [
        [("visit", at("2026-03-02")), ("pay", at("2026-03-03")), ("visit", at("2026-03-10"))],
        [("visit", at("2026-03-04")), ("visit", at("2026-03-17"))],
        [("visit", at("2026-03-08T23:59:59")), ("call", at("2026-03-09"))],
        [("visit", at("2026-03-09")), ("pay", at("2026-03-23T12:00"))],
        [("call", at("2026-03-12"))],
    ],
    buckets=2,
    columns={"channel": [["web", "app", "app"], ["web", "web"], [None, "app"], ["web", "web"], [None]]},
)


def shares(answer: Any, cohort: date | None) -> list[float | None]:
    return [row["share"] for row in answer.rows() if row["cohort"] == cohort]


def test_cohorts_are_weeks_from_monday_and_say_who_came_back_on_each() -> None:
    answer = retention(SHOP, every="week", periods=3)
    assert [(one.cohort, one.customers) for one in answer.cohorts] == [
        (date(2026, 3, 2), 3),
        (date(2026, 3, 9), 2),
    ]
    assert shares(answer, date(2026, 3, 2)) == [1, 2 / 3, 1 / 3, None]
    first = answer.cohorts[0].periods[1]
    assert (first.count, first.low, first.high) == (2, *(wilson(2, 3) or ()))


def test_a_period_that_is_not_over_is_unknown_and_never_zero() -> None:
    answer = retention(SHOP, every="week", periods=3)
    assert shares(answer, date(2026, 3, 9)) == [1, 0, None, None]
    assert answer.cohorts[1].periods[2].count is None


def test_the_overall_row_weights_cohorts_and_leaves_out_the_unfinished() -> None:
    answer = retention(SHOP, every="week", periods=3)
    assert [(one.customers, one.count) for one in answer.overall] == [(5, 5), (5, 2), (3, 1), (0, None)]


def test_by_a_period_means_in_it_or_later() -> None:
    answer = retention(SHOP, every="week", periods=3, kind="by")
    assert shares(answer, date(2026, 3, 2)) == [1, 1, 1 / 3, None]
    assert shares(answer, date(2026, 3, 9)) == [1, 0.5, None, None]


def test_start_and_back_may_be_different_steps() -> None:
    answer = retention(SHOP, start="visit", back=["pay", "call"], every="week", periods=2)
    assert [one.customers for one in answer.cohorts] == [3, 1]
    assert shares(answer, date(2026, 3, 2)) == [1 / 3, 1 / 3, 0]
    only_start = retention(SHOP, start="call", every="week", periods=1)
    assert [one.customers for one in only_start.cohorts] == [2]
    only_back = retention(SHOP, back="pay", every="week", periods=1)
    assert shares(only_back, date(2026, 3, 2)) == [1 / 3, 0]


def test_days_begin_when_they_begin_in_the_time_zone() -> None:
    log = log_of([[("visit", at("2026-03-01T14:59")), ("visit", at("2026-03-01T15:01"))]])
    assert len(retention(log, every="day").cohorts[0].periods) == 13
    seoul = retention(log, every="day", time_zone="Asia/Seoul", periods=1)
    assert seoul.cohorts[0].cohort == date(2026, 3, 1)
    assert seoul.overall[0].customers == 1
    assert retention(log, every="day", periods=1).overall[0].customers == 0


def test_groups_are_compared_over_all_cohorts_the_largest_first() -> None:
    answer = retention(SHOP, every="week", periods=2, by="channel")
    assert isinstance(answer, GroupedRetentionAnswer)
    assert [(one.group, one.customers) for one in answer.groups] == [("web", 3), (None, 1), ("app", 1)]
    web = answer.groups[0].periods
    assert [(one.customers, one.count) for one in web] == [(3, 3), (3, 1), (2, 1)]
    assert answer.columns[0] == "group"
    assert len(answer) == 9


def test_an_audience_is_compared_with_the_rest() -> None:
    answer = retention(SHOP, every="week", periods=1, by=did("pay"))
    assert isinstance(answer, GroupedRetentionAnswer)
    assert {one.group: one.customers for one in answer.groups} == {"in": 2, None: 3}


def test_the_picture_shows_the_triangle_and_the_curve() -> None:
    picture = retention(SHOP, every="week", periods=3).drawing()
    assert "2026-03-02" in picture
    assert "67%" in picture
    assert "<path" in picture
    assert "web" in retention(SHOP, by="channel").drawing()


def test_a_log_without_customers_has_no_cohorts() -> None:
    answer = retention(log_of([], names=["visit"]), start="visit")
    assert answer.rows() == []
    assert answer.drawing() == ""


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[str, float]] = []
    retention(SHOP, progress=lambda what, share: told.append((what, share)))
    assert told == [("retention", 0.5), ("retention", 1.0)]


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"every": "hour"}, BadParameter, "day, week, month"),
        ({"time_zone": "Asia/Soul"}, BadParameter, "Asia/Seoul"),
        ({"time_zone": "../etc/passwd"}, BadParameter, "IANA"),
        ({"kind": "around"}, BadParameter, "on, by"),
        ({"periods": 0}, BadParameter, "400"),
        ({"periods": 401}, BadParameter, "400"),
        ({"start": "vist"}, UnknownEvent, "visit"),
        ({"back": prop("price") > 1}, UnknownColumn, "price"),
        ({"by": "chanel"}, UnknownColumn, "channel"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: Any, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        retention(SHOP, **asked)


STEP = st.tuples(st.integers(0, 2), st.sampled_from([0, 0, 3_600_000, DAY, 3 * DAY, 8 * DAY, 40 * DAY]))
BEGIN = st.sampled_from(
    [at("2026-03-07T22:30"), at("2026-10-31T23:00"), at("2011-12-28T09:59"), at("2026-02-27"), 0, -5 * DAY]
)


@st.composite
def crowds(draw: st.DrawFn) -> list[Journey]:
    drawn: list[Journey] = []
    for begin, steps in draw(st.lists(st.tuples(BEGIN, st.lists(STEP, max_size=6)), max_size=5)):
        now, journey = begin, []
        for code, gap in steps:
            now += gap
            journey.append((code, now))
        drawn.append(journey)
    return drawn


CODES = st.sets(st.integers(0, 2), min_size=1, max_size=3)


@given(
    drawn=crowds(),
    start=CODES | st.none(),
    back=CODES | st.none(),
    every=st.sampled_from(["day", "week", "month"]),
    zone=st.sampled_from(ZONES),
    kind=st.sampled_from(["on", "by"]),
    buckets=st.integers(1, 3),
)
@settings(max_examples=100, deadline=None)
def test_cohorts_are_those_of_the_oracle(
    drawn: list[Journey],
    start: set[int] | None,
    back: set[int] | None,
    every: str,
    zone: str,
    kind: str,
    buckets: int,
) -> None:
    # A day of a bucket may lie centuries from another; keep the calendar small.
    times = [time for journey in drawn for _, time in journey]
    if times and max(times) - min(times) > 400 * DAY:
        every = "month"
    log = log_of([[(NAMES[code], time) for code, time in one] for one in drawn], buckets, names=NAMES)
    answer = retention(
        log,
        every=every,
        start=None if start is None else [NAMES[code] for code in start],
        back=None if back is None else [NAMES[code] for code in back],
        time_zone=zone,
        periods=4,
        kind=kind,
    )
    expected = oracle.cohorts(drawn, start or {0, 1, 2}, back or {0, 1, 2}, every, zone, 4, kind)
    told = {one.cohort: (one.customers, [cell.count for cell in one.periods]) for one in answer.cohorts}
    assert told == expected
    for k, cell in enumerate(answer.overall):
        known = [(size, counts[k]) for size, counts in expected.values() if counts[k] is not None]
        assert cell.customers == sum(size for size, _ in known)
        assert cell.count == (sum(count or 0 for _, count in known) if cell.customers else None)
