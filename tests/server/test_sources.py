"""Sources over HTTP: added, tried, looked into, pulled; their secrets are given out to nobody."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from tests.server.comers import Comer, admit, make_owner, with_token

from giljabi.bootstrap import Settings, Workspace
from giljabi.server.app import create_app

SOURCES = "/api/v1/sources"
ROLES = {"identifiers": {"user_id": "user"}, "event": "event", "time": "at"}


@pytest.fixture
def shop_db(tmp_path: Path) -> str:
    """Give the address of a small database."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE orders (id INTEGER, user TEXT, event TEXT, created_at TEXT, email TEXT)"
        )
        rows = [(n, f"u{n}", "결제", f"2026-11-0{n + 1} 10:00:00", f"u{n}@x.kr") for n in range(3)]
        database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", [*rows, (3, None, "결제", "x", "")])
        database.commit()
    return f"sqlite:///{path}"


def added(client: TestClient[Any], **source: Any) -> dict[str, Any]:
    answer = client.post(SOURCES, json=source)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_source_that_is_sent_to_has_a_write_key_that_can_be_changed(empty: TestClient[Any]) -> None:
    web = added(empty, kind="http", name="웹사이트", settings={"channel": "web"})
    assert len(web["write_key"]) >= 32
    assert web["waiting"]
    assert client_list(empty) == [web]
    changed = empty.post(f"{SOURCES}/{web['id']}/key").json()
    assert changed["write_key"] != web["write_key"]
    assert empty.put(f"{SOURCES}/{web['id']}", json={"name": "앱", "enabled": False}).json()["name"] == "앱"
    assert not empty.get(f"{SOURCES}/{web['id']}").json()["enabled"]
    assert empty.delete(f"{SOURCES}/{web['id']}").status_code == 204
    assert empty.get(f"{SOURCES}/{web['id']}").status_code == 404


