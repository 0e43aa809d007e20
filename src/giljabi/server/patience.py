"""Connections with an end to patience: who never finishes a request is cut off.

uvicorn waits for the head of a request as long as it takes, and reads on for ever what comes after an early
answer. A few hundred senders that drip bytes would so keep everybody else out.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, with deadlines.

    ``head_seconds``: how long the head of a request may take. ``rest_seconds``: how long the rest of a body
    may still come in after its request was answered.
    """

    head_seconds = 10.0
    rest_seconds = 20.0

    _deadline: asyncio.TimerHandle | None = None
    _whole = True

    def connection_made(self, transport: Any) -> None:
        """Expect a first request."""
        super().connection_made(transport)
        self._expect(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._expect(None)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Expect the rest of a head whose beginning has come."""
        self._expect(self.head_seconds)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Leave the body to whoever reads it."""
        self._whole = False
        self._expect(None)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        self._whole = True
        # After an early answer uvicorn no longer waits for a next request: it has begun to already.
        answered = self.cycle is not None and self.cycle.response_complete
        self._expect(self.head_seconds if answered else None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Expect the end of a request that was answered before it was whole."""
        super().on_response_complete()
        if not self._whole:
            self._expect(self.rest_seconds)

    def _expect(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._cut_off)

    def _cut_off(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
