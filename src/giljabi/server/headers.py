"""Headers of every answer, errors included: what a browser may do with it."""

from __future__ import annotations

from litestar.datastructures import MutableScopeHeaders
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


async def secure(message: Message, _: Scope) -> None:
    """Add the headers that the answer does not set itself."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _EVERY_ANSWER.items():
            headers.setdefault(name, value)
