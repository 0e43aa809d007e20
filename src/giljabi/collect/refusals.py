"""Refused calls once more: what is right by now is let in, the rest stays with the reason it has now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from giljabi.collect.calls import Call, pack
from giljabi.collect.cleaning import clean_refused
from giljabi.collect.door import Refused, judge
from giljabi.collect.rows import calls_of_rows, read_roles
from giljabi.collect.segment import read_calls
from giljabi.collect.segment_body import SEGMENT_CALLS, Opened
from giljabi.model.errors import BadParameter
from giljabi.privacy import Cleaner
from giljabi.store import InboxRow, Ledger, StoredRefusal, StoredSource, Transaction

AT_ONCE = 500
"""Refusals of one transaction."""


class Replayed(msgspec.Struct, frozen=True):
    """How many refused calls were let in, and how many were refused again."""

    accepted: int = 0
    refused: int = 0


def replay_refusals(
    ledger: Ledger,
    *,
    reason: str | None = None,
    source: str | None = None,
    ids: Sequence[int] | None = None,
    cleaner: Callable[[str], Cleaner | None] = lambda source: None,
) -> Replayed:
    """Take refused calls through the door again.

    What is let in lies in the inbox and is marked as replayed by the same transaction. It is judged as of the
    time at which it came first, by what its source says now.

    Parameters
    ----------
    ledger
        The workspace's database.
    reason, source, ids
        Which refusals; all of them where nothing is given.
    cleaner
        Gives what drops and hashes fields, by source: there may be other rules by now.
    """

    async def portion(tx: Transaction) -> tuple[Sequence[StoredRefusal], int]:
        found = await tx.refusals.list(reason=reason, source=source, ids=ids, before=before, limit=AT_ONCE)
        return found, await _again(tx, found, lambda of: cleaners.get(of, of_all))

    accepted = refused = 0
    before: int | None = None
    with ledger.lock("replay-refusals"):
        # Asked before any transaction: within one, asking would wait for the very thread it is done on.
        known = ledger.within(lambda tx: tx.sources.list())
        cleaners, of_all = {one.id: cleaner(one.id) for one in known}, cleaner("")
        while True:
            found, good = ledger.within(portion)
            if not found:
                return Replayed(accepted, refused)
            before = found[-1].id
            accepted += good
            refused += len(found) - good


async def _again(
    tx: Transaction, refusals: Sequence[StoredRefusal], cleaner: Callable[[str], Cleaner | None]
) -> int:
    """Judge some refusals again, and keep what came of it; give how many were let in."""
    sources = {one.id: one for one in await tx.sources.list()} if refusals else {}
    good: list[int] = []
    calls: dict[str, list[Call]] = {}
    still: list[StoredRefusal] = []
    for one in refusals:
        judged = read_again(_cleaned(one, cleaner(one.source)), sources.get(one.source))
        if isinstance(judged, Refused):
            still.append(msgspec.structs.replace(one, reason=judged.reason, detail=judged.detail))
        else:
            good.append(one.id)
            calls.setdefault(one.source, []).append(judged)
    now = datetime.now(UTC)
    await tx.inbox.put([InboxRow(source, now, len(some), pack(some)) for source, some in calls.items()])
    await tx.refusals.replayed(good, now)
    await tx.refusals.amend(still)
    return len(good)


def read_again(refusal: StoredRefusal, source: StoredSource | None) -> Call | Refused:
    """Take the body of a refusal through the door again.

    Parameters
    ----------
    refusal
        What was refused.
    source
        Where it came from, as it is now; None where it is gone.
    """
    received = int(refusal.received_at.timestamp() * 1000)
    if refusal.reason == "too_large":
        # Only its beginning was kept.
        return Refused("too_large", refusal.detail, refusal.event, refusal.body)
    record = _record(refusal.body)
    roles = None if source is None else source.settings.get("roles")
    if source is not None and roles and record is not None and not _is_call(record):
        try:
            calls, refused = calls_of_rows([record], read_roles(roles), source.id, received)
        except BadParameter as error:
            return Refused("bad_call", str(error), refusal.event, refusal.body)
        return calls[0] if calls else refused[0]
    if record is not None and record.get("type") == "feedback" and _is_call(record):
        return _feedback(record, refusal)
    body = refusal.body if record is None else _typed(record)
    taken = read_calls("batch", Opened([body]), received)
    return taken.calls[0] if taken.calls else taken.refused[0]


def _cleaned(refusal: StoredRefusal, cleaner: Cleaner | None) -> StoredRefusal:
    if cleaner is None:
        return refusal
    clean = clean_refused(cleaner, Refused("bad_call", refusal.detail, refusal.event, refusal.body))
    return msgspec.structs.replace(refusal, body=clean.body)


def _record(body: bytes) -> dict[str, Any] | None:
    try:
        record = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _is_call(record: Mapping[str, Any]) -> bool:
    """Say whether a record is a call by itself, and no row whose columns a source knows."""
    return record.get("type") in {*SEGMENT_CALLS, "feedback"} and "messageId" in record


def _feedback(record: Mapping[str, Any], refusal: StoredRefusal) -> Call | Refused:
    """Read feedback that nobody could be found for when it was sealed."""
    received = int(refusal.received_at.timestamp() * 1000)
    body = msgspec.json.encode({**record, "type": "track", "event": "feedback"})
    read = read_calls("batch", Opened([body]), received)
    if read.refused:
        return read.refused[0]
    call = msgspec.structs.replace(read.calls[0], type="feedback", event=None)
    wrong = judge(call, received)
    return call if wrong is None else Refused(*wrong, None, refusal.body)


_TOLD_BY = {"event": "track", "groupId": "group", "previousId": "alias", "traits": "identify", "name": "page"}


def _typed(record: Mapping[str, Any]) -> bytes:
    """Name the type of a call that was told by the address it was sent to."""
    kind = record.get("type") or next((kind for name, kind in _TOLD_BY.items() if record.get(name)), None)
    return msgspec.json.encode({**record, "type": kind} if kind else record)
