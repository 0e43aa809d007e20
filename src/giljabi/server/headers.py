"""Headers of every answer, errors included: what a browser may do with it."""

from __future__ import annotations

from litestar.types import Message, Scope

_EVERY_ANSWER = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # Customers' data stays out of the browser's cache; the files of the pages say otherwise themselves.
    "cache-control": "no-store",
}


_ENCODED = [(name.encode(), value.encode()) for name, value in _EVERY_ANSWER.items()]


async def secure(message: Message, _: Scope) -> None:
    """Add the headers that the answer does not set itself."""
    if message["type"] == "http.response.start":
        headers = list(message.get("headers", ()))
        there = {name.lower() for name, _ in headers}
        headers += [one for one in _ENCODED if one[0] not in there]
        message["headers"] = headers
