"""Object stores: how each is spoken to, and with whose key.

A store is read with the key of the source, or as anybody. What the machine itself is set up with, such as the
role of its cloud, serves for places alone that the operator names: whoever adds a source may not read others
by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from giljabi.access import Outward, outward_connections
from giljabi.collect.settings import split_address
from giljabi.collect.sources.folder.settings import Settings
from giljabi.model.errors import BadParameter, SourceUnavailable

_FAMILIES = {"s3": "s3", "gs": "gcs", "gcs": "gcs", "az": "az", "abfs": "az", "abfss": "az"}
_PACKAGES = {"s3": "s3fs", "gcs": "gcsfs", "az": "adlfs"}
_PORTS = (80, 443)
_GOOGLE = "https://oauth2.googleapis.com/token"
_AZURE = ("core.windows.net", "core.chinacloudapi.cn", "core.usgovcloudapi.net")
_AZURE_KEYS = {
    "AccountName",
    "AccountKey",
    "DefaultEndpointsProtocol",
    "EndpointSuffix",
    "SharedAccessSignature",
}


def check_remote(known: Settings, scheme: str) -> None:
    """Raise BadParameter where a store cannot be read like this; the outside is not asked."""
    family = _FAMILIES.get(scheme)
    if family is None:
        raise BadParameter(
            f"addresses of {scheme}:// are not read; give a folder of this machine, or s3://, gs:// or az://"
        )
    if known.endpoint is not None:
        address = split_address(known.endpoint)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise BadParameter(f"{known.endpoint!r} is no address of a store; write https://host")
    if family == "gcs":
        _google(known.access_secret)
    if family == "az" and known.access_secret is not None:
        _azure(known)


def remote(known: Settings, scheme: str, outward: Outward) -> tuple[Any, str]:
    """Give the file system of a store, and the folder's path in it.

    Raises
    ------
    BadParameter
        If it may not be reached, or what it needs is not installed.
    SourceUnavailable
        If there is no such host.
    """
    family = _FAMILIES[scheme]
    _check_endpoint(known, outward)
    try:
        options = _OPTIONS[family](known, outward)
        import fsspec

        given = {name: one for name, one in options.items() if one is not None}
        system = fsspec.filesystem(family, skip_instance_cache=True, use_listings_cache=False, **given)
    except ImportError as error:
        raise BadParameter(
            f"addresses of {scheme}:// need {_PACKAGES[family]}; install giljabi[sources]"
        ) from error
    return system, system._strip_protocol(known.folder)


def _check_endpoint(known: Settings, outward: Outward) -> None:
    if known.endpoint is None:
        return
    address = split_address(known.endpoint)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        outward.addresses(address.hostname or "", port, _PORTS)
    except (OSError, UnicodeError) as error:
        asked = f"{address.hostname}:{port}"
        raise SourceUnavailable(f"{asked} does not answer: {error}") from error


def _of_s3(known: Settings, outward: Outward) -> dict[str, Any]:
    keyless = known.access_key is None and known.access_secret is None
    return {
        "key": known.access_key,
        "secret": known.access_secret,
        "anon": keyless and not outward.vouched(known.folder),
        "endpoint_url": known.endpoint,
        "config_kwargs": {"connector_args": outward_connections(outward)},
    }


def _of_google(known: Settings, outward: Outward) -> dict[str, Any]:
    import aiohttp
    from fsspec import asyn

    async def connector() -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(**outward_connections(outward))

    token = _google(known.access_secret)
    if token is None and not outward.vouched(known.folder):
        token = "anon"
    made = asyn.sync(asyn.get_loop(), connector)
    return {"token": token, "endpoint_url": known.endpoint, "session_kwargs": {"connector": made}}


def _of_azure(known: Settings, outward: Outward) -> dict[str, Any]:
    if known.endpoint is not None:
        raise BadParameter("az:// has no endpoint of its own; the account says where it lies")
    if known.access_secret is not None:
        return {"connection_string": _azure(known)}
    if not outward.vouched(known.folder):
        raise BadParameter("az:// needs the account and its key, or a connection string")
    return {"account_name": _account(known.access_key), "anon": False}


_OPTIONS: Mapping[str, Callable[[Settings, Outward], dict[str, Any]]] = {
    "s3": _of_s3,
    "gcs": _of_google,
    "az": _of_azure,
}


def _google(secret: str | None) -> Any:
    """Give a service account's key; paths and keys that send their reader elsewhere are none."""
    if secret is None or secret == "anon":
        return secret
    try:
        key = msgspec.json.decode(secret, type=dict[str, Any])
    except msgspec.DecodeError:
        key = {}
    if key.get("type") != "service_account" or key.get("token_uri", _GOOGLE) != _GOOGLE:
        raise BadParameter("the secret of gs:// is the JSON of a service account's key, or anon")
    return key


def _azure(known: Settings) -> str:
    """Write the connection string: the account lies where Azure's accounts lie."""
    secret = str(known.access_secret)
    if "AccountName=" not in secret:
        secret = f"AccountName={_account(known.access_key)};AccountKey={secret}"
    parts = dict(one.partition("=")[::2] for one in secret.split(";") if one)
    if not set(parts) <= _AZURE_KEYS or parts.get("EndpointSuffix", _AZURE[0]) not in _AZURE:
        raise BadParameter(
            "the connection string may name the account and its key, and no address of its own"
        )
    _account(parts.get("AccountName"))
    parts = {"EndpointSuffix": _AZURE[0], **parts, "DefaultEndpointsProtocol": "https"}
    return ";".join(f"{name}={one}" for name, one in parts.items())


def _account(name: str | None) -> str:
    if name is None or not re.fullmatch(r"[a-z0-9]{3,24}", name):
        raise BadParameter(
            f"{name!r} is no name of an account of Azure; it has 3 to 24 small letters and digits"
        )
    return name
