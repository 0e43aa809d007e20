"""Refusals over HTTP: counted, listed page by page in the reader's language, and tried again."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient

from giljabi.bootstrap import Workspace

API = "/api/v1/refusals"


@pytest.fixture
def key(empty_workspace: Workspace) -> str:
    key = empty_workspace.sources.add("http", "가게").write_key
    assert key is not None
    return key


def send(client: TestClient[Any], key: str, *calls: dict[str, Any]) -> None:
    client.post("/v1/batch", json={"batch": list(calls), "writeKey": key})


def test_nothing_refused_is_an_empty_list(empty: TestClient[Any]) -> None:
    assert empty.get(f"{API}/counts").json() == {"counts": [], "days": 30}
    assert empty.get(API).json() == {"refusals": [], "next": None}
    assert empty.post(f"{API}/replay", json={}).json() == {"accepted": 0, "refused": 0}


def test_refusals_are_counted_by_reason_and_source(empty: TestClient[Any], key: str) -> None:
    nobody, nameless = {"type": "track", "event": "e"}, {"type": "track", "userId": "u"}
    send(empty, key, nobody, nameless, nobody)
    counts = empty.get(f"{API}/counts").json()["counts"]
    assert [(one["reason"], one["source_name"], one["count"]) for one in counts] == [
        ("no_customer", "가게", 2),
        ("no_event", "가게", 1),
    ]


def test_refusals_are_listed_page_by_page_in_the_readers_language(empty: TestClient[Any], key: str) -> None:
    send(empty, key, *({"type": "track", "event": f"주문 {n}"} for n in range(3)))
    first = empty.get(API, params={"limit": 2}, headers={"accept-language": "ko"}).json()
    assert [one["event"] for one in first["refusals"]] == ["주문 2", "주문 1"]
    one = first["refusals"][0]
    assert one["source_name"] == "가게"
    assert one["detail"] == "누구의 이벤트인지 알 수 없어요. `userId`나 `anonymousId`를 넣어 주세요."
    assert '"주문 2"' in one["body"]
    rest = empty.get(API, params={"limit": 2, "before": first["next"]}).json()
    assert [one["event"] for one in rest["refusals"]] == ["주문 0"]
    assert rest["next"] is None
    assert empty.get(API, params={"reason": "no_event"}).json()["refusals"] == []
    assert len(empty.get(API, params={"source": one["source"]}).json()["refusals"]) == 3


def test_a_limit_out_of_bounds_is_refused_in_words(empty: TestClient[Any]) -> None:
    answer = empty.get(API, params={"limit": 501}, headers={"accept-language": "ko"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "`limit`는 1부터 500까지의 수로 적어 주세요. 지금은 501이에요."
    many = empty.post(f"{API}/replay", json={"ids": list(range(501))})
    assert "501 refusals are chosen" in many.json()["detail"]


def test_what_is_refused_again_stays(empty: TestClient[Any], key: str) -> None:
    send(empty, key, {"type": "track", "event": "e"})
    (one,) = empty.get(API).json()["refusals"]
    assert empty.post(f"{API}/replay", json={"ids": [one["id"]]}).json() == {"accepted": 0, "refused": 1}
    assert empty.get(API).json()["refusals"] == [one]
