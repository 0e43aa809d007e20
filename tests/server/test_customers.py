"""Customers one by one: found by any identifier, told on one timeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest
from litestar.testing import TestClient
from tests.workspaces import OPEN

from giljabi.bootstrap import Workspace
from giljabi.server.app import create_app
from giljabi.store.postgres import workspace_id

EVENTS = "customer,time,event,channel,amount\n" + "".join(
    f"u1,2026-03-0{day} 10:00:0{n},{name},web,{n}\n"
    for day in (1, 2)
    for n, name in enumerate(("view", "cart", "pay"))
)
OTHERS = (
    "u10,2026-03-01 09:00:00,view,app,\nold-u1,2026-02-28 09:00:00,open,app,\na/b%,2026-03-01,view,app,\n"
)
FEEDBACK = (
    "customer,time,kind,score,text\n"
    "u1,2026-03-01 12:00:00,nps,9,좋아요\nold-u1,2026-02-28 10:00:00,csat,2,늦어요\n"
)


@pytest.fixture
def client(empty_workspace: Workspace, tmp_path: Path, database_address: str) -> Any:
    events, feedback = tmp_path / "events.csv", tmp_path / "feedback.csv"
    events.write_text(EVENTS + OTHERS, encoding="utf-8")
    feedback.write_text(FEEDBACK, encoding="utf-8")
    empty_workspace.import_events(events)
    empty_workspace.import_feedback(feedback)
    resolve(database_address)
    with TestClient(create_app(empty_workspace, OPEN), base_url="http://127.0.0.1") as made:
        yield made


def resolve(address: str) -> None:
    """Write down what resolution would have: u1 took in old-u1, and holds an e-mail address."""
    own = workspace_id("empty")
    with psycopg.connect(address) as connection:
        connection.execute(
            "INSERT INTO customer (workspace_id, customer_id, merged_into, traits) VALUES "
            '(%(w)s, \'u1\', NULL, \'{"name": "김민지", "plan": "gold"}\'), '
            "(%(w)s, 'old-u1', 'u1', '{}')",
            {"w": own},
        )
        connection.execute(
            "INSERT INTO identifier (workspace_id, kind, value, customer_id, first_at, last_at) VALUES "
            "(%(w)s, 'user_id', 'u1', 'u1', '2026-03-01Z', '2026-03-02Z'), "
            "(%(w)s, 'email', 'minji@example.com', 'u1', '2026-03-01 11:00Z', '2026-03-02Z'), "
            "(%(w)s, 'anonymous_id', 'device-7', 'old-u1', '2026-02-28Z', '2026-02-28Z')",
            {"w": own},
        )
        connection.execute(
            "INSERT INTO identity_edge (workspace_id, kind, from_customer, to_customer, cause, state, at) "
            "VALUES (%s, 'merge', 'old-u1', 'u1', '{\"by\": \"identify\"}', 'waiting', '2026-03-01 11:30Z')",
            (own,),
        )


def found(client: TestClient[Any], text: str | None, **more: Any) -> list[str]:
    answer = client.get("/api/v1/customers", params={"find": text, **more})
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["customers"]]


def test_a_customer_is_found_by_every_identifier_and_its_beginning(client: TestClient[Any]) -> None:
    for text in ("minji@example.com", "Minji@", "device-7", "dev", "old-u1"):
        assert found(client, text) == ["u1"], text
    assert found(client, "u1") == ["u1", "u10"]
    assert found(client, "u1", limit=1) == ["u1"]
    assert found(client, "zzz") == []
    row = client.get("/api/v1/customers", params={"find": "minji"}).json()["customers"][0]
    assert (row["name"], row["kind"], row["value"], row["events"]) == (
        "김민지",
        "email",
        "minji@example.com",
        6,
    )


def test_without_a_text_those_who_came_last_are_listed(client: TestClient[Any]) -> None:
    assert found(client, "") == ["u1", "u10", "a/b%", "old-u1"]


def test_the_head_tells_all_that_is_known(client: TestClient[Any]) -> None:
    head = client.get("/api/v1/customers/u1").json()
    assert (head["id"], head["name"], head["traits"]["plan"]) == ("u1", "김민지", "gold")
    assert {one["value"] for one in head["identifiers"]} == {"u1", "minji@example.com", "device-7"}
    assert (head["merged"], head["edges"][0]["cause"]) == (["old-u1"], {"by": "identify"})
    assert (head["events"], head["feedback"]) == (7, 2)
    assert (head["first_at"], head["last_at"]) == ("2026-02-28T09:00:00Z", "2026-03-02T10:00:02Z")
    assert client.get("/api/v1/customers/old-u1").json()["id"] == "u1"


def pages(client: TestClient[Any], id: str, limit: int, **more: Any) -> list[list[dict[str, Any]]]:  # noqa: A002
    read: list[list[dict[str, Any]]] = []
    before: dict[str, str] = {}
    while True:
        asked = {"limit": limit, **before, **more}
        page = client.get(f"/api/v1/customers/{id}/timeline", params=asked).json()
        read.append(page["entries"])
        if page["before"] is None:
            return read
        before = {"before": page["before"]}


def test_the_timeline_has_everything_once_the_newest_first(client: TestClient[Any]) -> None:
    whole = [one for page in pages(client, "u1", 500) for one in page]
    assert [one["time"] for one in whole] == sorted((one["time"] for one in whole), reverse=True)
    told = [one["event"]["name"] if one["kind"] == "event" else one["kind"] for one in whole]
    assert told == [
        "pay", "cart", "view", "feedback", "identity", "identity", "pay", "cart", "view", "identity",
        "feedback", "open", "identity",
    ]  # fmt: skip
    assert whole[0]["event"] == {
        "name": "pay", "channel": "web", "source": None, "values": {"value": 2.0},
    }  # fmt: skip
    assert whole[3]["feedback"] == {"kind": "nps", "score": 9.0, "text": "좋아요", "touchpoint": None}
    assert whole[4]["edge"]["from_customer"] == "old-u1"
    for limit in (1, 2, 5):
        cut = pages(client, "u1", limit)
        assert [one for page in cut for one in page] == whole
        assert {len(page) for page in cut[:-1]} == {limit}


def test_the_timeline_is_narrowed_to_a_kind(client: TestClient[Any]) -> None:
    said = [one for page in pages(client, "old-u1", 1, kind="feedback") for one in page]
    assert [one["feedback"]["score"] for one in said] == [9, 2]


def test_events_of_one_moment_are_each_told_once(empty_workspace: Workspace, tmp_path: Path) -> None:
    rows = "".join(f"c,2026-03-01 10:00:00,e{n}\n" for n in range(7))
    (tmp_path / "ties.csv").write_text(f"customer,time,event\nc,2026-03-02,last\n{rows}", encoding="utf-8")
    empty_workspace.import_events(tmp_path / "ties.csv")
    with TestClient(create_app(empty_workspace, OPEN), base_url="http://127.0.0.1") as client:
        for limit in (1, 2, 3, 8):
            told = [one["event"]["name"] for page in pages(client, "c", limit) for one in page]
            assert told == ["last", *(f"e{n}" for n in reversed(range(7)))]


def test_bad_questions_say_what_would_be_right(client: TestClient[Any]) -> None:
    korean = {"accept-language": "ko"}
    nobody = client.get("/api/v1/customers/nobody", headers=korean)
    assert (nobody.status_code, nobody.json()["detail"]) == (404, "이 작업 공간에 ‘nobody’ 고객이 없어요.")
    cursor = client.get("/api/v1/customers/u1/timeline", params={"before": "soon"})
    assert (cursor.status_code, "hand over what the page before said" in cursor.text) == (422, True)
    limit = client.get("/api/v1/customers", params={"find": "u", "limit": 0}, headers=korean)
    assert (limit.status_code, "1부터 100까지" in limit.text) == (422, True)


def test_a_workspace_without_events_has_nobody_yet(empty: TestClient[Any]) -> None:
    assert found(empty, "") == found(empty, "u1") == []


def test_customers_of_the_shop_are_found_among_many(shop: TestClient[Any], shop_files: Path) -> None:
    events = pq.read_table(shop_files / "events.parquet", columns=["customer"])
    for id in events["customer"].unique().to_pylist()[::200]:  # noqa: A001
        assert found(shop, id)[0] == id
        assert shop.get(f"/api/v1/customers/{id}").json()["events"] > 0