def client_list(client: TestClient[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(SOURCES).json()["sources"]
    return found


def test_every_kind_says_what_it_asks_for(empty: TestClient[Any]) -> None:
    kinds = {one["kind"]: one for one in empty.get(f"{SOURCES}/kinds").json()["kinds"]}
    assert kinds["http"]["way"] == "sent"
    assert [field["name"] for field in kinds["sql"]["fields"]][:2] == ["url", "table"]
    assert {"folder", "webhook"} <= set(kinds)


def test_rows_of_a_database_are_looked_at_then_pulled(empty: TestClient[Any], shop_db: str) -> None:
    settings: dict[str, Any] = {"url": shop_db, "table": "orders", "cursor": "id"}
    look = empty.post(f"{SOURCES}/sample", json={"kind": "sql", "settings": settings}).json()
    assert [one["name"] for one in look["columns"]] == ["id", "user", "event", "created_at", "email"]
    roles = look["roles"]
    assert roles["identifiers"] == {"user_id": "user", "email": "email"}
    assert (roles["event"], roles["time"], roles["id"]) == ("event", "created_at", "id")
    settings["roles"] = {name: one for name, one in roles.items() if one is not None}
    assert (
        "5 columns"
        in empty.post(f"{SOURCES}/test", json={"kind": "sql", "settings": settings}).json()["message"]
    )
    source = added(empty, kind="sql", name="주문", settings=settings, every=300, third_party=0.1)
    assert empty.post(f"{SOURCES}/{source['id']}/pull").status_code == 202
    workspace: Workspace = empty.app.state.workspace
    workspace.jobs.work_off()
    after = empty.get(f"{SOURCES}/{source['id']}").json()
    assert (after["refused"], after["last_error"]) == (1, "")
    assert after["last_ok_at"] is not None


def test_a_source_that_does_not_answer_says_so(empty: TestClient[Any], tmp_path: Path) -> None:
    settings = {"url": f"sqlite:///{tmp_path}/none.db", "table": "t", "cursor": "id", "roles": ROLES}
    answer = empty.post(f"{SOURCES}/test", json={"kind": "sql", "settings": settings})
    assert (answer.status_code, answer.json()["type"]) == (502, "source-unavailable")
    source = added(empty, kind="sql", name="s", settings=settings)
    empty.post(f"{SOURCES}/{source['id']}/pull")
    with pytest.raises(Exception, match="no file"):
        empty.app.state.workspace.jobs.work_off()
    assert "no file" in empty.get(f"{SOURCES}/{source['id']}").json()["last_error"]


def test_secrets_are_given_out_to_nobody_and_kept_when_they_come_back_hidden(empty: TestClient[Any]) -> None:
    url = "postgresql://me:geheim@127.0.0.1:1/x"
    settings = {"url": url, "table": "t", "cursor": "id", "roles": ROLES}
    source = added(empty, kind="sql", name="s", settings=settings)
    assert "geheim" not in empty.get(SOURCES).text
    shown = source["settings"]
    kept = empty.put(f"{SOURCES}/{source['id']}", json={"settings": {**shown, "table": "u"}})
    assert kept.json()["settings"]["table"] == "u"
    workspace: Workspace = empty.app.state.workspace
    stored = workspace.sources.get(source["id"])
    assert "geheim" not in str(stored.settings)
    assert workspace.sources.settings_of(stored)["url"] == url
    elsewhere = {**shown, "url": shown["url"].replace("127.0.0.1", "evil.example")}
    refused = empty.put(f"{SOURCES}/{source['id']}", json={"settings": elsewhere})
    assert refused.status_code == 422
    assert "password" in refused.json()["detail"]


def test_what_is_wrong_with_a_source_is_told(empty: TestClient[Any]) -> None:
    for wrong, expected in [
        ({"kind": "fax", "name": "x"}, "no kind of source"),
        ({"kind": "http", "name": " "}, "1 to 80"),
        ({"kind": "http", "name": "x", "third_party": 2}, "between 0 and 1"),
        ({"kind": "sql", "name": "x", "settings": {"url": "x"}}, "no address"),
    ]:
        answer = empty.post(SOURCES, json=wrong)
        assert answer.status_code == 422
        assert expected in answer.json()["detail"]
    added(empty, kind="http", name="x")
    assert "already a source" in empty.post(SOURCES, json={"kind": "http", "name": "X"}).json()["detail"]


def test_a_signed_webhook_is_taken_and_an_unsigned_one_is_not(empty: TestClient[Any]) -> None:
    roles = {"identifiers": {"user_id": "data.customer"}, "event": "type", "time": "created", "id": "id"}
    settings = {"secret": "s3cr3t-key", "signature": "stripe", "roles": roles}
    hook = added(empty, kind="webhook", name="결제사", settings=settings)
    body = msgspec.json.encode(
        {"id": "evt_1", "type": "paid", "created": int(time.time()), "data": {"customer": "c1"}}
    )
    moment = str(int(time.time()))
    signed = hmac.new(b"s3cr3t-key", moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    good = {"Stripe-Signature": f"t={moment},v1={signed}", "content-type": "application/json"}
    answer = empty.post(hook["address"], content=body, headers=good)
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1, "refused": 0})
    bad = {**good, "Stripe-Signature": f"t={moment},v1={'0' * 64}"}
    assert empty.post(hook["address"], content=body, headers=bad).status_code == 401
    assert empty.post("/v1/hooks/nosuch", content=body, headers=good).status_code == 404
    assert empty.post(hook["address"], content=b"x" * 1_100_000, headers=good).status_code == 413
    workspace: Workspace = empty.app.state.workspace
    assert workspace.jobs.state().lag.calls == 1


@pytest.fixture
def people(empty_workspace: Workspace) -> Iterator[tuple[TestClient[Any], dict[str, Comer]]]:
    """A server with accounts, and an owner, an admin, an editor, and programs of theirs."""
    owner = make_owner(empty_workspace)
    admin, editor = (admit(empty_workspace, owner, role) for role in ("admin", "editor"))
    comers = {
        "owner": owner,
        "admin": admin,
        "editor": editor,
        "a program of the owner that may edit": with_token(empty_workspace, owner, "edit"),
        "a program of the owner that may all": with_token(empty_workspace, owner, "edit", "admin"),
    }
    with TestClient(create_app(empty_workspace, Settings()), base_url="http://127.0.0.1") as client:
        yield client, comers


READERS = {"owner", "admin", "a program of the owner that may all"}


def test_a_write_key_is_read_in_full_by_those_alone_who_may_make_it(
    people: tuple[TestClient[Any], dict[str, Comer]], empty_workspace: Workspace
) -> None:
    client, comers = people
    source = empty_workspace.sources.add("http", "가게")
    key = source.write_key or ""
    asked = ("GET", "", None), ("GET", f"/{source.id}", None), ("PUT", f"/{source.id}", {"name": "가게"})

    for who, comer in comers.items():
        answers = [
            client.request(method, SOURCES + path, headers=dict(comer.headers), json=body)
            for method, path, body in asked
        ]
        assert {answer.status_code for answer in answers} == {200}
        assert {key in answer.text for answer in answers} == {who in READERS}, who
        assert all(f'"write_key_end":"{key[-4:]}"' in answer.text for answer in answers)


def test_who_may_not_make_keys_adds_a_source_whose_key_they_do_not_see(
    people: tuple[TestClient[Any], dict[str, Comer]],
) -> None:
    client, comers = people
    editor, admin = (dict(comers[who].headers) for who in ("editor", "admin"))
    made = client.post(SOURCES, json={"kind": "http", "name": "앱"}, headers=editor).json()
    rotated = [client.post(f"{SOURCES}/{made['id']}/key", headers=who) for who in (editor, admin)]

    assert (made["write_key"], len(made["write_key_end"])) == (None, 4)
    assert [answer.status_code for answer in rotated] == [403, 200]
    assert rotated[1].json()["write_key"].endswith(rotated[1].json()["write_key_end"])
