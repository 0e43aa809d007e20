"""Signing in with a provider of OpenID Connect: the authorization code flow with PKCE, state and nonce.

Sources: OpenID Connect Core 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 9700 (security).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from giljabi.access.outward import Outward
from giljabi.access.outward_client import outward_transport
from giljabi.model.errors import BadParameter, SignInFailed

ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""Signatures that are believed: none that anybody but the provider can make."""

_LEEWAY = 60
_FRESH = 3600.0
_SOON = 60.0
_WAIT = 10.0
_LARGEST = 1024 * 1024
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Known(msgspec.Struct, frozen=True):
    """Whom a provider knows: ``verified`` says whether it has made sure that the address is theirs."""

    issuer: str
    subject: str
    email: str
    verified: bool
    name: str


class Metadata(msgspec.Struct, frozen=True):
    """What a provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """A provider of OpenID Connect. Any thread may ask it.

    Parameters
    ----------
    issuer
        Its address, as it calls itself.
    client_id, client_secret
        How it knows this installation.
    outward
        What may be reached beside its own host.
    """

    def __init__(self, issuer: str, client_id: str, client_secret: str | None, outward: Outward) -> None:
        address = urlsplit(issuer)
        if address.scheme != "https" and address.hostname not in _LOOPBACK:
            raise SignInFailed("the provider's address begins with https://")
        self.issuer = issuer
        self._client_id = client_id
        self._secret = client_secret
        self._outward = outward.beside(address.hostname or "")
        self._lock = threading.Lock()
        self._about: Metadata | None = None
        self._keys: dict[str, Any] = {}
        self._about_at = self._keys_at = float("-inf")

    def address(self, redirect: str, state: str, nonce: str, verifier: str) -> str:
        """Give where the browser is sent; raises SignInFailed where the provider does not answer."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

        url: str = prepare_grant_uri(
            self._metadata().authorization_endpoint,
            self._client_id,
            "code",
            redirect_uri=redirect,
            scope="openid email profile",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return url

    def who(self, answer: Mapping[str, str], redirect: str, nonce: str, verifier: str) -> Known:
        """Find out who came back.

        Parameters
        ----------
        answer
            What the browser brought: the code, or an error.
        redirect, nonce, verifier
            Those of the address the browser was sent to.

        Raises
        ------
        SignInFailed
            If the provider does not answer, let nobody in, or said what is not true of this sign-in.
        """
        about = self._metadata()
        named = answer.get("iss")
        if (named or about.authorization_response_iss_parameter_supported) and named != self.issuer:
            raise SignInFailed("the answer is not from this provider")
        if "error" in answer or not answer.get("code"):
            raise SignInFailed("the provider let nobody in")
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": redirect,
            "code_verifier": verifier,
        }
        tokens = self._ask("POST", about.token_endpoint, **self._authenticated(about, form))
        told, access = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(told, str) or not isinstance(access, str):
            raise SignInFailed("the provider's answer has no ID token")
        claims = self._claims(told, nonce, access)
        if "email" not in claims and about.userinfo_endpoint:
            more = self._ask("GET", about.userinfo_endpoint, headers={"Authorization": f"Bearer {access}"})
            if more.get("sub") != claims["sub"]:
                raise SignInFailed("the provider told of somebody else")
            claims = {**more, **claims}
        return Known(
            issuer=self.issuer,
            subject=str(claims["sub"]),
            email=str(claims.get("email") or ""),
            verified=claims.get("email_verified") is True or claims.get("email_verified") == "true",
            name=str(claims.get("name") or ""),
        )

    def _authenticated(self, about: Metadata, form: dict[str, str]) -> dict[str, Any]:
        if self._secret is None:
            return {"data": {**form, "client_id": self._client_id}}
        methods = about.token_endpoint_auth_methods_supported
        if "client_secret_basic" in methods or "client_secret_post" not in methods:
            return {"data": form, "auth": (quote(self._client_id, safe=""), quote(self._secret, safe=""))}
        return {"data": {**form, "client_id": self._client_id, "client_secret": self._secret}}

    def _claims(self, told: str, nonce: str, access: str) -> dict[str, Any]:
        """Give what an ID token says, once it is the provider's, fresh, ours, and of this sign-in."""
        from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet
        from joserfc.jws import JWSRegistry
        from joserfc.jwt import Token, decode

        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)

        def read(anew: bool) -> Token:
            return decode(told, KeySet.import_key_set(self._key_set(anew)), registry=registry)

        try:
            try:
                token = read(anew=False)
            except (JoseError, ValueError):
                # The provider may have taken another key since.
                token = read(anew=True)
            options = {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self._client_id},
                "nonce": {"essential": True, "value": nonce},
            }
            about = {"nonce": nonce, "client_id": self._client_id, "access_token": access}
            claims = CodeIDToken(token.claims, token.header, options, about)
            claims.validate(leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise SignInFailed(f"the provider's ID token is not right: {type(error).__name__}") from error
        others = set(claims["aud"]) - {self._client_id} if isinstance(claims["aud"], list) else set()
        if others or not isinstance(claims["sub"], str) or not claims["sub"]:
            raise SignInFailed("the provider's ID token is not right: it is for others too, or of nobody")
        return dict(claims)

    def _metadata(self) -> Metadata:
        with self._lock:
            if self._about is not None and time.monotonic() - self._about_at < _FRESH:
                return self._about
        told = self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        try:
            about = msgspec.convert(told, Metadata)
        except msgspec.ValidationError as error:
            raise SignInFailed("the provider does not say where it is asked") from error
        if about.issuer != self.issuer:
            raise SignInFailed(f"the provider calls itself {about.issuer!r}; set oidc_issuer to that")
        encrypted = self.issuer.startswith("https:")
        for one in (about.authorization_endpoint, about.token_endpoint, about.jwks_uri):
            if urlsplit(one).scheme not in ({"https"} if encrypted else {"https", "http"}):
                raise SignInFailed("the provider wants to be asked without encryption")
        with self._lock:
            self._about, self._about_at = about, time.monotonic()
        return about

    def _key_set(self, anew: bool) -> Any:
        with self._lock:
            age = time.monotonic() - self._keys_at
            if self._keys and age < (_SOON if anew else _FRESH):
                return self._keys
        found = self._ask("GET", self._metadata().jwks_uri)
        with self._lock:
            self._keys, self._keys_at = found, time.monotonic()
        return found

    def _ask(self, method: str, url: str, **asked: Any) -> dict[str, Any]:
        """Ask the provider for an object of JSON; no redirect is followed."""
        import httpx

        host = urlsplit(url).hostname
        try:
            with (
                httpx.Client(transport=outward_transport(self._outward, 2 * _WAIT), timeout=_WAIT) as client,
                client.stream(method, url, **asked) as answer,
            ):
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > _LARGEST:
                        raise SignInFailed(f"{host} sends too much")
        except (httpx.HTTPError, httpx.InvalidURL, BadParameter) as error:
            raise SignInFailed(f"{host} does not answer: {error}") from error
        if answer.status_code != 200:
            raise SignInFailed(f"{host} answers {answer.status_code}")
        try:
            return msgspec.json.decode(body, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise SignInFailed(f"{host} sends no JSON") from error
