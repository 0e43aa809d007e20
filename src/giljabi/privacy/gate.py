"""The gate: who is kept out, asked wherever something about a customer is let in.

Two lists keep out. Who was forgotten is known by keyed digests of all their identifiers: whatever names one
of them is kept out. Who has withdrawn consent to a purpose of collection is known by their identifiers as
they are: a call is kept out where one of its identifiers that belong to one customer for good (an account, an
e-mail address) is theirs; one that changes hands (a device) counts only in a call that has no other, for a
tablet of the family says nothing about the others of the house.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

from giljabi.privacy.hashing import shown
from giljabi.privacy.writing import Keyed, Writing
from giljabi.store import Transaction, WithdrawnIdentifier

Pair: TypeAlias = tuple[str, str]

ANY_KIND = ""
"""The kind under which a bare name is looked up: in a column of customers nobody says what kind they are."""


def digests_of(keyed: Keyed, writing: Writing, kind: str, value: str) -> set[bytes]:
    """Give the digests by which an identifier is known at the gate, whatever column it stands in.

    Parameters
    ----------
    keyed, writing
        Give digests, and the form in which identifiers are compared.
    kind, value
        The identifier. A customer's own id has the kind `ANY_KIND`.
    """
    written = writing.normal(kind, value)
    return {
        keyed.digest(kind, written),
        keyed.digest(ANY_KIND, written),
        keyed.digest(ANY_KIND, value.strip()),
    }


@dataclass(frozen=True)
class Gate:
    """Who is kept out at one moment.

    Attributes
    ----------
    suppressed
        Digests of identifiers, as `digests_of` gives them.
    withdrawn
        Identifiers, as they are written, of those who have withdrawn consent to collection.
    names
        Those identifiers and the ids of their customers, whatever kind they are.
    """

    keyed: Keyed
    writing: Writing
    lasting: Callable[[str], bool]
    suppressed: Collection[bytes]
    withdrawn: Collection[Pair]
    names: Collection[str]

    def keeps_out(self, identifiers: Mapping[str, str]) -> bool:
        """Say whether a call with these identifiers is kept out."""
        written = [(kind, self.writing.normal(kind, value)) for kind, value in identifiers.items()]
        if self.suppressed and any(self._is_suppressed(*one) for one in written):
            return True
        if not self.withdrawn:
            return False
        lasting = [one for one in written if self.lasting(one[0])]
        return any(one in self.withdrawn for one in lasting or written)

    def which(self, identities: Iterable[Mapping[str, str]]) -> list[bool]:
        """Say of many calls, by their identifiers, which are kept out; what repeats is looked at once."""
        known: dict[tuple[Pair, ...], bool] = {}
        result = []
        for one in identities:
            key = tuple(one.items())
            found = known.get(key)
            if found is None:
                found = known[key] = self.keeps_out(one)
            result.append(found)
        return result

    def keeps_out_name(self, name: str) -> bool:
        """Say whether a customer is kept out who is named without saying by what kind of identifier."""
        ways = self.writing.spellings(name)
        if self.suppressed and any(self._is_suppressed(ANY_KIND, way) for way in ways):
            return True
        return any(way in self.names for way in ways)

    def _is_suppressed(self, kind: str, value: str) -> bool:
        # What was hashed at the door names somebody still, who was forgotten before there was a rule for it.
        return self.keyed.digest(kind, value) in self.suppressed or value in self.hashes

    @cached_property
    def hashes(self) -> frozenset[str]:
        """What identifiers that are suppressed look like once they are hashed."""
        return frozenset(map(shown, self.suppressed))


class GateKeeper:
    """Gives the gate of a workspace as it stands in a transaction; reads little where little has changed.

    Parameters
    ----------
    keyed, writing
        Give digests, and the form in which identifiers are compared.
    """

    def __init__(self, keyed: Keyed, writing: Writing) -> None:
        self._keyed = keyed
        self._writing = writing
        self._suppressed: frozenset[bytes] = frozenset()
        self._as_of: tuple[int, datetime | None] = (0, None)

    async def gate(self, tx: Transaction) -> Gate | None:
        """Give the gate; None where nobody is kept out, which one short question finds out."""
        state = await tx.keeping_out.state()
        if not state.suppressed and not state.withdrawn:
            return None
        if self._as_of != (state.suppressed, state.latest):
            self._suppressed = frozenset(await tx.keeping_out.suppressed())
            self._as_of = (state.suppressed, state.latest)
        # Who holds an identifier changes with every batch: who has withdrawn is looked up each time.
        found: Sequence[WithdrawnIdentifier] = await tx.keeping_out.withdrawn() if state.withdrawn else ()
        if not found and not state.suppressed:
            return None
        return Gate(
            self._keyed,
            self._writing,
            self._writing.lasting(await tx.identities.rules()),
            self._suppressed,
            frozenset((one.kind, one.value) for one in found),
            frozenset(name for one in found for name in (one.value, one.customer) if name),
        )
