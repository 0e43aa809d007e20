"""Changes, drift and friction over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient


def ask(client: TestClient[Any], question: str, **parameters: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/questions/{question}", json=parameters)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_changes_tell_periods_and_what_was_looked_at(shop: TestClient[Any]) -> None:
    answer = ask(shop, "changes", last_ms=7 * 86_400_000)

    assert answer["before"]["last"] == answer["last"]["first"]
    assert answer["looked_at"] > 20
    assert answer["total"] >= len(answer["changes"])


def test_a_period_that_others_are_not_in_shows_what_vanished(shop: TestClient[Any]) -> None:
    end = ask(shop, "changes")["last"]["last"]
    answer = ask(
        shop,
        "changes",
        last_first=end[:10] + "T00:00:00Z",
        last_last="2100-01-01T00:00:00Z",
        before_ms=86_400_000,
    )

    assert answer["last"]["last"].startswith("2100")
    assert {change["kind"] for change in answer["changes"]} <= {
        "event",
        "transition",
        "duration",
        "conversion",
        "variant",
    }


def test_drift_tells_each_window(shop: TestClient[Any]) -> None:
    weeks, days = (
        ask(shop, "drift", every=every, time_zone="Asia/Seoul")["windows"] for every in ("week", "day")
    )

    assert weeks[0]["distance"] is None
    assert any(week["distance"] is not None for week in weeks)
    assert sum(week["count"] for week in weeks) == sum(day["count"] for day in days)
    assert all(week["start"].endswith("15:00:00Z") for week in weeks)


def test_friction_is_told_by_event_and_kind(shop: TestClient[Any]) -> None:
    answer = ask(shop, "friction", top=5)

    assert len(answer["events"]) == 5 <= answer["total"]
    assert [one["rank"] for one in answer["events"]] == [1, 2, 3, 4, 5]
    assert [kind["kind"] for kind in answer["events"][0]["kinds"]] == [
        "repeats",
        "steps_back",
        "hesitation",
        "rage",
        "abandonment",
    ]


@pytest.mark.parametrize(
    ("question", "parameters"),
    [
        ("changes", {"q": 0}),
        ("changes", {"last_first": "2026-03-02T00:00:00Z", "last_last": "2026-03-01T00:00:00Z"}),
        ("drift", {"every": "fortnight"}),
        ("drift", {"time_zone": "Mars/Base"}),
        ("friction", {"top": 0}),
    ],
)
def test_what_cannot_be_asked_is_refused(
    shop: TestClient[Any], question: str, parameters: dict[str, Any]
) -> None:
    assert shop.post(f"/api/v1/questions/{question}", json=parameters).status_code in {400, 422}
