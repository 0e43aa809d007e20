"""What becomes of each call of a batch, and the transaction that keeps what does not lie in the lake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa

from giljabi.collect.arrived import Arrived
from giljabi.collect.call_columns import as_sent
from giljabi.collect.calls import IDENTITY_CALLS, Call, CallType
from giljabi.collect.plan import departures
from giljabi.model.errors import LakeMoved, NotFound
from giljabi.store import StoredImport, StoredRefusal, Transaction

SealReason: TypeAlias = Literal["no_customer", "too_many_names"]

_DETAILS: dict[SealReason, str] = {
    "no_customer": "none of its identifiers says whose call this is; give userId or anonymousId",
    "too_many_names": (
        "there are as many event names already as there can be; does the event's name hold an identifier or "
        "free text?"
    ),
}
_FIELDS: dict[str, pa.DataType] = {
    "customer": pa.string(),
    "time": pa.timestamp("ms", "UTC"),
    "kind": pa.string(),
    "score": pa.float64(),
    "text": pa.string(),
    "touchpoint": pa.string(),
}
_FEEDBACK = pa.schema(_FIELDS)


@dataclass(slots=True)
class Outcome:
    """What became of the calls of a batch.

    Attributes
    ----------
    kept, customers
        The places of the calls for the lake, and whose they are.
    feedback
        The places of the feedback, and whose it is.
    refused
        The places of the refused calls, and why.
    duplicates
        How many calls were seen before.
    declined
        The places of the calls of customers who are kept out.
    """

    kept: list[int] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    feedback: list[tuple[int, str]] = field(default_factory=list)
    refused: list[tuple[int, SealReason]] = field(default_factory=list)
    duplicates: int = 0
    declined: frozenset[int] = frozenset()
    events: Counter[CallType] = field(default_factory=Counter)
    said: int = 0

    @classmethod
    def of(
        cls,
        arrived: Arrived,
        fresh: Sequence[int],
        customers: Sequence[str | None],
        landed: Collection[str] | None,
    ) -> Outcome:
        """Tell apart what goes where.

        Parameters
        ----------
        arrived
            The batch.
        fresh, customers
            The places of its calls that are new, and whose each of them is.
        landed
            The messages that lie in the lake, where the batch has landed: then they decide.
        """
        result = cls(duplicates=len(arrived.calls) - len(fresh))
        kinds = Counter(arrived.calls[place].type for place in fresh)
        if landed is None and not kinds["feedback"] and None not in customers:
            result.kept, result.customers = list(fresh), [one for one in customers if one is not None]
            result.said = sum(count for kind, count in kinds.items() if kind in IDENTITY_CALLS)
            result.events = Counter({k: n for k, n in kinds.items() if k not in IDENTITY_CALLS})
            return result
        for place, customer in zip(fresh, customers, strict=True):
            call = arrived.calls[place]
            whose = customer or _group(call)
            if landed is not None and call.type != "feedback":
                if call.message_id in landed:
                    result._keep(place, call, whose or "")
                else:
                    result.refused.append((place, "too_many_names" if whose else "no_customer"))
            elif whose is None:
                result.refused.append((place, "no_customer"))
            elif call.type == "feedback":
                result.feedback.append((place, whose))
            else:
                result._keep(place, call, whose)
        return result

    def leaving_out(self, declined: frozenset[int]) -> Outcome:
        """Take note of calls that were let go before it was asked whose they are."""
        self.declined = declined
        self.duplicates -= len(declined)
        return self

    def refuse_names(self, arrived: Arrived, known: set[str], most: int) -> None:
        """Refuse events with new names beyond how many there may be; the others' become known."""
        new = {arrived.calls[place].event for place in self.kept} - known
        names = {name for name in new if name is not None}
        if len(known) + len(names) <= most:
            known |= names
            return
        kept, customers = self.kept, self.customers
        self.kept, self.customers = [], []
        self.events.clear()
        self.said = 0
        for place, customer in zip(kept, customers, strict=True):
            call = arrived.calls[place]
            if call.event is not None and call.event not in known:
                if len(known) >= most:
                    self.refused.append((place, "too_many_names"))
                    continue
                known.add(call.event)
            self._keep(place, call, customer)

    def _keep(self, place: int, call: Call, customer: str) -> None:
        self.kept.append(place)
        self.customers.append(customer)
        if call.type in IDENTITY_CALLS:
            self.said += 1
        else:
            self.events[call.type] += 1


