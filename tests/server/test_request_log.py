"""The log has one line for each request, and neither secrets nor customers in any of them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from tests.workspaces import OPEN

from giljabi.access import LOCAL, Principal, Visit
from giljabi.bootstrap import Workspace, set_up_logs
from giljabi.bootstrap.logs import scrubbed
from giljabi.server.app import create_app

CUSTOMER = "kim.minji@example.com"
OWNER = "owner@company.example"
PASSWORD = "correct horse battery staple 9"
WRONG = "not the password at all 7"


class Log:
    """What was written."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["logger"] == "giljabi.request"]


@pytest.fixture
def log() -> Iterator[Log]:
    """Have this process log everything as JSON, and afterwards as before."""
    loggers = [logging.getLogger(name) for name in (None, "giljabi")]
    loggers += [logging.getLogger(name) for name in ("procrastinate", "psycopg.pool", "asyncio")]
    before = [(one, one.level, list(one.handlers)) for one in loggers]
    kept = Log()
    set_up_logs("json", "debug", kept.stream)
    yield kept
    for one, level, handlers in before:
        one.setLevel(level)
        one.handlers[:] = handlers


@pytest.fixture
def closed(empty_workspace: Workspace) -> Iterator[TestClient[Any]]:
    """Give a client of a server that asks people to sign in."""
    settings = msgspec.structs.replace(OPEN, accounts="required")
    with TestClient(create_app(empty_workspace, settings), base_url="http://127.0.0.1") as client:
        yield client


def test_a_request_has_one_line_with_route_status_and_time(empty: TestClient[Any], log: Log) -> None:
    empty.get("/api/v1/status")
    (line,) = log.requests
    assert line["ms"] >= 0
    assert {name: line[name] for name in ("event", "level", "method", "route", "status", "account")} == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "route": "/api/v1/status",
        "status": 200,
        "account": LOCAL,
    }


def test_pages_and_probes_are_told_where_everything_is(empty: TestClient[Any], log: Log) -> None:
    empty.get("/healthz")
    empty.get("/no-such-file.js")
    assert [(line["level"], line["status"]) for line in log.requests] == [("debug", 200), ("info", 404)]


def test_a_request_that_finds_no_route_is_told_too(empty: TestClient[Any], log: Log) -> None:
    empty.put(f"/of/{CUSTOMER}")
    (line,) = log.requests
    assert (line["route"], line["status"]) == ("none", 405)


def test_the_id_a_proxy_gives_is_kept_and_given_back(empty: TestClient[Any], log: Log) -> None:
    answer = empty.get("/api/v1/maps/none", headers={"x-request-id": "proxy-1234567890"})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "proxy-1234567890"
    assert log.requests[0]["request_id"] == "proxy-1234567890"


