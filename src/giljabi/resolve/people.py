"""What is known of a customer that can tell people apart: out of traits, by the names senders give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NAMES = ("name", "full_name", "fullName", "이름", "성명", "고객명")
_FIRST = ("first_name", "firstName")
_LAST = ("last_name", "lastName")
_EMAILS = ("email", "e-mail", "mail", "이메일")
_PHONES = ("phone", "mobile", "tel", "phone_number", "phoneNumber", "전화", "전화번호", "휴대폰", "연락처")
_ADDRESSES = ("address", "addr", "주소")
_LINES = ("street", "line1", "line2", "city", "state")


@dataclass(frozen=True)
class Person:
    """A customer as somebody who can be recognised; everything as it was written."""

    id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None


def person_of(id: str, traits: Mapping[str, Any], identifiers: Mapping[str, str]) -> Person:  # noqa: A002
    """Read a customer's traits; where they are silent, an identifier ``email`` or ``phone`` speaks.

    Parameters
    ----------
    id
        The customer's.
    traits
        As ``identify`` calls told them; an address is text, or Segment's object of lines.
    identifiers
        The latest of each kind.
    """
    return Person(
        id,
        name_of(traits),
        _text(traits, _EMAILS) or identifiers.get("email"),
        _text(traits, _PHONES) or identifiers.get("phone"),
        _address(traits),
    )


def name_of(traits: Mapping[str, Any]) -> str | None:
    """Give the name that traits tell, written as it was told."""
    whole = _text(traits, _NAMES)
    if whole:
        return whole
    return " ".join(part for keys in (_FIRST, _LAST) if (part := _text(traits, keys))) or None


def _address(traits: Mapping[str, Any]) -> str | None:
    told = next((traits[key] for key in _ADDRESSES if traits.get(key)), None)
    if isinstance(told, Mapping):
        return ", ".join(line for key in _LINES if (line := _text(told, (key,)))) or None
    return told.strip() or None if isinstance(told, str) else None


def _text(values: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        told = values.get(key)
        # Phones and postal codes come as numbers, too.
        if isinstance(told, str | int) and not isinstance(told, bool) and (said := str(told).strip()):
            return said
    return None
