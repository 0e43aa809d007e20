"""Webhooks that others send to us, signed with a secret that both sides know.

Four ways of signing are known; each is HMAC-SHA256, compared in constant time:

- ``github``: ``X-Hub-Signature-256: sha256=<hex>`` over the body;
- ``stripe``: ``Stripe-Signature: t=<seconds>,v1=<hex>[,v1=…]`` over ``<seconds>.<body>``;
- ``standard`` (standardwebhooks.com): ``webhook-signature: v1,<base64> …`` over
  ``<webhook-id>.<webhook-timestamp>.<body>``, the secret in base64 after ``whsec_``;
- ``plain``: the hex or base64 digest of the body in a header of your choice.

What carries a time is refused when that lies further away than the tolerance. What carries none can be sent
again by whoever has seen it; its messages are then known, and dropped.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from giljabi.access import Outward
from giljabi.collect.door import LARGEST_CALL, Refused
from giljabi.collect.plugs import Field, Pulled, Sample, Way
from giljabi.collect.row_values import as_name, flat_row
from giljabi.collect.rows import calls_of_rows, read_roles
from giljabi.collect.segment import Taken
from giljabi.collect.settings import read_settings
from giljabi.model.errors import BadParameter

SHORTEST_SECRET = 8
MOST_RECORDS = 2500

_HEADERS = {
    "github": "x-hub-signature-256",
    "stripe": "stripe-signature",
    "standard": "webhook-signature",
    "plain": "x-signature",
}
_SHOWN = 20


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a webhook is signed, and what its body means."""

    secret: str
    signature: Literal["github", "stripe", "standard", "plain"] = "github"
    header: str | None = None
    tolerance: float = 300
    records: str | None = None
    example: str | None = None
    roles: dict[str, Any] | None = None


class BadSignature(Exception):
    """What came was not signed as agreed."""