@pytest.mark.parametrize("given", ["", "short", "a" * 65, 'quote"and space', "line\x0bbreak-12345678"])
def test_an_id_that_is_none_is_replaced(empty: TestClient[Any], given: str) -> None:
    answer = empty.get("/api/v1/status", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 16


def test_customers_are_in_no_line(empty: TestClient[Any], log: Log, empty_workspace: Workspace) -> None:
    key = empty_workspace.sources.add("http", "shop").write_key or ""
    call = {"type": "identify", "userId": "kim-minji-1", "traits": {"email": CUSTOMER}, "messageId": "m1"}
    broken = {"type": "track", "userId": "kim-minji-1", "messageId": "m2"}
    assert empty.post("/v1/batch", json={"batch": [call, broken]}, auth=(key, "")).status_code == 200
    empty.post(f"/v1/track?writeKey={key}", content=b'{"userId": "kim-minji-1"')
    empty_workspace.jobs.ask("seal")
    empty_workspace.jobs.work_off()
    empty.get(f"/api/v1/customers/{CUSTOMER}")
    empty.get("/api/v1/customers", params={"q": CUSTOMER})
    empty.post("/api/v1/identity/merges", json={"kind": "email", "value": CUSTOMER})
    assert len(log.requests) == 5
    for secret in (CUSTOMER, "kim-minji-1", "kim.minji", key):
        assert secret not in log.text


def test_a_job_has_a_line_with_its_figures(
    empty: TestClient[Any], log: Log, empty_workspace: Workspace
) -> None:
    key = empty_workspace.sources.add("http", "shop").write_key or ""
    call = {"type": "track", "userId": "u1", "event": "view", "messageId": "m1"}
    empty.post("/v1/batch", json={"batch": [call]}, auth=(key, ""))
    empty_workspace.jobs.ask("seal")
    empty_workspace.jobs.work_off()
    (line,) = [one for one in log.lines if one["logger"] == "giljabi.job" and one["job"] == "seal"]
    assert (line["state"], line["n_calls"], line["level"]) == ("done", 1, "info")


def test_signing_in_leaves_no_secret(closed: TestClient[Any], log: Log, empty_workspace: Workspace) -> None:
    link = empty_workspace.accounts.owner_link()
    assert link is not None
    person = {"token": link, "email": OWNER, "name": "Owner", "password": PASSWORD, "language": "en"}
    begun = closed.post("/api/v1/session/begin", json=person)
    assert begun.status_code == 200, begun.text
    csrf = {"x-csrf-token": begun.json()["csrf"]}
    made = closed.post("/api/v1/tokens", json={"name": "ci", "scopes": ["view"], "days": 1}, headers=csrf)
    assert made.status_code == 201, made.text
    token = made.json()["secret"]
    cookies = list(closed.cookies.values())
    closed.delete("/api/v1/session", headers=csrf)
    wrong = closed.post("/api/v1/session", json={"email": OWNER, "password": WRONG})
    right = closed.post("/api/v1/session", json={"email": OWNER, "password": PASSWORD})
    cookies += closed.cookies.values()
    closed.cookies.clear()
    by_token = closed.get("/api/v1/status", headers={"authorization": f"Bearer {token}"})
    by_none = closed.get("/api/v1/status", headers={"authorization": f"Bearer {token}x"})
    closed.get(f"/api/v1/status?token={token}&password={PASSWORD}")
    statuses = [one.status_code for one in (wrong, right, by_token, by_none)]
    assert statuses == [401, 200, 200, 401]
    assert len(log.requests) == 8
    assert any("token_id" in line for line in log.requests)
    for secret in (link, OWNER, "owner@", PASSWORD, WRONG, token, token[3:], *cookies, csrf["x-csrf-token"]):
        assert secret not in log.text


def test_metrics_open_to_a_token_made_for_them_alone(
    closed: TestClient[Any], log: Log, empty_workspace: Workspace
) -> None:
    link = empty_workspace.accounts.owner_link() or ""
    begun = empty_workspace.accounts.begin(link, OWNER, "Owner", PASSWORD, "en", Visit("127.0.0.1", "test"))
    owner: Principal | None = begun.principal
    assert owner is not None
    secrets = [
        empty_workspace.tokens.make(owner, scope, (scope,), 1)[1] for scope in ("metrics", "view", "admin")
    ]
    found = [
        closed.get("/metrics", headers={"authorization": f"Bearer {secret}"}).status_code
        for secret in secrets
    ]
    assert found == [200, 403, 200]
    assert all(secret not in log.text for secret in secrets)


def test_an_unexpected_error_is_told_without_values(log: Log) -> None:
    try:
        secret = CUSTOMER
        raise RuntimeError(f"no row for {secret} with password='{PASSWORD}'\nDETAIL:  Key (email)=({secret})")
    except RuntimeError:
        logging.getLogger("giljabi.test").exception("a request failed")
    (line,) = log.lines
    assert "RuntimeError" in line["exception"]
    assert "test_request_log.py" in line["exception"]
    assert CUSTOMER not in log.text
    assert PASSWORD not in log.text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Bearer abcdefghijklmnop", "Bearer …"),
        ("gj_AbCdEfGh12345678 was used", "gj_… was used"),
        ("postgresql://me:hunter2@db/x", "postgresql://…@db/x"),
        ("write_key=abc123, password: 'a b'", "write_key=…, password: …"),
        (f"said {CUSTOMER}.", "said …@…."),
        ("GET /x/y?mail=a&b=c HTTP", "GET /x/y?… HTTP"),
        ("is that server running?", "is that server running?"),
    ],
    ids=["bearer", "token", "address", "words", "mail", "query", "sentence"],
)
def test_what_slips_in_is_taken_out(text: str, left: str) -> None:
    assert scrubbed(text) == left


def test_a_terminal_gets_text() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    out = Terminal()
    try:
        set_up_logs("auto", "warning", out)
        logging.getLogger("giljabi.test").warning("the disk is nearly full")
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]
    assert "the disk is nearly full" in out.getvalue()
    assert not out.getvalue().startswith("{")
