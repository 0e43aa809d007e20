"""Answers of the door for events: small JSON that pages of any site may read.

Errors are problem details, with ``code`` and ``message`` beside them, which is what SDKs look for.
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request
from litestar.types import Scope, Send

from giljabi.server.language import language_of, translate

_TITLES = {
    400: "The request is not right",
    401: "The write key is not right",
    403: "Not allowed",
    404: "Not found",
    405: "This address does not take that method",
    408: "The request came too slowly",
    413: "The request is too large",
    429: "Too much has come at once",
    503: "The storage does not answer",
}
_OPEN_TO_PAGES = [
    (b"content-type", b"application/json"),
    (b"access-control-allow-origin", b"*"),
    # Scripts of other sites see this header only if they are let to.
    (b"access-control-expose-headers", b"retry-after"),
    (b"cross-origin-resource-policy", b"cross-origin"),
]
_USUAL_HEADERS = b"authorization, content-encoding, content-type"


class TurnedAway(Exception):
    """What is answered instead of 200.

    Parameters
    ----------
    status, code, detail
        The status, a short name of the cause, and what would be right.
    after
        In how many seconds to come back.
    more
        Further facts of the answer.
    """

    def __init__(self, status: int, code: str, detail: str, after: int | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.after = after
        self.more = more


async def send_json(
    send: Send, status: int, body: Any, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    """Send an answer."""
    content = msgspec.json.encode(body)
    told = [*_OPEN_TO_PAGES, *(headers or []), (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": content, "more_body": False})


async def send_preflight(scope: Scope, send: Send) -> None:
    """Let pages of any site send events; they may not send cookies along."""
    asked = dict(scope["headers"]).get(b"access-control-request-headers", _USUAL_HEADERS)
    headers = [
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-methods", b"POST"),
        (b"access-control-allow-headers", asked),
        (b"access-control-max-age", b"86400"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def send_problem(scope: Scope, send: Send, problem: TurnedAway) -> None:
    """Send what is wrong, in the reader's language."""
    language = language_of(Request(scope))
    detail = translate(problem.detail, language)
    body = {
        "type": "about:blank",
        "title": translate(_TITLES[problem.status], language),
        "status": problem.status,
        "detail": detail,
        "success": False,
        "code": problem.code,
        "message": detail,
        **problem.more,
    }
    headers = [] if problem.after is None else [(b"retry-after", b"%d" % problem.after)]
    if problem.status == 408:
        headers.append((b"connection", b"close"))
    await send_json(send, problem.status, body, headers)
