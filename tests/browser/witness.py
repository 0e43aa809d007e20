"""What a browser notices while a test runs, and what it must not."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

OWN_SCHEMES = ("data:", "blob:")


@dataclass
class Witness:
    """Collects errors, foreign requests and failed answers of pages."""

    origin: str
    expected: set[int] = field(default_factory=set)
    """Statuses of failed answers that the test brings about on purpose."""
    seen: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen to a page from now on."""
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser itself reports failed answers here too; they are counted where they arrive.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.seen.append(f"console {message.type}: {message.text}")

    def _error(self, error: Error) -> None:
        self.seen.append(f"uncaught: {error}")

    def _request(self, request: Request) -> None:
        address = request.url
        if not address.startswith(OWN_SCHEMES) and _origin(address) != self.origin:
            self.foreign.append(address)

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.seen.append(f"{response.status} for {response.request.method} {response.url}")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
