"""Webhooks of others: ``POST /v1/hooks/{source}``, signed as the source says (`docs/sources.md`)."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Request, Response, post
from litestar.exceptions import ClientException, NotAuthorizedException
from litestar.params import FromPath

from giljabi.bootstrap import HookRefused, Workspace

LARGEST_BODY = 1024**2
_BODY_SECONDS = 20.0


@post(
    "/v1/hooks/{id:str}",
    status_code=200,
    request_max_body_size=LARGEST_BODY,
    include_in_schema=False,
    needs="public",
)
async def hook(request: Request[Any, Any, Any], id: FromPath[str]) -> Response[dict[str, int]]:  # noqa: A002
    """Take a webhook in; answered once what it brought is durable."""
    workspace: Workspace = request.app.state.workspace
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            body = await request.body()
    except TimeoutError:
        raise ClientException("the body came too slowly; send it faster", status_code=408) from None
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        accepted, refused = await workspace.sources.hook(id, headers, body)
    except HookRefused as error:
        raise NotAuthorizedException(str(error)) from error
    return Response(
        {"accepted": accepted, "refused": refused}, status_code=200 if accepted or not refused else 400
    )
