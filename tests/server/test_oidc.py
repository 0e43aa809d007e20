"""A provider of OpenID Connect is believed only what is its own, fresh, and of this sign-in."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from litestar.testing import TestClient

from giljabi.access import Visit
from giljabi.bootstrap import Settings, Workspace, open_workspace
from giljabi.server.app import create_app

OWNER = "mina@giljabi.example"
PASSWORD = "paper lantern over the harbour"


class Said(msgspec.Struct):
    """What a provider says, each part of which a test may turn into a lie."""

    claims: dict[str, Any] = {}
    userinfo: dict[str, Any] | None = None
    metadata: dict[str, Any] = {}
    algorithm: str = "RS256"
    status: int = 200


class Idp:
    """A provider on this machine that says whatever a test has it say."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.said = Said()
        self.nonce = ""
        self.forms: list[dict[str, str]] = []
        self.asked: list[str] = []
        idp = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                idp.asked.append(self.path)
                self._answer(idp.get(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                idp.forms.append({name: one[0] for name, one in parse_qs(body).items()})
                self._answer(idp.tokens(), idp.said.status)

            def _answer(self, told: Any, status: int = 200) -> None:
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *told: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"

    def get(self, path: str) -> Any:
        if path.startswith("/.well-known"):
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/me",
                **self.said.metadata,
            }
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        return self.said.userinfo or {}

    def tokens(self) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "subject-mina",
            "aud": "giljabi",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "email": OWNER,
            "email_verified": True,
            **self.said.claims,
        }
        claims = {name: one for name, one in claims.items() if one is not None}
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        algorithm = self.said.algorithm
        if algorithm == "none":
            parts = ({"alg": "none"}, claims)
            return (
                ".".join(
                    base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts
                )
                + "."
            )
        key: Any = self.key
        if algorithm == "HS256":
            # The public key taken for a shared secret.
            key = OctKey.import_key(self.key.as_pem(private=False))
        if algorithm == "another key":
            algorithm, key = "RS256", RSAKey.generate_key(2048, {"kid": "one"})
        return jwt.encode({"alg": algorithm, "kid": self.key.kid}, claims, key, algorithms=[algorithm])


