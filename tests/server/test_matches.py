"""Customers who may be one person: found by the job, decided over the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import psycopg
import pytest
from litestar.testing import TestClient
from tests.workspaces import OPEN

from giljabi.bootstrap import Workspace
from giljabi.server.app import create_app
from giljabi.store.postgres import workspace_id

PEOPLE: dict[str, dict[str, Any]] = {
    "a": {
        "name": "김민지",
        "phone": "010-1234-5678",
        "address": "서울시 강남구 테헤란로 152",
        "plan": "gold",
    },
    "b": {"이름": "민지 김", "mobile": "+82 10 1234 5678"},
    "c": {"name": "박서준", "phone": "010-9999-1111", "address": "부산 해운대구 중앙로 5"},
    "d": {
        "firstName": "James",
        "lastName": "Smith",
        "address": {"street": "12 Main St", "city": "Springfield"},
    },
    "e": {"name": "Smith, James", "email": "jsmith77@gmail.com"},
}


def know(address: str, people: Mapping[str, Mapping[str, Any]]) -> None:
    """Write customers down as resolution would; d is reached by e-mail as an identifier alone."""
    own = workspace_id("empty")
    with psycopg.connect(address) as connection:
        for id, traits in people.items():  # noqa: A001
            connection.execute(
                "INSERT INTO customer (workspace_id, customer_id, traits) VALUES (%s, %s, %s)",
                (own, id, json.dumps(traits)),
            )
        connection.execute(
            "INSERT INTO identifier (workspace_id, kind, value, customer_id, first_at, last_at) "
            "VALUES (%s, 'email', 'j.smith77@gmail.com', 'd', now(), now())",
            (own,),
        )


@pytest.fixture
def client(empty_workspace: Workspace, database_address: str) -> Any:
    pytest.importorskip("splink")
    know(database_address, PEOPLE)
    assert empty_workspace.identity.match() == {"customers": 5, "proposed": 2}
    with TestClient(create_app(empty_workspace, OPEN), base_url="http://127.0.0.1") as made:
        yield made


def pairs(client: TestClient[Any]) -> set[tuple[str, str]]:
    listed = client.get("/api/v1/matches").json()
    assert listed["total"] == len(listed["matches"])
    return {(one["left"]["id"], one["right"]["id"]) for one in listed["matches"]}


def test_proposals_stand_side_by_side_with_the_weight_of_each_field(client: TestClient[Any]) -> None:
    assert pairs(client) == {("a", "b"), ("d", "e")}
    by_left = {one["left"]["id"]: one for one in client.get("/api/v1/matches").json()["matches"]}
    minji, james = by_left["a"], by_left["d"]
    assert (minji["left"]["name"], minji["right"]["name"]) == ("김민지", "민지 김")
    assert (minji["right"]["phone"], minji["right"]["address"]) == ("+82 10 1234 5678", None)
    assert minji["left"]["others"] == {"plan": "gold"}
    assert (james["left"]["name"], james["left"]["email"]) == ("James Smith", "j.smith77@gmail.com")
    assert james["left"]["address"] == "12 Main St, Springfield"
    levels = {one["field"]: one["level"] for one in minji["fields"]}
    assert levels == {"name": "same", "phone": "same", "email": "missing", "address": "missing"}
    for one in by_left.values():
        whole = one["prior"] + sum(part["weight"] for part in one["fields"])
        assert one["weight"] == pytest.approx(whole, abs=0.01)


def test_accepting_makes_one_customer_with_the_match_as_its_cause(client: TestClient[Any]) -> None:
    answer = client.post("/api/v1/matches/accept", json={"left": "a", "right": "b"})
    assert answer.status_code == 204, answer.text
    assert pairs(client) == {("d", "e")}
    heads = [client.get(f"/api/v1/customers/{id}").json() for id in ("a", "b")]  # noqa: A001
    assert heads[0]["id"] == heads[1]["id"]
    assert heads[0]["edges"][0]["cause"]["why"] == "match"
    again = client.post("/api/v1/matches/accept", json={"left": "a", "right": "b"})
    assert (again.status_code, "decided before" in again.text) == (422, True)


def test_a_decided_pair_is_not_proposed_again(client: TestClient[Any], empty_workspace: Workspace) -> None:
    answer = client.post("/api/v1/matches/reject", json={"left": "e", "right": "d"})
    assert answer.status_code == 204, answer.text
    assert pairs(client) == {("a", "b")}
    assert empty_workspace.identity.match() == {"customers": 5, "proposed": 1}
    assert pairs(client) == {("a", "b")}


def test_a_pair_nobody_proposed_cannot_be_decided(client: TestClient[Any]) -> None:
    korean = {"accept-language": "ko"}
    answer = client.post("/api/v1/matches/accept", json={"left": "a", "right": "c"}, headers=korean)
    assert (answer.status_code, "제안이 없어요" in answer.text) == (404, True)


def test_looking_for_matches_is_asked_for_and_done_in_the_background(empty: TestClient[Any]) -> None:
    assert empty.post("/api/v1/matches/run").status_code == 202
    assert empty.get("/api/v1/matches").json() == {"matches": [], "total": 0}
