"""Rows become calls, or are refused for one reason; none is lost on the way."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from giljabi.collect.calls import Call, pack, unpack
from giljabi.collect.rows import RowRoles, calls_of_rows, read_roles
from giljabi.model.errors import BadParameter

NOW = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp() * 1000)
EVENTS = RowRoles(
    identifiers={"user_id": "고객", "email": "mail"},
    event="what",
    time="at",
    channel="where",
    value="paid",
    drop=("secret",),
)
FEEDBACK = RowRoles(
    what="feedback", identifiers={"user_id": "who"}, score="stars", text="said", kind="rating"
)


def one(row: dict[str, Any], roles: RowRoles = EVENTS) -> Call:
    calls, refused = calls_of_rows([row], roles, "src", NOW)
    assert not refused
    return calls[0]


def reason(row: dict[str, Any], roles: RowRoles = EVENTS) -> str:
    calls, refused = calls_of_rows([row], roles, "src", NOW)
    assert not calls
    return refused[0].reason


def test_a_row_of_a_database_becomes_an_event_with_all_its_columns() -> None:
    key = uuid.uuid4()
    call = one(
        {
            "고객": 17,
            "mail": " a@b.kr ",
            "what": "결제",
            "at": datetime(2026, 11, 1, 9, tzinfo=timezone(timedelta(hours=9))),
            "where": "앱",
            "paid": Decimal("12900.50"),
            "secret": "x",
            "count": 3,
            "order_id": 1234,
            "member": True,
            "day": date(2026, 11, 1),
            "key": key,
            "raw": b"\x01\xff",
            "tags": ["a", "b"],
            "context": {"page": {"path": "/x"}},
            "empty": None,
        }
    )
    assert call.identifiers == {"user_id": "17", "email": "a@b.kr"}
    assert (call.event, call.channel, call.value) == ("결제", "앱", 12900.5)
    assert call.time == int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
    assert call.properties == {
        "count": 3.0,
        "order_id": "1234",
        "member": True,
        "day": "2026-11-01",
        "key": str(key),
        "raw": "01ff",
        "tags": '["a","b"]',
        "context.page.path": "/x",
    }


def test_nested_columns_take_parts_by_their_dotted_names() -> None:
    roles = RowRoles(identifiers={"user_id": "data.customer"}, event_name="hook", time="created")
    call = one({"data": {"customer": "c1", "n": 1}, "created": 1_790_000_000}, roles)
    assert (call.identifiers, call.event, call.time) == ({"user_id": "c1"}, "hook", 1_790_000_000_000)
    assert call.properties == {"data.n": 1.0}


def test_times_without_a_zone_are_read_in_the_zone_of_the_source() -> None:
    roles = msgspec.structs.replace(EVENTS, time_zone="Asia/Seoul")
    texts = ["2026-11-01 09:00:00", "2026년 11월 1일 오전 9시", datetime(2026, 11, 1, 9)]  # noqa: DTZ001
    rows = [{"고객": "a", "what": "e", "at": at} for at in texts]
    calls, _ = calls_of_rows(rows, roles, "src", NOW)
    midnight = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
    assert [call.time for call in calls] == [midnight] * 3


def test_a_row_without_a_column_of_times_happens_when_it_arrives() -> None:
    assert one({"고객": "a", "what": "e"}, msgspec.structs.replace(EVENTS, time=None)).time == NOW


def test_a_customer_becomes_who_somebody_is() -> None:
    roles = RowRoles(what="customers", identifiers={"user_id": "id", "phone": "tel"}, id="id", drop=("x",))
    call = one({"id": 5, "tel": "010-1", "이름": "김하나\0", "vip": True, "n": 3, "x": 1}, roles)
    assert (call.type, call.identifiers) == ("identify", {"user_id": "5", "phone": "010-1"})
    assert call.traits == {"id": 5, "tel": "010-1", "이름": "김하나", "vip": True, "n": 3}
    other = one({"id": 5, "tel": "010-1", "이름": "김두리"}, roles)
    assert other.message_id != call.message_id, "a customer who has changed is told again"


def test_feedback_has_a_kind_a_score_and_a_text() -> None:
    call = one({"who": "a", "stars": "4", "said": " 좋아요 ", "page": "x"}, FEEDBACK)
    assert call.type == "feedback"
    assert call.properties == {"kind": "rating", "score": 4.0, "text": "좋아요"}
    by_column = msgspec.structs.replace(FEEDBACK, kind="종류")
    assert one({"who": "a", "stars": 9, "종류": "NPS"}, by_column).properties["kind"] == "nps"
    assert one({"who": "a", "stars": 4, "종류": "평점"}, by_column).properties["kind"] == "rating"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"what": "e", "at": "2026-11-01"}, "no_customer"),
        ({"고객": "null", "what": "e", "at": "bad"}, "no_customer"),
        ({"고객": "a", "what": " ", "at": "bad"}, "no_event"),
        ({"고객": "a", "what": "e"}, "no_time"),
        ({"고객": "a", "what": "e", "at": "yesterday"}, "bad_time"),
        ({"고객": "a", "what": "e", "at": "1970-01-01"}, "time_out_of_range"),
        ({"고객": "a", "what": "e", "at": "2026-11-25"}, "time_out_of_range"),
        ({"고객": "a" * 201, "what": "e", "at": "2026-11-01"}, "name_too_long"),
        ({"고객": "a\0b", "what": "e", "at": "2026-11-01"}, "null_character"),
        ({"고객": "a", "what": "e", "at": "2026-11-01", "note": "x" * 33_000}, "too_large"),
    ],
)
def test_a_row_that_is_no_event_is_refused_for_its_first_reason(row: dict[str, Any], expected: str) -> None:
    assert reason(row) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"who": "a", "stars": 6}, "bad_score"),
        ({"who": "a", "stars": "many"}, "bad_score"),
        ({"who": "a"}, "no_content"),
        ({"stars": 4}, "no_customer"),
    ],
)
def test_a_row_that_is_no_feedback_is_refused(row: dict[str, Any], expected: str) -> None:
    assert reason(row, FEEDBACK) == expected


def test_a_row_of_no_known_kind_of_feedback_is_refused() -> None:
    roles = msgspec.structs.replace(FEEDBACK, kind="k")
    assert reason({"who": "a", "stars": 4, "k": "mood"}, roles) == "bad_kind"


def test_a_refused_row_keeps_what_it_was() -> None:
    _, refused = calls_of_rows([{"고객": "", "what": "e", "at": date(2026, 11, 1)}], EVENTS, "src", NOW)
    assert msgspec.json.decode(refused[0].body) == {"고객": "", "what": "e", "at": "2026-11-01"}
    assert refused[0].event == "e"


def test_the_same_row_has_the_same_message_id_and_another_row_another() -> None:
    row = {"고객": "a", "what": "e", "at": "2026-11-01"}
    assert one(row).message_id == one(dict(row)).message_id
    assert one(row).message_id != one({**row, "n": 1}).message_id
    named = msgspec.structs.replace(EVENTS, id="n")
    assert one({**row, "n": 1}, named).message_id == "src:1"
    calls, _ = calls_of_rows([row, row], EVENTS, "src", NOW, names=["7", "8"])
    assert [call.message_id for call in calls] == ["src:7", "src:8"]


def test_roles_that_say_too_little_are_refused_in_words() -> None:
    with pytest.raises(BadParameter, match="whose a row is"):
        read_roles({"identifiers": {}})
    with pytest.raises(BadParameter, match="what happened"):
        read_roles({"identifiers": {"user_id": "a"}})
    with pytest.raises(BadParameter, match="scores or of texts"):
        read_roles({"what": "feedback", "identifiers": {"user_id": "a"}})
    with pytest.raises(BadParameter, match="no roles of columns"):
        read_roles({"identifiers": {"user_id": "a"}, "what": "mood"})
    with pytest.raises(BadParameter, match="no time zone"):
        read_roles({"identifiers": {"user_id": "a"}, "event": "b", "time_zone": "Mars"})
    assert read_roles({"identifiers": {"user_id": "a"}, "event": "b"}).event == "b"


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=8)
    | st.binary(max_size=4)
    | st.decimals()
    | st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.timezones())
    | st.timedeltas()
    | st.uuids()
    | st.sampled_from(["2026-11-01", "a", "구매", 1_790_000_000, "\0", "\ud800"])
)
VALUES = st.recursive(
    LEAVES,
    lambda one: (
        st.lists(one, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=4), one, max_size=3)
    ),
    max_leaves=6,
)
ROWS = st.lists(
    st.dictionaries(
        st.sampled_from(["고객", "mail", "what", "at", "where", "paid", "k", "stars", "said"])
        | st.text(st.characters(), max_size=5),
        VALUES,
        max_size=7,
    ),
    max_size=6,
)


@given(ROWS, st.sampled_from(["events", "feedback", "customers"]))
def test_accepted_and_refused_are_all_rows_whatever_they_hold(rows: list[dict[str, Any]], what: Any) -> None:
    roles = RowRoles(
        what=what,
        identifiers={"user_id": "고객", "email": "mail"},
        event="what",
        time="at",
        channel="where",
        value="paid",
        kind="k",
        score="stars",
        text="said",
    )
    calls, refused = calls_of_rows(rows, roles, "src", NOW)
    assert len(calls) + len(refused) == len(rows)
    assert unpack(pack(calls)) == calls
    again = calls_of_rows(rows, roles, "src", NOW)[0]
    assert [call.message_id for call in again] == [call.message_id for call in calls]
