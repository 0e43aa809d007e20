"""The door for events: what it takes, what it answers, what it keeps."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.server.collection.conftest import KEY, Arrived, RefusedCalls

TIME = "2026-11-01T09:00:00.250+09:00"
MILLISECONDS = 1_793_491_200_250


@pytest.fixture
def client(address: str) -> Any:
    with httpx.Client(base_url=address, auth=(KEY, "")) as client:
        yield client


def a_call(**fields: Any) -> dict[str, Any]:
    return {"type": "track", "event": "order", "userId": "u1", "timestamp": TIME, **fields}


def test_an_event_is_acknowledged_once_it_is_kept(client: httpx.Client, arrived: Arrived) -> None:
    answer = client.post("/v1/track", json=a_call(messageId="m1", properties={"sku": "A", "n": 2}))

    assert (answer.status_code, answer.json()) == (200, {"success": True, "accepted": 1, "refused": 0})
    (call,) = arrived()
    assert (call.type, call.event, call.time, call.message_id) == ("track", "order", MILLISECONDS, "m1")
    assert call.identifiers == {"user_id": "u1"}
    assert call.properties == {"sku": "A", "n": 2.0}


@pytest.mark.parametrize("path", ["identify", "track", "page", "screen", "group", "alias", "i", "t", "p"])
def test_every_call_has_an_address(client: httpx.Client, arrived: Arrived, path: str) -> None:
    body = {"userId": "u", "event": "e", "groupId": "g", "previousId": "before"}

    assert client.post(f"/v1/{path}", json=body).status_code == 200
    whole = {"i": "identify", "t": "track", "p": "page"}.get(path, path)
    assert [call.type for call in arrived()] == [whole]


def test_a_batch_keeps_good_calls_and_refuses_bad_ones(
    client: httpx.Client, arrived: Arrived, refused: RefusedCalls
) -> None:
    batch = [
        a_call(event="one"),
        a_call(event=None),
        {"type": "nonsense", "userId": "u"},
        a_call(event="two"),
    ]

    answer = client.post("/v1/batch", json={"batch": batch})

    told = answer.json()
    assert (answer.status_code, told["accepted"], told["refused"]) == (200, 2, 2)
    assert [(one["index"], one["reason"]) for one in told["refusals"]] == [(1, "no_event"), (2, "bad_call")]
    assert [call.event for call in arrived()] == ["one", "two"]
    assert [one.reason for one in refused()] == ["no_event", "bad_call"]
    assert json.loads(refused()[1].body)["type"] == "nonsense"


def test_a_call_that_cannot_be_taken_is_answered_with_400_and_kept(
    client: httpx.Client, arrived: Arrived, refused: RefusedCalls
) -> None:
    answer = client.post("/v1/track", json={"userId": "u"})

    assert answer.status_code == 400
    assert answer.json()["code"] == "no_event"
    assert "the event has no name" in answer.json()["message"]
    assert arrived() == []
    assert [one.reason for one in refused()] == ["no_event"]


@pytest.mark.parametrize("body", [b"", b"{", b"\x00\x01", b"[" * 30_000, b'{"a": NaN}', b'{"batch": [1, 2'])
def test_what_is_no_json_is_answered_with_400_and_kept(
    client: httpx.Client, refused: RefusedCalls, body: bytes
) -> None:
    answers = [client.post(f"/v1/{path}", content=body) for path in ("track", "batch")]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert {one.reason for one in refused()} <= {"bad_json", "bad_call"}
    assert [one.body for one in refused()] == [body, body]


@pytest.mark.parametrize("fields", [{"auth": ("no-such-key", "")}, {"auth": None}])
def test_a_wrong_key_is_answered_with_401(
    address: str, arrived: Arrived, refused: RefusedCalls, fields: dict[str, Any]
) -> None:
    answer = httpx.post(f"{address}/v1/track", json=a_call(), **fields)

    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_write_key")
    assert (arrived(), refused()) == ([], [])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("track", a_call(writeKey=KEY)),
        ("batch", {"batch": [a_call()], "writeKey": KEY}),
        ("batch", {"batch": [a_call(writeKey=KEY)]}),
    ],
)
def test_the_key_may_stand_in_the_body(
    address: str, arrived: Arrived, path: str, body: dict[str, Any]
) -> None:
    answer = httpx.post(
        f"{address}/v1/{path}", content=json.dumps(body), headers={"content-type": "text/plain"}
    )

    assert answer.status_code == 200
    assert len(arrived()) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"content-encoding": "gzip", "content-type": "application/json"},
        {"content-type": "application/x-www-form-urlencoded"},
    ],
)
def test_gzip_is_known_by_its_bytes(client: httpx.Client, arrived: Arrived, headers: dict[str, str]) -> None:
    body = gzip.compress(json.dumps({"batch": [a_call()]}).encode())

    assert client.post("/v1/batch", content=body, headers=headers).status_code == 200
    assert len(arrived()) == 1


def test_a_gzip_bomb_is_not_unpacked(client: httpx.Client, arrived: Arrived) -> None:
    bomb = gzip.compress(b'{"batch": [' + b" " * 50_000_000 + b"]}")

    answer = client.post("/v1/batch", content=bomb)

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert arrived() == []


@pytest.mark.parametrize(
    "body", [gzip.compress(b"{}" * 50)[:-9], b"\x1f\x8bgarbage"], ids=["cut off", "garbage"]
)
def test_gzip_that_is_not_whole_is_answered_with_400(client: httpx.Client, body: bytes) -> None:
    assert client.post("/v1/batch", content=body).status_code == 400


def test_what_is_larger_than_its_limit_is_answered_with_413(client: httpx.Client) -> None:
    large = "x" * 33 * 1024

    assert client.post("/v1/track", json=a_call(properties={"a": large})).status_code == 413
    many = {"batch": [a_call(properties={"a": "x" * 30_000}) for _ in range(20)]}
    assert client.post("/v1/batch", json=many).status_code == 413
    assert client.post("/v1/batch", json={"batch": [{}] * 2_501}).status_code == 413


def test_one_large_call_of_a_batch_is_refused_alone(
    client: httpx.Client, arrived: Arrived, refused: RefusedCalls
) -> None:
    batch = [a_call(), a_call(properties={"a": "x" * 33 * 1024})]

    assert client.post("/v1/batch", json={"batch": batch}).json()["refused"] == 1
    assert len(arrived()) == 1
    assert [one.reason for one in refused()] == ["too_large"]


def test_the_clock_of_a_sender_is_corrected(client: httpx.Client, arrived: Arrived) -> None:
    now = datetime.now(UTC)
    slow = now - timedelta(hours=5)
    body = a_call(timestamp=(slow - timedelta(minutes=3)).isoformat(), sentAt=slow.isoformat())

    client.post("/v1/track", json=body)
    client.post("/v1/batch", json={"batch": [{**body, "sentAt": None}], "sentAt": slow.isoformat()})
    client.post("/v1/import", json={"batch": [body], "sentAt": slow.isoformat()})

    happened = [datetime.fromtimestamp(call.time / 1000, UTC) - now for call in arrived()]
    assert all(timedelta(minutes=-3) <= one < timedelta(minutes=-2) for one in happened[:2])
    assert timedelta(hours=-5, minutes=-4) < happened[2] < timedelta(hours=-5, minutes=-2)


def test_pages_of_any_site_may_send(client: httpx.Client) -> None:
    origin = {"origin": "https://shop.example", "sec-fetch-site": "cross-site"}
    asked = {
        **origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }

    before = client.options("/v1/track", headers=asked)
    answer = client.post("/v1/track", json=a_call(), headers=origin)

    assert before.status_code == 204
    assert before.headers["access-control-allow-headers"] == "content-type"
    for one in (before, answer):
        assert one.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/v1/track", {}, 405),
        ("POST", "/v1/nothing", {}, 404),
        ("POST", "/v1", {}, 404),
        ("POST", "/v1/track", {"host": "rebound.example"}, 403),
    ],
)
def test_other_requests_are_turned_away(
    client: httpx.Client, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = client.request(method, path, headers=headers)

    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_a_reader_of_korean_is_told_in_korean(client: httpx.Client) -> None:
    answer = client.post("/v1/track", json={}, headers={"accept-language": "ko"})

    assert answer.json()["title"] == "요청이 올바르지 않아요"
