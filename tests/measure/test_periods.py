from datetime import UTC, date, datetime

import pytest
from tests.logs import log_of

from giljabi.measure.periods import Periods, read_periods

HOUR = 3_600_000


def of(first: str, last: str, every: str, zone: str) -> Periods:
    times = [datetime.fromisoformat(one).replace(tzinfo=UTC).timestamp() * 1000 for one in (first, last)]
    return read_periods(log_of([[("a", round(time)) for time in times]]), every, zone)


def hours(periods: Periods) -> list[float]:
    return [
        (after - before) / HOUR for before, after in zip(periods.bounds, periods.bounds[1:], strict=False)
    ]


def test_days_are_an_hour_shorter_or_longer_where_clocks_change() -> None:
    assert hours(of("2026-03-07T12:00", "2026-03-09T12:00", "day", "America/New_York")) == [24, 23, 24]
    assert hours(of("2026-10-31T12:00", "2026-11-02T12:00", "day", "America/New_York")) == [24, 25, 24]
    assert hours(of("2026-10-03T12:00", "2026-10-04T12:00", "day", "Australia/Lord_Howe")) == [24, 23.5]


def test_a_midnight_that_clocks_skip_is_the_moment_they_skip_it_at() -> None:
    periods = of("2018-11-03T12:00", "2018-11-05T12:00", "day", "America/Sao_Paulo")
    assert hours(periods) == [24, 23, 24]


def test_a_day_that_a_zone_left_out_is_empty() -> None:
    periods = of("2011-12-29T20:00", "2011-12-31T12:00", "day", "Pacific/Apia")
    assert [day.day for day in periods.starts] == [29, 30, 31, 1]
    assert hours(periods) == [24, 0, 24, 24]


@pytest.mark.parametrize(
    ("every", "starts"),
    [
        ("week", [date(2026, 2, 23), date(2026, 3, 2)]),
        ("month", [date(2026, 2, 1), date(2026, 3, 1)]),
    ],
)
def test_weeks_begin_on_monday_and_months_on_the_first(every: str, starts: list[date]) -> None:
    assert list(of("2026-02-28T12:00", "2026-03-03T12:00", every, "Asia/Seoul").starts) == starts


def test_all_but_the_period_in_which_the_log_ends_are_over() -> None:
    assert of("2026-02-28T12:00", "2026-03-03T12:00", "day", "UTC").closed == 3
    assert read_periods(log_of([]), "day", "UTC").closed == 0


def test_times_before_1970_have_periods_too() -> None:
    assert of("1969-12-31T23:00", "1970-01-01T01:00", "month", "UTC").starts == (
        date(1969, 12, 1),
        date(1970, 1, 1),
    )