@pytest.fixture
def idp() -> Iterator[Idp]:
    found = Idp()
    thread = threading.Thread(target=found.server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


Start = Callable[..., TestClient[Any]]


@pytest.fixture
def start(database_address: str, tmp_path: Path, idp: Idp) -> Iterator[Start]:
    """Open a workspace with an owner, whose people sign in with the provider: ``start(**settings)``."""
    opened: list[Workspace] = []

    def begin(**more: Any) -> TestClient[Any]:
        settings = Settings(oidc_issuer=idp.issuer, oidc_client_id="giljabi", **more)
        workspace = open_workspace(tmp_path / "home", database_address, "oidc", settings=settings)
        opened.append(workspace)
        token = workspace.accounts.owner_link()
        assert token is not None
        workspace.accounts.begin(token, OWNER, "Mina", PASSWORD, "en", Visit("127.0.0.1", "test"))
        return TestClient(create_app(workspace), base_url="http://127.0.0.1")

    yield begin
    for one in opened:
        one.close()


def departed(client: TestClient[Any], idp: Idp, following: str = "/data") -> dict[str, str]:
    """Leave for the provider; give what it is asked."""
    answer = client.get("/api/v1/oidc/start", params={"next": following}, follow_redirects=False)
    assert answer.status_code == 302
    asked = {name: one[0] for name, one in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    idp.nonce = asked.get("nonce", "")
    return asked


def returned(client: TestClient[Any], **answer: str) -> str:
    """Come back from the provider; give where that leads."""
    found = client.get("/api/v1/oidc/callback", params=answer, follow_redirects=False)
    assert found.status_code == 302
    assert "no-store" in found.headers["cache-control"]
    place: str = found.headers["location"]
    return place


def is_in(client: TestClient[Any]) -> bool:
    found: bool = client.get("/api/v1/session").json()["signed_in"]
    return found


def test_the_provider_is_asked_with_all_that_ties_its_answer_to_this_browser(start: Start, idp: Idp) -> None:
    with start() as client:
        asked = departed(client, idp)
        assert returned(client, code="c", state=asked["state"]) == "/data"
        assert is_in(client)

    assert {
        "response_type": "code",
        "scope": "openid email profile",
        "code_challenge_method": "S256",
    }.items() <= asked.items()
    assert asked["redirect_uri"] == "http://127.0.0.1/api/v1/oidc/callback"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    form = idp.forms[0]
    assert (form["code"], form["client_id"]) == ("c", "giljabi")
    assert form["code_verifier"] not in asked.values()


def test_sign_ins_from_one_address_are_slowed_where_they_begin_and_where_they_come_back(
    start: Start, idp: Idp
) -> None:
    with start(oidc_limit=3) as client:
        asked = departed(client, idp)
        departed(client, idp)
        lost = returned(client, code="c", state="another")
        often = client.get("/api/v1/oidc/start", follow_redirects=False)
        back = returned(client, code="c", state=asked["state"])

    assert lost == "/sign-in?failed=provider"
    assert often.status_code == 302
    wait = int(often.headers["retry-after"])
    assert 0 < wait <= 20
    assert often.headers["location"] == f"/sign-in?failed=often&wait={wait}"
    assert back.startswith("/sign-in?failed=often&wait=")
    assert idp.forms == []


LIES: dict[str, Said] = {
    "another nonce": Said(claims={"nonce": "another"}),
    "no nonce": Said(claims={"nonce": None}),
    "another audience": Said(claims={"aud": "somebody-else"}),
    "others in the audience too": Said(claims={"aud": ["giljabi", "somebody-else"]}),
    "another party": Said(claims={"azp": "somebody-else"}),
    "another issuer": Said(claims={"iss": "https://evil.example"}),
    "expired": Said(claims={"exp": 1_700_000_000}),
    "of the future": Said(claims={"nbf": 4_000_000_000}),
    "no end": Said(claims={"exp": None}),
    "of nobody": Said(claims={"sub": ""}),
    "unsigned": Said(algorithm="none"),
    "signed with the public key": Said(algorithm="HS256"),
    "signed with another key": Said(algorithm="another key"),
    "token refused": Said(status=400),
    "userinfo of another": Said(
        claims={"email": None}, userinfo={"sub": "other", "email": OWNER, "email_verified": True}
    ),
}


def test_no_lie_lets_anybody_in(start: Start, idp: Idp) -> None:
    with start() as client:
        asked = departed(client, idp)
        for lie, said in LIES.items():
            idp.said = Said()
            asked = departed(client, idp)
            idp.said = said
            assert returned(client, code="c", state=asked["state"]) == "/sign-in?failed=provider", lie
            assert not is_in(client), lie
        idp.said = Said()
        asked = departed(client, idp)
        assert returned(client, code="c", state=asked["state"]) == "/data", "the truth does"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"jwks_uri": "http://10.0.0.1:8080/keys"},
        {"token_endpoint": "file:///etc/passwd"},
    ],
    ids=["another name", "keys in a network of its own", "no address"],
)
def test_no_provider_sends_the_server_elsewhere(start: Start, idp: Idp, metadata: dict[str, Any]) -> None:
    idp.said = Said(metadata=metadata)
    with start() as client:
        answer = client.get("/api/v1/oidc/start", follow_redirects=False)
        place = answer.headers["location"]
        if "/auth?" in place:
            state = parse_qs(urlsplit(place).query)["state"][0]
            place = returned(client, code="c", state=state)
        assert place == "/sign-in?failed=provider"
        assert not is_in(client)


