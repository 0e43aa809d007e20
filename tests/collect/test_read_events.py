from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.collect.conftest import NOW, Write
from tests.collect.written import xes

from giljabi.collect import REASONS, Reading, Roles, read_events
from giljabi.model.errors import BadParameter, NoUsableRow, RolesUnclear

HEADER = "user_id,event,time\n"
GOOD = "u1,view,2026-01-01 10:00:00\n"


def rows(reading: Reading) -> list[dict[str, object]]:
    return reading.table().to_pylist()


def test_a_plain_file_gives_the_canonical_table(write: Write) -> None:
    text = "user_id,event,time,channel,amount,page\nu1,pay,2026-01-01 10:00:00,web,12.5,/a\n"
    reading = read_events(write(text), now=NOW)
    table = reading.table()
    fields: list[pa.Field[Any]] = [
        pa.field("customer", pa.string(), nullable=False),
        pa.field("time", pa.timestamp("ms", tz="UTC"), nullable=False),
        pa.field("event", pa.string(), nullable=False),
        pa.field("channel", pa.string()),
        pa.field("value", pa.float64()),
        pa.field("page", pa.string()),
    ]
    assert table.schema == pa.schema(fields)
    assert table.to_pylist() == [
        {
            "customer": "u1",
            "time": datetime(2026, 1, 1, 10, tzinfo=UTC),
            "event": "pay",
            "channel": "web",
            "value": 12.5,
            "page": "/a",
        }
    ]
    assert (reading.accepted, reading.refused, reading.reasons) == (1, 0, {})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",view,2026-01-01", "no_customer"),
        ("   ,view,2026-01-01", "no_customer"),
        ("NULL,view,2026-01-01", "no_customer"),
        ("u1,,2026-01-01", "no_event"),
        ("u1,view,", "no_time"),
        ("u1,view,yesterday", "bad_time"),
        ("u1,view,2026-02-30", "bad_time"),
        ("u1,view,1989-12-31 23:59:59", "time_out_of_range"),
        ("u1,view,2026-11-22 12:00:01", "time_out_of_range"),
        ("u1,view,0", "time_out_of_range"),
        (f"{'u' * 201},view,2026-01-01", "name_too_long"),
        (f"u1,{'가' * 201},2026-01-01", "name_too_long"),
        ("u1,view", "bad_row"),
        ("u1,view,2026-01-01,more", "bad_row"),
        ('"u1,view,2026-01-01', "bad_row"),
        ("u\0,view,2026-01-01", "bad_row"),
    ],
)
def test_each_broken_row_is_refused_for_its_reason(write: Write, row: str, reason: str) -> None:
    reading = read_events(write(HEADER + GOOD + row + "\n" + GOOD), now=NOW)
    assert [one["event"] for one in rows(reading)] == ["view", "view"]
    assert reading.reasons == {reason: 1}
    [refusal] = reading.rejects
    assert (refusal.line, refusal.reason) == (3, reason)
    assert refusal.raw == row
    assert refusal.detail


@pytest.mark.parametrize(
    "row", ["u1,view,1990-01-01", "u1,view,2026-11-22 12:00:00", f"{'u' * 200},v,2026-01-01"]
)
def test_rows_on_the_edge_are_accepted(write: Write, row: str) -> None:
    assert read_events(write(HEADER + row), now=NOW).table().num_rows == 1


def test_an_earlier_first_time_can_be_given(write: Write) -> None:
    path = write(HEADER + "u1,view,1950-06-01\n")
    reading = read_events(path, now=NOW, earliest=datetime(1900, 1, 1, tzinfo=UTC))
    assert reading.table().num_rows == 1


