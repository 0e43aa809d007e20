"""The door for events that are sent: ``POST /v1/{identify,track,page,screen,group,alias,batch,import}``.

A raw ASGI handler, since it is called for every event of every customer. It answers 200 once what it took is
durable, and has an answer for whatever comes; none of them is a 500.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import asgi
from litestar.enums import ScopeType
from litestar.handlers import ASGIRouteHandler
from litestar.types import HTTPScope, Receive, Scope, Send

from giljabi.bootstrap import Workspace
from giljabi.collect import (
    InboxFull,
    Opened,
    Refused,
    SegmentPath,
    Taken,
    body_limit,
    open_body,
    read_calls,
    unpack_body,
)
from giljabi.model.errors import StorageUnavailable
from giljabi.server.door_answers import TurnedAway, send_json, send_preflight, send_problem
from giljabi.server.hosts import Hosts

PATHS: Mapping[str, SegmentPath] = {
    "identify": "identify",
    "track": "track",
    "page": "page",
    "screen": "screen",
    "group": "group",
    "alias": "alias",
    "batch": "batch",
    "import": "import",
    # Segment's script for browsers shortens the addresses.
    "i": "identify",
    "t": "track",
    "p": "page",
    "s": "screen",
    "g": "group",
    "a": "alias",
    "b": "batch",
}
MOST_HELD = 128 * 1024**2
"""Bytes of requests that may be in hand at once."""

_TOLD = 10
_log = logging.getLogger(__name__)


class Door:
    """The door of one server.

    Parameters
    ----------
    body_seconds
        How long the body of a request may take to come in.
    """

    def __init__(self, body_seconds: float = 20.0) -> None:
        self._body_seconds = body_seconds
        self._held = 0

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever it is."""
        if scope["type"] != ScopeType.HTTP:
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
            return
        await self._answer(scope, receive, send)

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        try:
            _check_host(scope)
            if scope["method"] == "OPTIONS":
                await send_preflight(scope, send)
                return
            taken = await self._take(scope, receive)
        except TurnedAway as problem:
            await send_problem(scope, send, problem)
        except InboxFull as error:
            await send_problem(scope, send, TurnedAway(429, "busy", str(error), error.after))
        except StorageUnavailable as error:
            await send_problem(scope, send, TurnedAway(503, "storage_unavailable", str(error), 5))
        except _SenderLeft:
            pass
        except Exception:
            _log.exception("a request to the door failed unexpectedly")
            detail = "The request failed unexpectedly; the server's log has the cause."
            await send_problem(scope, send, TurnedAway(503, "unexpected", detail, 5))
        else:
            await send_json(send, 200, {"success": True, **_told(taken)})

    async def _take(self, scope: HTTPScope, receive: Receive) -> Taken:
        """Take what one request holds, and give it once it is durable."""
        path = _path(scope)
        workspace: Workspace = scope["litestar_app"].state.workspace
        collection = workspace.collection
        key = _user_name(scope)
        # Who shows a wrong key is turned away before anything is read.
        source = await collection.source_of_key(key) if key else None
        if key and source is None:
            raise _unknown_key()
        held: list[bytes] = []
        try:
            await self._read(receive, body_limit(path), held)
            received = datetime.now(UTC)
            request = _opened(path, b"".join(held))
            if source is None and isinstance(request, Opened):
                source = await collection.source_of_key(request.write_key) if request.write_key else None
                if source is None:
                    raise _unknown_key()
            if isinstance(request, Refused):
                if source is not None:
                    asked = await collection.at_the_door(source)
                    if asked is not None and asked.cleaner is not None:
                        # What cannot be read cannot be cleaned either.
                        request = msgspec.structs.replace(request, body=b"")
                    await collection.receive(source, received, Taken([], [request], [0]))
                status = 413 if request.reason == "too_large" else 400
                raise TurnedAway(status, request.reason, request.detail, accepted=0, refused=1)
            assert source is not None
            milliseconds = int(received.timestamp() * 1000)
            asked = await collection.at_the_door(source)
            taken = read_calls(path, request, milliseconds, source.settings.get("channel"), asked)
            await collection.receive(source, received, taken)
        finally:
            self._held -= sum(map(len, held))
        if taken.refused and not taken.calls:
            first = taken.refused[0]
            raise TurnedAway(400, first.reason, first.detail, **_told(taken))
        return taken

    async def _read(self, receive: Receive, most: int, held: list[bytes]) -> None:
        """Read a body up to its limit and no further, which is enough to see that it is too large."""
        size = 0
        try:
            async with asyncio.timeout(self._body_seconds):
                more = True
                while more and size <= most:
                    message = await receive()
                    if message["type"] != "http.request":
                        raise _SenderLeft
                    part = message.get("body", b"")[: most + 1 - size]
                    if self._held + len(part) > MOST_HELD:
                        raise InboxFull("too many requests come in at once; send later", 1)
                    held.append(part)
                    self._held += len(part)
                    size += len(part)
                    more = message.get("more_body", False)
        except TimeoutError:
            detail = f"the body took longer than {self._body_seconds:g} s to come in; send it faster"
            raise TurnedAway(408, "too_slow", detail) from None


class _SenderLeft(Exception):
    """The sender went away before its request was whole."""


def door(body_seconds: float = 20.0) -> ASGIRouteHandler:
    """Make the handler of everything under ``/v1``."""
    everybody = asgi("/v1", is_mount=True, copy_scope=False, needs="public", hosts="any")
    return everybody(Door(body_seconds).answer)


def _check_host(scope: HTTPScope) -> None:
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    hosts: Hosts = scope["litestar_app"].state.hosts
    if not hosts.answers_to(host):
        raise TurnedAway(403, "unknown_host", "This server does not answer to that name.")


def _path(scope: HTTPScope) -> SegmentPath:
    name = scope["path"].strip("/")
    path = PATHS.get(name)
    if path is None:
        detail = f"there is no address /v1/{name[:40]}; send to {', '.join(sorted(set(PATHS.values())))}"
        raise TurnedAway(404, "not_found", detail)
    if scope["method"] != "POST":
        raise TurnedAway(405, "method", "events are sent with POST")
    return path


def _opened(path: SegmentPath, body: bytes) -> Opened | Refused:
    unpacked = unpack_body(body, body_limit(path))
    return unpacked if isinstance(unpacked, Refused) else open_body(path, unpacked)


def _user_name(scope: HTTPScope) -> str | None:
    """Give the user name of basic authentication: the write key, as SDKs show it."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:6].lower() == b"basic ":
            try:
                return base64.b64decode(value[6:].strip()).decode().partition(":")[0] or None
            except (binascii.Error, UnicodeDecodeError):
                return None
    return None


def _unknown_key() -> TurnedAway:
    detail = "no source has this write key; take it from the page of sources"
    return TurnedAway(401, "unknown_write_key", detail)


def _told(taken: Taken) -> dict[str, Any]:
    told: dict[str, Any] = {"accepted": len(taken.calls), "refused": len(taken.refused)}
    if taken.declined:
        told["declined"] = len(taken.declined)
    if taken.refused:
        told["refusals"] = [
            {"index": place, "reason": one.reason, "detail": one.detail}
            for place, one in zip(taken.places[:_TOLD], taken.refused[:_TOLD], strict=True)
        ]
    return told
