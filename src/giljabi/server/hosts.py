"""The names this server answers to; any other could be a rebound DNS name of a foreign page."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""This machine's own names."""


class Hosts:
    """The names of one server.

    Parameters
    ----------
    url
        The address people reach it under, if it has one of its own.
    more
        Further host names.
    """

    def __init__(self, url: str | None = None, more: Iterable[str] = ()) -> None:
        parts = urlsplit(url or "")
        self._address = f"{parts.scheme}://{parts.netloc}".lower() if url else None
        own = {parts.hostname} if parts.hostname else set()
        self._names = LOOPBACK_HOSTS | {_bracketed(name.lower()) for name in (*own, *more)}
        self.encrypted = parts.scheme == "https"

    def answers_to(self, host: str) -> bool:
        """Say whether a ``Host`` header names this server."""
        return name_of(host) in self._names

    def is_home(self, host: str, origin: str) -> bool:
        """Say whether an ``Origin`` header names pages of this server, when it was asked as ``host``."""
        if origin.lower() == self._address:
            return True
        parts = urlsplit(origin)
        own = self._address is not None and parts.netloc.lower() == urlsplit(self._address).netloc
        # Pages of the same name that came over another scheme are not ours.
        return not own and parts.netloc.lower() == host.lower()


def is_loopback(host: str) -> bool:
    """Say whether a ``Host`` header is one of this machine's own names."""
    return name_of(host) in LOOPBACK_HOSTS


def from_elsewhere(address: str) -> bool:
    """Say whether a client's address is that of another machine."""
    try:
        return not ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def name_of(host: str) -> str:
    """Give a host's name in small letters, without its port."""
    return (host if host.endswith("]") else host.rpartition(":")[0] or host).lower()


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name and not name.startswith("[") else name