def test_an_answer_of_another_browser_is_refused(start: Start, idp: Idp) -> None:
    with start() as client:
        asked = departed(client, idp)
        state = asked["state"]
        assert returned(client, code="c", state="another").endswith("failed=provider")
        departed(client, idp)
        assert returned(client, code="c").endswith("failed=provider")
        departed(client, idp)
        assert returned(client, code="c", state=state).endswith("failed=provider"), "a state of before"
        client.cookies.clear()
        assert returned(client, code="c", state=state).endswith("failed=provider")
        client.cookies.set("giljabi-oidc", "e30=.00")
        assert returned(client, code="c", state=state).endswith("failed=provider")
        asked = departed(client, idp)
        assert returned(client, error="access_denied", state=asked["state"]).endswith("failed=provider")
        asked = departed(client, idp)
        assert returned(client, code="c", state=asked["state"], iss="https://evil.example").endswith(
            "failed=provider"
        )
        assert not is_in(client)
    assert idp.forms == [], "no code of another browser reaches the provider"


def test_a_sign_in_is_finished_once(start: Start, idp: Idp) -> None:
    with start() as client:
        asked = departed(client, idp)
        kept = client.cookies["giljabi-oidc"]
        assert returned(client, code="c", state=asked["state"]) == "/data"
        client.cookies.clear()
        client.cookies.set("giljabi-oidc", kept)
        assert returned(client, code="c", state=asked["state"]) == "/sign-in?failed=provider"
        assert not is_in(client)


def test_nobody_is_led_elsewhere_afterwards(start: Start, idp: Idp) -> None:
    elsewhere = [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
    ]
    with start() as client:
        for following in elsewhere:
            asked = departed(client, idp, following)
            assert returned(client, code="c", state=asked["state"]) == "/", following


def test_keys_that_the_provider_has_changed_are_asked_for_anew(start: Start, idp: Idp) -> None:
    with start() as client:
        asked = departed(client, idp)
        assert returned(client, code="c", state=asked["state"]) == "/data"
        client.cookies.clear()
        idp.key = RSAKey.generate_key(2048, {"kid": "two"})
        single_sign_on = client.app.state.workspace.single_sign_on
        single_sign_on._provider._keys_at -= 61
        asked = departed(client, idp)
        assert returned(client, code="c", state=asked["state"]) == "/data"
    assert idp.asked.count("/keys") == 2


def test_an_address_that_is_not_verified_ties_nobody_to_an_account(start: Start, idp: Idp) -> None:
    with start() as client:
        for unverified in (False, None, 1, "yes"):
            idp.said = Said(claims={"email_verified": unverified})
            asked = departed(client, idp)
            assert returned(client, code="c", state=asked["state"]) == "/sign-in?failed=invitation"
            assert not is_in(client)


def test_strangers_get_the_role_that_is_set_within_the_domains_that_are_set(start: Start, idp: Idp) -> None:
    with start(oidc_role="viewer", oidc_domains=("giljabi.example",)) as client:
        for subject, email, expected in (
            ("a", "who@elsewhere.example", "/sign-in?failed=invitation"),
            ("b", "who@evil.giljabi.example", "/sign-in?failed=invitation"),
            ("c", "who@giljabi.example", "/data"),
        ):
            idp.said = Said(claims={"sub": subject, "email": email})
            asked = departed(client, idp)
            assert returned(client, code="c", state=asked["state"]) == expected
        session = client.get("/api/v1/session").json()
        assert (session["account"]["email"], session["role"]) == ("who@giljabi.example", "viewer")


def test_without_a_provider_nobody_is_sent_anywhere(empty: TestClient[Any]) -> None:
    assert empty.get("/api/v1/oidc/providers").json() == {"providers": []}
    assert empty.get("/api/v1/oidc/start", follow_redirects=False).status_code == 404
    assert empty.get("/api/v1/oidc/callback", follow_redirects=False).status_code == 404
