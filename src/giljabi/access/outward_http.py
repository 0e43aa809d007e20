"""HTTP to the outside: to allowed addresses alone, also after a redirect, and not for ever."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from giljabi.access.outward import Outward

PORTS = (80, 443)
"""Ports of HTTP below 1024."""


class OutwardTransport(httpx.HTTPTransport):
    """Carries requests of an httpx client to allowed addresses.

    Each connection resolves and checks its host anew, so every hop of a redirect is checked; certificates are
    those of the host's name. Proxies that the environment names are passed over: they would resolve names.

    Parameters
    ----------
    outward
        What may be reached.
    longest
        Seconds that all that is read over one connection may take; None without a limit.
    """

    def __init__(self, outward: Outward, longest: float | None = None) -> None:
        super().__init__()
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=10,
            keepalive_expiry=5.0,
            network_backend=_Backend(outward, longest),
        )


class _Backend(httpcore.NetworkBackend):
    def __init__(self, outward: Outward, longest: float | None) -> None:
        self._outward = outward
        self._longest = longest
        self._machine = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        end = None if self._longest is None else time.monotonic() + self._longest
        try:
            addresses = self._outward.addresses(host, port, PORTS)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        trouble: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                stream = self._machine.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
                continue
            return stream if end is None else _Bounded(stream, end)
        raise trouble


class _Bounded(httpcore.NetworkStream):
    """A connection that ends at a time, however busy it is."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self._stream = stream
        self._end = end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _Bounded(secure, self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the connection has taken too long")
        return left if timeout is None else min(left, timeout)
