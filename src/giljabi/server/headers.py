"""Headers of every answer, errors included: what a browser may do with it."""

from __future__ import annotations

from litestar import Litestar
from litestar.types import Message, Scope

from giljabi.server.hosts import Hosts

_NO_DEVICES = ", ".join(
    f"{one}=()"
    for one in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)

_EVERY_ANSWER = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": _NO_DEVICES,
    # Customers' data stays out of the browser's cache; the files of the pages say otherwise themselves.
    "cache-control": "no-store",
}
_ENCODED = [(name.encode(), value.encode()) for name, value in _EVERY_ANSWER.items()]

_STAY_ENCRYPTED = (b"strict-transport-security", b"max-age=63072000")
"""For two years, browsers come by HTTPS alone; said where the server's own address begins with https."""


async def secure(message: Message, scope: Scope) -> None:
    """Add the headers that the answer does not set itself."""
    if message["type"] == "http.response.start":
        app: Litestar = scope["litestar_app"]
        hosts: Hosts = app.state.hosts
        headers = list(message.get("headers", ()))
        there = {name.lower() for name, _ in headers}
        headers += [one for one in _ENCODED if one[0] not in there]
        if hosts.encrypted:
            headers.append(_STAY_ENCRYPTED)
        message["headers"] = headers
