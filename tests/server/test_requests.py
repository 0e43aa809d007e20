"""Customers' requests over HTTP: preview, access as files, erasure, and coming back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from giljabi.bootstrap import Workspace

EVENTS = """customer,event,time,note
minji-01,visit,2026-02-01T10:00:00Z,=1+1
minji-01,order,2026-02-02T10:00:00Z,
hana-02,visit,2026-02-01T11:00:00Z,with minji-01
"""


@pytest.fixture
def client(empty: TestClient[Any], empty_workspace: Workspace, tmp_path: Path) -> TestClient[Any]:
    """Give a client of a workspace with two customers."""
    file = tmp_path / "events.csv"
    file.write_text(EVENTS, "utf-8")
    empty_workspace.import_events(file)
    return empty


def ask(client: TestClient[Any], **request: str) -> dict[str, Any]:
    answer = client.post("/api/v1/privacy/requests", json=request)
    assert answer.status_code == 201, answer.text
    return answer.json()  # type: ignore[no-any-return]


def test_a_preview_says_who_is_meant_and_what_is_kept(client: TestClient[Any]) -> None:
    answer = client.post("/api/v1/privacy/requests/preview", json={"customer": " minji-01 "})
    assert answer.status_code == 200
    assert answer.json()["customer"] == "minji-01"
    assert {"place": "events", "what": "events", "count": 2} in answer.json()["counts"]


@pytest.mark.parametrize("customer", ["nobody-99", "", "  ", "\0"])
def test_whoever_is_not_known_is_not_found(client: TestClient[Any], customer: str) -> None:
    answer = client.post("/api/v1/privacy/requests/preview", json={"customer": customer})
    assert answer.status_code == 404
    assert (
        client.post("/api/v1/privacy/requests", json={"kind": "erasure", "customer": customer}).status_code
        == 404
    )


def test_access_gives_everything_as_one_document_and_as_tables(
    client: TestClient[Any], empty_workspace: Workspace
) -> None:
    asked = ask(client, kind="access", customer="minji-01", note="by telephone")
    assert (asked["state"], asked["customer"], asked["note"]) == ("open", "minji-01", "by telephone")
    empty_workspace.jobs.work_off()

    address = f"/api/v1/privacy/requests/{asked['id']}"
    done = client.get(address).json()
    assert (done["state"], done["done"], done["error"]) == ("done", ["give"], "")
    assert done["files_until"] is not None
    document = json.loads(client.get(f"{address}/file").content)
    assert document["format"] == "giljabi-customer/1"
    assert [one["event"] for one in document["events"]] == ["visit", "order"]
    assert document["events"][0]["properties"] == {"note": "=1+1"}
    assert [one["file"] for one in document["imports"]] == ["events.csv"]

    with zipfile.ZipFile(io.BytesIO(client.get(f"{address}/file?format=zip").content)) as packed:
        rows = list(csv.DictReader(io.TextIOWrapper(packed.open("events.csv"), "utf-8-sig")))
    assert [row["properties.note"] for row in rows] == ["'=1+1", ""]


def test_erasure_is_told_step_by_step_and_leaves_nothing_of_the_customer(
    client: TestClient[Any], empty_workspace: Workspace
) -> None:
    given = ask(client, kind="access", customer="minji-01")
    empty_workspace.jobs.work_off()
    asked = ask(client, kind="erasure", customer="minji-01", note="by letter")
    empty_workspace.jobs.work_off()

    told = client.get("/api/v1/privacy/requests").json()
    done, before = told["requests"]
    assert (done["id"], done["state"], done["customer"], done["note"]) == (asked["id"], "done", "", "")
    assert done["done"] == done["steps"]
    assert {"place": "events", "what": "events", "count": 3} in done["counts"]
    assert (before["id"], before["customer"], before["files_until"]) == (given["id"], "", None)
    assert client.get(f"/api/v1/privacy/requests/{given['id']}/file").status_code == 404
    assert told["kept_out"] > 0
    assert client.get("/api/v1/customers", params={"find": "minji"}).json()["customers"] == []
    left = client.get("/api/v1/customers/hana-02/timeline").text
    assert "visit" in left
    assert "minji" not in left


def test_the_same_is_asked_for_once_at_a_time(client: TestClient[Any]) -> None:
    ask(client, kind="erasure", customer="minji-01")
    again = client.post("/api/v1/privacy/requests", json={"kind": "erasure", "customer": "minji-01"})
    assert again.status_code == 422
    assert "asked for already" in again.json()["detail"]


def test_who_was_forgotten_is_let_in_again_by_their_own_wish_alone(
    client: TestClient[Any], empty_workspace: Workspace, tmp_path: Path
) -> None:
    ask(client, kind="erasure", customer="minji-01")
    empty_workspace.jobs.work_off()
    file = tmp_path / "again.csv"
    file.write_text(EVENTS + "hana-02,order,2026-02-05T11:00:00Z,\n", "utf-8")
    made = empty_workspace.import_events(file)
    assert (made.accepted, made.reasons) == (2, {"kept_out": 2})

    body = {"identifier": "minji-01", "note": "minji-01 signed up anew"}
    assert client.post("/api/v1/privacy/kept-out/let-in", json=body).json()["digests"] > 0
    assert client.post("/api/v1/privacy/kept-out/let-in", json=body).status_code == 404
    file.write_text(EVENTS, "utf-8")
    file.write_text(EVENTS + "hana-02,order,2026-02-06T11:00:00Z,\n", "utf-8")
    assert empty_workspace.import_events(file).accepted == 4
    noted = [one for one in empty_workspace.audit.entries() if one.action == "customer_let_in"]
    assert [one.detail["note"] for one in noted] == ["… signed up anew"]


def test_what_was_not_asked_for_is_not_there_and_what_has_not_failed_is_not_done_again(
    client: TestClient[Any], empty_workspace: Workspace
) -> None:
    for address in ("", "/file"):
        assert client.get(f"/api/v1/privacy/requests/none{address}").status_code == 404
    assert client.post("/api/v1/privacy/requests/none/retry").status_code == 404
    asked = ask(client, kind="access", customer="minji-01")
    assert client.get(f"/api/v1/privacy/requests/{asked['id']}/file").status_code == 404
    assert client.post(f"/api/v1/privacy/requests/{asked['id']}/retry").status_code == 422
