"""One page of a feed over HTTP: within limits of size, time and redirects, and only if it has changed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Self

import httpx
import msgspec

from giljabi.access import Outward, outward_transport
from giljabi.model.errors import SourceUnavailable

REDIRECTS = 5

_ACCEPT = "application/rss+xml, application/atom+xml, application/json, application/xml;q=0.9, */*;q=0.5"
_MEANING = {
    401: "it asks for a name and password, or refuses those given",
    403: "it refuses us",
    404: "there is nothing at this address",
    410: "what was there is gone for good",
    429: "it asks us to come less often",
}


class Limits(msgspec.Struct, frozen=True):
    """How much is taken: bytes of a page, unpacked; seconds to wait for a server, and for a page in all."""

    bytes: int = 10 * 1024 * 1024
    wait: float = 15.0
    page: float = 60.0


class Page(msgspec.Struct, frozen=True):
    """What a server sent, with what it wants to be asked by the next time."""

    url: str
    body: bytes
    content_type: str
    etag: str | None = None
    modified: str | None = None


class Fetching:
    """Fetches the pages of one feed, to be used as a context.

    Parameters
    ----------
    outward
        What may be reached.
    limits
        How much is taken.
    authorization
        What the header of this name holds; it goes to no other host.
    """

    def __init__(self, outward: Outward, limits: Limits, authorization: str | None) -> None:
        self._limits = limits
        headers = {"User-Agent": "giljabi", "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
        if authorization:
            headers["Authorization"] = authorization
        self._client = httpx.Client(
            headers=headers,
            timeout=limits.wait,
            follow_redirects=True,
            max_redirects=REDIRECTS,
            transport=outward_transport(outward, limits.page),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def page(self, url: str, before: Mapping[str, str | None] | None = None) -> Page | None:
        """Fetch a page; None where the server says that nothing has changed since ``before``.

        Raises
        ------
        SourceUnavailable
            If the server does not answer, turns us away, sends too much or takes too long.
        """
        given = before or {}
        asked = {"If-None-Match": given.get("etag"), "If-Modified-Since": given.get("modified")}
        headers = {name: one for name, one in asked.items() if one}
        try:
            place = httpx.URL(url).copy_with(userinfo=b"", query=None, fragment=None)
        except httpx.InvalidURL as error:
            raise SourceUnavailable(f"the address cannot be asked: {error}") from error
        try:
            with self._client.stream("GET", url, headers=headers) as answer:
                if answer.status_code == 304 and headers:
                    return None
                if answer.status_code != 200:
                    meaning = _MEANING.get(answer.status_code, "the server has trouble of its own")
                    raise SourceUnavailable(f"{place} answers {answer.status_code}: {meaning}")
                return Page(
                    str(answer.url),
                    self._body(answer, str(place)),
                    answer.headers.get("content-type", ""),
                    answer.headers.get("etag"),
                    answer.headers.get("last-modified"),
                )
        except httpx.TimeoutException as error:
            raise SourceUnavailable(f"{place} does not answer in time") from error
        except httpx.TooManyRedirects as error:
            raise SourceUnavailable(f"{place} redirects more than {REDIRECTS} times") from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise SourceUnavailable(f"{place} redirects to an address that is not http or https") from error
        except httpx.DecodingError as error:
            raise SourceUnavailable(f"{place} sends a damaged gzip stream") from error
        except httpx.HTTPError as error:
            raise SourceUnavailable(f"{place} does not answer: {error or type(error).__name__}") from error

    def _body(self, answer: httpx.Response, place: str) -> bytes:
        most, end = self._limits.bytes, time.monotonic() + self._limits.page
        parts: list[bytes] = []
        size = 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > most:
                raise SourceUnavailable(f"{place} sends more than {most // 1024:,} KiB; give a smaller page")
            if time.monotonic() > end:
                raise SourceUnavailable(f"{place} does not answer in time")
            parts.append(part)
        return b"".join(parts)