def test_a_file_with_one_broken_row_in_a_hundred_names_each_of_them(write: Write, tmp_path: Path) -> None:
    broken = {
        100: "u1,view\n",
        200: ",view,2026-01-01\n",
        300: "u1,view,soon\n",
        400: '"u1,view,2026-01-01\n',
        500: "u1,view,1066-10-14\n",
    }
    lines = [broken.get(number, f"u{number % 7},view,2026-01-01 10:00:00\n") for number in range(2, 502)]
    rejects = tmp_path / "rejects.csv"
    reading = read_events(write(HEADER + "".join(lines)), now=NOW, rejects_to=rejects)
    assert reading.table().num_rows == 495
    assert reading.accepted + reading.refused == 500
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        named = {int(row["line"]): row for row in csv.DictReader(file)}
    assert {line: row["raw"] for line, row in named.items()} == {
        line: text.rstrip("\n") for line, text in broken.items()
    }
    assert [row["reason"] for row in named.values()] == [
        "bad_row",
        "no_customer",
        "bad_time",
        "bad_row",
        "time_out_of_range",
    ]


def test_refused_rows_beyond_the_first_thousand_stand_in_the_file(write: Write) -> None:
    reading = read_events(write(HEADER + GOOD + "u1,view,soon\n" * 1500), now=NOW)
    reading.table()
    assert reading.reasons == {"bad_time": 1500}
    assert len(reading.rejects.first) == 1000
    assert [one.line for one in reading.rejects] == list(range(3, 1503))
    assert reading.rejects.path.exists()


def test_reading_twice_counts_once(write: Write) -> None:
    reading = read_events(write(HEADER + GOOD + "u1,view,soon\n"), now=NOW)
    assert rows(reading) == rows(reading)
    assert (reading.accepted, reading.refused) == (1, 1)


def test_a_file_with_no_usable_row_is_an_error_with_the_reasons(write: Write) -> None:
    reading = read_events(
        write("user_id,event,time\nu1,view,soon\n,view,2026-01-01\n"), Roles(time="time"), now=NOW
    )
    with pytest.raises(NoUsableRow, match="none of its 2 rows") as caught:
        list(reading.batches())
    assert caught.value.reasons == {"no_customer": 1, "bad_time": 1}


def test_a_file_with_a_header_only_is_an_error(write: Write) -> None:
    with pytest.raises(NoUsableRow, match="no rows"):
        read_events(write(HEADER), now=NOW)


def test_roles_that_cannot_be_guessed_are_told_with_the_columns(write: Write) -> None:
    with pytest.raises(RolesUnclear, match=r"'alpha', 'beta', 'gamma'.*customer=") as caught:
        read_events(write("alpha,beta,gamma\n1,2,3\n4,5,6\n"), now=NOW)
    assert "time=" in str(caught.value)


def test_a_role_that_names_no_column_is_told(write: Write) -> None:
    with pytest.raises(RolesUnclear, match="no column 'userid'; it has 'user_id'"):
        read_events(write(HEADER + GOOD), Roles(customer="userid"), now=NOW)


def test_a_time_zone_that_does_not_exist_is_told(write: Write) -> None:
    with pytest.raises(BadParameter, match="Seoul"):
        read_events(write(HEADER + GOOD), Roles(time_zone="Korea/Seoul"), now=NOW)


def test_times_without_a_zone_are_read_in_the_given_zone(write: Write) -> None:
    reading = read_events(write(HEADER + GOOD), Roles(time_zone="Asia/Seoul"), now=NOW)
    assert rows(reading)[0]["time"] == datetime(2026, 1, 1, 1, tzinfo=UTC)


def test_given_roles_win_over_guessed_ones(write: Write) -> None:
    text = "user_id,session_id,event,page,time\nu1,s1,view,home,2026-01-01\nu1,s2,view,cart,2026-01-02\n"
    reading = read_events(write(text), Roles(customer="session_id", event="page"), now=NOW)
    assert [(one["customer"], one["event"], one["user_id"]) for one in rows(reading)] == [
        ("s1", "home", "u1"),
        ("s2", "cart", "u1"),
    ]


