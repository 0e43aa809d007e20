"""Sessions over HTTP: cookies, the token against forged requests, and what ends when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from litestar.testing import TestClient
from tests.server.comers import COOKIE, HALF, PASSWORD, Comer, admit, make_owner
from tests.workspaces import OPEN

from giljabi.bootstrap import Settings, Workspace
from giljabi.server.app import create_app

SESSION = "/api/v1/session"


@pytest.fixture
def client(empty_workspace: Workspace) -> Iterator[TestClient[Any]]:
    with TestClient(create_app(empty_workspace, Settings()), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def owner(empty_workspace: Workspace) -> Comer:
    return make_owner(empty_workspace)


def sign_in(client: TestClient[Any], email: str = "owner@example.com", password: str = PASSWORD) -> Any:
    return client.post(SESSION, json={"email": email, "password": password})


def test_the_first_owner_comes_in_by_the_link(client: TestClient[Any], empty_workspace: Workspace) -> None:
    before = client.get(SESSION).json()
    begin = {"token": empty_workspace.accounts.owner_link(), "email": "a@example.com", "password": PASSWORD}

    made = client.post(f"{SESSION}/begin", json=begin)

    assert (before["begun"], before["open"], before["signed_in"]) == (False, False, False)
    assert made.status_code == 200
    assert made.json()["role"] == "owner"
    assert client.get("/api/v1/maps").status_code == 200
    assert client.post(f"{SESSION}/begin", json=begin).status_code == 404


def test_a_session_is_kept_in_a_cookie_that_no_script_sees(client: TestClient[Any], owner: Comer) -> None:
    said = sign_in(client).headers["set-cookie"]

    assert said.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in said.split(";")}
    assert "Domain" not in said
    assert "Max-Age" not in said


def test_beyond_this_machine_the_cookie_is_for_encrypted_connections_alone(
    empty_workspace: Workspace,
) -> None:
    make_owner(empty_workspace)
    settings = Settings(url="https://giljabi.example.com")
    with TestClient(create_app(empty_workspace, settings), base_url="https://giljabi.example.com") as client:
        answer = sign_in(client)
        known = client.get(SESSION).json()["signed_in"]

    said = answer.headers["set-cookie"]
    assert said.startswith("__Host-giljabi=")
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in said.split(";")}
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert known


def test_signing_in_gives_another_secret_and_ends_the_session_before(
    client: TestClient[Any], owner: Comer
) -> None:
    sign_in(client)
    first = client.cookies[COOKIE]
    sign_in(client)
    second = client.cookies[COOKIE]
    client.cookies.clear()

    assert first != second
    assert client.get("/api/v1/maps", headers={"cookie": f"{COOKIE}={first}"}).status_code == 401
    assert client.get("/api/v1/maps", headers={"cookie": f"{COOKIE}={second}"}).status_code == 200


def test_signing_out_ends_the_session_and_its_cookie(client: TestClient[Any], owner: Comer) -> None:
    sign_in(client)
    session = client.cookies[COOKIE]

    assert client.delete(SESSION).status_code == 204
    assert COOKIE not in client.cookies
    assert client.get("/api/v1/maps", headers={"cookie": f"{COOKIE}={session}"}).status_code == 401


@pytest.mark.parametrize(
    ("email", "password"),
    [("owner@example.com", "wrong"), ("nobody@example.com", PASSWORD)],
    ids=["wrong password", "unknown e-mail"],
)
def test_a_failed_sign_in_says_the_same_whatever_was_wrong(
    client: TestClient[Any], owner: Comer, email: str, password: str
) -> None:
    answer = sign_in(client, email, password)

    told = {key: value for key, value in answer.json().items() if key != "request_id"}
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in answer.headers
    assert told["type"] == "sign-in-failed"
    assert email not in told["detail"]


def test_too_many_tries_are_told_how_long_to_wait(client: TestClient[Any], owner: Comer) -> None:
    answers = [sign_in(client, password=f"wrong {n}") for n in range(30)]

    last = answers[-1]
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) == last.json()["seconds"] > 0


@pytest.mark.parametrize("shown", [None, "0" * 64], ids=["none", "a wrong one"])
def test_a_change_by_cookie_needs_the_token_of_its_session(
    client: TestClient[Any], owner: Comer, shown: str | None
) -> None:
    csrf = sign_in(client).json()["csrf"]
    name = {"name": "Somebody", "language": "ko"}

    refused = client.put("/api/v1/account", json=name, headers={"x-csrf-token": shown} if shown else {})
    taken = client.put("/api/v1/account", json=name, headers={"x-csrf-token": csrf})

    assert (refused.status_code, refused.json()["type"]) == (403, "csrf")
    assert (taken.status_code, taken.json()["name"]) == (200, "Somebody")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "null"},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
    ],
    ids=lambda headers: " ".join(*headers.items()),
)
def test_nobody_is_signed_in_from_another_site(
    client: TestClient[Any], owner: Comer, headers: dict[str, str]
) -> None:
    body = f'{{"email": "owner@example.com", "password": "{PASSWORD}"}}'

    answer = client.post(
        SESSION, content=body.encode(), headers={"content-type": "application/json", **headers}
    )

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_changed_password_gives_another_secret_and_ends_all_others(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace
) -> None:
    csrf = sign_in(client).json()["csrf"]
    change = {"old": PASSWORD, "new": "Franz jagt im Taxi quer durch Bayern"}

    changed = client.put("/api/v1/account/password", json=change, headers={"x-csrf-token": csrf})

    assert changed.status_code == 200
    assert changed.json()["csrf"] not in {csrf, ""}
    assert client.get("/api/v1/account").status_code == 200
    assert empty_workspace.accounts.principal(owner.session) is None


def second_factor(client: TestClient[Any], owner: Comer) -> tuple[pyotp.TOTP, list[str]]:
    """Set up the owner's second factor; give the authenticator and the recovery codes."""
    headers = dict(owner.headers)
    offer = client.post("/api/v1/account/second-factor", json={"password": PASSWORD}, headers=headers).json()
    authenticator = pyotp.TOTP(offer["secret"])
    code = {"code": authenticator.now()}
    confirmed = client.put("/api/v1/account/second-factor", json=code, headers=headers)
    client.cookies.clear()
    return authenticator, confirmed.json()["codes"]