class WebhookPlug:
    """Signed webhooks: whoever knows the secret sends records in JSON."""

    kind = "webhook"
    way: Way = "sent"
    third_party = 0.0
    BadSignature = BadSignature
    fields: Sequence[Field] = (
        Field("signature", "choice", default="github", choices=tuple(_HEADERS)),
        Field("secret", "secret"),
        Field("header", required=False),
        Field("tolerance", "number", required=False, default=300),
        Field("records", required=False),
        Field("example", required=False),
        Field("roles", "roles"),
    )

    def __init__(self, outward: Outward) -> None:
        """Take what may be reached; nothing is."""

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise BadParameter where a setting is not as it should be."""
        known = _read(settings)
        read_roles(known.roles or {"identifiers": {}})

    def test(self, settings: Mapping[str, Any]) -> str:
        """Say that this source waits."""
        known = _read(settings)
        return f"waits for webhooks signed in the header {_header(known)}"

    def sample(self, settings: Mapping[str, Any]) -> Sample:
        """Look at the example that was pasted."""
        example = settings.get("example")
        if not example:
            return Sample((), (), ("paste an example of what is sent to choose its columns",))
        try:
            records = _records(str(example).encode(), settings.get("records") or None)
        except msgspec.DecodeError as error:
            raise BadParameter(f"the example is no JSON: {error}") from error
        rows = [
            {name: as_name(one) for name, one in flat_row(row).items()}
            for row in records[:_SHOWN]
            if isinstance(row, Mapping)
        ]
        columns = tuple(dict.fromkeys(name for row in rows for name in row))
        return Sample(columns, [{name: row.get(name) for name in columns} for row in rows])

    def pull(
        self, settings: Mapping[str, Any], cursor: Mapping[str, Any], source: str, stop: Callable[[], bool]
    ) -> Iterator[Pulled]:
        """Yield nothing: webhooks are sent."""
        return iter(())

    def take(
        self, settings: Mapping[str, Any], headers: Mapping[str, str], body: bytes, source: str, now: int
    ) -> Taken:
        """Read what was sent.

        Parameters
        ----------
        settings
            The source's settings.
        headers
            Of the request, their names in small letters.
        body
            Its bytes, as they were signed.
        source
            The source's id.
        now
            When it came, milliseconds since 1970 UTC.

        Raises
        ------
        BadSignature
            If it was not signed as agreed, or too long ago.
        """
        known = _read(settings)
        _verify(known, headers, body, now / 1000)
        try:
            records = _records(body, known.records)
        except msgspec.DecodeError as error:
            refused = Refused("bad_json", f"the body is no JSON: {error}", None, body[:LARGEST_CALL])
            return Taken([], [refused], [0])
        if len(records) > MOST_RECORDS:
            detail = f"there are {len(records):,} records; {MOST_RECORDS:,} at most are taken at once"
            return Taken([], [Refused("too_large", detail, None, body[:LARGEST_CALL])], [0])
        rows = [row for row in records if isinstance(row, Mapping)]
        delivery = headers.get("webhook-id") if known.signature == "standard" else None
        names = None if delivery is None else [f"{delivery}.{at}" for at in range(len(rows))]
        calls, refused_rows = calls_of_rows(rows, read_roles(known.roles), source, now, names)
        for one in records:
            if not isinstance(one, Mapping):
                raw = msgspec.json.encode(one)[:LARGEST_CALL]
                refused_rows.append(Refused("bad_call", "a record is a JSON object", None, raw))
        return Taken(calls, refused_rows, list(range(len(refused_rows))))


def _read(settings: Mapping[str, Any]) -> Settings:
    known = read_settings(Settings, settings)
    if len(known.secret) < SHORTEST_SECRET:
        raise BadParameter(f"the secret has {len(known.secret)} letters; it needs {SHORTEST_SECRET} at least")
    if known.signature == "standard":
        _standard_key(known.secret)
    if known.tolerance <= 0:
        raise BadParameter(f"the tolerance is a number of seconds above 0, not {known.tolerance:g}")
    return known


def _header(known: Settings) -> str:
    return (known.header or _HEADERS[known.signature]).lower()


def _records(body: bytes, path: str | None) -> list[Any]:
    found: Any = msgspec.json.decode(body)
    for name in path.split(".") if path else ():
        found = found.get(name) if isinstance(found, Mapping) else None
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _verify(known: Settings, headers: Mapping[str, str], body: bytes, now: float) -> None:
    given = headers.get(_header(known), "")
    if not given:
        raise BadSignature(f"the header {_header(known)} with the signature is missing")
    _VERIFY[known.signature](known, given, headers, body, now)


def _github(known: Settings, given: str, _headers: Mapping[str, str], body: bytes, _now: float) -> None:
    _equal([given.removeprefix("sha256=").lower()], _hex(known.secret.encode(), body))


def _plain(known: Settings, given: str, _headers: Mapping[str, str], body: bytes, _now: float) -> None:
    digest = hmac.new(known.secret.encode(), body, hashlib.sha256).digest()
    bare = given.strip().removeprefix("sha256=")
    if not (_same(bare.lower(), digest.hex()) | _same(bare, base64.b64encode(digest).decode())):
        raise _not_ours()


def _stripe(known: Settings, given: str, _headers: Mapping[str, str], body: bytes, now: float) -> None:
    parts = [part.strip().partition("=") for part in given.split(",")]
    moment = next((value for name, _, value in parts if name == "t"), "")
    _fresh(known, moment, now)
    signatures = [value.lower() for name, _, value in parts if name == "v1"]
    _equal(signatures, _hex(known.secret.encode(), moment.encode() + b"." + body))


def _standard(known: Settings, given: str, headers: Mapping[str, str], body: bytes, now: float) -> None:
    name, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not name:
        raise BadSignature("the header webhook-id is missing")
    _fresh(known, moment, now)
    signed = f"{name}.{moment}.".encode() + body
    digest = hmac.new(_standard_key(known.secret), signed, hashlib.sha256).digest()
    signatures = [one.removeprefix("v1,") for one in given.split() if one.startswith("v1,")]
    _equal(signatures, base64.b64encode(digest).decode())


_VERIFY: Mapping[str, Callable[[Settings, str, Mapping[str, str], bytes, float], None]] = {
    "github": _github,
    "plain": _plain,
    "stripe": _stripe,
    "standard": _standard,
}


def _standard_key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise BadParameter("the secret of this way of signing is base64, mostly after whsec_") from None


def _fresh(known: Settings, moment: str, now: float) -> None:
    if not moment.isascii() or not moment.isdigit() or len(moment) > 12:
        raise BadSignature("the time of the signature is missing")
    if abs(now - int(moment)) > known.tolerance:
        raise BadSignature(
            f"the signature is more than {known.tolerance:g} seconds away from now; set the clocks, or send "
            "anew"
        )


def _equal(given: Sequence[str], expected: str) -> None:
    if not any(_same(one, expected) for one in given):
        raise _not_ours()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _hex(secret: bytes, signed: bytes) -> str:
    return hmac.new(secret, signed, hashlib.sha256).hexdigest()


def _not_ours() -> BadSignature:
    return BadSignature("the signature does not fit; check the secret on both sides")


PLUG = WebhookPlug
