from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from tests.collect.conftest import NOW, Write

from giljabi.collect import Roles, preview


def guessed(write: Write, header: str, *rows: str) -> dict[str, str]:
    roles = preview(write("\n".join([header, *rows]) + "\n"), now=NOW).roles
    named = {name: getattr(roles, name, None) for name in ("customer", "event", "time", "channel", "value")}
    return {name: column for name, column in named.items() if column is not None}


def test_a_preview_tells_what_the_file_is(write: Write) -> None:
    text = "회원번호;이벤트;일시\n" + "가1;보기;2026-01-01 10:00\n" * 30
    path = write(text, "8월.csv", "cp949")
    seen = preview(path, now=NOW)
    assert (seen.kind, seen.name, seen.format, seen.encoding, seen.delimiter) == (
        "events",
        "8월.csv",
        "csv",
        "cp949",
        ";",
    )
    assert seen.size == path.stat().st_size
    assert seen.roles == Roles("회원번호", "이벤트", "일시")
    assert all(0.5 <= sure <= 1 for sure in seen.confidence.values())
    assert seen.missing == ()
    assert len(seen.sample) == 20
    assert seen.sample[0] == {"회원번호": "가1", "이벤트": "보기", "일시": "2026-01-01 10:00"}
    assert [one.type for one in seen.columns] == ["text", "text", "time"]
    assert seen.columns[1].examples == ("보기",)


def test_a_preview_can_be_sent_as_json(write: Write) -> None:
    seen = preview(write("user_id,event,time\nu1,view,2026-01-01\n"), now=NOW)
    assert json.loads(msgspec.json.encode(seen))["roles"]["customer"] == "user_id"


@pytest.mark.parametrize(
    ("header", "row", "roles"),
    [
        (
            "case:concept:name,concept:name,time:timestamp,lifecycle:transition",
            "c1,open,2026-01-01T10:00:00+00:00,complete",
            {"customer": "case:concept:name", "event": "concept:name", "time": "time:timestamp"},
        ),
        (
            "Case ID,Activity,Complete Timestamp,Resource",
            "c1,open,2026/01/01 10:00:00,r1",
            {"customer": "Case ID", "event": "Activity", "time": "Complete Timestamp"},
        ),
        (
            "고객ID,행동,발생일시,채널,결제금액",
            'k1,결제,2026년 1월 2일 오후 3:05,앱,"12,000"',
            {
                "customer": "고객ID",
                "event": "행동",
                "time": "발생일시",
                "channel": "채널",
                "value": "결제금액",
            },
        ),
        (
            "session_id,customerId,eventName,event_id,createdAt,updatedAt",
            "s1,u1,view,9,1767261600,1767261700",
            {"customer": "customerId", "event": "eventName", "time": "createdAt"},
        ),
        (
            "user_id,session_id,event,timestamp,platform,acquisition_channel,user_cohort",
            "u1,s1,home,2024-03-13 10:21:14,desktop,email,2024-01",
            {"customer": "user_id", "event": "event", "time": "timestamp"},
        ),
    ],
)
def test_roles_are_guessed_from_names(write: Write, header: str, row: str, roles: dict[str, str]) -> None:
    assert guessed(write, header, row, row) == roles


def test_roles_are_guessed_from_contents_where_names_say_nothing(write: Write) -> None:
    rows = [
        f"k{number % 9},{'view' if number % 2 else 'pay'},2026-01-0{number % 9 + 1}" for number in range(60)
    ]
    assert guessed(write, "col_a,col_b,col_c", *rows) == {
        "customer": "col_a",
        "event": "col_b",
        "time": "col_c",
    }


def test_a_column_called_event_that_numbers_the_rows_is_not_the_event(write: Write) -> None:
    rows = [f"{number},u{number % 3},view,2026-01-01" for number in range(30)]
    assert guessed(write, "event,user_id,action,time", *rows)["event"] == "action"


def test_a_column_called_time_that_holds_durations_is_not_the_time(write: Write) -> None:
    rows = [f"u1,view,{number},2026-01-01" for number in range(30)]
    assert guessed(write, "user_id,event,time,날짜", *rows)["time"] == "날짜"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("user_id,event,time\nu1,view,2026-01-01 10:00\n", "names no time zone"),
        ("user_id,event,time\nu1,view,04/05/2026\n", "could be day/month or month/day"),
        ("user_id,event,time\nu1,view,13/05/2026\nu1,view,05/13/2026\n", "both day/month and month/day"),
        ("user_id,event,time\nu1,view,2026-01-01\nu1,view,soon\n", "50.0% of the first 'time' are no times"),
        ("user_id,event,time\nu1,view\n", "such as line 2: 2 fields where the header has 3"),
        ("user_id,event,time\n", "no rows"),
        ("alpha,beta\n1,2\n", "no column could be taken as customer"),
        ("user_id\nu1\n", "only one column"),
    ],
)
def test_problems_are_told_in_words(write: Write, text: str, told: str) -> None:
    assert any(told in problem for problem in preview(write(text), now=NOW).problems)


def test_a_file_without_trouble_has_no_problems(write: Write) -> None:
    assert preview(write("user_id,event,time\nu1,view,2026-01-01T10:00:00Z\n"), now=NOW).problems == ()


def test_the_shop_log_is_understood(shared_data: Path) -> None:
    seen = preview(shared_data / "ecom.csv.gz")
    assert (seen.roles.customer, seen.roles.time) == ("user_id", "timestamp")
    assert seen.missing == ()
