"""What the door must know of privacy: which purposes calls need, and the rules for fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from giljabi.privacy.fields import Cleaner

CONSENT_EVENTS = frozenset({"Segment Consent Preference Updated", "Segment Consent Preference"})
"""The events by which senders tell that a customer has decided; named as Segment names them."""


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """What is asked of the calls of one source.

    Attributes
    ----------
    purposes
        The purposes there are, by their names in small letters.
    needed
        Those of them without which a call is not kept, in small letters.
    cleaner
        Drops and hashes fields; None where nothing is to be done.
    """

    purposes: Mapping[str, str]
    needed: frozenset[str]
    cleaner: Cleaner | None

    def declines(self, consent: Any) -> bool:
        """Say whether what a call says of consent (``context.consent``) keeps the call itself out."""
        preferences = preferences_of(consent)
        return any(given is False and name.casefold() in self.needed for name, given in preferences.items())

    def heard(self, consent: Any) -> dict[str, bool]:
        """Give what a call says of the purposes there are, by their ids."""
        return {
            self.purposes[name.casefold()]: given
            for name, given in preferences_of(consent).items()
            if name.casefold() in self.purposes
        }


def preferences_of(consent: Any) -> Mapping[str, bool]:
    """Give the category preferences of ``context.consent``; none where they are not as they should be."""
    preferences = consent.get("categoryPreferences") if isinstance(consent, dict) else None
    if not isinstance(preferences, dict):
        return {}
    return {str(name): given for name, given in preferences.items() if isinstance(given, bool)}
