"""Calls for tests of who is who, and a resolver that works on a real database."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from giljabi.collect.calls import Call, CallType
from giljabi.resolve import LiveResolver
from giljabi.store.postgres import BlockingDatabase

_numbers = itertools.count()


def call(time: int, type: CallType = "track", previous: str | None = None, **identifiers: str) -> Call:  # noqa: A002
    """Make a call with these identifiers."""
    return Call(
        type=type,
        message_id=f"m{next(_numbers)}",
        time=time,
        identifiers=identifiers,
        event="look" if type == "track" else None,
        previous_id=previous,
    )


def resolve(ledger: BlockingDatabase, calls: Sequence[Call], *cuts: int) -> list[str | None]:
    """Resolve calls in batches, each in a transaction of its own."""
    found: list[str | None] = []
    for start, end in itertools.pairwise([0, *cuts, len(calls)]):
        found += ledger.within(lambda tx, a=start, b=end: LiveResolver().resolve(tx, calls[a:b]))  # type: ignore[misc]
    return found


def held(ledger: BlockingDatabase, customers: Iterable[str]) -> Mapping[str, set[tuple[str, str]]]:
    """Give the identifiers of those customers that hold some."""

    async def ask(tx: Any) -> dict[str, set[tuple[str, str]]]:
        found = {name: await tx.identities.identifiers_of(name) for name in customers}
        return {name: {(one.kind, one.value) for one in ones} for name, ones in found.items() if ones}

    return ledger.within(ask)
