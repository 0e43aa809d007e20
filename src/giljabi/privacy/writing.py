"""What privacy is handed in: how identifiers are written, and keyed digests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from giljabi.store import IdentityRule


class Writing(Protocol):
    """How identifiers are written; it is handed in by whoever resolves them."""

    def normal(self, kind: str, value: str) -> str:
        """Write an identifier as its kind is written."""

    def spellings(self, text: str) -> Sequence[str]:
        """Give the ways in which an identifier may be written of which nobody says what kind it is."""

    def lasting(self, rules: Sequence[IdentityRule]) -> Callable[[str], bool]:
        """Give what says of a kind whether its identifiers belong to one customer for good."""


class Keyed(Protocol):
    """Gives keyed digests; `giljabi.access.Vault` is one."""

    def digest(self, *parts: str) -> bytes:
        """Give the keyed digest of some texts."""
