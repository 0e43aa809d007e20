"""Nobody asks faster than their share, and nobody waits for what others ask."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient
from tests.server.comers import admit, make_owner, with_token

from giljabi.bootstrap import Settings, Workspace
from giljabi.server import pace
from giljabi.server.app import create_app
from giljabi.server.pace import Pace

MAPS = "/api/v1/maps"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_worth_may_come_at_once_and_no_more() -> None:
    clock = Clock()
    limit = Pace(60, clock)
    assert [limit.wait("a") for _ in range(60)] == [0] * 60
    assert limit.wait("a") == 1
    clock.now += 1
    assert [limit.wait("a"), limit.wait("a")] == [0, 1]
    clock.now += 60
    assert sum(limit.wait("a") == 0 for _ in range(100)) == 60


@pytest.mark.parametrize("a_minute", [1, 7, 600, 100_000])
def test_whoever_asks_evenly_never_waits(a_minute: int) -> None:
    clock = Clock()
    limit = Pace(a_minute, clock)
    for _ in range(1_000):
        assert limit.wait("a") == 0
        clock.now += 60 / a_minute


def test_what_is_refused_does_not_count() -> None:
    clock = Clock()
    limit = Pace(2, clock)
    waits = [limit.wait("a") for _ in range(50)]
    clock.now += 30
    assert waits == [0, 0] + [30] * 48
    assert limit.wait("a") == 0


def test_each_asker_has_a_share_of_their_own_and_none_is_remembered_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "_MANY", 5)
    clock = Clock()
    limit = Pace(1, clock)
    for number in range(20):
        assert limit.wait(str(number)) == 0
        clock.now += 30
    assert len(limit._even) <= 5
    assert limit.wait("19") == 30


def test_without_a_limit_nobody_is_counted() -> None:
    limit = Pace(0)
    assert not any(limit.wait("a") for _ in range(10_000))
    assert limit._even == {}


@pytest.fixture
def limited() -> Settings:
    return Settings(request_limit=3)


def statuses(client: TestClient[Any], headers: Any, count: int = 5) -> list[int]:
    return [client.get(MAPS, headers=dict(headers)).status_code for _ in range(count)]


def test_a_session_and_a_token_have_each_their_share(empty_workspace: Workspace, limited: Settings) -> None:
    owner = make_owner(empty_workspace)
    others = admit(empty_workspace, owner, "viewer"), with_token(empty_workspace, owner, "view")
    with TestClient(create_app(empty_workspace, limited), base_url="http://127.0.0.1") as client:
        assert statuses(client, owner.headers) == [200, 200, 200, 429, 429]
        assert [statuses(client, one.headers) for one in others] == [[200, 200, 200, 429, 429]] * 2


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "This session or token asks too often; go on in "), ("ko", "짧은 시간에 너무 많이 요청했어요. ")],
)
def test_it_is_told_how_long_to_wait(
    empty_workspace: Workspace, limited: Settings, language: str, told: str
) -> None:
    headers = {**make_owner(empty_workspace).headers, "accept-language": language}
    with TestClient(create_app(empty_workspace, limited), base_url="http://127.0.0.1") as client:
        statuses(client, headers, 3)
        answer = client.get(MAPS, headers=headers)

    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (429, "too-many")
    assert problem["detail"].startswith(told)
    assert 0 < int(answer.headers["retry-after"]) == problem["seconds"] <= 20


def test_whoever_sits_at_the_machine_and_whoever_sends_events_are_not_counted(
    empty_workspace: Workspace,
) -> None:
    settings = Settings(accounts="none", request_limit=3)
    key = empty_workspace.sources.add("http", "shop").write_key or ""
    call = {"writeKey": key, "userId": "u1", "event": "paid"}
    with TestClient(create_app(empty_workspace, settings), base_url="http://127.0.0.1") as client:
        assert set(statuses(client, {}, 10)) == {200}
        assert {client.post("/v1/track", json=call).status_code for _ in range(10)} == {200}
