"""Two workspaces with look-alike data never show each other's."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from litestar.testing import TestClient
from tests.server.route_table import LINES
from tests.server.twins import NAMES, Twin, headers, twin
from tests.workspaces import own_database

from giljabi.bootstrap import Settings
from giljabi.server.app import create_app
from giljabi.store.postgres import EmbeddedServer

QUESTIONS = {
    "funnel": {"steps": [["view"], ["pay"]]},
    "graph": {},
    "variants": {},
    "steps": {},
    "friction": {},
    "sessions": {},
    "stickiness": {},
}


@pytest.fixture(scope="module")
def twins(postgres_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Twin]]:
    home, files = tmp_path_factory.mktemp("twins"), tmp_path_factory.mktemp("twins-files")
    address = own_database(postgres_server, "giljabi_twins")
    both = [twin(home, address, name, files) for name in NAMES]
    yield both
    for one in both:
        one.workspace.close()


@pytest.fixture(scope="module", params=[0, 1], ids=NAMES)
def pair(request: pytest.FixtureRequest, twins: list[Twin]) -> Iterator[tuple[Twin, Twin, TestClient]]:  # type: ignore[type-arg]
    """Give a workspace with a client of its server, and the other one."""
    own, other = twins[request.param], twins[1 - request.param]
    with TestClient(create_app(own.workspace, Settings()), base_url="http://127.0.0.1") as client:
        yield own, other, client


def test_every_list_shows_ones_own_and_nothing_else(pair: tuple[Twin, Twin, TestClient]) -> None:  # type: ignore[type-arg]
    own, other, client = pair
    seen = 0
    for method, path, needs, *_ in LINES:
        if method != "GET" or not path.startswith("/api/v1/") or "{" in path or needs == "public":
            continue
        answer = client.get(path, headers=headers(own.owner))
        assert answer.status_code < 500, path
        assert other.mark not in answer.text, path
        seen += own.mark in answer.text
    assert seen >= 8, "hardly any list has shown what is there"


def test_things_of_the_other_workspace_are_not_found_by_their_names(
    pair: tuple[Twin, Twin, TestClient],  # type: ignore[type-arg]
) -> None:
    own, other, client = pair
    asked = 0
    for method, path, needs, *_ in LINES:
        if not path.startswith("/api/v1/") or "{id}" not in path or needs == "public":
            continue
        kind = path.split("/")[3]
        name = other.ids.get(kind, "1")
        address = path.format(
            id=name, stage="search", index="0", kind="email", source=other.ids["sources"], account="1"
        )
        answer = client.request(
            method, address, headers=headers(own.owner), json=None if method in {"GET", "DELETE"} else {}
        )
        assert answer.status_code < 500, address
        assert other.mark not in answer.text.replace(name, ""), address
        if kind in other.ids and kind != "customers":
            assert answer.status_code >= 400, address
            asked += 1
    assert asked >= 10


def test_searching_finds_nobody_of_the_other_workspace(pair: tuple[Twin, Twin, TestClient]) -> None:  # type: ignore[type-arg]
    own, other, client = pair
    for text in (other.mark, "minji", "821012345678"):
        found = client.get("/api/v1/customers", params={"q": text}, headers=headers(own.owner))
        assert found.status_code == 200
        assert other.mark not in found.text.replace(f'"{text}"', "")
    page = client.get("/api/v1/customers/minji/timeline", headers=headers(own.owner))
    assert own.mark in page.text
    assert other.mark not in page.text


@pytest.mark.parametrize("question", QUESTIONS)
def test_questions_are_answered_from_ones_own_log(question: str, pair: tuple[Twin, Twin, TestClient]) -> None:  # type: ignore[type-arg]
    own, other, client = pair
    answer = client.post(
        f"/api/v1/questions/{question}", json=QUESTIONS[question], headers=headers(own.owner)
    )
    assert answer.status_code < 400, answer.text
    assert other.mark not in answer.text
    assert own.workspace.log().customers == 3  # minji, junho and the one with the mark


def test_nobody_comes_in_with_a_key_of_the_other_workspace(pair: tuple[Twin, Twin, TestClient]) -> None:  # type: ignore[type-arg]
    own, other, client = pair
    assert other.owner.principal is not None
    _, secret = other.workspace.tokens.make(other.owner.principal, "foreign", ["admin"], 1)
    for foreign in (headers(other.owner), {"authorization": f"Bearer {secret}"}):
        assert client.get("/api/v1/maps", headers=foreign).status_code == 401
        client.cookies.clear()
    known = client.get("/api/v1/maps", headers=headers(own.owner))
    assert known.status_code == 200
    key = other.workspace.sources.get(other.ids["sources"]).write_key
    sent = client.post(
        "/v1/track", json={"type": "track", "event": "seen", "userId": "x"}, auth=(str(key), "")
    )
    assert sent.status_code == 401


def test_a_worker_does_the_work_of_its_own_workspace(pair: tuple[Twin, Twin, TestClient]) -> None:  # type: ignore[type-arg]
    own, other, _ = pair
    before = other.workspace.jobs.state().lag.calls
    other.workspace.jobs.ask("seal")
    own.workspace.jobs.ask("seal")
    own.workspace.jobs.work_off()
    assert other.workspace.jobs.state().lag.calls == before
    assert own.mark in "".join(str(batch.to_pylist()) for batch in own.workspace._lake.scan())
    assert other.mark not in "".join(str(batch.to_pylist()) for batch in own.workspace._lake.scan())


def test_files_that_are_handed_out_are_ones_own(pair: tuple[Twin, Twin, TestClient]) -> None:  # type: ignore[type-arg]
    own, other, client = pair
    rejects = client.get(f"/api/v1/imports/{own.ids['imports']}/rejects", headers=headers(own.owner))
    assert own.mark in rejects.text
    audit = client.get("/api/v1/audit/file", headers=headers(own.owner))
    assert audit.status_code == 200
    for answer in (rejects, audit):
        assert other.mark not in answer.text


def test_both_at_once_stay_apart(twins: list[Twin]) -> None:
    failed: list[str] = []

    def ask(own: Twin, other: Twin) -> None:
        with TestClient(create_app(own.workspace, Settings()), base_url="http://127.0.0.1") as client:
            for _ in range(10):
                for path in (
                    "/api/v1/maps",
                    "/api/v1/sources",
                    "/api/v1/people",
                    "/api/v1/customers?q=minji",
                ):
                    text = client.get(path, headers=headers(own.owner)).text
                    if other.mark in text:
                        failed.append(path)

    threads = [threading.Thread(target=ask, args=(twins[n], twins[1 - n])) for n in (0, 1, 0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
