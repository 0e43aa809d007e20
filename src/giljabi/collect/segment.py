"""Calls as Segment's tracking API and RudderStack's have them, into calls of our own.

The shapes are those of https://segment.com/docs/connections/spec/ and of
https://www.rudderstack.com/docs/api/http-api/.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec

from giljabi.collect.accept import LONGEST_NAME
from giljabi.collect.calls import Call, Value, fitting, flat
from giljabi.collect.cleaning import clean_body, clean_call, clean_refused
from giljabi.collect.door import LARGEST_CALL, CallReason, Refused, judge
from giljabi.collect.segment_body import SEGMENT_CALLS, UNREADABLE, Opened, SegmentPath
from giljabi.privacy import CONSENT_EVENTS, AtTheDoor, Cleaner

SLIGHT_SKEW = 1_000
"""Milliseconds up to which a difference of clocks is taken for the time a request is under way."""

MOST_EXTERNAL_IDS = 10

_PAGE = {"path": "page_path", "url": "page_url", "title": "page_title", "referrer": "page_referrer"}
_LIBRARIES = {
    "web": ("analytics.js", "javascript", "giljabi.js"),
    "app": ("ios", "android", "swift", "kotlin", "react-native", "flutter"),
}


class Taken(msgspec.Struct, frozen=True):
    """What became of a request's calls: each is among the calls or the refused, whose places are told too.

    ``declined`` are the places of those that say themselves that they may not be kept, for consent to a
    purpose of collection is missing: nothing is left of them. ``heard`` is what was said of consent.
    """

    calls: list[Call]
    refused: list[Refused]
    places: list[int]
    declined: list[int] = []
    heard: list[Heard] = []


class Heard(msgspec.Struct, frozen=True):
    """What a call says of its customer's consent: given or not, by purpose."""

    identifiers: dict[str, str]
    preferences: dict[str, bool]
    time: int
    message_id: str


class _Context(msgspec.Struct, rename="camel", gc=False):
    page: Any = None
    campaign: Any = None
    locale: Any = None
    timezone: Any = None
    app: Any = None
    device: Any = None
    os: Any = None
    library: Any = None
    traits: Any = None
    external_ids: Any = None
    consent: Any = None


class _Sent(msgspec.Struct, rename="camel", gc=False):
    type: Any = None
    message_id: Any = None
    user_id: Any = None
    anonymous_id: Any = None
    event: Any = None
    name: Any = None
    category: Any = None
    channel: Any = None
    properties: Any = None
    traits: Any = None
    context: _Context | str | float | bool | list[Any] | None = None
    timestamp: Any = None
    original_timestamp: Any = None
    sent_at: Any = None
    group_id: Any = None
    previous_id: Any = None


class _Wrong(Exception):
    """A call cannot be taken; never leaves this module."""

    def __init__(self, reason: CallReason, detail: str) -> None:
        super().__init__(detail)
        self.reason: CallReason = reason
        self.detail = detail


_reader = msgspec.json.Decoder(_Sent)
_NOTHING = _Context()


def read_calls(
    path: SegmentPath,
    request: Opened,
    received: int,
    channel: str | None = None,
    door: AtTheDoor | None = None,
) -> Taken:
    """Read the calls of a request; good ones are taken, bad ones refused.

    Parameters
    ----------
    path
        Where it was sent to; what is sent to ``import`` is history, whose times are taken as they are.
    request
        The calls, still JSON.
    received
        The time of arrival, milliseconds since 1970 UTC.
    channel
        The channel of calls that name none themselves.
    door
        Which purposes calls need, and what happens to fields; None where nothing is asked.
    """
    result = Taken([], [], [])
    skew = 0 if path == "import" else _skew(request.sent_at, received)
    kind = path if path in SEGMENT_CALLS else None
    cleaner = None if door is None else door.cleaner
    for place, came in enumerate(request.calls):
        body = came if cleaner is None else clean_body(cleaner, came)
        sent: _Sent | None = None
        try:
            if len(body) > LARGEST_CALL:
                raise _Wrong("too_large", f"the call has {len(body)} bytes; {LARGEST_CALL} are allowed")
            sent = _reader.decode(body)
            if request.sent_at is None and path != "import":
                skew = _skew(sent.sent_at, received)
            if door is not None and not _consents(door, sent, received, skew, result.heard):
                result.declined.append(place)
                continue
            call = _call(kind, sent, received, skew, channel)
            wrong = judge(call, received)
            if wrong is None:
                result.calls.append(call)
                continue
            refused = Refused(*wrong, call.event, _complete(path, body, request.sent_at))
        except _Wrong as error:
            whole = body[:LARGEST_CALL] if sent is None else _complete(path, body, request.sent_at)
            refused = Refused(error.reason, error.detail, _said(sent), whole)
        except msgspec.ValidationError as error:
            refused = Refused("bad_call", f"the call must be an object: {error}", None, body)
        except UNREADABLE as error:
            refused = Refused("bad_json", f"this is no whole JSON: {error}", None, body)
        except (ValueError, OverflowError) as error:
            refused = Refused("bad_call", f"the call cannot be read: {error}", _said(sent), body)
        result.refused.append(refused)
        result.places.append(place)
    return result


