"""Rules, trials, merges and splits over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient
from tests.resolve.calling import call

from giljabi.bootstrap import Workspace
from giljabi.collect import Call
from giljabi.resolve import LiveResolver

API = "/api/v1/identity"


@pytest.fixture
def known(empty_workspace: Workspace) -> Workspace:
    """Give a workspace where ``mina`` has logged in on a device and belongs to a company."""
    calls = [
        call(1, "track", None, device="d1"),
        call(2, "track", None, device="d1", user_id="mina", email="Mina@x.kr"),
        Call("group", "g", 3, {"user_id": "mina"}, group_id="acme", traits={"name": "Acme"}),
    ]
    ledger = empty_workspace._ledger
    ledger.within(lambda tx: LiveResolver().resolve(tx, calls))
    return empty_workspace


def rule(client: TestClient[Any], kind: str) -> dict[str, Any]:
    rules = client.get(f"{API}/rules").json()["rules"]
    return next(dict(one) for one in rules if one["kind"] == kind)


def test_rules_are_shown_changed_added_and_reset(empty: TestClient[Any]) -> None:
    rules = empty.get(f"{API}/rules").json()["rules"]
    assert [one["kind"] for one in rules][:3] == ["user_id", "email", "phone"]
    assert rule(empty, "user_id")["limit"] == 1
    assert "null" in rule(empty, "user_id")["blocked"]
    given = {"priority": 5, "unique": True, "limit": 2, "blocked": ["0"]}
    assert empty.put(f"{API}/rules/membership", json=given).json()["rules"][0] == {
        "kind": "membership",
        **given,
        "changed": True,
    }
    empty.put(f"{API}/rules/email", json={"priority": 25, "unique": False})
    assert rule(empty, "email")["changed"]
    empty.delete(f"{API}/rules/email")
    assert not rule(empty, "email")["changed"]


@pytest.mark.parametrize(
    ("kind", "values", "says"),
    [
        ("Bad Kind", {"priority": 5, "unique": True}, "names no kind"),
        ("email", {"priority": 0, "unique": True}, "1..999"),
        ("email", {"priority": 5, "unique": True, "limit": 0}, "1..10000"),
        ("email", {"priority": 5, "unique": True, "blocked": ["x" * 201]}, "200 characters"),
    ],
)
def test_a_rule_that_can_be_none_is_refused(
    empty: TestClient[Any], kind: str, values: dict[str, Any], says: str
) -> None:
    answer = empty.put(f"{API}/rules/{kind}", json=values)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]


def test_trying_identifiers_teaches_nothing(known: Workspace, empty: TestClient[Any]) -> None:
    tried = empty.post(
        f"{API}/try", json={"identifiers": {"user_id": "juno", "device": "d1", "email": "NULL"}}
    ).json()
    assert (tried["customer"], tried["new"], tried["handed"]) == ("juno", True, ["d1"])
    assert [(one["kind"], one["blocked"], one["customer"]) for one in tried["identifiers"]] == [
        ("user_id", False, None),
        ("email", True, None),
        ("device", False, "mina"),
    ]
    anonymous = empty.post(f"{API}/try", json={"identifiers": {"email": "mina@X.kr"}}).json()
    assert (anonymous["customer"], anonymous["new"]) == ("mina", False)
    assert empty.post(f"{API}/try", json={"identifiers": {"email": "null"}}).json()["customer"] is None
    assert empty.post(f"{API}/try", json={"identifiers": {}}).status_code == 422
    assert known.customers is not None


def test_a_merge_is_told_with_its_cause_and_taken_back(known: Workspace, empty: TestClient[Any]) -> None:
    (edge,) = empty.get(f"{API}/edges").json()["edges"]
    assert (edge["from_customer"], edge["to_customer"], edge["state"]) == ("d1", "mina", "waiting")
    assert (edge["cause"]["why"], edge["cause"]["by"]) == ("login", ["device", "d1"])
    assert empty.get(f"{API}/replay").json()["waits"]
    known.jobs.ask("replay")
    known.jobs.work_off()
    told = empty.get(f"{API}/replay").json()
    assert (told["waits"], told["state"], told["facts"]["edges"]) == (False, "done", 1)
    undone = empty.post(f"{API}/edges/{edge['id']}/undo")
    assert (undone.status_code, undone.json()["kind"]) == (200, "split")
    assert [one["state"] for one in empty.get(f"{API}/edges").json()["edges"]] == ["waiting", "undone"]
    again = empty.post(f"{API}/edges/{edge['id']}/undo")
    assert again.status_code == 422
    assert empty.post(f"{API}/edges/999/undo").status_code == 404


def test_customers_are_split_and_merged_by_hand(known: Workspace, empty: TestClient[Any]) -> None:
    wish = {"customer": "mina", "identifiers": [["email", "mina@x.kr"]]}
    split = empty.post(f"{API}/splits", json=wish)
    assert (split.status_code, split.json()["to_customer"]) == (201, "mina@x.kr")
    merged = empty.post(f"{API}/merges", json={"one": "mina@x.kr", "other": "mina"}).json()
    assert (merged["from_customer"], merged["to_customer"]) == ("mina@x.kr", "mina")
    assert empty.post(f"{API}/merges", json={"one": "mina", "other": "mina@x.kr"}).status_code == 422
    assert known.identity.edges()[0].cause == {"why": "by_hand"}


def test_groups_have_their_members(known: Workspace, empty: TestClient[Any]) -> None:
    (group,) = empty.get(f"{API}/groups").json()["groups"]
    assert group == {"id": "acme", "kind": "company", "traits": {"name": "Acme"}, "members": 1}
    members = empty.get(f"{API}/groups/members", params={"group": "acme"}).json()
    assert [one["customer"] for one in members["members"]] == ["mina"]
    assert members["after"] is None
    assert known.identity.groups(after="acme") == []
