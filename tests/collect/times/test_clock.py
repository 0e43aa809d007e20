from __future__ import annotations

import datetime as dt
from typing import Any, cast
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giljabi.collect.times import Clock
from giljabi.model.errors import BadParameter

AFTERNOON = "2026-11-21T15:05:00"


def read(value: object, **how: Any) -> str | None:
    """Read one value; give it in UTC, ``absent`` or None where it is unreadable."""
    column = value if isinstance(value, pa.Array) else pa.array([cast("Any", value)])
    times = Clock(**how).read(column)
    if times.absent[0]:
        return "absent"
    if times.unreadable[0]:
        return None
    moment = dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=int(times.ms[0]))  # noqa: DTZ001
    return moment.isoformat()


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-21T15:05:00Z",
        "2026-11-21T15:05",
        "2026-11-21 15:05:00",
        "2026-11-22T00:05:00+09:00",
        "2026-11-22T00:05:00+0900",
        "2026-11-22 00:05:00 KST",
        "2026/11/21 15:05",
        "2026.11.21 15:05",
        "2026. 11. 21. 오후 3:05",
        "2026년 11월 21일 오후 3:05",
        "2026년 11월 21일(토) 오후 3시 5분",
        "2026년 11월 21일 15시 05분 00초",
        "2026-11-21 오후 3:05:00",
        "21/11/2026 3:05 PM",
        "21.11.2026 15:05",
        "Sat, 21 Nov 2026 15:05:00 GMT",
        "22/Nov/2026:00:05:00 +0900",
        "Nov 21, 2026 3:05 p.m.",
        "20261121150500",
        "20261121T150500Z",
        "1795273500",
        "1795273500000",
        "1795273500000000",
        "1795273500000000000",
        "  2026-11-21 15:05:00  ",
    ],
)
def test_each_way_to_write_a_moment_gives_that_moment(written: str) -> None:
    assert read(written) == AFTERNOON


@pytest.mark.parametrize("written", ["2026-11-21", "2026/11/21", "20261121", "26.11.21", "2026년 11월 21일"])
def test_a_day_without_a_time_is_its_midnight(written: str) -> None:
    assert read(written) == "2026-11-21T00:00:00"


@pytest.mark.parametrize("written", ["2026-11-21 오전 12:05", "2026-11-21 12:05 AM"])
def test_twelve_in_the_morning_is_midnight(written: str) -> None:
    assert read(written) == "2026-11-21T00:05:00"


def test_noon_is_twelve_in_the_afternoon() -> None:
    assert read("2026-11-21 오후 12:05") == "2026-11-21T12:05:00"


@pytest.mark.parametrize(
    "written",
    [
        "soon",
        "2026-02-30",
        "2025-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-11-21 25:00",
        "2026-11-21 15:",
        "2026-11-21 15:61",
        "2026-11-21 15:05:00+25:00",
        "15:05",
        "2026-11",
        "11/21/2026",
        "2026-11-21 15:05 tomorrow",
    ],
)
def test_what_is_no_time_is_unreadable(written: str) -> None:
    assert read(written) is None


@pytest.mark.parametrize("written", [None, "", "   ", "NULL", "\\N", "NaN"])
def test_what_stands_for_nothing_is_absent(written: str | None) -> None:
    assert read(pa.array([written], pa.string())) == "absent"


def test_the_day_comes_second_where_the_clock_says_so() -> None:
    assert read("04/05/2026", day_first=True) == "2026-05-04T00:00:00"
    assert read("04/05/2026", day_first=False) == "2026-04-05T00:00:00"


def test_a_time_without_a_zone_is_in_the_zone_of_the_clock() -> None:
    assert read("2026-11-22 00:05:00", zone="Asia/Seoul") == AFTERNOON


def test_a_time_with_a_zone_keeps_it() -> None:
    assert read("2026-11-21T15:05:00Z", zone="Asia/Seoul") == AFTERNOON


