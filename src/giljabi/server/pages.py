"""The built web pages, served from inside the package."""

from __future__ import annotations

import asyncio
import mimetypes
from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

PAGES = Path(__file__).parent / "pages"


@get(["/", "/{path:path}"], include_in_schema=False, needs="public")
async def page(path: FromPath[str] = "") -> Response[bytes]:
    """Serve a built file, or the app for every other address: addresses of views are the app's own."""
    return await asyncio.to_thread(_file, path.lstrip("/"))


def _file(path: str) -> Response[bytes]:
    if path.startswith("api/"):
        raise NotFoundException(f"The API has no address /{path}; /schema/openapi.json lists those it has.")
    if "\0" in path:
        raise NotFoundException("There is no file of that name.")
    file = (PAGES / path).resolve()
    if not file.is_relative_to(PAGES.resolve()) or not file.is_file():
        if Path(path).suffix:
            raise NotFoundException(f"There is no file /{path}.")
        file = PAGES / "index.html"
    if not file.is_file():
        raise NotFoundException("The web pages are not built; run: make pages")
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    unchanging = file.parent.name == "assets"
    caching = "public, max-age=31536000, immutable" if unchanging else "no-cache"
    return Response(file.read_bytes(), media_type=kind, headers={"cache-control": caching})
