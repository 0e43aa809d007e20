"""What the door must know of privacy, kept at hand for those who are asked many times a second."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from giljabi.model.errors import StorageUnavailable
from giljabi.privacy.at_the_door import AtTheDoor
from giljabi.privacy.fields import Cleaner, FieldRules
from giljabi.privacy.writing import Keyed, Writing
from giljabi.store import Ledger, StoredConsent, StoredFieldRule, StoredPurpose, Transaction

FRESH = 3.0
"""Seconds for which purposes and rules are taken as last seen, where another process has changed them."""

_CHANGE_HANDS = frozenset({"device"})


@dataclass(frozen=True, slots=True)
class _Seen:
    purposes: Sequence[StoredPurpose]
    rules: Sequence[StoredFieldRule]


class DoorBook:
    """What the door of one workspace must know.

    Parameters
    ----------
    ledger
        The workspace's database.
    keyed, writing
        Give digests, and the form in which identifiers are compared.
    """

    def __init__(self, ledger: Ledger, keyed: Keyed, writing: Writing) -> None:
        self._ledger = ledger
        self._keyed = keyed
        self._writing = writing
        self._seen: _Seen | None = None
        self._looked = float("-inf")
        self._known: dict[str, AtTheDoor | None] = {}
        self._fields = FieldRules((), keyed, writing)

    def changed(self) -> None:
        """Look again before the next call is taken."""
        self._seen = None

    async def at_the_door(self, source: str) -> AtTheDoor | None:
        """Say what is asked of the calls of a source; None where nothing is. For callers on event loops.

        Raises
        ------
        StorageUnavailable
            If that was never seen and the database does not answer.
        """
        if self._seen is None:
            self._take(await self._ledger.within_async(_look))
        elif time.monotonic() - self._looked > FRESH:
            # Those who come meanwhile go by what was seen before.
            self._looked = time.monotonic()
            # Without a database what was sent is refused by the inbox anyway.
            with contextlib.suppress(StorageUnavailable):
                self._take(await self._ledger.within_async(_look))
        return self._of(source)

    def cleaner(self, source: str) -> Cleaner | None:
        """Give what cleans what a source brings, as it stands now; files have no source. It waits."""
        self._take(self._ledger.within(_look))
        return self._fields.of(source)

    def words(
        self,
        source: str,
        identifiers: Mapping[str, str],
        preferences: Mapping[str, bool],
        at: int,
        message: str,
    ) -> Iterable[StoredConsent]:
        """Give what a call says of consent as the ledger keeps it: for each of its identifiers.

        Parameters
        ----------
        source
            The source's id.
        identifiers
            Those of the call; a device says something only where it is alone, for it changes hands.
        preferences
            Whether consent is given, by purpose.
        at
            When it was said, milliseconds since 1970 UTC.
        message
            Names the call.
        """
        own = {kind: value for kind, value in identifiers.items() if kind not in _CHANGE_HANDS}
        for kind, value in (own or identifiers).items():
            written = self._writing.normal(kind, value)
            for purpose, given in preferences.items():
                yield StoredConsent(
                    kind=kind,
                    value=written,
                    subject=self._keyed.digest(kind, written),
                    purpose=purpose,
                    given=given,
                    at=datetime.fromtimestamp(at / 1000, UTC),
                    recorded_by=f"source:{source}",
                    way="call",
                    proof={"message": message},
                )

    def _take(self, seen: _Seen) -> None:
        if seen != self._seen:
            self._known.clear()
            self._fields = FieldRules(seen.rules, self._keyed, self._writing)
            self._seen = seen
        self._looked = time.monotonic()

    def _of(self, source: str) -> AtTheDoor | None:
        if source not in self._known:
            purposes: Sequence[StoredPurpose] = () if self._seen is None else self._seen.purposes
            cleaner = self._fields.of(source)
            needed = frozenset(one.id.casefold() for one in purposes if one.collection)
            names = {one.id.casefold(): one.id for one in purposes}
            self._known[source] = AtTheDoor(names, needed, cleaner) if names or cleaner else None
        return self._known[source]


async def _look(tx: Transaction) -> _Seen:
    return _Seen(await tx.consents.purposes(), await tx.field_rules.list())
