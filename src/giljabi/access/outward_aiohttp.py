"""Connections of aiohttp to allowed addresses, for the clients of object stores."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from giljabi.access.addresses import is_open
from giljabi.access.outward import Outward

PORTS = (80, 443)


class OutwardConnections(AbstractResolver):
    """Finds allowed addresses for aiohttp, and lets it connect to no others, also after a redirect.

    Parameters
    ----------
    outward
        What may be reached.
    """

    def __init__(self, outward: Outward) -> None:
        self._outward = outward
        self._allowed: set[str] = set()

    def options(self) -> dict[str, Any]:
        """Give the arguments of aiohttp's connector."""
        return {"resolver": self, "socket_factory": self.connected}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Give the addresses of a name."""
        found = await asyncio.to_thread(self._outward.addresses, host, port, PORTS)
        self._allowed.update(found)
        return [
            ResolveResult(
                hostname=host,
                host=one,
                port=port,
                family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for one in found
        ]

    def connected(self, about: tuple[Any, ...]) -> socket.socket:
        """Give a socket for an address; one that was written in numbers was not resolved."""
        address = str(about[4][0])
        if address not in self._allowed and not is_open(ipaddress.ip_address(address)):
            # Written in numbers, an operator may have named it all the same.
            self._outward.addresses(address, int(about[4][1]), PORTS)
        return socket.socket(*about[:3])

    async def close(self) -> None:
        """Let go of nothing."""
