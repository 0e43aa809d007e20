from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giljabi.model import errors, format_duration, milliseconds, parse_duration

LONGEST = 36_500 * 86_400_000


@given(st.integers(1, LONGEST))
def test_every_duration_is_written_so_that_it_reads_back(total: int) -> None:
    duration = timedelta(milliseconds=total)
    assert parse_duration(format_duration(duration)) == duration
    assert milliseconds(format_duration(duration)) == total


@given(st.integers(1, 400), st.sampled_from(["w", "d", "h", "m", "s", "ms"]), st.sampled_from(["", " "]))
def test_one_number_with_its_unit_is_read(count: int, unit: str, gap: str) -> None:
    sizes = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1, "ms": 0.001}
    assert parse_duration(f" {count}{gap}{unit} ") == timedelta(seconds=count * sizes[unit])


@pytest.mark.parametrize(
    ("text", "total"), [("1h 30m", 5_400_000), ("1h30m", 5_400_000), ("1.5h", 5_400_000)]
)
def test_parts_add_up(text: str, total: int) -> None:
    assert milliseconds(text) == total


@pytest.mark.parametrize(
    "text", ["", "7", "7 days", "-1d", "0s", "1d 2", "d", "36501d", "9" * 400 + "d", "1e3d"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(errors.BadParameter, match="duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    "value", [timedelta(0), timedelta(days=-1), timedelta(microseconds=10), timedelta.max]
)
def test_a_timedelta_must_lie_in_the_same_range(value: timedelta) -> None:
    with pytest.raises(errors.BadParameter, match="out of range"):
        parse_duration(value)


@pytest.mark.parametrize(
    ("text", "short"), [("2w", "14d"), ("90m", "1h 30m"), ("1000ms", "1s"), ("1.5s", "1s 500ms")]
)
def test_the_shortest_exact_form_is_written(text: str, short: str) -> None:
    assert format_duration(parse_duration(text)) == short