def test_dropped_columns_do_not_come_out(write: Write) -> None:
    reading = read_events(
        write("user_id,event,time,note\nu1,v,2026-01-01,x\n"), Roles(drop=("note",)), now=NOW
    )
    assert "note" not in reading.table().schema.names


def test_a_property_named_like_a_canonical_column_is_renamed_and_that_is_told(write: Write) -> None:
    text = "case_id,customer,event,time\nc1,u1,view,2026-01-01\n"
    reading = read_events(write(text), Roles(customer="case_id"), now=NOW)
    assert rows(reading)[0]["customer_property"] == "u1"
    assert any("customer_property" in note for note in reading.notes)


def test_korean_names_columns_and_times_are_read(write: Write) -> None:
    text = '회원번호,행동,일시,채널,금액\n가1,결제,2026년 1월 2일 오후 3:05,앱,"12,000원"\n'
    reading = read_events(write(text), Roles(time_zone="Asia/Seoul"), now=NOW)
    assert rows(reading) == [
        {
            "customer": "가1",
            "time": datetime(2026, 1, 2, 6, 5, tzinfo=UTC),
            "event": "결제",
            "channel": "앱",
            "value": 12000.0,
        }
    ]


def test_a_value_that_is_no_number_is_told_and_its_row_kept(write: Write) -> None:
    text = "user_id,event,time,amount\nu1,pay,2026-01-01,free\nu1,pay,2026-01-01,3\nu1,pay,2026-01-01,\n"
    reading = read_events(write(text), Roles(value="amount"), now=NOW)
    assert [one["value"] for one in rows(reading)] == [None, 3.0, None]
    assert any("1 accepted rows have a 'amount' that is no number" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "2.5", ""], [1.0, 2.5, None]),
        (["1", "x"], ["1", "x"]),
        (["01", "2"], ["01", "2"]),
        (["true", "False", ""], [True, False, None]),
        (["true", "1"], ["true", "1"]),
        (["12345678901234567", "1"], ["12345678901234567", "1"]),
        (["NULL", "7"], [None, 7.0]),
        (["NULL", "x"], ["NULL", "x"]),
        (["+", "1"], ["+", "1"]),
        (["1e400", "1"], ["1e400", "1"]),
    ],
)
def test_a_property_is_a_number_only_where_all_its_values_are(
    write: Write, values: list[str], expected: list[object]
) -> None:
    text = "user_id,event,time,size\n" + "".join(f"u1,v,2026-01-01,{value}\n" for value in values)
    assert [one["size"] for one in rows(read_events(write(text), now=NOW))] == expected


def test_a_number_that_turns_to_text_in_the_last_row_is_kept_as_written(write: Write) -> None:
    lines = "".join(f"u1,v,2026-01-01,{number}.50\n" for number in range(400_000))
    reading = read_events(write("user_id,event,time,size\n" + lines + "u1,v,2026-01-01,n/a\n"), now=NOW)
    sizes = reading.table()["size"]
    assert sizes.type == pa.string()
    assert (sizes[0].as_py(), sizes[-1].as_py()) == ("0.50", "n/a")


def test_numbers_that_are_names_stay_text(write: Write) -> None:
    text = "user_id,event,time,order_id,우편번호,paid\n1,v,2026-01-01,17,6236,17\n"
    [row] = rows(read_events(write(text), now=NOW))
    assert (row["customer"], row["order_id"], row["우편번호"], row["paid"]) == ("1", "17", "6236", 17.0)


def test_the_order_of_rows_is_kept(write: Write) -> None:
    lines = "".join(f"u{number % 3},e{number},2026-01-01\n" for number in range(1000))
    reading = read_events(write(HEADER + lines), now=NOW)
    assert [one["event"] for one in rows(reading)] == [f"e{number}" for number in range(1000)]


def test_a_month_above_twelve_far_down_decides_how_all_dates_are_read(write: Write) -> None:
    lines = "u1,v,04/05/2026\n" * 50_000 + "u1,v,04/25/2026\n"
    reading = read_events(write(HEADER + lines), now=NOW)
    assert rows(reading)[0]["time"] == datetime(2026, 4, 5, tzinfo=UTC)
    assert reading.refused == 0


