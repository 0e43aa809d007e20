"""The names a server answers to, and the pages that are its own."""

from __future__ import annotations

import pytest
from litestar.testing import TestClient

from giljabi.bootstrap import Settings, Workspace
from giljabi.server.app import create_app
from giljabi.server.hosts import Hosts, from_elsewhere, is_loopback

HOSTS = Hosts("https://giljabi.example.com", ["other.example", "2001:db8::1"])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8400",
        "localhost",
        "[::1]:8400",
        "giljabi.example.com",
        "GILJABI.example.com:443",
        "other.example:8443",
        "[2001:db8::1]:8400",
    ],
)
def test_a_server_answers_to_its_own_names(host: str) -> None:
    assert HOSTS.answers_to(host)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "giljabi.example.com.evil.example", "localhost.evil.example", "127.0.0.2"]
)
def test_a_server_answers_to_no_other_name(host: str) -> None:
    assert not HOSTS.answers_to(host)


@pytest.mark.parametrize(
    ("host", "origin", "home"),
    [
        ("127.0.0.1:8400", "http://127.0.0.1:8400", True),
        ("127.0.0.1:8400", "http://127.0.0.1:9999", False),
        ("giljabi.example.com", "https://giljabi.example.com", True),
        ("giljabi.example.com", "http://giljabi.example.com", False),
        ("127.0.0.1:8400", "https://giljabi.example.com", True),
        ("giljabi.example.com", "null", False),
        ("giljabi.example.com", "https://evil.example", False),
    ],
)
def test_pages_are_told_from_those_of_others(host: str, origin: str, home: bool) -> None:
    assert HOSTS.is_home(host, origin) is home


def test_this_machine_is_told_from_others() -> None:
    assert is_loopback("localhost:8400")
    assert not is_loopback("localhost.evil.example")
    assert from_elsewhere("203.0.113.7")
    assert not from_elsewhere("127.0.0.1")


def test_what_is_collected_comes_in_under_the_servers_own_names(empty_workspace: Workspace) -> None:
    settings = Settings(url="https://giljabi.example.com")
    statuses = {}
    with TestClient(create_app(empty_workspace, settings), base_url="https://giljabi.example.com") as client:
        for host in ("giljabi.example.com", "evil.example"):
            headers = {"host": host}
            statuses[host] = [
                client.post("/v1/track", json={}, headers=headers).status_code,
                client.post("/v1/hooks/none", json={}, headers=headers).status_code,
                client.get("/giljabi.js", headers=headers).status_code,
                client.get("/api/v1/session", headers=headers).status_code,
            ]

    assert statuses["giljabi.example.com"] == [401, 404, 200, 200]
    assert statuses["evil.example"] == [403, 403, 200, 403]