def test_a_second_factor_is_asked_for_before_anything_is_shown(client: TestClient[Any], owner: Comer) -> None:
    _, codes = second_factor(client, owner)

    half = sign_in(client)
    early = client.get("/api/v1/maps").status_code
    first = client.cookies[HALF]
    whole = client.post(f"{SESSION}/second-factor", json={"code": codes[0]})

    assert (half.json()["second_factor"], half.json()["signed_in"], half.json()["csrf"]) == (True, False, "")
    assert early == 401
    assert whole.json()["signed_in"]
    assert client.cookies[COOKIE] != first
    assert HALF not in client.cookies
    assert client.get("/api/v1/maps").status_code == 200


def test_a_reload_finds_the_step_where_it_was(client: TestClient[Any], owner: Comer) -> None:
    _, codes = second_factor(client, owner)
    before = client.get(SESSION).json()
    sign_in(client)

    reloaded = client.get(SESSION).json()
    whole = client.post(f"{SESSION}/second-factor", json={"code": codes[0]}).json()

    assert not before["second_factor"]
    assert (reloaded["second_factor"], reloaded["signed_in"], reloaded["account"]) == (True, False, None)
    assert whole["signed_in"]


def test_half_a_session_is_kept_for_ten_minutes_in_a_cookie_of_its_own(
    empty_workspace: Workspace,
) -> None:
    settings = Settings(url="https://giljabi.example.com")
    owner = make_owner(empty_workspace)
    with TestClient(create_app(empty_workspace, Settings()), base_url="http://127.0.0.1") as near:
        second_factor(near, owner)
    with TestClient(create_app(empty_workspace, settings), base_url="https://giljabi.example.com") as client:
        said = sign_in(client).headers.get_list("set-cookie")

    assert len(said) == 1
    assert said[0].startswith("__Host-giljabi-half=")
    parts = {part.strip() for part in said[0].split(";")}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax", "Max-Age=600"} <= parts
    assert "Domain" not in said[0]


