"""The tracking plan over HTTP: written, proposed, taken out and brought in, kept in step with departures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from giljabi.store import PlanDeparture
from giljabi.store.postgres import BlockingDatabase, Database, database_url, workspace_id

API = "/api/v1/plan"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
AMOUNT = {"name": "amount", "kind": "number", "required": True, "one_of": []}
PAID = {"event": "주문 완료", "about": "결제가 끝난 때", "properties": [AMOUNT]}


@pytest.fixture
def departs(database_address: str) -> Any:
    """Count a departure as the sealer would."""

    def depart(event: str, property: str, kind: str) -> None:  # noqa: A002
        ledger = BlockingDatabase(Database(database_url(database_address)), workspace_id("empty"))
        one = PlanDeparture(
            event=event,
            property=property,
            kind=kind,
            count=3,
            example="x",
            source="gone",
            first_at=NOON,
            last_at=NOON,
        )
        ledger.within(lambda tx: tx.plan.depart([one]))
        ledger.close()

    return depart


def test_an_event_is_expected_changed_and_expected_no_more(empty: TestClient[Any]) -> None:
    assert empty.get(API).json() == {"events": [], "departures": []}
    assert empty.put(f"{API}/events", json=PAID).status_code == 200
    assert empty.get(API).json()["events"] == [PAID]
    empty.put(f"{API}/events", json={"event": "주문 완료"})
    assert empty.get(API).json()["events"] == [{"event": "주문 완료", "about": "", "properties": []}]
    assert empty.delete(f"{API}/events", params={"event": "주문 완료"}).status_code == 204
    gone = empty.delete(f"{API}/events", params={"event": "주문 완료"}, headers={"accept-language": "ko"})
    assert gone.status_code == 404
    assert gone.json()["detail"] == "수집 계획에 ‘주문 완료’ 이벤트가 없어요."


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ({"event": " "}, "the name of an event has 1 to 200 letters, not 0"),
        ({"event": "e", "properties": [AMOUNT, AMOUNT]}, "the property 'amount' stands twice in 'e'"),
        ({"event": "e", "properties": [{"name": "n" * 201}]}, "the name of a property has 1 to 200 letters"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(empty: TestClient[Any], event: Any, says: str) -> None:
    answer = empty.put(f"{API}/events", json=event)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]


def test_a_plan_is_taken_out_as_a_file_and_brought_in_event_by_event(empty: TestClient[Any]) -> None:
    empty.put(f"{API}/events", json=PAID)
    file = empty.get(f"{API}/file")
    assert "tracking-plan.json" in file.headers["content-disposition"]
    empty.delete(f"{API}/events", params={"event": "주문 완료"})
    empty.put(f"{API}/events", json={"event": "Other"})
    answer = empty.post(f"{API}/file", content=file.content, headers={"content-type": "application/json"})
    assert [one["event"] for one in answer.json()["events"]] == ["Other", "주문 완료"]


def test_what_came_so_far_is_proposed_with_its_properties(
    shop: TestClient[Any], empty: TestClient[Any]
) -> None:
    assert empty.get(f"{API}/proposal").json() == {"events": []}
    proposed = {one["event"]: one["properties"] for one in shop.get(f"{API}/proposal").json()["events"]}
    assert "paid" in proposed
    assert all(one["kind"] in {"text", "number", "truth"} for some in proposed.values() for one in some)


def test_departures_are_accepted_into_the_plan(empty: TestClient[Any], departs: Any) -> None:
    empty.put(f"{API}/events", json=PAID)
    for event, name, kind in (
        ("새 이벤트", "", "unknown_event"),
        ("주문 완료", "coupon", "unknown_property"),
        ("주문 완료", "amount", "missing_property"),
    ):
        departs(event, name, kind)
        accepted = empty.post(
            f"{API}/departures/accept", json={"event": event, "property": name, "kind": kind}
        )
        assert accepted.status_code == 200
    plan = empty.get(API).json()
    assert plan["departures"] == []
    paid = next(one for one in plan["events"] if one["event"] == "주문 완료")
    assert [(one["name"], one["required"]) for one in paid["properties"]] == [
        ("amount", False),
        ("coupon", False),
    ]
    departs("주문 완료", "amount", "bad_value")
    empty.post(
        f"{API}/departures/accept", json={"event": "주문 완료", "property": "amount", "kind": "bad_value"}
    )
    paid = next(one for one in empty.get(API).json()["events"] if one["event"] == "주문 완료")
    assert paid["properties"][0]["kind"] == "any"


def test_a_departure_is_dismissed_and_one_that_is_gone_is_missed(
    empty: TestClient[Any], departs: Any
) -> None:
    departs("e", "", "unknown_event")
    (shown,) = empty.get(API).json()["departures"]
    assert (shown["count"], shown["example"], shown["source_name"]) == (3, "x", "gone")
    asked = {"event": "e", "kind": "unknown_event"}
    assert empty.post(f"{API}/departures/dismiss", json=asked).status_code == 204
    assert empty.get(API).json()["departures"] == []
    assert empty.post(f"{API}/departures/accept", json=asked).status_code == 404
