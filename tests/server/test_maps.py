"""Maps over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient

TEXT = """title: Two steps
stages:
  - id: look
    touchpoints:
      - {id: page, match: {event: visit}}
    claims:
      - {reach: buy, at_least: 0.5}
  - id: buy
    touchpoints:
      - {id: till, match: {event: paid}}
"""


@pytest.fixture(scope="session")
def map_id(shop: TestClient[Any]) -> str:
    return str(shop.get("/api/v1/maps").json()["maps"][0]["id"])


def test_the_list_counts_verdicts(shop: TestClient[Any]) -> None:
    (card,) = shop.get("/api/v1/maps").json()["maps"]

    assert card["title"] == "온라인 쇼핑몰 첫 구매"
    assert sum(card["verdicts"].values()) == card["claims"]
    assert card["verdicts"]["unchecked"] == 0
    assert 0.5 < card["coverage"] <= 1


def test_a_check_has_every_stage_claim_and_curve(shop: TestClient[Any], map_id: str) -> None:
    drawn = shop.get(f"/api/v1/maps/{map_id}").json()["map"]
    found = shop.get(f"/api/v1/maps/{map_id}/check").json()

    stages = [stage["id"] for stage in drawn["stages"]]
    assert [stage["id"] for stage in found["stages"]] == stages
    assert [point["stage"] for point in found["curves"]["reported"]] == stages
    assert len(found["claims"]) == sum(len(stage["claims"]) for stage in drawn["stages"])
    assert found["verdicts"]["contradicted"] > 0


def test_a_second_check_is_read_back(shop: TestClient[Any], map_id: str) -> None:
    address = f"/api/v1/maps/{map_id}/check"

    assert shop.get(address).json() == shop.get(address).json()


def test_a_check_of_another_version_is_made_anew(
    shop: TestClient[Any], map_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/api/v1/maps/{map_id}/check"
    before = shop.get(address).json()["checked_at"]
    monkeypatch.setattr("giljabi.__version__", "0.0.0")

    assert shop.get(address).json()["checked_at"] != before


def test_every_claim_opens_its_evidence(shop: TestClient[Any], map_id: str) -> None:
    for claim in shop.get(f"/api/v1/maps/{map_id}/check").json()["claims"]:
        answer = shop.get(f"/api/v1/maps/{map_id}/claims/{claim['stage']}/{claim['index']}/evidence")

        assert answer.status_code == 200, answer.text
        detail = answer.json()
        assert detail["claim"]["verdict"] == claim["verdict"]
        assert detail["sentence"]["ko"]
        assert detail["sentence"]["en"]


def test_a_claim_that_is_not_there_is_not_found(shop: TestClient[Any], map_id: str) -> None:
    answer = shop.get(f"/api/v1/maps/{map_id}/claims/search/99/evidence")

    assert (answer.status_code, answer.json()["type"]) == (404, "not-found")


def test_a_map_is_kept_replaced_and_removed(empty: TestClient[Any]) -> None:
    added = empty.post("/api/v1/maps", json={"text": TEXT}).json()["id"]

    replaced = empty.put(f"/api/v1/maps/{added}", json={"text": TEXT.replace("Two steps", "Two stages")})

    assert replaced.json()["map"]["title"] == "Two stages"
    assert empty.get("/api/v1/maps").json()["maps"][0]["verdicts"]["unchecked"] == 1
    assert empty.delete(f"/api/v1/maps/{added}").status_code == 204
    assert empty.get(f"/api/v1/maps/{added}").status_code == 404


def test_a_broken_map_is_refused_with_every_mistake(empty: TestClient[Any]) -> None:
    broken = TEXT.replace("reach: buy", "reach: bye").replace("0.5", "50")

    refused = empty.post("/api/v1/maps", json={"text": broken})
    told = empty.post("/api/v1/maps/validate", json={"text": broken}).json()

    assert refused.status_code == 422
    assert refused.json()["type"] == "map-mistakes"
    assert refused.json()["mistakes"] == told["mistakes"]
    assert {mistake["line"] for mistake in told["mistakes"]} == {7}
    assert len(told["mistakes"]) == 2


def test_a_check_without_events_says_that_there_are_none(empty: TestClient[Any]) -> None:
    added = empty.post("/api/v1/maps", json={"text": TEXT}).json()["id"]

    answer = empty.get(f"/api/v1/maps/{added}/check")

    assert (answer.status_code, answer.json()["type"]) == (409, "no-log")


def test_a_map_is_proposed_from_the_events(empty: TestClient[Any]) -> None:
    rows = "".join(f"c{n},{e},2026-03-0{d}T10:00:00Z\n" for n in range(9) for d, e in ((1, "a"), (2, "b")))
    upload = empty.post("/api/v1/imports", files={"file": ("e.csv", f"customer,event,time\n{rows}")}).json()
    empty.post(f"/api/v1/imports/{upload['id']}/start", json={"kind": "events", "roles": upload["roles"]})
    wait_for(empty, upload["id"])

    proposed = empty.post("/api/v1/maps/propose", json={})

    assert proposed.status_code == 201, proposed.text
    assert proposed.json()["fitness"] == 1.0
    assert empty.get(f"/api/v1/maps/{proposed.json()['id']}").json()["map"]["perspective"] == "outside-in"


def wait_for(client: TestClient[Any], import_id: str) -> dict[str, Any]:
    """Follow an import to its end."""
    while True:
        status: dict[str, Any] = client.get(f"/api/v1/imports/{import_id}").json()
        if status["state"] not in {"running", "preview"}:
            return status
