"""Every address of the server is walked by everybody, and lets in exactly those whom the table lets in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.routes import ASGIRoute, BaseRoute, HTTPRoute
from litestar.testing import TestClient
from tests.server.comers import Comer, everybody
from tests.server.route_table import LINES, ON_OWN_MAP, RIGHTS
from tests.workspaces import own_database

from giljabi.bootstrap import Settings, open_workspace
from giljabi.mapping import template
from giljabi.server.app import create_app
from giljabi.store.postgres import EmbeddedServer

WITHOUT = {
    "id": "none",
    "account": "none",
    "stage": "none",
    "index": "0",
    "kind": "email",
    "path": "maps/none",
}
"""What path parameters are where they should name nothing."""

OUTSIDE = {"nobody", "half in"}
"""Who is not signed in."""


@dataclass(frozen=True)
class Walk:
    """A server with accounts, everybody who comes to it, and the map that guests were let in by."""

    client: TestClient[Any]
    comers: dict[str, Comer]
    own_map: str
    other_map: str


@pytest.fixture(scope="module")
def walk(postgres_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    home = tmp_path_factory.mktemp("walk")
    with open_workspace(home, own_database(postgres_server, "giljabi_walk"), "walk") as workspace:
        own, other = (workspace.add_map(template(name)).id for name in ("shop", "shop-en"))
        comers = everybody(workspace, own)
        with TestClient(create_app(workspace, Settings()), base_url="http://127.0.0.1") as client:
            yield Walk(client, comers, own, other)


@pytest.fixture(scope="module")
def app(walk: Walk) -> Litestar:
    app: Litestar = walk.client.app
    return app


def test_the_table_has_every_address_and_no_other(app: Litestar) -> None:
    there = {f"{method} {_path(route)}" for route in app.routes for method in _methods(route)}

    assert there == {f"{method} {path}" for method, path, *_ in LINES} | {"ASGI /v1"}


@pytest.mark.parametrize("who", RIGHTS)
def test_everybody_is_let_in_where_they_may_and_nowhere_else(walk: Walk, who: str) -> None:
    wrong = []
    for method, path, needs, *guests in LINES:
        if needs == "public":
            continue
        on_map = ON_OWN_MAP.get(who, set()) if guests else set()
        expected = _may(who, needs, RIGHTS[who] | on_map)
        status = _ask(walk, who, method, path, walk.own_map if on_map else "none")
        let_in = status not in {401, 403}
        if let_in != expected or (who in OUTSIDE and status != 401):
            wrong.append(f"{method} {path} answers {status}, and should {'let in' if expected else 'refuse'}")

    assert wrong == []


@pytest.mark.parametrize("who", ON_OWN_MAP)
def test_guests_see_nothing_of_another_map(walk: Walk, who: str) -> None:
    own = [line for line in LINES if line[-1] == "guests" and "{id}" in line[1]]

    assert {_ask(walk, who, method, path, walk.other_map) for method, path, *_ in own} == {403}
    listed = walk.client.get("/api/v1/maps", headers=dict(walk.comers[who].headers)).json()
    assert [one["id"] for one in listed["maps"]] == [walk.own_map]


def test_everybody_may_use_what_is_public(walk: Walk) -> None:
    refused = [
        f"{method} {path}"
        for method, path, needs, *_ in LINES
        # Signing in with nothing is refused with the very 401 that a wrong password gets.
        if needs == "public" and not path.startswith(("/api/v1/session", "/api/v1/oidc", "/v1/hooks"))
        if _ask(walk, "nobody", method, path, "none") in {401, 403}
    ]

    assert refused == []
    assert walk.client.get("/api/v1/session").json()["signed_in"] is False


@pytest.mark.parametrize("who", ["nobody", "owner"])
def test_a_handler_that_says_nothing_of_who_may_use_it_is_closed(walk: Walk, app: Litestar, who: str) -> None:
    path = f"/undeclared/{who}"

    @get(path, sync_to_thread=False)
    def undeclared() -> str:
        return "secret"

    app.register(undeclared)
    answer = walk.client.get(path, headers=dict(walk.comers[who].headers))

    assert answer.status_code == (401 if who == "nobody" else 403)
    assert "secret" not in answer.text


def _may(who: str, needs: str, rights: set[str]) -> bool:
    if needs == "signed_in":
        return who not in OUTSIDE and not who.startswith("token")
    return needs in rights


def _ask(walk: Walk, who: str, method: str, path: str, map_id: str) -> int:
    parts = {**WITHOUT, "id": map_id}
    if path.startswith("/api/v1/identity"):
        parts["id"] = "1"
    headers = dict(walk.comers[who].headers)
    body: dict[str, str] | None = None if method in {"GET", "DELETE"} else {}
    answer = walk.client.request(method, path.format(**parts), headers=headers, json=body)
    walk.client.cookies.clear()
    return answer.status_code


def _path(route: BaseRoute) -> str:
    return route.path_format


def _methods(route: BaseRoute) -> list[str]:
    if isinstance(route, ASGIRoute):
        return ["ASGI"]
    assert isinstance(route, HTTPRoute), f"{route.path} is no address of HTTP: say here who may use it"
    return [method for method in route.methods if method != "OPTIONS"]
