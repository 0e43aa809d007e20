"""Keeping out who was forgotten: by keyed digests, for nothing else may be left of them."""

from __future__ import annotations

from giljabi.privacy.erasing import SEEN_AS, Person
from giljabi.privacy.gate import ANY_KIND, Keyed, Writing, digests_of
from giljabi.store import Transaction


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
