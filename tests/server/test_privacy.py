"""Consent, rules for fields and periods over HTTP."""

from __future__ import annotations

import json
from typing import Any

from litestar.testing import TestClient

BASE = "/api/v1/privacy"
WORD = {"kind": "email", "value": "Ann@Example.org", "purpose": "analytics", "given": True}


def put_purpose(client: TestClient[Any], purpose: str = "analytics", **more: Any) -> dict[str, Any]:
    answer = client.put(f"{BASE}/purposes/{purpose}", json={"name": "Analytics", **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_purpose_is_kept_changed_and_removed(empty: TestClient[Any]) -> None:
    assert empty.get(f"{BASE}/purposes").json() == {"purposes": []}
    put_purpose(empty)
    (purpose,) = put_purpose(empty, collection=True)["purposes"]
    assert (purpose["id"], purpose["collection"], purpose["given"]) == ("analytics", True, 0)
    assert empty.put(f"{BASE}/purposes/Analytics", json={"name": "x"}).status_code == 422
    assert empty.delete(f"{BASE}/purposes/analytics").status_code == 204
    assert empty.delete(f"{BASE}/purposes/analytics").status_code == 404


def test_consent_is_recorded_and_asked_for_by_any_identifier(empty: TestClient[Any]) -> None:
    put_purpose(empty)
    word = {**WORD, "wording": "May we?", "version": "3", "way": "form", "proof": {"form": 12}}
    assert empty.post(f"{BASE}/consents", json={"consents": [word]}).json()["new"] == 1
    found = empty.get(f"{BASE}/consents", params={"kind": "email", "value": " ANN@example.org"}).json()
    assert [(one["purpose"], one["given"]) for one in found["states"]] == [("analytics", True)]
    (said,) = found["history"]
    assert (said["wording"], said["version"], said["proof"]) == ("May we?", "3", {"form": 12})
    assert said["recorded_by"] == "account:local"
    (purpose,) = empty.get(f"{BASE}/purposes").json()["purposes"]
    assert (purpose["given"], purpose["withdrawn"]) == (1, 0)
    assert empty.delete(f"{BASE}/purposes/analytics").status_code == 422


def test_of_several_words_one_that_is_wrong_keeps_none(empty: TestClient[Any]) -> None:
    put_purpose(empty)
    wrong = {**WORD, "purpose": "unheard"}
    answer = empty.post(
        f"{BASE}/consents", json={"consents": [WORD, wrong]}, headers={"accept-language": "ko"}
    )
    assert answer.status_code == 422
    assert "2번째" in answer.json()["detail"]
    found = empty.get(f"{BASE}/consents", params={"kind": "email", "value": "ann@example.org"}).json()
    assert found["history"] == []


def test_a_file_of_consent_is_taken_and_its_mistakes_are_told(empty: TestClient[Any]) -> None:
    put_purpose(empty)
    body = "kind,value,purpose,given,at\nemail,a@b.cd,analytics,true,2026-01-01\nemail,,analytics,true,\n"
    done = empty.post(f"{BASE}/consents/file", files={"file": ("c.csv", body.encode())}).json()
    assert (done["new"], done["known"], done["wrong"]) == (1, 0, 1)
    assert done["mistakes"][0]["row"] == 2
    again = empty.post(f"{BASE}/consents/file", files={"file": ("c.csv", body.encode())}).json()
    assert (again["new"], again["known"]) == (0, 1)
    answer = empty.post(f"{BASE}/consents/file", files={"file": ("c.csv", b"a,b\n")})
    assert answer.status_code == 422


def test_a_rule_is_tried_made_and_removed(empty: TestClient[Any]) -> None:
    call = {"type": "track", "properties": {"card": "4929", "city": "Seoul"}}
    rule = {"field": "properties.card", "action": "drop"}
    tried = empty.post(f"{BASE}/fields/try", json={"call": call, "rules": [rule]}).json()
    assert (tried["before"], tried["after"]["properties"]) == (call, {"city": "Seoul"})
    made = empty.post(f"{BASE}/fields", json=rule)
    assert made.status_code == 201
    assert empty.post(f"{BASE}/fields", json=rule).status_code == 422
    assert empty.post(f"{BASE}/fields", json={**rule, "source": "nowhere"}).status_code == 404
    (kept,) = empty.get(f"{BASE}/fields").json()["rules"]
    assert (kept["field"], kept["source"]) == ("properties.card", "")
    assert empty.delete(f"{BASE}/fields/{kept['id']}").status_code == 204
    assert empty.delete(f"{BASE}/fields/{kept['id']}").status_code == 404


def test_a_period_is_previewed_set_and_removed(empty: TestClient[Any]) -> None:
    settings = {"kind": "http", "name": "Shop", "settings": {}}
    made = empty.post("/api/v1/sources", json=settings)
    assert made.status_code == 201, made.text
    source = made.json()["id"]
    address = f"{BASE}/retention/{source}"
    assert empty.get(f"{address}/preview", params={"days": 30}).json() == {"events": 0, "feedback": 0}
    periods = empty.put(address, json={"days": 30}).json()["periods"]
    assert [(one["name"], one["days"]) for one in periods] == [("Shop", 30), ("", None)]
    assert empty.put(f"{BASE}/retention/files", json={"days": 0}).status_code == 422
    assert empty.put(f"{BASE}/retention/nowhere", json={"days": 3}).status_code == 404
    assert empty.delete(address).status_code == 204
    assert empty.delete(address).status_code == 404


def test_what_is_kept_of_consent_is_not_in_the_audit_log(empty: TestClient[Any]) -> None:
    put_purpose(empty)
    empty.post(f"{BASE}/consents", json={"consents": [WORD]})
    told = json.dumps(empty.get("/api/v1/audit").json())
    assert "privacy.record_consent" in told
    assert "example.org" not in told.lower()
