"""Calls for tests of who is who, and a resolver that works on a real database."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from giljabi.collect.calls import Call, CallType
from giljabi.resolve import LiveResolver
from giljabi.store.postgres import BlockingDatabase

_numbers = itertools.count()

TWIN = """event,time,device,login,live,replayed
1,2023-05-12T12:01Z,246,,246,Bob
2,2023-05-12T12:02Z,246,Bob,Bob,Bob
3,2023-05-12T12:04Z,246,,Bob,Bob
4,2023-05-12T12:03Z,3579,,3579,3579
5,2023-05-12T12:02Z,81911,,81911,Bob
6,2023-05-12T12:05Z,81911,Bob,Bob,Bob
"""
"""A smaller twin of ``stitching_example.csv``: devices, logins, and whose each event is live and replayed."""


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


def stitched(lines: Sequence[str]) -> tuple[list[Call], list[str], list[str]]:
    """Give the calls of an example, and whose each is live and after a replay."""
    rows = list(csv.DictReader(lines))
    calls = []
    for row in rows:
        time = int(datetime.fromisoformat(row["time"]).timestamp() * 1000)
        login = {"user_id": row["login"]} if row["login"] else {}
        calls.append(call(time, "track", None, device=row["device"], **login))
    return calls, [row["live"] for row in rows], [row["replayed"] for row in rows]
