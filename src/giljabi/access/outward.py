"""Where the server may go by itself: the open internet, and what its operator names.

Whoever may add a source chooses addresses that the server then asks, from within its network. So a name is
resolved once, every address it has is looked at, and the connection goes to one of these very addresses:
whoever answers for the name cannot answer anew in between. Local files lie in folders the operator names.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from giljabi.access.addresses import Address, OwnNetworks
from giljabi.model.errors import BadParameter

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host at a port; raises OSError where it has none."""

FIRST_FREE_PORT = 1024
"""Ports below belong to protocols of their own, such as mail and remote shells."""


class Outward:
    """What sources and sign-in may reach.

    Parameters
    ----------
    private_hosts
        Names, addresses and networks beside the open internet, and folders of sockets.
    import_folders
        Folders of this machine whose files may be read, with all within; and folders of object stores
        (``s3://bucket/exports``) that may be read with what the machine itself is set up with.
    resolve
        Finds the addresses of a name; by default the machine does.

    Raises
    ------
    BadParameter
        If something given is neither.
    """

    def __init__(
        self,
        private_hosts: Iterable[str] = (),
        import_folders: Iterable[str | Path] = (),
        resolve: Resolve | None = None,
    ) -> None:
        self._named = tuple(private_hosts)
        self._own = OwnNetworks(self._named)
        given = [str(one) for one in import_folders]
        self._stores = [one.rstrip("/") for one in given if "://" in one]
        self._folders = [_real(one) for one in given if "://" not in one]
        self._resolve = resolve or _resolved

    def beside(self, *hosts: str) -> Outward:
        """Give the same with further hosts, which the operator has named elsewhere."""
        return Outward((*self._named, *hosts), (*self._folders, *self._stores), self._resolve)

    def addresses(self, host: str, port: int, usual: Iterable[int] = ()) -> Sequence[str]:
        """Give the addresses of a host, all of them allowed.

        Parameters
        ----------
        host
            A name or an address.
        port
            The port to be asked.
        usual
            Ports below 1024 that the protocol has.

        Raises
        ------
        BadParameter
            If the host, or the port, is none to be asked.
        OSError
            If there is no such host.
        """
        if not host:
            raise BadParameter("the address names no host")
        if not 0 < port < 65_536 or (port < FIRST_FREE_PORT and port not in usual):
            raise BadParameter(f"port {port} belongs to another protocol; sources may not ask it")
        found = list(dict.fromkeys(self._resolve(host.strip("[]"), port)))
        if not found:
            raise OSError(f"{host} has no address")
        if not all(self._own.allow(_parsed(one), host) for one in found):
            raise BadParameter(
                f"{host!r} lies in a network of its own, which may not be asked from here; whoever runs the "
                "server can allow it by GILJABI_PRIVATE_HOSTS"
            )
        return found

    def connect(
        self, host: str, port: int, timeout: float | None, usual: Iterable[int] = ()
    ) -> socket.socket:
        """Connect to a host at one of its allowed addresses; raises as `addresses` does."""
        trouble: OSError = OSError(f"{host} has no address")
        for address in self.addresses(host, port, usual):
            try:
                return socket.create_connection((address, port), timeout)
            except OSError as error:
                trouble = error
        raise trouble

    def unix_socket(self, path: str) -> str:
        """Give the real path of a socket of this machine; raises BadParameter where it may not be asked."""
        real = _real(path)
        if not any(real.is_relative_to(_real(one)) for one in self._own.sockets):
            raise BadParameter(
                f"the socket {path!r} may not be asked; whoever runs the server can allow its folder by "
                "GILJABI_PRIVATE_HOSTS"
            )
        return str(real)

    def local(self, path: str | Path) -> Path:
        """Give the real path of a file or folder of this machine, links followed.

        Raises
        ------
        BadParameter
            If it lies in none of the folders that may be read.
        """
        real = _real(path)
        if not any(real.is_relative_to(one) for one in self._folders):
            raise BadParameter(
                f"{str(path)!r} may not be read; whoever runs the server can allow its folder by "
                "GILJABI_IMPORT_FOLDERS"
            )
        return real

    def vouched(self, address: str) -> bool:
        """Say whether a folder of an object store may be read with what the machine is set up with."""
        if ".." in address.split("/"):
            return False
        return any(f"{address.rstrip('/')}/".startswith(f"{one}/") for one in self._stores)


def _real(path: str | Path) -> Path:
    with contextlib.suppress(OSError, ValueError, RuntimeError):
        return Path(path).expanduser().resolve()
    raise BadParameter(f"{str(path)!r} is no path of a file")


def _parsed(address: str) -> Address:
    return ipaddress.ip_address(address)


def _resolved(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]
