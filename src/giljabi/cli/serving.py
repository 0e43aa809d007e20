"""The server in this process, which says where it is once it answers there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from socket import socket
from typing import Any

import click
import uvicorn

_DID_NOT_START = 3
"""The status uvicorn itself ends with where it could not start."""


def run(app: str, lines: Sequence[str], **options: Any) -> None:
    """Serve until told to stop.

    Parameters
    ----------
    app
        Where the function lies that makes the application.
    lines
        Printed as soon as whoever opens the address is answered.
    options
        Those of `uvicorn.Config`.
    """
    server = _Announced(uvicorn.Config(app, factory=True, **options), lines)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(_DID_NOT_START)


class _Announced(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, lines: Sequence[str]) -> None:
        super().__init__(config)
        self._lines = lines

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            for line in self._lines:
                click.echo(line)
