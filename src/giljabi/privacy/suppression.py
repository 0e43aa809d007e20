"""Keeping out who was forgotten: by keyed digests, for nothing else may be left of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from giljabi.privacy.erasing import SEEN_AS, Person
from giljabi.privacy.gate import ANY_KIND, Gate, digests_of
from giljabi.privacy.mentions import ERASED
from giljabi.privacy.writing import Keyed, Writing
from giljabi.store import Transaction

_MOST_KNOWN = 50_000
_WORD = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|\+?\d[\d ().-]{6,20}\d"  # a telephone number, or another number
    r"|[\w-]{6,100}"  # an id, where it has letters and digits
)


class Forgotten:
    """Knows again who was forgotten, in identifiers and in texts, by digests alone.

    Parameters
    ----------
    gate
        Who is kept out.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._known: dict[tuple[str, str], bool] = {}

    def keeps_out(self, identifiers: Mapping[str, str]) -> bool:
        """Say whether one of these identifiers is of somebody who was forgotten."""
        return any(self._is(kind, value) for kind, value in identifiers.items())

    def names(self, text: str) -> bool:
        """Say whether a text is an identifier of somebody who was forgotten."""
        return self._is(ANY_KIND, text)

    def scrub(self, text: str) -> str:
        """Give a text without e-mail addresses, numbers and ids of those who were forgotten."""
        return text if len(text) < 6 else _WORD.sub(self._or_nothing, text)

    def _or_nothing(self, found: re.Match[str]) -> str:
        word = found[0]
        if "@" not in word and not any(map(str.isdigit, word)):
            return word
        return ERASED if self._is(ANY_KIND, word) else word

    def _is(self, kind: str, value: str) -> bool:
        known = self._known.get((kind, value))
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[kind, value] = self._looked_up(kind, value)
        return known

    def _looked_up(self, kind: str, value: str) -> bool:
        gate = self._gate
        ways = gate.writing.spellings(value) if kind == ANY_KIND else [gate.writing.normal(kind, value)]
        return any(gate.keyed.digest(kind, way) in gate.suppressed for way in ways)


def digests_of_person(keyed: Keyed, writing: Writing, person: Person) -> set[bytes]:
    """Give the digests of everything that names a customer, in every form it may come in.

    What is an e-mail address may be sent as a user's id, and what was a user's id may stand in a file's
    column of customers: each value is known under all these kinds.
    """
    digests: set[bytes] = set()
    for kind, value in person.names:
        for spelled in {value, *writing.spellings(value)}:
            kinds = {kind or ANY_KIND, ANY_KIND, *SEEN_AS}
            if "@" in spelled:
                kinds.add("email")
            for one in kinds:
                digests |= digests_of(keyed, writing, one, spelled)
    return digests


async def suppress(tx: Transaction, keyed: Keyed, writing: Writing, person: Person, request: str) -> int:
    """Keep a customer out from now on; give how many digests that took."""
    return await tx.suppressions.add(digests_of_person(keyed, writing, person), request)


async def let_in_again(tx: Transaction, keyed: Keyed, writing: Writing, identifier: str) -> int:
    """Let somebody in again who comes back by their own wish; give how many digests went.

    Parameters
    ----------
    tx
        The workspace.
    keyed, writing
        As for `suppress`.
    identifier
        Any identifier they were known by.
    """
    ways = {identifier, *writing.spellings(identifier)}
    digests = {one for way in ways for one in digests_of(keyed, writing, ANY_KIND, way)}
    requests = await tx.suppressions.requests_of(digests)
    return await tx.suppressions.remove(requests) if requests else 0