def test_half_a_session_ends_though_its_cookie_is_kept(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, codes = second_factor(client, owner)
    sign_in(client)
    late = datetime.now(UTC) + timedelta(minutes=10)
    monkeypatch.setattr(empty_workspace.accounts, "_clock", lambda: late)

    waits = client.get(SESSION).json()["second_factor"]
    refused = client.post(f"{SESSION}/second-factor", json={"code": codes[0]})

    assert not waits
    assert (refused.status_code, refused.json()["type"]) == (401, "sign-in-needed")


def test_half_a_session_is_no_session_and_a_session_no_half(client: TestClient[Any], owner: Comer) -> None:
    second_factor(client, owner)
    sign_in(client)
    half = client.cookies[HALF]
    client.cookies.clear()

    as_whole = client.get(SESSION, headers={"cookie": f"{COOKIE}={half}"}).json()
    as_half = client.get(SESSION, headers={"cookie": f"{HALF}={owner.session}"}).json()

    assert [as_whole["signed_in"], as_whole["second_factor"]] == [False, False]
    assert [as_half["signed_in"], as_half["second_factor"]] == [False, False]


def test_beginning_anew_ends_the_sign_in_that_waits(client: TestClient[Any], owner: Comer) -> None:
    _, codes = second_factor(client, owner)
    sign_in(client)
    half = client.cookies[HALF]
    client.delete(SESSION)

    kept = HALF in client.cookies
    used = client.post(
        f"{SESSION}/second-factor", json={"code": codes[0]}, headers={"cookie": f"{HALF}={half}"}
    )

    assert not kept
    assert used.status_code == 401


def test_a_role_that_is_taken_holds_from_the_next_request_on(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace
) -> None:
    editor = admit(empty_workspace, owner, "editor")
    assert editor.principal is not None
    person = f"/api/v1/people/{editor.principal.account}"
    asked = [client.get("/api/v1/sources", headers=dict(editor.headers)).status_code]

    client.put(f"{person}/role", json={"role": "viewer"}, headers=dict(owner.headers))
    asked.append(client.get("/api/v1/sources", headers=dict(editor.headers)).status_code)
    client.put(f"{person}/enabled", json={"enabled": False}, headers=dict(owner.headers))
    asked.append(client.get("/api/v1/sources", headers=dict(editor.headers)).status_code)

    assert asked == [200, 403, 401]


def test_people_see_and_end_their_own_sessions_alone(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace
) -> None:
    viewer = admit(empty_workspace, owner, "viewer")
    assert viewer.principal is not None
    there = client.get("/api/v1/account/sessions", headers=dict(viewer.headers)).json()["sessions"]
    foreign = client.delete(
        f"/api/v1/account/sessions/{viewer.principal.session}", headers=dict(owner.headers)
    )

    assert [one["current"] for one in there] == [True]
    assert foreign.status_code == 404
    assert client.get("/api/v1/account", headers=dict(viewer.headers)).status_code == 200


def test_an_admin_makes_no_owner_and_touches_none(
    client: TestClient[Any], owner: Comer, empty_workspace: Workspace
) -> None:
    admin = admit(empty_workspace, owner, "admin")
    viewer = admit(empty_workspace, owner, "viewer")
    assert owner.principal is not None
    assert viewer.principal is not None

    tried = [
        client.put(
            f"/api/v1/people/{viewer.principal.account}/role",
            json={"role": "owner"},
            headers=dict(admin.headers),
        ),
        client.post(
            "/api/v1/invitations",
            json={"email": "b@example.com", "role": "owner"},
            headers=dict(admin.headers),
        ),
        client.delete(f"/api/v1/people/{owner.principal.account}", headers=dict(admin.headers)),
    ]

    assert [one.status_code for one in tried] == [403, 403, 403]
    assert "owner" not in client.get("/api/v1/people", headers=dict(admin.headers)).json()["roles"]


def test_without_accounts_the_machine_itself_may_do_everything(empty_workspace: Workspace) -> None:
    with TestClient(create_app(empty_workspace, OPEN), base_url="http://127.0.0.1") as client:
        open_session = client.get(SESSION).json()
        forwarded = client.get("/api/v1/maps", headers={"x-forwarded-for": "203.0.113.7"})
        own_account = client.get("/api/v1/account")
        make_owner(empty_workspace)
        afterwards = client.get("/api/v1/maps")

    assert (open_session["open"], open_session["account"]) == (True, None)
    assert "own" in open_session["rights"]
    assert forwarded.status_code == 401
    assert own_account.status_code == 403
    assert afterwards.status_code == 401


def test_without_accounts_nobody_comes_in_from_elsewhere(empty_workspace: Workspace) -> None:
    settings = Settings(accounts="none", url="https://giljabi.example.com")
    app = create_app(empty_workspace, settings)
    with TestClient(app, base_url="https://giljabi.example.com") as client:
        assert client.get("/api/v1/maps").status_code == 401
