"""Rules of identifiers: how each kind is written, what of it says nothing, and how far it is believed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from giljabi.model.errors import BadParameter
from giljabi.store import IdentityRule

Pair: TypeAlias = tuple[str, str]
"""Kind and value of an identifier."""

BLOCKED = (
    *("", "-", "--", ".", "0", "00", "000", "0000", "-1", "00000000-0000-0000-0000-000000000000"),
    *("null", "(null)", "nil", "undefined", "none", "nan", "n/a", "[object object]"),
    *("anonymous", "guest", "test", "user", "unknown", "default", "example", "없음", "비회원", "테스트"),
)
"""Values that programs and people write where there is no identifier."""

_ADDRESSES = ("test@test.com", "test@example.com", "none@none.com", "noreply@example.com", "a@a.com")
_NUMBERS = ("+821000000000", "+821012345678", "+821011111111", "+820000000000")

DEFAULTS = (
    IdentityRule("user_id", 10, True, 1, BLOCKED),
    IdentityRule("email", 20, True, 5, (*BLOCKED, *_ADDRESSES)),
    IdentityRule("phone", 30, True, 5, (*BLOCKED, *_NUMBERS)),
    IdentityRule("card", 40, True, 10, BLOCKED),
    IdentityRule("loyalty", 40, True, 5, BLOCKED),
    IdentityRule("anonymous_id", 80, False, None, BLOCKED),
    IdentityRule("device", 90, False, None, BLOCKED),
)
"""The rules of a new workspace."""

_KIND = re.compile(r"[a-z][a-z0-9_.-]{0,39}")


def rule_of_unknown(kind: str) -> IdentityRule:
    """Give the rule of a kind that none was made for: it changes hands, and says more than a device."""
    return IdentityRule(kind, 70, False, None, BLOCKED)


class Rules:
    """The rules of a workspace.

    Parameters
    ----------
    stored
        Rules that were changed or added; they stand in the place of the default of their kind.
    """

    def __init__(self, stored: Iterable[IdentityRule] = ()) -> None:
        self._rules = {rule.kind: rule for rule in (*DEFAULTS, *stored)}
        self._blocked: dict[str, frozenset[str]] = {}
        self.limited = {rule.kind: rule.limit for rule in self._rules.values() if rule.limit is not None}

    def all(self) -> list[IdentityRule]:
        """Give the rules, the strongest first."""
        return sorted(self._rules.values(), key=lambda rule: (rule.priority, rule.kind))

    def of(self, kind: str) -> IdentityRule:
        """Give the rule of a kind."""
        rule = self._rules.get(kind)
        if rule is None:
            rule = self._rules[kind] = rule_of_unknown(kind)
        return rule

    def clean(self, identifiers: Mapping[str, str]) -> list[Pair]:
        """Give the identifiers that say something, as their kind is written, the strongest first."""
        found = []
        for kind, value in identifiers.items():
            written = normal(kind, value)
            blocked = self._blocked_of(kind)
            if not written or written in blocked or written.casefold() in blocked:
                continue
            if written != value and (value in blocked or value.casefold() in blocked):
                continue
            found.append((kind, written))
        if len(found) > 1:
            found.sort(key=lambda one: (self.of(one[0]).priority, one))
        return found

    def _blocked_of(self, kind: str) -> frozenset[str]:
        blocked = self._blocked.get(kind)
        if blocked is None:
            blocked = self._blocked[kind] = frozenset(one.strip().casefold() for one in self.of(kind).blocked)
        return blocked


def normal(kind: str, value: str) -> str:
    """Write an identifier as its kind is written.

    E-mail addresses in small letters; telephone numbers as ``+`` and digits, where Korean ones lose the
    leading zero; everything else as given, without space around it.
    """
    return _WRITTEN[kind](value) if kind in _WRITTEN else value.strip()


def _email(value: str) -> str:
    return value.strip().lower()


_NO_DIGITS = re.compile(r"[^0-9]")


def _phone(value: str) -> str:
    value = value.strip()
    digits = _NO_DIGITS.sub("", value)
    if not digits:
        return value
    if value.startswith("+"):
        # +82 (0)10-… is often written so.
        return f"+82{digits[3:]}" if digits.startswith("820") else f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}" if digits.strip("0") else digits
    if digits.startswith("0"):
        return f"+82{digits[1:]}"
    return f"+{digits}" if digits.startswith("82") and len(digits) >= 11 else digits


_WRITTEN = {"email": _email, "phone": _phone}
"""How kinds are written that are not as they were given."""


def spellings(text: str) -> list[str]:
    """Give the ways in which an identifier may be kept that somebody looks for by this text."""
    trimmed = text.strip()
    ways = [trimmed]
    if "@" in trimmed:
        ways.append(normal("email", trimmed))
    if re.fullmatch(r"\+?[0-9() .-]{7,25}", trimmed):
        ways.append(normal("phone", trimmed))
    return list(dict.fromkeys(one for one in ways if one))


def check_rule(rule: IdentityRule) -> IdentityRule:
    """Give a rule as it is kept.

    Raises
    ------
    BadParameter
        If it cannot be one: what is wrong, and what would be right.
    """
    if not _KIND.fullmatch(rule.kind):
        raise BadParameter(
            f"{rule.kind!r} names no kind of identifier; use small letters, digits, _ . and -, at most 40"
        )
    if not 1 <= rule.priority <= 999:
        raise BadParameter(f"the rank of {rule.kind} is {rule.priority}; it lies in 1..999")
    if rule.limit is not None and not 1 <= rule.limit <= 10_000:
        raise BadParameter(f"the limit of {rule.kind} is {rule.limit}; it lies in 1..10000, or is left out")
    blocked = tuple(dict.fromkeys(one.strip() for one in rule.blocked))
    if len(blocked) > 1000 or any(len(one) > 200 or "\0" in one for one in blocked):
        raise BadParameter(f"{rule.kind} blocks at most 1000 values of at most 200 characters")
    return IdentityRule(rule.kind, rule.priority, rule.unique, rule.limit, blocked)