async def settle(tx: Transaction, arrived: Arrived, outcome: Outcome, now: datetime) -> None:
    """Keep what a batch leaves outside the lake, and remove its rows from the inbox.

    Raises
    ------
    LakeMoved
        If the rows are not all there any more: somebody else has settled them, and nothing must be kept.
    """
    rows = arrived.rows
    if await tx.inbox.trim(rows[-1].position) != len(rows):
        raise LakeMoved("another sealer has settled the rows of the inbox that were read")
    taken = [*outcome.kept, *(place for place, _ in outcome.feedback)]
    # A clock that was set back must not let messages be forgotten before their time.
    seen_at = max(now, *(row.received_at for row in rows))
    await tx.seen.add([arrived.digests[place] for place in taken], seen_at)
    if outcome.refused:
        await tx.refusals.add([_refusal(arrived, place, reason) for place, reason in outcome.refused])
    if outcome.feedback:
        await _keep_feedback(tx, arrived, outcome.feedback, now)
    plan = await tx.plan.events()
    if plan:
        sources = [rows[arrived.row_of[place]].source for place in outcome.kept]
        calls = [arrived.calls[place] for place in outcome.kept]
        await tx.plan.depart(departures(calls, sources, plan))
    await _count(tx, arrived, taken, outcome)


async def _count(tx: Transaction, arrived: Arrived, taken: Sequence[int], outcome: Outcome) -> None:
    accepted = _by_row(arrived, taken)
    refused = _by_row(arrived, [place for place, _ in outcome.refused])
    declined = _by_row(arrived, sorted(outcome.declined))
    by_source: dict[str, list[int]] = {}
    for number, row in enumerate(arrived.rows):
        by_source.setdefault(row.source, []).append(number)
    for source, numbers in sorted(by_source.items()):
        last = max(arrived.rows[number].received_at for number in numbers)
        await tx.sources.count(
            source,
            int(accepted[numbers].sum()),
            int(refused[numbers].sum()),
            last if accepted[numbers].any() else None,
            int(declined[numbers].sum()),
        )


def _by_row(arrived: Arrived, places: Sequence[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    of = arrived.row_of[np.asarray(places, np.int64)]
    return np.bincount(of, minlength=len(arrived.rows)).astype(np.int64)


def _refusal(arrived: Arrived, place: int, reason: SealReason) -> StoredRefusal:
    row, call = arrived.rows[arrived.row_of[place]], arrived.calls[place]
    return StoredRefusal(
        source=row.source,
        received_at=row.received_at,
        reason=reason,
        detail=_DETAILS[reason],
        event=call.event,
        body=as_sent(call),
    )


async def _keep_feedback(
    tx: Transaction, arrived: Arrived, feedback: Sequence[tuple[int, str]], now: datetime
) -> None:
    by_source: dict[str, list[dict[str, Any]]] = {}
    for place, customer in feedback:
        call = arrived.calls[place]
        said = {name: call.properties.get(name) for name in ("kind", "score", "text", "touchpoint")}
        row = {"customer": customer, "time": call.time, **said}
        by_source.setdefault(arrived.rows[arrived.row_of[place]].source, []).append(row)
    for source, said_there in sorted(by_source.items()):
        id = await _live_import(tx, source, len(said_there), now)  # noqa: A001
        await tx.feedback.add(id, pa.Table.from_pylist(said_there, _FEEDBACK).to_batches())


async def _live_import(tx: Transaction, source: str, more: int, now: datetime) -> str:
    """Give the import under which a source's feedback lies, counted up."""
    id = f"live-{source}"  # noqa: A001
    try:
        one = await tx.imports.get(id)
    except NotFound:
        names = {kept.id: kept.name for kept in await tx.sources.list()}
        await tx.imports.add(
            StoredImport(
                id=id,
                file=names.get(source, source),
                digest=id,
                kind="feedback",
                state="done",
                progress=1.0,
                accepted=more,
                created_at=now,
            )
        )
    else:
        await tx.imports.change(id, accepted=one.accepted + more)
    return id


def _group(call: Call) -> str | None:
    """Give the customer under which a call about a group as such lies in the lake: no real one."""
    return f"group:{call.group_id}" if call.type == "group" and not call.identifiers else None
