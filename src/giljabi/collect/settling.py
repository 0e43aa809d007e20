"""What becomes of each call of a batch, and the transaction that keeps what does not lie in the lake."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute

from giljabi.collect.arrived import Arrived
from giljabi.collect.call_columns import as_sent
from giljabi.collect.calls import IDENTITY_CALLS, Call
from giljabi.collect.packed import MESSAGE, TYPES, Ints
from giljabi.collect.plan import departures
from giljabi.collect.resolving import Customers
from giljabi.model.errors import LakeMoved, NotFound
from giljabi.store import StoredImport, StoredRefusal, Transaction

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

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
_FEEDBACK_CALL, _GROUP_CALL = TYPES.index("feedback"), TYPES.index("group")
_IDENTITY = [TYPES.index(kind) for kind in sorted(IDENTITY_CALLS)]


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

    kept: Ints
    customers: pa.Array[Any]
    feedback: list[tuple[int, str]]
    refused: list[tuple[int, SealReason]]
    duplicates: int
    declined: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls, arrived: Arrived, fresh: Ints, customers: Customers, landed: Collection[str] | None
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
        whose = _with_groups(arrived, fresh, pa.array(customers, pa.string()))
        nobody = whose.is_null().to_numpy(zero_copy_only=False)
        said = arrived.calls.types[fresh] == _FEEDBACK_CALL
        kept, reasons = ~nobody & ~said, np.where(nobody, "no_customer", "too_many_names").tolist()
        feedback = ~nobody & said
        if landed is not None:
            messages = arrived.calls.texts(MESSAGE).take(pa.array(fresh, pa.int64()))
            kept = ~said & pc.is_in(messages, value_set=pa.array(landed, pa.string())).to_numpy(False)
            whose = whose.fill_null("")
        names: list[Any] = whose.filter(pa.array(feedback)).to_pylist()
        refused = np.flatnonzero(~kept & ~feedback).tolist()
        return cls(
            fresh[kept],
            whose if kept.all() else whose.filter(pa.array(kept)),
            list(zip(fresh[feedback].tolist(), names, strict=True)),
            [(int(fresh[n]), reasons[n]) for n in refused],
            len(arrived.calls) - len(fresh),
        )

    def leaving_out(self, declined: frozenset[int]) -> Outcome:
        """Take note of calls that were let go before it was asked whose they are."""
        self.declined = declined
        self.duplicates -= len(declined)
        return self

    def refuse_names(self, arrived: Arrived, known: set[str], most: int) -> None:
        """Refuse events with new names beyond how many there may be; the others' become known."""
        events: Any = arrived.events.take(pa.array(self.kept, pa.int64())).dictionary_encode()
        new = [name for name in events.dictionary.to_pylist() if name not in known]
        fitting = new[: max(0, most - len(known))]
        known.update(fitting)
        if len(fitting) == len(new):
            return
        surplus = pa.array(new[len(fitting) :], pa.string())
        refused = pc.is_in(events.cast(pa.string()), value_set=surplus).to_numpy(zero_copy_only=False)
        self.refused += [(place, "too_many_names") for place in self.kept[refused].tolist()]
        self.kept, self.customers = self.kept[~refused], self.customers.filter(pa.array(~refused))

    def identity_calls(self, arrived: Arrived) -> int:
        """Count the calls for the lake that say who somebody is."""
        return int(np.isin(arrived.calls.types[self.kept], _IDENTITY).sum())


def _with_groups(arrived: Arrived, fresh: Ints, whose: pa.Array[Any]) -> pa.Array[Any]:
    """Put in under which customer a call about a group as such lies in the lake: no real one."""
    alone = whose.is_null().to_numpy(zero_copy_only=False) & (arrived.calls.types[fresh] == _GROUP_CALL)
    if not alone.any():
        return whose
    found = {int(n): _group(arrived.calls[int(fresh[n])]) for n in np.flatnonzero(alone)}
    names = pa.array([found.get(n) for n in range(len(fresh))], pa.string())
    result: pa.Array[Any] = pc.coalesce(whose, names)
    return result


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
    taken = np.concatenate([outcome.kept, np.array([place for place, _ in outcome.feedback], np.int64)])
    # A clock that was set back must not let messages be forgotten before their time.
    seen_at = max(now, *(row.received_at for row in rows))
    if len(taken):
        await tx.seen.add([arrived.words[taken].tobytes()], seen_at)
    if outcome.refused:
        await tx.refusals.add([_refusal(arrived, place, reason) for place, reason in outcome.refused])
    if outcome.feedback:
        await _keep_feedback(tx, arrived, outcome.feedback, now)
    plan = await tx.plan.events()
    if plan:
        sources = [rows[row].source for row in arrived.row_of[outcome.kept].tolist()]
        await tx.plan.depart(departures(list(arrived.calls.take(outcome.kept)), sources, plan))
    await _count(tx, arrived, taken, outcome)


async def _count(tx: Transaction, arrived: Arrived, taken: Ints, outcome: Outcome) -> None:
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


def _by_row(arrived: Arrived, places: Ints | Sequence[int]) -> Ints:
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
    return f"group:{call.group_id}" if not call.identifiers else None