def clean_taken(cleaner: Cleaner, taken: Taken) -> Taken:
    """Clean what came of a request whose calls were rows."""
    return msgspec.structs.replace(
        taken,
        calls=[clean_call(cleaner, one) for one in taken.calls],
        refused=[clean_refused(cleaner, one) for one in taken.refused],
    )


def _consents(door: AtTheDoor, sent: _Sent, received: int, skew: int, heard: list[Heard]) -> bool:
    """Say whether a call may be kept by what it says of consent itself, and take that in."""
    context = sent.context
    if not isinstance(context, _Context) or context.consent is None:
        return True
    if sent.event in CONSENT_EVENTS and (preferences := door.heard(context.consent)):
        with contextlib.suppress(_Wrong, ValueError, OverflowError):
            known = {**_record(context.traits, "context.traits"), **_record(sent.traits, "traits")}
            identifiers = _identifiers(sent, context, known)
            time = min(_time(sent, received, skew), received)
            heard.append(Heard(identifiers, preferences, time, _message(sent.message_id)))
    return not door.declines(context.consent)


def _complete(path: SegmentPath, body: bytes, sent_at: Any) -> bytes:
    """Add to a call what its request says of it, so that it can be read again by itself."""
    more: dict[str, Any] = {"type": path} if path in SEGMENT_CALLS else {}
    if path == "import":
        more["sentAt"] = None
    elif sent_at is not None:
        more["sentAt"] = sent_at
    try:
        return msgspec.json.encode({**msgspec.json.decode(body), **more}) if more else body
    except UNREADABLE:
        # What the call says beside its known fields was never looked at, and is no text.
        return body


def _call(path: str | None, sent: _Sent, received: int, skew: int, channel: str | None) -> Call:
    kind = path or sent.type
    if kind not in SEGMENT_CALLS:
        shown = repr(kind) if isinstance(kind, str | None) else "this"
        raise _Wrong("bad_call", f"{shown[:40]} is no type of call; use {', '.join(SEGMENT_CALLS)}")
    context = sent.context or _NOTHING
    if not isinstance(context, _Context):
        raise _Wrong("bad_call", "context must be an object")
    known = _record(context.traits, "context.traits")
    traits = _record(sent.traits, "traits")
    if kind == "identify":
        known = {**known, **traits}
    message = _message(sent.message_id)
    time = _time(sent, received, skew)
    identifiers = _identifiers(sent, context, known)
    if kind == "identify":
        return Call("identify", message, time, identifiers, traits=fitting(known))
    if kind == "group":
        group = _name(sent.group_id, "groupId")
        if not group:
            raise _Wrong("bad_call", "the group has no groupId; give one")
        return Call("group", message, time, identifiers, traits=fitting(traits), group_id=group)
    if kind == "alias":
        before = _name(sent.previous_id, "previousId") or identifiers.get("anonymous_id")
        if not before:
            raise _Wrong("bad_call", "the alias has no previousId; give the identifier known before")
        return Call("alias", message, time, identifiers, previous_id=before)
    properties = _properties(sent, context)
    event = _name(sent.event, "event") if kind == "track" else _name(sent.name, "name") or kind
    return Call(
        kind,
        message,
        time,
        identifiers,
        event or None,
        _channel(properties, sent.channel, context.library) or channel,
        _value(properties),
        properties,
    )


