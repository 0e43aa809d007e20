"""Only the open internet may be asked, and what the operator names, however an address is written."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giljabi.access.addresses import OwnNetworks, is_open
from giljabi.model.errors import BadParameter

CLOSED = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", CLOSED)
def test_what_is_not_of_the_open_internet_is_closed(address: str) -> None:
    assert not is_open(ipaddress.ip_address(address))
    assert not OwnNetworks([]).allow(ipaddress.ip_address(address), "host.example")


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "172.32.0.1", "223.255.255.254", "2606:4700::1111", "64:ff9b::101:101"]
)
def test_the_open_internet_is_open(address: str) -> None:
    assert is_open(ipaddress.ip_address(address))


@given(st.integers(0, 2**32 - 1), st.sampled_from(["::ffff:0:0", "64:ff9b::", "::ffff:0:0:0"]))
def test_an_address_within_another_is_as_open_as_itself(number: int, around: str) -> None:
    inner = ipaddress.IPv4Address(number)
    outer = ipaddress.IPv6Address(int(ipaddress.IPv6Address(around)) + number)
    assert is_open(outer) == is_open(inner)


def test_what_the_operator_names_is_allowed() -> None:
    own = OwnNetworks(["10.0.0.0/8", "DB.internal.", "192.168.7.7", "fd12::/16"])

    def allowed(address: str, host: str = "x") -> bool:
        return own.allow(ipaddress.ip_address(address), host)

    assert allowed("10.9.9.9")
    assert allowed("::ffff:10.9.9.9")
    assert allowed("fd12::1")
    assert allowed("192.168.7.7")
    assert not allowed("192.168.7.8")
    assert allowed("192.168.7.8", "db.internal")
    assert allowed("127.0.0.1", "db.INTERNAL.")
    assert not allowed("127.0.0.1", "db.internal.example")


def test_what_gives_a_clouds_keys_away_is_named_by_its_very_address_or_not_at_all() -> None:
    wide = OwnNetworks(["0.0.0.0/0", "::/0", "metadata.internal"])
    for address in (
        "169.254.169.254",
        "fd00:ec2::254",
        "168.63.129.16",
        "100.100.100.200",
        "fe80::1",
        "0.0.0.0",
    ):
        assert not wide.allow(ipaddress.ip_address(address), "metadata.internal")
    assert OwnNetworks(["169.254.169.254"]).allow(ipaddress.ip_address("169.254.169.254"), "x")


@pytest.mark.parametrize("wrong", ["", "http://x", "10.0.0.0/99", "db:5432", "*.internal", "a b"])
def test_what_names_no_host_is_refused(wrong: str) -> None:
    with pytest.raises(BadParameter, match="private_hosts"):
        OwnNetworks([wrong])
