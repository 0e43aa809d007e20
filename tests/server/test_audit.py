"""The audit log: every change is in it, nobody takes it back, and nothing in it opens a door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from litestar.testing import TestClient
from tests.server.comers import PASSWORD, Comer, admit, make_owner, with_token

from giljabi.bootstrap import Settings, Workspace
from giljabi.mapping import template
from giljabi.server.app import create_app

AUDIT = "/api/v1/audit"


@pytest.fixture
def client(empty_workspace: Workspace) -> Iterator[TestClient[Any]]:
    with TestClient(create_app(empty_workspace, Settings()), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def owner(empty_workspace: Workspace) -> Comer:
    return make_owner(empty_workspace)


def entries(client: TestClient[Any], who: Comer, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(AUDIT, params=filters, headers=dict(who.headers)).json()[
        "entries"
    ]
    return found


def test_a_change_is_noted_with_who_what_and_from_where(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace
) -> None:
    new = client.post("/api/v1/maps", json={"text": template("shop")}, headers=dict(owner.headers)).json()
    client.delete(f"/api/v1/maps/{new['id']}", headers=dict(owner.headers))
    token = with_token(empty_workspace, owner, "edit")
    client.post("/api/v1/maps", json={"text": template("shop")}, headers=dict(token.headers))

    noted = [(one["action"], one["actor"], one["object"]) for one in entries(client, owner, limit=3)]
    assert noted == [
        ("maps.add", "Owner", ""),
        ("maps.remove", "Owner", new["id"]),
        ("maps.add", "Owner", ""),
    ]
    by_token, by_session, _ = entries(client, owner, limit=3)
    assert by_token["token"]
    assert not by_session["token"]
    assert by_session["address"] == "testclient"


def test_what_failed_or_changed_nothing_is_not_noted_and_what_was_denied_is(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace
) -> None:
    viewer = admit(empty_workspace, owner, "viewer")
    before = len(entries(client, owner, limit=1000))

    client.post("/api/v1/maps", json={"text": ": wrong"}, headers=dict(owner.headers))
    client.post("/api/v1/maps/validate", json={"text": ""}, headers=dict(owner.headers))
    client.get("/api/v1/maps", headers=dict(owner.headers))
    client.post("/api/v1/maps", json={"text": template("shop")}, headers=dict(viewer.headers))

    noted = entries(client, owner, limit=1000)
    assert len(noted) - before == 1
    assert (noted[0]["action"], noted[0]["detail"]) == ("denied", {"operation": "maps.add"})


def test_details_are_told_where_they_matter(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace
) -> None:
    viewer = admit(empty_workspace, owner, "viewer")
    assert viewer.principal is not None
    account = viewer.principal.account
    client.put(f"/api/v1/people/{account}/role", json={"role": "editor"}, headers=dict(owner.headers))

    latest = entries(client, owner, limit=1)[0]

    assert (latest["action"], latest["object"], latest["detail"]) == (
        "people.change_role",
        account,
        {"role": "editor"},
    )


def test_no_secret_is_noted(client: TestClient[Any], owner: Comer) -> None:
    client.post("/api/v1/session", json={"email": "owner@example.com", "password": "wrong-password-in-log"})
    wish = {"name": "t", "scopes": ["view"], "days": 1}
    secret = client.post("/api/v1/tokens", json=wish, headers=dict(owner.headers)).json()["secret"]
    invited = {"email": "b@example.com", "role": "viewer"}
    link = client.post("/api/v1/invitations", json=invited, headers=dict(owner.headers)).json()["token"]

    everything = client.get(AUDIT, params={"limit": 1000}, headers=dict(owner.headers)).text

    assert "tokens.make_token" in everything
    for one in (secret, link, PASSWORD, "wrong-password-in-log", owner.session):
        assert one not in everything


def test_the_log_is_paged_and_filtered(client: TestClient[Any], owner: Comer) -> None:
    for _ in range(5):
        client.post("/api/v1/maps", json={"text": template("shop")}, headers=dict(owner.headers))
    first = client.get(AUDIT, params={"limit": 2}, headers=dict(owner.headers)).json()
    second = client.get(
        AUDIT, params={"limit": 2, "before": first["next"]}, headers=dict(owner.headers)
    ).json()
    actions = client.get(f"{AUDIT}/actions", headers=dict(owner.headers)).json()["actions"]

    assert second["entries"][0]["id"] < first["entries"][-1]["id"]
    assert {one["action"] for one in entries(client, owner, action=actions[0])} == {actions[0]}
    assert entries(client, owner, account="nobody") == []
    assert client.get(AUDIT, params={"limit": 0}, headers=dict(owner.headers)).status_code == 422


def test_the_file_is_safe_to_open_in_a_spreadsheet(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace
) -> None:
    empty_workspace.audit.note(None, "tests.noted", "=cmd|' /C calc'!A0", trick="@SUM(1)")

    answer = client.get(f"{AUDIT}/file", headers=dict(owner.headers))

    assert answer.headers["content-disposition"] == 'attachment; filename="audit-log.csv"'
    assert answer.text.startswith("\ufeffid,at,")
    assert ",'=cmd" in answer.text


@pytest.mark.parametrize(
    "change", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
@pytest.mark.parametrize("role", ["postgres", "giljabi_app"])
def test_nobody_takes_an_entry_back(
    empty_workspace: Workspace, database_address: str, owner: Comer, change: str, role: str
) -> None:
    with psycopg.connect(database_address) as connection:
        if role == "giljabi_app":
            connection.execute("SET ROLE giljabi_app")
            connection.execute("SELECT set_config('giljabi.workspace', gen_random_uuid()::text, true)")
        with pytest.raises(psycopg.Error, match=r"only added to|permission denied"):
            connection.execute(change)