def _identifiers(sent: _Sent, context: _Context, traits: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    if user := _name(sent.user_id, "userId"):
        found["user_id"] = user
    if visitor := _name(sent.anonymous_id, "anonymousId"):
        found["anonymous_id"] = visitor
    if context.device is not None and (device := _spare(_of(context.device, "id"))):
        found["device"] = device
    if traits:
        for kind in ("email", "phone"):
            if value := _spare(traits.get(kind)):
                found[kind] = value
    if isinstance(context.external_ids, list):
        for one in context.external_ids[:MOST_EXTERNAL_IDS]:
            kind, value = _spare(_of(one, "type")), _spare(_of(one, "id"))
            if kind and value:
                found.setdefault(kind.lower(), value)
    return found


def _properties(sent: _Sent, context: _Context) -> dict[str, Value]:
    result = flat(_record(sent.properties, "properties"))
    for name, value in (("category", sent.category), ("locale", context.locale)):
        if isinstance(value, str) and value:
            result.setdefault(name, value)
    if context is _NOTHING:
        return result
    if isinstance(context.timezone, str):
        result.setdefault("timezone", context.timezone)
    if isinstance(context.page, dict):
        for name, kept in _PAGE.items():
            value = context.page.get(name)
            if isinstance(value, str) and value:
                result.setdefault(kept, value)
    if isinstance(context.campaign, dict):
        for name, value in context.campaign.items():
            if isinstance(value, str) and value:
                result.setdefault("utm_campaign" if name == "name" else f"utm_{name}", value)
    for kept, part, name in (
        ("app_version", context.app, "version"),
        ("device_type", context.device, "type"),
        ("os", context.os, "name"),
        ("library", context.library, "name"),
    ):
        if part is not None and isinstance(value := _of(part, name), str) and value:
            result.setdefault(kept, value)
    return result


def _channel(properties: dict[str, Value], top: Any, library: Any) -> str | None:
    own = properties.get("channel")
    if isinstance(own, str) and 0 < len(own) <= LONGEST_NAME:
        del properties["channel"]
        return own
    if isinstance(top, str) and 0 < len(top) <= LONGEST_NAME:
        return top
    name = _of(library, "name")
    return _channel_of_library(name) if isinstance(name, str) else None


@lru_cache(maxsize=1000)
def _channel_of_library(name: str) -> str | None:
    small = name.lower()
    return next(
        (channel for channel, parts in _LIBRARIES.items() if any(one in small for one in parts)), None
    )


def _value(properties: dict[str, Value]) -> float | None:
    for name in ("value", "revenue", "total"):
        found = properties.get(name)
        if isinstance(found, float):
            if name == "value":
                del properties["value"]
            return found
    return None


def _message(given: Any) -> str:
    if not given or not isinstance(given, str | int):
        return os.urandom(16).hex()
    text = str(given)
    if len(text) <= LONGEST_NAME and "\0" not in text:
        return text
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _name(given: Any, field: str) -> str:
    """Give an identifier or name as text without blanks around it; empty where there is none."""
    if type(given) is str:
        return given.strip()
    if given is None:
        return ""
    if isinstance(given, bool | list | dict):
        raise _Wrong("bad_call", f"{field} must be a text")
    return str(int(given)) if isinstance(given, float) and given.is_integer() else str(given)


def _spare(given: Any) -> str:
    """Give what may be left out as a name; empty where it is none."""
    if isinstance(given, bool | list | dict):
        return ""
    text = _name(given, "")
    return text if len(text) <= LONGEST_NAME and "\0" not in text else ""


def _of(part: Any, name: str) -> Any:
    return part.get(name) if isinstance(part, dict) else None


def _record(given: Any, field: str) -> dict[str, Any]:
    if type(given) is dict:
        return given
    if given is None:
        return {}
    raise _Wrong("bad_call", f"{field} must be an object")


def _said(sent: _Sent | None) -> str | None:
    """Name the event of a call that is refused, where it has one."""
    name = None if sent is None else sent.event or sent.name
    return name[:LONGEST_NAME] if isinstance(name, str) else None


def _time(sent: _Sent, received: int, skew: int) -> int:
    given = sent.original_timestamp if sent.timestamp is None else sent.timestamp
    if given is None:
        return received
    time = _milliseconds(given)
    if time is None:
        shown = repr(given)[:40]
        raise _Wrong("bad_time", f"{shown} is no time; write for example 2026-11-21T15:05:00+09:00")
    return time + skew


def _skew(sent_at: Any, received: int) -> int:
    """Say by how many milliseconds the sender's clock is behind ours."""
    sent = None if sent_at is None else _milliseconds(sent_at)
    if sent is None or abs(received - sent) <= SLIGHT_SKEW:
        return 0
    return received - sent


def _milliseconds(given: Any) -> int | None:
    """Read a time: ISO 8601, where none is named in UTC, or seconds or milliseconds since 1970."""
    if isinstance(given, str):
        try:
            moment = datetime.fromisoformat(given.strip())
        except ValueError:
            return None
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        return None
    return round(given if abs(given) > 1e11 else given * 1000)
