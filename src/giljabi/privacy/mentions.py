"""Where somebody is named: found exactly in what says who it is about, and as far as is safe in free text.

A name such as ``7`` says nothing in free text. There only names are looked for that are hardly anything else:
e-mail addresses, telephone numbers in any spelling, and words of letters and digits that are long enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

ERASED = "(erased)"
"""What stands in the place of a name."""

_NAMING = frozenset({"user", "customer", "email", "phone", "mobile", "device", "card", "loyalty", "member"})
_GAP = r"[ .()-]*"
_PHONE = re.compile(r"\+[0-9]{8,15}")
_NOTHING = r"[^\s\S]"


class Mentions:
    """Finds the identifiers of customers in texts and records, and takes them out.

    Parameters
    ----------
    identifiers
        Kind and value of each, as they are kept; ids of customers have an empty kind.
    normal
        Writes an identifier as its kind is written.
    """

    def __init__(self, identifiers: Iterable[tuple[str, str]], normal: Callable[[str, str], str]) -> None:
        self._pairs = frozenset(identifiers)
        self._values = frozenset(value for _, value in self._pairs)
        self._normal = normal
        found = {one for value in self._values if (one := _loose(value))}
        # The longest first: an id may begin as another does.
        loose = sorted(found, key=lambda one: (-len(one), one))
        self.rough = "|".join(loose)
        """A pattern that RE2 and PostgreSQL understand; empty where free text is not searched."""
        exact = rf"(?<![\w@+-])(?<!\w\.)(?:{self.rough or _NOTHING})(?![\w@-]|\.\w)"
        self._exact = re.compile(exact, re.IGNORECASE)

    def names(self, kind: str, value: str) -> bool:
        """Say whether an identifier is one of them."""
        written = self._normal(kind, value)
        return (kind, written) in self._pairs or written in self._values or value.strip() in self._values

    def scrub(self, text: str) -> str:
        """Give a text with every name replaced; the same where there is none."""
        return self._exact.sub(ERASED, text) if self.rough else text

    def scrub_value(self, value: Any) -> Any:
        """Do so with every text and number within a value of JSON."""
        if isinstance(value, str):
            return self.scrub(value)
        if isinstance(value, Mapping):
            return {self.scrub(str(name)): self.scrub_value(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.scrub_value(one) for one in value]
        if isinstance(value, int | float) and not isinstance(value, bool):
            written = _number(value)
            return value if self.scrub(written) == written else ERASED
        return value

    def in_value(self, value: Any, key: str = "") -> bool:
        """Say whether a value of JSON names one of them, under a key that says who it is, or in free text."""
        if isinstance(value, Mapping):
            return any(self.in_value(one, str(name)) for name, one in value.items())
        if isinstance(value, list | tuple):
            return any(self.in_value(one, key) for one in value)
        if value is None or isinstance(value, bool):
            return False
        text = value if isinstance(value, str) else _number(value)
        if _says_who(key) and (self.names(_kind(key), text) or self.names("", text)):
            return True
        return self.scrub(text) != text


def _loose(value: str) -> str | None:
    """Give the pattern by which a value is looked for in free text; None where it could be anything."""
    if _PHONE.fullmatch(value):
        digits = value[1:]
        if digits.startswith("82"):
            return r"(?:\+?82" + _GAP + r"0?|0)" + _GAP + _GAP.join(digits[2:])
        return r"\+?" + _GAP.join(digits)
    if "@" in value and len(value) >= 6:
        return re.escape(value)
    lettered, numbered = any(map(str.isalpha, value)), any(map(str.isdigit, value))
    if (lettered and numbered and len(value) >= 6) or (value.isdigit() and len(value) >= 9):
        return re.escape(value)
    return None


def _number(value: float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _plain(key: str) -> str:
    return key.rpartition(".")[2].replace("_", "").replace("-", "").lower()


def _says_who(key: str) -> bool:
    plain = _plain(key)
    return plain.endswith("id") or plain in _NAMING


def _kind(key: str) -> str:
    plain = _plain(key)
    return {"userid": "user_id", "anonymousid": "anonymous_id", "mobile": "phone"}.get(plain, plain)
