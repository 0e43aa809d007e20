"""The body of a Segment-compatible request: unpacked within its limit, opened into calls that are still JSON.

Nothing here raises for what a sender wrote: a body that cannot be opened is a `Refused`.
"""

from __future__ import annotations

import re
import zlib
from typing import Any, Literal, TypeAlias, get_args

import msgspec

from giljabi.collect.door import LARGEST_CALL, Refused

SegmentCall: TypeAlias = Literal["identify", "track", "page", "screen", "group", "alias"]
SEGMENT_CALLS: tuple[SegmentCall, ...] = get_args(SegmentCall)

SegmentPath: TypeAlias = Literal["identify", "track", "page", "screen", "group", "alias", "batch", "import"]
"""Where a request was sent to: one call, or many."""

LARGEST_BATCH = 500 * 1024
"""Bytes of JSON a batch may have."""

MOST_CALLS = 2_500
"""Calls a batch may have."""

GZIP = b"\x1f\x8b"
"""With these two bytes every gzip stream begins (RFC 1952, 2.3.1), and no JSON."""

UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What the reader of JSON raises."""

# An escaped pair of surrogates, a surrogate on its own, or any other escape.
_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)


class Opened(msgspec.Struct, frozen=True):
    """What one request holds: calls as JSON, in order, and what it says of all of them."""

    calls: list[bytes]
    sent_at: Any = None
    write_key: str | None = None


class _Batch(msgspec.Struct, rename="camel"):
    batch: list[msgspec.Raw]
    sent_at: Any = None
    write_key: Any = None


class _Keyed(msgspec.Struct, rename="camel"):
    write_key: Any = None


_batch = msgspec.json.Decoder(_Batch)
_keyed = msgspec.json.Decoder(_Keyed)


def body_limit(path: SegmentPath) -> int:
    """Give how many bytes of JSON a request may have."""
    return LARGEST_BATCH if path in {"batch", "import"} else LARGEST_CALL


def unpack_body(body: bytes, most: int) -> bytes | Refused:
    """Take gzip off a body that has it, whatever its headers say; never makes more than ``most`` bytes."""
    if len(body) > most:
        return too_large(body, most)
    parts, size = [], 0
    while body[:2] == GZIP:
        stream = zlib.decompressobj(wbits=31)
        try:
            part = stream.decompress(body, most - size + 1)
        except zlib.error:
            return Refused("bad_json", "the gzip stream is damaged; pack the body anew", None, body)
        parts.append(part)
        size += len(part)
        if size > most:
            return too_large(b"".join(parts), most)
        if not stream.eof:
            return Refused("bad_json", "the gzip stream breaks off; send all of it", None, body)
        body = stream.unused_data
    return b"".join(parts) if parts else body


def too_large(body: bytes, most: int) -> Refused:
    """Refuse a body for its size; its beginning is kept."""
    detail = f"the body has more than {most // 1024} KB of JSON, unpacked; send less at a time"
    return Refused("too_large", detail, None, body[:LARGEST_CALL])


def open_body(path: SegmentPath, body: bytes) -> Opened | Refused:
    """Open a body into its calls.

    Parameters
    ----------
    path
        Where it was sent to.
    body
        JSON, unpacked.
    """
    found = _opened(path, body)
    if isinstance(found, Refused) and b"\\u" in body:
        # Scripts that cut a text within an emoji send half of it, which is no JSON, among sound calls.
        mended = _ESCAPE.sub(_whole, body)
        return found if mended == body else _opened(path, mended)
    return found


def _opened(path: SegmentPath, body: bytes) -> Opened | Refused:
    many = path in {"batch", "import"}
    try:
        if not many:
            return Opened([body], write_key=_text(_keyed.decode(body).write_key))
        read = _batch.decode(body)
        calls = [bytes(one) for one in read.batch]
        key = _text(read.write_key) or (_text(_keyed.decode(calls[0]).write_key) if calls else None)
    except msgspec.ValidationError as error:
        wanted = 'an object with "batch", a list of calls' if many else "an object"
        return Refused("bad_call", f"the body must be {wanted}: {error}", None, body[:LARGEST_CALL])
    except UNREADABLE as error:
        return Refused("bad_json", f"this is no whole JSON: {error}", None, body[:LARGEST_CALL])
    if len(calls) > MOST_CALLS:
        detail = f"the batch has {len(calls)} calls; {MOST_CALLS} are allowed"
        return Refused("too_large", detail, None, body[:LARGEST_CALL])
    return Opened(calls, read.sent_at, key)


def _whole(escape: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if escape[1] else escape[0]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
