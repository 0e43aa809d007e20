"""Which addresses belong to the open internet, and which to a network of one's own."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable
from typing import TypeAlias

from giljabi.model.errors import BadParameter

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_GLOBAL = ipaddress.ip_network("2000::/3")
_TUNNELS = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"))
_EMBEDDED = (
    ipaddress.ip_network("::/96"),
    ipaddress.ip_network("::ffff:0:0/96"),
    ipaddress.ip_network("::ffff:0:0:0/96"),
    ipaddress.ip_network("64:ff9b::/96"),
)
_NOBODY = tuple(
    ipaddress.ip_network(one) for one in ("0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/128", "ff00::/8")
)
_LINK = (ipaddress.ip_network("169.254.0.0/16"), ipaddress.ip_network("fe80::/10"))
_NOT_OPEN = tuple(
    ipaddress.ip_network(one) for one in ("192.0.0.0/24", "192.88.99.0/24", "2001:db8::/32", "3fff::/20")
)
_CLOUDS = frozenset(
    ipaddress.ip_address(one)
    for one in (
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
    )
)
"""Where clouds tell their machines who they are, and with which keys."""


class OwnNetworks:
    """What an operator names beside the open internet.

    Parameters
    ----------
    named
        Names of hosts, addresses, networks (``10.0.0.0/8``), and folders of sockets (``/run/mysqld``).

    Raises
    ------
    BadParameter
        If one is none of these.
    """

    def __init__(self, named: Iterable[str]) -> None:
        self._names: set[str] = set()
        self._networks: list[Network] = []
        self.sockets: list[str] = []
        for one in named:
            self._add(one.strip())

    def _add(self, one: str) -> None:
        if one.startswith("/"):
            self.sockets.append(one)
            return
        try:
            self._networks.append(ipaddress.ip_network(one, strict=False))
        except ValueError:
            if not one or any(letter in one for letter in "/:@*? "):
                raise BadParameter(
                    f"private_hosts holds {one!r}, which is no name of a host, no address and no network; "
                    "write db.internal, 10.1.2.3 or 10.0.0.0/8"
                ) from None
            self._names.add(one.rstrip(".").lower())

    def allow(self, address: Address, host: str) -> bool:
        """Say whether an address may be reached, under the name it was found by.

        A name opens what lies in networks of one's own. What tells a cloud's machine its keys, and what lies
        on the link, must be named by its very address.
        """
        address = _plain(address)
        if _among(address, _NOBODY):
            return False
        if address in _CLOUDS or _among(address, _LINK):
            return any(one.num_addresses == 1 and address in one for one in self._networks)
        if is_open(address):
            return True
        return host.rstrip(".").lower() in self._names or _among(address, self._networks)


def is_open(address: Address) -> bool:
    """Say whether an address lies in the open internet."""
    address = _plain(address)
    if address in _CLOUDS or _among(address, (*_NOBODY, *_LINK, *_NOT_OPEN)):
        return False
    if isinstance(address, ipaddress.IPv6Address) and (address not in _GLOBAL or _among(address, _TUNNELS)):
        return False
    return address.is_global


def _plain(address: Address) -> Address:
    """Give the IPv4 address within an IPv6 address, where that is all it is."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            address = ipaddress.IPv6Address(int(address))
        if int(address) > 1 and _among(address, _EMBEDDED):
            return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _among(address: Address, networks: Collection[Network]) -> bool:
    return any(address in one for one in networks)
