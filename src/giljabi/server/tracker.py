"""The tracker script, for the pages of other sites."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

SCRIPT = Path(__file__).parent / "pages" / "giljabi.js"


def _anybody(_: Request[Any, Any, Any]) -> None:
    """Let every request in: the script is the same for all, and tells nothing."""


@get("/giljabi.js", include_in_schema=False, before_request=_anybody)
async def tracker() -> Response[bytes]:
    """Serve the tracker. Its name never changes, so that browsers ask again after an hour."""
    try:
        script = await asyncio.to_thread(SCRIPT.read_bytes)
    except FileNotFoundError as error:
        raise NotFoundException("The web pages are not built; run: make pages") from error
    headers = {
        "cache-control": "public, max-age=3600",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }
    return Response(script, media_type="text/javascript", headers=headers)
