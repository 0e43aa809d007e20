"""The job that looks for customers who may be one person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from giljabi.store import Ledger, StoredMatch, Transaction

if TYPE_CHECKING:
    from giljabi.resolve import Person, ProbableMatch

_PORTION = 10_000


def propose_matches(ledger: Ledger, tell: Callable[[str, float], None] | None = None) -> dict[str, Any]:
    """Compare all customers, and propose who may be one person; give figures.

    Pairs that a person has decided are not proposed again.
    """
    from giljabi.resolve import probable_matches

    people = list(_people(ledger))
    found = probable_matches(people, tell=tell)
    proposed = ledger.within(lambda tx: tx.matches.propose([_stored(one) for one in found]))
    return {"customers": len(people), "proposed": proposed}


def _people(ledger: Ledger) -> Iterator[Person]:
    from giljabi.resolve import person_of

    after = ""
    while True:
        ids, traits, reached = ledger.within(lambda tx, after=after: _portion(tx, after))  # type: ignore[misc]
        for id in ids:  # noqa: A001
            yield person_of(id, traits.get(id, {}), reached.get(id, {}))
        if len(ids) < _PORTION:
            return
        after = ids[-1]


async def _portion(
    tx: Transaction, after: str
) -> tuple[Sequence[str], Mapping[str, Mapping[str, Any]], Mapping[str, Mapping[str, str]]]:
    ids = await tx.matches.customers(after, _PORTION)
    return ids, await tx.identities.traits_of(ids), await tx.matches.reached_by(ids)


def _stored(match: ProbableMatch) -> StoredMatch:
    fields = [
        {"field": one.field, "level": one.level, "weight": round(one.weight, 3)} for one in match.fields
    ]
    return StoredMatch(
        match.left,
        match.right,
        match.weight,
        match.probability,
        {"prior": round(match.prior, 3), "fields": fields},
        "open",
        datetime.now(UTC),
    )
