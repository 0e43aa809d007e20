"""The ways of HTTP requests to the outside, whose libraries are loaded where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from giljabi.access.outward import Outward

if TYPE_CHECKING:
    import httpx


def outward_transport(outward: Outward, longest: float | None = None) -> httpx.BaseTransport:
    """Give what carries the requests of an httpx client, as `OutwardTransport` has it."""
    from giljabi.access.outward_http import OutwardTransport

    return OutwardTransport(outward, longest)


def outward_connections(outward: Outward) -> dict[str, Any]:
    """Give the arguments of a connector of aiohttp, as `OutwardConnections` has them."""
    from giljabi.access.outward_aiohttp import OutwardConnections

    return OutwardConnections(outward).options()