def test_a_number_of_seconds_has_no_zone_to_be_given() -> None:
    assert read(pa.array([1795273500]), zone="Asia/Seoul") == AFTERNOON


def test_an_hour_that_the_clock_skips_is_unreadable() -> None:
    assert read("2024-03-10 02:30:00", zone="America/New_York") is None


def test_a_zone_that_does_not_exist_is_told() -> None:
    with pytest.raises(BadParameter, match="Asia/Seoul"):
        Clock("Asia/Soul")


@pytest.mark.parametrize(
    "column",
    [
        pa.array([dt.datetime(2026, 11, 21, 15, 5)], pa.timestamp("s")),  # noqa: DTZ001
        pa.array([dt.datetime(2026, 11, 21, 15, 5)], pa.timestamp("ns")),  # noqa: DTZ001
        pa.array([dt.datetime(2026, 11, 21, 15, 5, tzinfo=dt.UTC)], pa.timestamp("us", "Asia/Seoul")),
        pa.array([1795273500.0]),
        pa.array([1795273500000]),
        pa.array(["2026-11-21 15:05"]).dictionary_encode(),
        pa.array(["2026-11-21 15:05"], pa.large_string()),
    ],
)
def test_each_type_of_column_gives_the_moment(column: pa.Array[Any]) -> None:
    assert read(column) == AFTERNOON


def test_a_date_column_gives_midnights() -> None:
    assert read(pa.array([dt.date(2026, 11, 21)])) == "2026-11-21T00:00:00"


def test_a_whole_number_can_write_a_day() -> None:
    assert read(pa.array([20261121])) == "2026-11-21T00:00:00"


def test_not_a_number_is_absent() -> None:
    assert read(pa.array([float("nan")])) == "absent"


def test_parts_of_a_millisecond_are_cut_off() -> None:
    assert read("2026-11-21 15:05:00.123999") == "2026-11-21T15:05:00.123000"
    assert read("2026-11-21 15:05:00.123456789") == "2026-11-21T15:05:00.123000"
    assert read("1969-12-31 23:59:59.9995") == "1969-12-31T23:59:59.999000"


def test_one_bad_time_leaves_the_others_as_they_are() -> None:
    times = Clock().read(
        pa.array(["2026-11-21 15:05:00", "soon", "2026-11-21T15:05:00Z", None, "2026/11/21"])
    )
    assert times.unreadable.tolist() == [False, True, False, False, False]
    assert times.absent.tolist() == [False, False, False, True, False]
    assert times.ms[0] == times.ms[2] == 1795273500000


MOMENTS = st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2100, 1, 1))  # noqa: DTZ001


@settings(max_examples=60)
@given(moment=MOMENTS, pattern=st.sampled_from(["%Y-%m-%d %H:%M:%S.%f", "%d/%m/%Y %H:%M:%S", "%Y%m%d%H%M%S"]))
def test_what_python_writes_is_read_back(moment: dt.datetime, pattern: str) -> None:
    expected = moment.replace(microsecond=moment.microsecond // 1000 * 1000 if "%f" in pattern else 0)
    assert read(moment.strftime(pattern)) == expected.isoformat()


@settings(max_examples=40)
@given(moment=MOMENTS)
def test_the_clock_of_seoul_is_read_as_zoneinfo_reads_it(moment: dt.datetime) -> None:
    moment = moment.replace(microsecond=0)
    local = moment.replace(tzinfo=ZoneInfo("Asia/Seoul"))
    utc = local.astimezone(dt.UTC).replace(tzinfo=None)
    skipped = utc.replace(tzinfo=dt.UTC).astimezone(ZoneInfo("Asia/Seoul")).replace(tzinfo=None) != moment
    assert read(moment.strftime("%Y-%m-%d %H:%M:%S"), zone="Asia/Seoul") == (
        None if skipped else utc.isoformat()
    )
