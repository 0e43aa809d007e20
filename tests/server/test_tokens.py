"""API tokens: shown once, kept as digests, limited, revoked at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.server.comers import Comer, admit, make_owner, with_token

from giljabi.bootstrap import Settings, Workspace
from giljabi.bootstrap.tokens import Tokens
from giljabi.server.app import create_app

TOKENS = "/api/v1/tokens"


@pytest.fixture
def client(empty_workspace: Workspace) -> Iterator[TestClient[Any]]:
    with TestClient(create_app(empty_workspace, Settings()), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def owner(empty_workspace: Workspace) -> Comer:
    return make_owner(empty_workspace)


def make(client: TestClient[Any], maker: Comer, *scopes: str, **more: Any) -> Any:
    wish = {"name": "export at night", "scopes": scopes, **more}
    return client.post(TOKENS, json=wish, headers=dict(maker.headers))


def test_a_token_opens_the_api_without_a_cookie_until_it_is_revoked(
    client: TestClient[Any], owner: Comer
) -> None:
    made = make(client, owner, "edit").json()
    shown = {"authorization": f"Bearer {made['secret']}"}
    new = client.post("/api/v1/maps", json={"text": "title: x\nstages: []"}, headers=shown)
    listed = client.get(TOKENS, headers=dict(owner.headers)).json()["tokens"]
    revoked = client.delete(f"{TOKENS}/{made['token']['id']}", headers=dict(owner.headers))

    assert made["secret"].startswith("gj_")
    assert made["secret"].startswith(made["token"]["hint"])
    assert new.status_code not in {401, 403}
    assert made["secret"] not in client.get(TOKENS, headers=dict(owner.headers)).text
    assert listed[0]["last_used_at"]
    assert revoked.status_code == 204
    assert client.get("/api/v1/maps", headers=shown).status_code == 401


def test_the_database_holds_no_secret(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace
) -> None:
    secret = make(client, owner, "view").json()["secret"]

    async def rows(tx: Any) -> str:
        found = await tx.tokens._connection.exec_driver_sql("SELECT to_jsonb(t)::text FROM api_token t")
        return "".join(found.scalars())

    assert secret[7:] not in empty_workspace._ledger.within(rows)


@pytest.mark.parametrize("shown", ["gj_", "gj_wrong", "x" * 40, "", "gj_" + "a" * 10_000], ids=len)
def test_what_is_no_token_opens_nothing(client: TestClient[Any], owner: Comer, shown: str) -> None:
    answer = client.get("/api/v1/maps", headers={"authorization": f"Bearer {shown}"})

    assert (answer.status_code, answer.json()["type"]) == (401, "sign-in-failed")


def test_a_token_has_no_more_than_its_maker_has_at_the_time(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace
) -> None:
    editor = admit(empty_workspace, owner, "editor")
    too_much = make(client, editor, "admin")
    token = with_token(empty_workspace, editor, "edit")
    assert editor.principal is not None

    asked = [client.get("/api/v1/sources", headers=dict(token.headers)).status_code]
    empty_workspace.accounts.change_role(owner.principal, editor.principal.account, "viewer")  # type: ignore[arg-type]
    asked.append(client.get("/api/v1/sources", headers=dict(token.headers)).status_code)
    asked.append(client.get("/api/v1/maps", headers=dict(token.headers)).status_code)
    empty_workspace.accounts.disable(owner.principal, editor.principal.account)  # type: ignore[arg-type]
    asked.append(client.get("/api/v1/maps", headers=dict(token.headers)).status_code)

    assert (too_much.status_code, too_much.json()["type"]) == (403, "not-allowed")
    assert asked == [200, 403, 200, 401]


def test_a_token_makes_no_tokens_and_changes_no_account(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace
) -> None:
    token = with_token(empty_workspace, owner, "admin", "edit")
    owner_role = {"email": "b@example.com", "role": "owner"}

    assert make(client, token, "view").status_code == 403
    assert client.get("/api/v1/account", headers=dict(token.headers)).status_code == 403
    assert client.post("/api/v1/invitations", json=owner_role, headers=dict(token.headers)).status_code == 403


def test_a_token_expires(empty_workspace: Workspace, owner: Comer) -> None:
    now = datetime.now(UTC)
    assert owner.principal is not None
    _, secret = empty_workspace.tokens.make(owner.principal, "short", ["view"], 1)
    later = Tokens(empty_workspace._ledger, lambda: now + timedelta(days=1, minutes=1))

    assert empty_workspace.tokens.principal(secret) is not None
    assert later.principal(secret) is None


def test_its_use_is_written_down_once_a_minute(empty_workspace: Workspace, owner: Comer) -> None:
    now = datetime.now(UTC)
    assert owner.principal is not None
    made, secret = empty_workspace.tokens.make(owner.principal, "busy", ["view"], None)
    used = []
    for seconds in (0, 59, 61):
        Tokens(empty_workspace._ledger, partial(now.__add__, timedelta(seconds=seconds))).principal(secret)
        kept = next(one for one in empty_workspace.tokens.list() if one.id == made.id)
        used.append((kept.last_used_at or now) - now)

    assert used == [timedelta(0), timedelta(0), timedelta(seconds=61)]


@pytest.mark.parametrize(
    "wish",
    [{"name": " "}, {"name": "x" * 81}, {"scopes": []}, {"days": 0}, {"days": 4000}],
    ids=["no name", "long name", "no scopes", "no days", "too many days"],
)
def test_a_wish_that_is_not_right_is_told(
    client: TestClient[Any], owner: Comer, wish: dict[str, Any]
) -> None:
    answer = make(client, owner, "view", **wish)

    assert (answer.status_code, answer.json()["type"]) == (422, "input")


def test_everybody_sees_and_revokes_their_own_and_admins_all(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace
) -> None:
    admin, viewer = (admit(empty_workspace, owner, role) for role in ("admin", "viewer"))
    mine = make(client, viewer, "view").json()["token"]["id"]
    theirs = make(client, admin, "view").json()["token"]["id"]

    foreign = client.delete(f"{TOKENS}/{theirs}", headers=dict(viewer.headers))
    listed = client.get(TOKENS, headers=dict(viewer.headers)).json()
    everything = client.get(f"{TOKENS}/all", headers=dict(admin.headers)).json()["tokens"]
    by_admin = client.delete(f"{TOKENS}/{mine}", headers=dict(admin.headers))

    assert foreign.status_code == 404
    assert ([one["id"] for one in listed["tokens"]], listed["scopes"]) == ([mine], ["view"])
    assert {one["id"] for one in everything} == {mine, theirs}
    assert by_admin.status_code == 204
