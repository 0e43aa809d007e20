"""When the process changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from tests.discover.changing import DAY, HALF, regulars, shop
from tests.logs import log_of

from giljabi.discover import DriftAnswer, drift
from giljabi.model.errors import BadParameter


def test_the_window_in_which_the_process_changed_stands_out_and_says_why() -> None:
    answer = drift(shop(1, 3000, "new"), every="3d 12h")
    changed = [one for one in answer.windows if one.changed]
    assert [one.start.timestamp() * 1000 // HALF for one in changed] == [1]
    assert {("cart", "popup")} & {(shift.source, shift.target) for shift in changed[0].shifts}
    assert changed[0].distance is not None
    assert changed[0].threshold is not None
    assert changed[0].distance > changed[0].threshold
    assert changed[0].q_value == pytest.approx(7 / 2000, abs=0.003)


def test_where_nothing_changed_hardly_ever_a_window_stands_out() -> None:
    # Of 40 logs at q = 0.05 two are expected to show something; more than six would do so once in 250 times.
    logs = [shop(seed, 300) for seed in range(20)] + [regulars(seed) for seed in range(20)]
    assert sum(any(one.changed for one in drift(log, every="5d").windows) for log in logs) <= 6


def test_weeks_begin_on_monday_where_the_reader_lives() -> None:
    # 1970-01-04T15:30Z is Monday, half past midnight, in Seoul.
    late = 3 * DAY + 15 * 3_600_000 + 1_800_000
    log = log_of([[("a", late), ("b", late + 1)]])
    windows = drift(log, every="week", time_zone="Asia/Seoul").windows
    assert [one.start for one in windows] == [datetime(1970, 1, 4, 15, tzinfo=UTC)]
    assert drift(log, every="week").windows[0].start == datetime(1969, 12, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "windows", "length"),
    [("hour", 73, 1 / 24), ("day", 4, 1), ("month", 1, 31), ("2d", 2, 2), (timedelta(days=3), 2, 3)],
)
def test_windows_are_hours_days_months_or_lengths(every: Any, windows: int, length: float) -> None:
    found = drift(log_of([[("a", 0), ("b", 3 * DAY)]]), every=every).windows
    assert len(found) == windows
    assert found[0].end - found[0].start == timedelta(days=length)
    assert found[-1].count == 1


def test_a_window_that_the_log_does_not_fill_is_not_compared() -> None:
    busy = [[("a", i), ("b", i + 1)] for i in range(0, 20 * DAY, DAY // 60)]
    tail = [[("x", 20 * DAY + i), ("y", 20 * DAY + i + 1)] for i in range(300)]
    windows = drift(log_of([*busy, *tail]), every="5d").windows
    assert [one.distance is None for one in windows] == [True, False, False, False, True]
    assert windows[-1].count == 300


def test_few_transitions_tell_nothing() -> None:
    answer = drift(log_of([[("a", 0), ("b", 3 * DAY)]]), every="day")
    assert {(one.distance, one.threshold, one.q_value, one.changed) for one in answer.windows} == {
        (None, None, None, False)
    }


def test_buckets_play_no_part() -> None:
    assert drift(shop(3, 400, "lost", 1), every="7d") == drift(shop(3, 400, "lost", 4), every="7d")


def test_rare_transitions_count_as_one() -> None:
    rng = np.random.default_rng(1)
    drawn = [[(f"e{code}", int(at)) for at, code in enumerate(rng.integers(0, 60, 40))] for _ in range(60)]
    whole = drift(log_of(drawn), every="20ms").windows
    assert [one.count for one in whole] == [19 * 60, 20 * 60]
    assert whole[1].distance is not None


@pytest.mark.parametrize(
    "asked",
    [{"q": 0}, {"every": "fortnight"}, {"every": "1s"}, {"time_zone": "Seoul City"}, {"time_zone": ""}],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        drift(shop(1, 50), **asked)


def test_a_log_without_events_has_no_windows() -> None:
    assert drift(log_of([])).windows == ()
    assert drift(log_of([[]], names=["a"])).rows() == []


def test_the_answer_is_a_table_with_a_picture() -> None:
    told: list[float] = []
    answer = drift(shop(1, 300), every="7d", progress=lambda _, share: told.append(share))
    assert answer.to_arrow().column_names == list(DriftAnswer.columns)
    assert "<svg" in answer._repr_html_()
    assert told[-1] == 1.0
