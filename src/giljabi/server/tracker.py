"""The tracker script, for the pages of other sites."""

from __future__ import annotations

import asyncio
from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException

SCRIPT = Path(__file__).parent / "pages" / "giljabi.js"


# The script is the same for all, and tells nothing: it is given under every name.
@get("/giljabi.js", include_in_schema=False, needs="public", hosts="any")
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
