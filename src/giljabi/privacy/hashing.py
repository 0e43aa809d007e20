"""Values that are hashed at the door: the same value has the same hash, whatever way it came.

A hash is made of letters only, so that it passes for an identifier of every kind: what reads telephone
numbers, which looks for digits, leaves it as it is. It is drawn from the digest by which the gate knows
somebody who was forgotten, so that the gate knows hashes too.
"""

from __future__ import annotations

import re
from typing import Any

from giljabi.privacy.writing import Keyed, Writing

_PREFIX = "hash-"
_BYTES = 16
_LETTERS = "abcdefghijklmnop"
_HASH = re.compile(rf"{_PREFIX}[a-p]{{{2 * _BYTES}}}")
_EMAIL = re.compile(r"mail|메일")
_PHONE = re.compile(r"phone|mobile|cell|^tel|전화|휴대|핸드폰|연락처")


def is_hash(value: str) -> bool:
    """Say whether a value is a hash already."""
    return _HASH.fullmatch(value) is not None


def shown(digest: bytes) -> str:
    """Write the beginning of a digest as a hash."""
    code = digest[:_BYTES].hex()
    return _PREFIX + "".join(_LETTERS[int(digit, 16)] for digit in code)


def hashed(keyed: Keyed, writing: Writing, kind: str, value: str) -> str:
    """Give the hash of an identifier, or of another value by the name of its field.

    Parameters
    ----------
    keyed, writing
        Give digests, and the form in which identifiers are compared.
    kind
        Of identifier, or the name of the field: what is called like an e-mail address or a telephone number
        is written as such first.
    value
        What is to be hashed; a hash stays what it is.
    """
    text = value.strip()
    if not text or is_hash(text):
        return text
    return shown(keyed.digest("", writing.normal(_kind(kind), text)))


def hashed_any(keyed: Keyed, writing: Writing, name: str, value: Any) -> Any:
    """Give a value of JSON with every text and number in it hashed."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return {key: hashed_any(keyed, writing, name, one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [hashed_any(keyed, writing, name, one) for one in value]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return hashed(keyed, writing, name, str(value))


def _kind(name: str) -> str:
    small = name.lower()
    if _EMAIL.search(small):
        return "email"
    return "phone" if _PHONE.search(small) else name
