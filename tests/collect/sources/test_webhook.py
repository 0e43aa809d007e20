"""Webhooks are taken only as they were signed, and only while they are fresh."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest

from giljabi.access import Outward
from giljabi.collect.sources.webhook import BadSignature, WebhookPlug
from giljabi.model.errors import BadParameter

NOW = 1_790_000_000
ROLES = {"identifiers": {"user_id": "who"}, "event": "type"}
BODY = b'{"who": "c1", "type": "paid", "n": 1}'
SECRET = "s3cr3t-key"
HOOK = WebhookPlug(Outward())


def signed(body: bytes, secret: bytes = SECRET.encode()) -> bytes:
    return hmac.new(secret, body, hashlib.sha256).digest()


def headers(signature: str, body: bytes, moment: int = NOW) -> dict[str, str]:
    """Sign a body as the senders of a kind do."""
    stamp = str(moment)
    if signature == "github":
        return {"x-hub-signature-256": f"sha256={signed(body).hex()}"}
    if signature == "stripe":
        old = "v1=" + "0" * 64
        return {"stripe-signature": f"t={stamp},{old},v1={signed(stamp.encode() + b'.' + body).hex()}"}
    if signature == "standard":
        digest = signed(f"msg_1.{stamp}.".encode() + body, b"0123456789abcdef")
        told = base64.b64encode(digest).decode()
        return {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": f"v1,AAAA v1,{told}"}
    return {"x-signature": base64.b64encode(signed(body)).decode()}


def settings(signature: str, **more: Any) -> dict[str, Any]:
    standard = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()
    secret = standard if signature == "standard" else SECRET
    return {"secret": secret, "signature": signature, "roles": ROLES, **more}


@pytest.mark.parametrize("signature", ["github", "stripe", "standard", "plain"])
def test_what_was_signed_as_agreed_is_taken_and_nothing_else(signature: str) -> None:
    given = settings(signature)
    HOOK.check(given)
    good = headers(signature, BODY)
    taken = HOOK.take(given, good, BODY, "src", NOW * 1000)
    assert [(call.event, call.identifiers) for call in taken.calls] == [("paid", {"user_id": "c1"})]
    for wrong, body in (({}, BODY), (good, BODY + b" "), (headers(signature, b"other"), BODY)):
        with pytest.raises(BadSignature):
            HOOK.take(given, wrong, body, "src", NOW * 1000)
    assert HOOK.take(given, good, BODY, "src", NOW * 1000).calls[0].message_id == taken.calls[0].message_id


@pytest.mark.parametrize("signature", ["stripe", "standard"])
@pytest.mark.parametrize("away", [-301, 301])
def test_what_was_signed_too_long_ago_is_refused(signature: str, away: int) -> None:
    given = settings(signature)
    with pytest.raises(BadSignature, match="300 seconds away"):
        HOOK.take(given, headers(signature, BODY, NOW + away), BODY, "src", NOW * 1000)


def test_records_are_found_where_the_source_says() -> None:
    body = b'{"data": {"items": [{"who": "a", "type": "x"}, {"type": "y"}, 7]}}'
    given = settings("github", records="data.items")
    taken = HOOK.take(given, headers("github", body), body, "src", NOW * 1000)
    assert [call.identifiers["user_id"] for call in taken.calls] == ["a"]
    assert [one.reason for one in taken.refused] == ["no_customer", "bad_call"]


def test_a_body_that_is_no_json_is_refused_and_kept() -> None:
    taken = HOOK.take(settings("github"), headers("github", b"{no"), b"{no", "src", NOW * 1000)
    assert [(one.reason, one.body) for one in taken.refused] == [("bad_json", b"{no")]


def test_an_example_shows_its_columns() -> None:
    sample = HOOK.sample(settings("github", example='[{"a": {"b": 1}}, {"c": "x"}]'))
    assert (list(sample.columns), list(sample.rows)) == (
        ["a.b", "c"],
        [{"a.b": "1", "c": None}, {"a.b": None, "c": "x"}],
    )
    with pytest.raises(BadParameter, match="no JSON"):
        HOOK.sample(settings("github", example="{"))


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"secret": "short"}, "8 at least"),
        ({"tolerance": 0}, "above 0"),
        ({"signature": "fax"}, "signature"),
        ({"signature": "standard", "secret": "no base64!"}, "base64"),
        ({"roles": None}, "whose a row is"),
    ],
)
def test_settings_that_are_wrong_are_refused(wrong: dict[str, Any], expected: str) -> None:
    with pytest.raises(BadParameter, match=expected):
        HOOK.check({**settings("github"), **wrong})
