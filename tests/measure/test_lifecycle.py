from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.measure.test_retention import DAY, ZONES, crowds
from tests.oracles import lifecycle as oracle
from tests.oracles.journeys import Journey

from giljabi.measure import lifecycle, stickiness
from giljabi.model.errors import BadParameter


def visits(*days: str) -> list[tuple[str, int]]:
    return [
        ("visit", round(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)) for day in days
    ]


SHOP = log_of(
    [
        visits("2026-03-02", "2026-03-03T10:00", "2026-03-10", "2026-03-24"),
        visits("2026-03-04", "2026-03-17"),
        visits("2026-03-09"),
    ],
    buckets=2,
)


def test_customers_are_new_returning_resurrected_or_dormant() -> None:
    answer = lifecycle(SHOP, every="week")
    assert answer.to_dict() == {
        "period": [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)],
        "customers": [2, 2, 1, 1],
        "new": [2, 1, 0, 0],
        "returning": [0, 1, 0, 0],
        "resurrected": [0, 0, 1, 1],
        "dormant": [0, 1, 2, None],
    }


def test_the_period_that_is_not_over_leaves_open_who_stays_away() -> None:
    assert lifecycle(SHOP, every="month").periods[-1].dormant is None


def test_the_picture_stacks_the_kinds_and_shows_the_dormant_below() -> None:
    picture = lifecycle(SHOP).drawing()
    assert "dormant" in picture
    assert "2026-03-09 returning: 1" in picture
    assert "NaN" not in picture


def test_days_active_are_counted_per_month() -> None:
    answer = stickiness(SHOP)
    (month,) = answer.months
    assert (month.customers, month.days, month.complete) == (3, 23, False)
    assert (month.daily, month.share) == (7 / 23, 7 / 23 / 3)
    assert {one.days: one.customers for one in answer.days if one.customers} == {1: 1, 2: 1, 4: 1}
    assert sum(one.share for one in answer.days) == pytest.approx(1)
    assert len(answer) == 31


def test_only_complete_weeks_make_the_distribution() -> None:
    answer = stickiness(SHOP, within="week")
    assert [(one.customers, one.days, one.complete) for one in answer.months] == [
        (2, 7, True),
        (2, 7, True),
        (1, 7, True),
        (1, 2, False),
    ]
    assert {one.days: one.customers for one in answer.days if one.customers} == {1: 4, 2: 1}
    assert answer.complete
    assert "<path" in answer.drawing()


def test_a_log_without_customers_has_no_periods() -> None:
    assert lifecycle(log_of([])).rows() == []
    assert stickiness(log_of([])).rows() == []
    assert lifecycle(log_of([])).drawing() == stickiness(log_of([])).drawing() == ""


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[str, float]] = []
    lifecycle(SHOP, progress=lambda what, share: told.append((what, share)))
    stickiness(SHOP, progress=lambda what, share: told.append((what, share)))
    assert told[1::2] == [("lifecycle", 1.0), ("stickiness", 1.0)]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"every": "week"}, "counts days"),
        ({"within": "year"}, "week or month"),
        ({"time_zone": "Mars"}, "Mars"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: Any, told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        stickiness(SHOP, **asked)


@given(
    drawn=crowds(),
    every=st.sampled_from(["day", "week", "month"]),
    zone=st.sampled_from(ZONES),
    buckets=st.integers(1, 3),
)
@settings(max_examples=60, deadline=None)
def test_counts_are_those_of_the_oracle(drawn: list[Journey], every: str, zone: str, buckets: int) -> None:
    times = [time for journey in drawn for _, time in journey]
    far = bool(times) and max(times) - min(times) > 400 * DAY
    every = "month" if far else every
    log = log_of([[("a", time) for _, time in one] for one in drawn], buckets)

    expected = oracle.kinds(drawn, every, zone)
    told = {
        one.period: (one.new, one.returning, one.resurrected)
        for one in lifecycle(log, every=every, time_zone=zone).periods
    }
    assert told == {day: kinds[:3] for day, kinds in expected.items()}
    gone = [one.dormant for one in lifecycle(log, every=every, time_zone=zone).periods]
    assert gone[:-1] == [kinds[3] for kinds in expected.values()][:-1]

    within = "week" if every == "week" else "month"
    answer = stickiness(log, within=within, time_zone=zone)
    active = oracle.days_active(drawn, within, zone)
    for month in answer.months:
        days = active.get(month.period, Counter[int]())
        assert month.customers == sum(days.values())
        assert month.daily * month.days == pytest.approx(sum(n * many for n, many in days.items()))
    whole = [one.period for one in answer.months if one.complete] or [one.period for one in answer.months]
    for one in answer.days:
        assert one.customers == sum(active[month][one.days] for month in whole if month in active)
