"""How identifiers are written, for those who may not know who resolves them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from giljabi.store import IdentityRule


class IdentifierWriting:
    """The ways in which `giljabi.resolve` writes identifiers."""

    def normal(self, kind: str, value: str) -> str:
        """Write an identifier as its kind is written."""
        from giljabi.resolve import normal

        return normal(kind, value)

    def spellings(self, text: str) -> Sequence[str]:
        """Give the ways in which an identifier may be written of which nobody says what kind it is."""
        from giljabi.resolve import spellings

        return spellings(text)

    def lasting(self, rules: Sequence[IdentityRule]) -> Callable[[str], bool]:
        """Give what says of a kind whether its identifiers belong to one customer for good."""
        from giljabi.resolve import Rules

        known = Rules(rules)
        return lambda kind: known.of(kind).unique
