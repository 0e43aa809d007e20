from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.collect.conftest import NOW, Write

from giljabi.collect import Roles, read_events

FIRST = '{"user_id": "u1", "event": "view", "time": "2026-01-01T10:00:00Z"'


def test_names_that_come_up_late_become_columns(write: Write) -> None:
    text = FIRST + "}\n" + FIRST + ', "page": "/a"}\n'
    assert [row["page"] for row in read_events(write(text), now=NOW).table().to_pylist()] == [None, "/a"]


def test_nested_names_are_joined_by_dots_and_lists_kept_as_json(write: Write) -> None:
    text = FIRST + ', "properties": {"price": 3, "tags": ["a", 1]}}\n'
    [row] = read_events(write(text), now=NOW).table().to_pylist()
    assert (row["properties.price"], row["properties.tags"]) == (3.0, '["a", 1]')


def test_types_that_differ_from_row_to_row_become_text(write: Write) -> None:
    text = "".join(FIRST + f', "size": {size}}}\n' for size in ["1", '"big"', "true", "2.5", "null"])
    assert read_events(write(text), now=NOW).table()["size"].to_pylist() == ["1", "big", "true", "2.5", None]


def test_digits_in_quotes_stay_text(write: Write) -> None:
    assert read_events(write(FIRST + ', "size": "12"}\n'), now=NOW).table()["size"].to_pylist() == ["12"]


def test_large_whole_numbers_stay_exact(write: Write) -> None:
    text = '{"user_id": 9007199254740993, "event": "v", "time": 1767261600000, "n": 9007199254740993}\n'
    [row] = read_events(write(text), now=NOW).table().to_pylist()
    assert (row["customer"], row["n"]) == ("9007199254740993", "9007199254740993")
    assert row["time"] == datetime(2026, 1, 1, 10, tzinfo=UTC)


def test_each_line_that_is_no_object_is_named(write: Write) -> None:
    broken = ["{", "[1]", "null", "x", '{"a":1}}', '"text"']
    text = FIRST + "}\n" + "\n".join(broken) + "\n\n" + FIRST + "}\n"
    reading = read_events(write(text), now=NOW)
    assert reading.table().num_rows == 2
    assert [(one.line, one.reason, one.raw) for one in reading.rejects] == [
        (line, "bad_row", raw) for line, raw in enumerate(broken, 2)
    ]


def test_a_line_with_bytes_that_are_no_text_is_named(write: Write) -> None:
    good = (FIRST + ', "말": "고객의 소리"}\n').encode() * 20
    reading = read_events(write(good + b'{"user_id": "\xff"}\n' + good), now=NOW)
    assert reading.table().num_rows == 40
    assert [one.line for one in reading.rejects] == [21]


@pytest.mark.parametrize("depth", [100, 900, 990, 5000])
def test_a_line_nested_too_deeply_is_refused_alone(write: Write, depth: int) -> None:
    reading = read_events(write(FIRST + "}\n" + FIRST + f', "a": {"[" * depth}{"]" * depth}}}\n'), now=NOW)
    assert reading.table().num_rows + reading.refused == 2
    assert set(reading.reasons) <= {"bad_row"}


def test_a_row_that_lacks_its_customer_is_refused_with_its_line(write: Write) -> None:
    text = FIRST + '}\n{"event": "view", "time": "2026-01-01"}\n'
    reading = read_events(write(text), Roles("user_id", "event", "time"), now=NOW)
    reading.table()
    assert [(one.line, one.reason, one.raw) for one in reading.rejects] == [
        (2, "no_customer", '{"event": "view", "time": "2026-01-01"}')
    ]


def test_a_null_character_in_a_name_is_refused(write: Write) -> None:
    text = FIRST + '}\n{"user_id": "u\\u00001", "event": "view", "time": "2026-01-01"}\n'
    reading = read_events(write(text), now=NOW)
    reading.table()
    assert reading.reasons == {"bad_row": 1}


def test_the_lines_of_an_array_are_places_in_it(write: Write) -> None:
    text = "[" + FIRST + "}, 7, " + FIRST + "}]"
    reading = read_events(write(text, "events.json"), now=NOW)
    assert reading.table().num_rows == 2
    assert [(one.line, one.raw) for one in reading.rejects] == [(2, "7")]
