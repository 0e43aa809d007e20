"""The server as a whole: one shape of errors, who may talk to it, its documents."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient
from tests.workspaces import OPEN

from giljabi.bootstrap import Workspace
from giljabi.server.app import create_app


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/maps/unknown", 404),
        ("DELETE", "/api/v1/status", 405),
        ("POST", "/api/v1/maps", 400),
        ("POST", "/api/v1/maps/propose", 400),
        ("GET", "/api/v1/imports/unknown", 404),
        ("GET", "/api/v1/log", 409),
        ("GET", "/missing.js", 404),
    ],
)
def test_every_error_has_the_one_shape(empty: TestClient[Any], method: str, path: str, status: int) -> None:
    answer = empty.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {"type", "title", "status", "detail"} <= answer.json().keys()
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


def test_a_server_error_tells_nothing_of_its_inside(
    empty_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(empty_workspace, "list_maps", broken)
    with TestClient(
        create_app(empty_workspace, OPEN), base_url="http://127.0.0.1", raise_server_exceptions=False
    ) as client:
        answer = client.get("/api/v1/maps")

    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "secret" not in answer.text


def test_another_host_name_is_refused(empty: TestClient[Any]) -> None:
    for path in ("/api/v1/status", "/", "/schema/openapi.json"):
        answer = empty.get(path, headers={"host": "evil.example:8400"})

        assert (answer.status_code, answer.json()["status"]) == (403, 403)


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_changes_from_another_site_are_refused(empty: TestClient[Any], headers: dict[str, str]) -> None:
    answer = empty.post("/api/v1/maps/validate", json={"text": "title: x"}, headers=headers)

    assert answer.status_code == 403


def test_changes_from_own_pages_pass(empty: TestClient[Any]) -> None:
    headers = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin", "host": "127.0.0.1"}

    assert empty.post("/api/v1/maps/validate", json={"text": "title: x"}, headers=headers).status_code == 200


def test_the_status_names_version_and_workspace(empty: TestClient[Any]) -> None:
    answer = empty.get("/api/v1/status").json()

    assert (answer["workspace"], answer["log"], answer["busy"]) == ("empty", None, False)


def test_views_have_addresses_of_their_own(empty: TestClient[Any]) -> None:
    index = empty.get("/")

    assert index.status_code == 200
    assert "default-src 'self'" in index.headers["content-security-policy"]
    assert empty.get("/maps/abc?lang=ko").text == index.text


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/", "no-cache"),
        ("/missing.js", "no-store"),
        ("/api/v1/status", "no-store"),
        ("/api/v1/maps/unknown", "no-store"),
        ("/schema/openapi.json", "no-store"),
    ],
)
def test_every_answer_says_what_a_browser_may_do_with_it(
    empty: TestClient[Any], path: str, caching: str
) -> None:
    answer = empty.get(path)

    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == caching


def test_pages_run_and_show_nothing_but_what_this_server_gives(empty: TestClient[Any]) -> None:
    policy = empty.get("/").headers["content-security-policy"]

    assert "unsafe" not in policy
    assert "data:" not in policy


def test_a_refused_request_is_answered_with_the_same_headers(empty: TestClient[Any]) -> None:
    answer = empty.get("/", headers={"host": "evil.example"})

    assert (answer.status_code, answer.headers["x-content-type-options"]) == (403, "nosniff")


def test_no_address_leads_out_of_the_pages(empty: TestClient[Any]) -> None:
    for path in ("/../app.py", "/%2e%2e/app.py", "/..%2fapp.py", "//etc/passwd", "/%00", "/a%00.js"):
        answer = empty.get(path)

        assert answer.status_code in {200, 404}
        assert "create_app" not in answer.text
        assert "root:" not in answer.text
