"""Calls as Segment and RudderStack have them, read into calls of our own."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giljabi.collect.calls import Call, pack, unpack
from giljabi.collect.door import CALL_REASONS, Refused
from giljabi.collect.segment import Taken, read_calls
from giljabi.collect.segment_body import (
    LARGEST_BATCH,
    SEGMENT_CALLS,
    Opened,
    SegmentPath,
    body_limit,
    open_body,
    unpack_body,
)

NOW = 1_793_500_000_000
SENT_AT = "2026-11-01T02:26:40.000Z"


def read(body: Any, path: SegmentPath = "track", channel: str | None = None) -> Taken:
    """Read a request as the door does."""
    opened = open_body(path, body if isinstance(body, bytes) else json.dumps(body).encode())
    return Taken([], [opened], [0]) if isinstance(opened, Refused) else read_calls(path, opened, NOW, channel)


def one(body: Any, path: SegmentPath = "track", channel: str | None = None) -> Call:
    taken = read(body, path, channel)
    assert taken.refused == []
    return taken.calls[0]


def reason(body: Any, path: SegmentPath = "track") -> str:
    taken = read(body, path)
    assert taken.calls == []
    return taken.refused[0].reason


def track(**fields: Any) -> dict[str, Any]:
    return {"event": "order", "userId": "u", **fields}


def test_identifiers_come_from_the_call_its_device_and_its_traits() -> None:
    context = {
        "device": {"id": "d"},
        "traits": {"email": "a@b.kr", "phone": "010-1234-5678"},
        "externalIds": [{"type": "CRM", "id": 77}, {"type": "user_id", "id": "other"}, "odd"],
    }

    assert one(track(anonymousId="a", context=context)).identifiers == {
        "user_id": "u",
        "anonymous_id": "a",
        "device": "d",
        "email": "a@b.kr",
        "phone": "010-1234-5678",
        "crm": "77",
    }


def test_numbers_are_identifiers_as_they_are_written() -> None:
    assert one(track(userId=42, anonymousId=7.0)).identifiers == {"user_id": "42", "anonymous_id": "7"}


@pytest.mark.parametrize("identifier", [True, {}, ["u"]])
def test_what_is_no_text_is_no_identifier(identifier: object) -> None:
    assert reason(track(userId=identifier)) == "bad_call"


def test_traits_of_a_group_are_not_those_of_its_member() -> None:
    call = one({"userId": "u", "groupId": "g", "traits": {"email": "office@acme.kr"}}, "group")

    assert call.identifiers == {"user_id": "u"}
    assert call.traits == {"email": "office@acme.kr"}


@pytest.mark.parametrize("kind", ["identify", "group"])
def test_traits_beyond_64_bits_are_kept_as_text(kind: SegmentPath) -> None:
    great = {"n": 2**70, "in": {"n": -(2**70)}, "list": [2**64], "fits": 2**64 - 1, "plan": "pro"}
    call = one({"userId": "u", "groupId": "g", "traits": great}, kind)

    assert unpack(pack([call])) == [call]
    assert call.traits == {
        "n": "1180591620717411303424",
        "in": '{"n":-1180591620717411303424}',
        "list": "[18446744073709551616]",
        "fits": 2**64 - 1,
        "plan": "pro",
    }


def test_traits_of_identify_may_stand_in_the_context() -> None:
    call = one(
        {"userId": "u", "context": {"traits": {"plan": "pro", "n": 1}}, "traits": {"n": 2}}, "identify"
    )

    assert call.traits == {"plan": "pro", "n": 2}


@pytest.mark.parametrize(
    ("fields", "channel", "rest"),
    [
        ({"properties": {"channel": "store"}, "channel": "web"}, "store", {}),
        ({"channel": "mobile"}, "mobile", {}),
        ({"context": {"library": {"name": "analytics.js"}}}, "web", {"library": "analytics.js"}),
        ({"context": {"library": {"name": "analytics-ios"}}}, "app", {"library": "analytics-ios"}),
        ({"context": {"library": {"name": "analytics-python"}}}, "crm", {"library": "analytics-python"}),
        ({}, "crm", {}),
        ({"properties": {"channel": 3}}, "crm", {"channel": 3.0}),
    ],
)
def test_the_channel_is_the_nearest_one_told(
    fields: dict[str, Any], channel: str, rest: dict[str, Any]
) -> None:
    call = one(track(**fields), channel="crm")

    assert (call.channel, call.properties) == (channel, rest)


@pytest.mark.parametrize(
    ("properties", "value", "rest"),
    [
        ({"value": 3, "revenue": 5}, 3, {"revenue": 5.0}),
        ({"revenue": 5.5}, 5.5, {"revenue": 5.5}),
        ({"total": 7}, 7, {"total": 7.0}),
        ({"value": "3"}, None, {"value": "3"}),
        ({"value": True}, None, {"value": True}),
    ],
)
def test_the_value_is_a_number(properties: dict[str, Any], value: float | None, rest: dict[str, Any]) -> None:
    call = one(track(properties=properties))

    assert (call.value, call.properties) == (value, rest)


def test_a_page_without_a_name_is_called_a_page() -> None:
    assert one({"userId": "u", "category": "docs"}, "page").event == "page"
    assert one({"userId": "u", "category": "docs"}, "page").properties == {"category": "docs"}
    assert one({"userId": "u", "name": " home "}, "screen").event == "home"


def test_useful_parts_of_the_context_become_properties() -> None:
    context = {
        "page": {"path": "/a", "search": "?secret=1", "title": "A"},
        "campaign": {"name": "spring", "source": "naver"},
        "locale": "ko-KR",
        "timezone": "Asia/Seoul",
        "app": {"version": "1.2"},
        "os": {"name": "iOS"},
        "device": {"type": "phone"},
        "ip": "203.0.113.9",
        "userAgent": "Mozilla",
    }

    assert one(track(context=context, properties={"locale": "own"})).properties == {
        "locale": "own",
        "timezone": "Asia/Seoul",
        "page_path": "/a",
        "page_title": "A",
        "utm_campaign": "spring",
        "utm_source": "naver",
        "app_version": "1.2",
        "os": "iOS",
        "device_type": "phone",
    }


@pytest.mark.parametrize(
    ("fields", "time"),
    [
        ({}, NOW),
        ({"timestamp": "2026-11-01T11:00:00+09:00"}, 1_793_498_400_000),
        ({"timestamp": "2026-11-01T02:00:00"}, 1_793_498_400_000),
        ({"timestamp": 1_793_498_400}, 1_793_498_400_000),
        ({"timestamp": 1_793_498_400_123}, 1_793_498_400_123),
        ({"originalTimestamp": "2026-11-01T02:00:00Z", "timestamp": None}, 1_793_498_400_000),
        # The sender's clock is an hour behind: it sent at 01:26:40 by its own.
        ({"timestamp": "2026-11-01T01:00:00Z", "sentAt": "2026-11-01T01:26:40Z"}, 1_793_498_400_000),
        # Less than a second between sending and receiving is the way, no fault of a clock.
        ({"timestamp": "2026-11-01T02:00:00Z", "sentAt": "2026-11-01T02:26:39.5Z"}, 1_793_498_400_000),
        ({"timestamp": "2026-11-01T02:00:00Z", "sentAt": "when?"}, 1_793_498_400_000),
    ],
)
def test_times_are_those_of_our_clock(fields: dict[str, Any], time: int) -> None:
    assert one(track(**fields)).time == time


@pytest.mark.parametrize("timestamp", ["yesterday", "", [], True, {}])
def test_what_is_no_time_is_refused(timestamp: object) -> None:
    assert reason(track(timestamp=timestamp)) == "bad_time"


@pytest.mark.parametrize("timestamp", ["1969-01-01", "2030-01-01", -1e14, 1e18, "0001-01-01T00:00:00+14:00"])
def test_a_time_nobody_believes_is_refused(timestamp: object) -> None:
    assert reason(track(timestamp=timestamp)) == "time_out_of_range"


def test_a_call_without_a_message_id_gets_one() -> None:
    first, second = (one(track()).message_id for _ in range(2))

    assert len(first) == 32
    assert first != second


def test_a_long_message_id_is_known_again() -> None:
    assert one(track(messageId="m" * 500)).message_id == one(track(messageId="m" * 500)).message_id
    assert len(one(track(messageId="m" * 500)).message_id) <= 200


@pytest.mark.parametrize(
    ("body", "path", "why"),
    [
        (track(event=None), "track", "no_event"),
        ({"event": "e"}, "track", "no_customer"),
        (track(event="e" * 201), "track", "name_too_long"),
        (track(userId="a\0b"), "track", "null_character"),
        (track(properties="text"), "track", "bad_call"),
        (track(properties=[1]), "track", "bad_call"),
        (track(context="text"), "track", "bad_call"),
        (track(context={"traits": 1}), "track", "bad_call"),
        ({"userId": "u"}, "group", "bad_call"),
        ({"userId": "u"}, "alias", "bad_call"),
        ([], "track", "bad_call"),
        (3, "batch", "bad_call"),
        ({"batch": {}}, "batch", "bad_call"),
        ({"batch": [{"userId": "u", "event": "e"}]}, "batch", "bad_call"),
        ({"batch": [3]}, "batch", "bad_call"),
        (b"{", "track", "bad_json"),
        (b'{"batch": [{}', "batch", "bad_json"),
        (b'{"event": 1e999}', "track", "bad_call"),
        (b"[" * 20_000, "track", "bad_call"),
        (b'{"a":' + b"[" * 20_000, "track", "bad_json"),
        (b'{"userId": "\xff", "event": "e"}', "track", "bad_json"),
    ],
)
def test_what_is_wrong_with_a_call_is_told(body: Any, path: SegmentPath, why: str) -> None:
    assert reason(body, path) == why


def test_half_an_emoji_spoils_nothing_but_itself() -> None:
    body = b'{"batch":[{"type":"track","event":"ok\\ud83d","userId":"u \\ud83d\\ude00 \\\\ud83d"}]}'

    call = one(body, "batch")

    assert call.event == "ok\ufffd"
    assert call.identifiers == {"user_id": "u \U0001f600 \\ud83d"}


def test_a_refused_call_can_be_read_again_by_itself() -> None:
    refused = read({"userId": "u", "sentAt": SENT_AT, "properties": {"a": 1}}).refused[0]
    mended = {**json.loads(refused.body), "event": "order"}

    assert mended["type"] == "track"
    assert read_calls("batch", Opened([json.dumps(mended).encode()]), NOW).calls[0].event == "order"


def test_what_is_passed_over_need_be_no_text() -> None:
    assert reason(b'{"userId": "u", "other": "\xff"}') == "no_event"
    assert one(b'{"userId": "u", "event": "e", "other": "\xff"}').event == "e"


def test_gzip_of_several_parts_is_one_body() -> None:
    packed = gzip.compress(b'{"batch"') + gzip.compress(b": []}")

    assert unpack_body(packed, LARGEST_BATCH) == b'{"batch": []}'


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-(2**80), 2**80) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
FIELDS = (
    *("type", "userId", "anonymousId", "event", "name", "timestamp", "originalTimestamp", "sentAt"),
    *("messageId", "properties", "traits", "context", "channel", "category", "groupId", "previousId"),
)
CONTEXT = (
    *("page", "campaign", "locale", "timezone", "app", "device", "os", "library", "traits"),
    "externalIds",
)
CALLS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(FIELDS, JSON),
        "type": st.sampled_from(SEGMENT_CALLS) | JSON,
        "userId": st.text(max_size=5) | JSON,
        "event": st.text(max_size=5) | JSON,
        "context": st.fixed_dictionaries({}, optional=dict.fromkeys(CONTEXT, JSON)) | JSON,
    },
)
PATHS = st.sampled_from([*SEGMENT_CALLS, "batch", "import"])


@given(st.lists(CALLS | JSON, max_size=5), st.sampled_from(["batch", "import"]), JSON)
def test_every_call_of_a_batch_is_taken_or_refused(calls: list[Any], path: SegmentPath, sent_at: Any) -> None:
    body = json.dumps({"batch": calls, "sentAt": sent_at}).encode()
    opened = open_body(path, body)

    if isinstance(opened, Refused):
        # NaN and infinity are no JSON, and spoil what they stand in.
        assert b"NaN" in body or b"Infinity" in body or opened.reason == "bad_call"
        return
    taken = read_calls(path, opened, NOW)
    assert len(taken.calls) + len(taken.refused) == len(calls)
    assert {one.reason for one in taken.refused} <= set(CALL_REASONS)
    assert unpack(pack(taken.calls)) == taken.calls


@given(PATHS, st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_taken_or_refused(path: SegmentPath, body: bytes) -> None:
    unpacked = unpack_body(body, body_limit(path))
    opened = unpacked if isinstance(unpacked, Refused) else open_body(path, unpacked)

    if not isinstance(opened, Refused):
        taken = read_calls(path, opened, NOW)
        assert len(taken.calls) + len(taken.refused) == len(opened.calls)


@given(st.data())
def test_a_sound_body_that_was_damaged_is_taken_or_refused(data: st.DataObject) -> None:
    body = bytearray(json.dumps({"batch": [track(type="track", context={"page": {"a": "b"}})] * 3}).encode())
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    opened = open_body("batch", bytes(body))

    if not isinstance(opened, Refused):
        taken = read_calls("batch", opened, NOW)
        assert len(taken.calls) + len(taken.refused) == len(opened.calls)