def test_dates_that_could_be_either_are_told(write: Write) -> None:
    reading = read_events(write(HEADER + "u1,v,04/05/2026\n"), now=NOW)
    assert rows(reading)[0]["time"] == datetime(2026, 5, 4, tzinfo=UTC)
    assert any("day/month" in note for note in reading.notes)


def test_the_order_of_day_and_month_can_be_said(write: Write) -> None:
    reading = read_events(write(HEADER + "u1,v,04/05/2026\n"), Roles(day_first=False), now=NOW)
    assert rows(reading)[0]["time"] == datetime(2026, 4, 5, tzinfo=UTC)


def test_progress_rises_to_one(write: Write) -> None:
    seen: list[float] = []
    path = write(gzip.compress((HEADER + GOOD * 1000).encode()), "events.csv.gz")
    list(read_events(path, now=NOW, progress=lambda step, share: seen.append(share)).batches())
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_simulated_clock_of_a_process_log_is_taken_as_it_is_and_told(write: Write) -> None:
    log = xes({"c1": [("a", "1970-01-01T00:00:00Z"), ("b", "1970-01-03T00:00:00Z")]})
    reading = read_events(write(log, "log.xes"), now=NOW)
    assert reading.table().num_rows == 2
    assert any("simulated" in note for note in reading.notes)


def test_one_event_of_1970_among_others_is_refused(write: Write) -> None:
    log = xes({"c1": [("a", "1970-01-01T00:00:00Z"), ("b", "2026-01-03T00:00:00Z")]})
    reading = read_events(write(log, "log.xes"), now=NOW)
    assert [one["event"] for one in rows(reading)] == ["b"]
    assert reading.reasons == {"time_out_of_range": 1}


FIELD = st.sampled_from(["u1", "", "view", "2026-01-01", "soon", "1999-12-31 10:00", "가", "NULL", "0"])
ROW = st.lists(FIELD, min_size=2, max_size=4).map(",".join)


def test_no_refused_row_is_a_formula_to_a_spreadsheet(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("giljabi.collect.rejects.KEPT", 0)
    formulas = ["=1+1,view,soon", "+82,view,soon", "-1,view,soon", "@a,view,soon", "'=1,view,soon"]
    reading = read_events(write(HEADER + GOOD + "\n".join(formulas) + "\n"), now=NOW)
    rows(reading)
    with reading.rejects.path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["raw"] for row in csv.DictReader(file)] == [f"'{row}" for row in formulas]
    assert [one.raw for one in reading.rejects] == formulas
    assert reading.rejects.path.read_bytes().startswith(b"\xef\xbb\xbf")


@settings(max_examples=60, deadline=None)
@given(table=st.lists(ROW, min_size=1, max_size=12))
def test_accepted_and_refused_rows_are_all_rows_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, table: list[str]
) -> None:
    path = tmp_path_factory.mktemp("any") / "events.csv"
    path.write_text(HEADER + GOOD + "\n".join(table) + "\n", encoding="utf-8")
    reading = read_events(path, Roles(customer="user_id", event="event", time="time"), now=NOW)
    good = [number for number, row in enumerate(table, 3) if _is_good(row)]
    assert len(rows(reading)) == reading.accepted == len(good) + 1
    refused = {one.line: one.raw for one in reading.rejects}
    assert refused == {number: row for number, row in enumerate(table, 3) if number not in good}
    assert sum(reading.reasons.values()) == reading.refused == len(refused)
    assert set(reading.reasons) <= set(REASONS)


def _is_good(row: str) -> bool:
    fields = row.split(",")
    return (
        len(fields) == 3
        and not {fields[0], fields[1]} & {"", "NULL"}
        and fields[2] in {"2026-01-01", "1999-12-31 10:00"}
    )
