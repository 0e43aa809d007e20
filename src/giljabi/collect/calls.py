"""Calls: what senders and sources hand over, after the door and before the lake.

A call is one thing a sender said: that something happened (``track``, ``page``, ``screen``), who somebody
is (``identify``, ``alias``, ``group``), or what a customer said (``feedback``). The inbox keeps calls packed;
the sealer unpacks them in the order in which they came.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec

CallType: TypeAlias = Literal["track", "page", "screen", "identify", "group", "alias", "feedback"]

Value: TypeAlias = str | float | bool | None

IDENTITY_CALLS = frozenset({"identify", "group", "alias"})
"""Calls that say who somebody is: they are kept in the lake, but are no events of a journey."""


class Call(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One call, checked and made plain.

    Attributes
    ----------
    type
        What kind of call.
    message_id
        Names the call: one that was seen in the last 7 days is dropped. At most 200 characters.
    time
        When it happened, milliseconds since 1970 UTC, the sender's clock corrected.
    identifiers
        Who it is about: identifier by kind (``user_id``, ``anonymous_id``, ``email``, ``phone``, ``device``,
        …), as texts; none is empty. At least one, except for ``group``.
    event
        The event's name; of ``page`` and ``screen`` the page's. None for calls that are no events.
    channel, value
        As in the canonical event table.
    properties
        Flat: nested records are joined by dots, lists are JSON. Of ``feedback`` they are ``kind``, ``score``,
        ``text`` and ``touchpoint``, as in the canonical feedback table.
    traits
        What ``identify`` and ``group`` say of the customer or group, as it came.
    previous_id, group_id
        Of ``alias``: the identifier known before; of ``group``: the group.
    """

    type: CallType
    message_id: str
    time: int
    identifiers: dict[str, str]
    event: str | None = None
    channel: str | None = None
    value: float | None = None
    properties: dict[str, Value] = {}
    traits: dict[str, Any] = {}
    previous_id: str | None = None
    group_id: str | None = None


_packer = msgspec.msgpack.Encoder()
_unpacker = msgspec.msgpack.Decoder(list[Call])


def pack(calls: Sequence[Call]) -> bytes:
    """Pack calls as the inbox keeps them."""
    return _packer.encode(calls)


def unpack(body: bytes) -> list[Call]:
    """Give the calls that were packed."""
    return _unpacker.decode(body)


def fitting(traits: dict[str, Any]) -> dict[str, Any]:
    """Give traits as they can be packed: a whole number beyond 64 bits becomes text, as in properties.

    A nested record or list that holds one becomes JSON.
    """
    if _fits(traits):
        return traits
    return {
        name: value if _fits(value) else msgspec.json.encode(value).decode() for name, value in traits.items()
    }


def _fits(value: Any) -> bool:
    try:
        _packer.encode(value)
    except OverflowError:
        return False
    return True


def digest(message_id: bytes) -> bytes:
    """Give the 16 bytes by which a message is known again, by its name in UTF-8."""
    return hashlib.blake2b(message_id, digest_size=16).digest()


def flat(record: Mapping[str, Any], prefix: str = "", depth: int = 4) -> dict[str, Value]:
    """Make a record of JSON flat: nested records are joined by dots, lists become JSON text.

    Parameters
    ----------
    record
        Keys are texts; values are what JSON can hold.
    prefix
        Stands before every key.
    depth
        Records nested deeper than this become JSON text.
    """
    result: dict[str, Value] = {}
    for key, value in record.items():
        name = prefix + key
        if value is None or isinstance(value, str | bool):
            result[name] = value
        elif isinstance(value, int | float):
            number = float(value)
            result[name] = number if abs(number) <= 2**53 else str(value)
        elif isinstance(value, Mapping) and depth > 1:
            result.update(flat(value, f"{name}.", depth - 1))
        else:
            result[name] = msgspec.json.encode(value).decode()
    return result
