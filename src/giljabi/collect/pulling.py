"""One run of a source: what it brings is kept together with how far it was read, portion by portion.

A portion's calls lie in the inbox, its refusals among the refusals and its cursor with the source by one
transaction; only then the other side is told. A crash before the transaction brings the portion again, a
crash after it does not, and one before the other side was told brings calls whose messages are known.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from giljabi.access import Outward
from giljabi.collect.calls import pack
from giljabi.collect.cleaning import clean_call, clean_refused
from giljabi.collect.forgotten import LeftOut
from giljabi.collect.plugs import Plug, Pulled, plug
from giljabi.collect.rows import RowRoles
from giljabi.model.errors import GiljabiError, InputError, SourceUnavailable
from giljabi.privacy import Cleaner
from giljabi.store import InboxRow, Ledger, StoredRefusal, StoredSource, Transaction

Progress: TypeAlias = Callable[[str, float], None]
ImportFile: TypeAlias = Callable[[Path, Any, Mapping[str, Any] | None], Any]

CALLS_IN_A_ROW = 500
"""Calls that one row of the inbox holds at most."""

LONGEST_PAUSE = timedelta(hours=6)
"""Longest pause of a source that fails, unless its schedule is slower."""

LISTENS_ANEW = timedelta(seconds=10)
"""Pause between two runs of a source that is listened to."""


class PullFacts(msgspec.Struct):
    """What a run brought: calls and refusals, rows and files, and which files could not be read."""

    calls: int = 0
    refused: int = 0
    files: int = 0
    failed: list[str] = []

    def to_dict(self) -> dict[str, Any]:
        """Give plain values."""
        return {"calls": self.calls, "refused": self.refused, "files": self.files, "failed": self.failed}


def pull(
    ledger: Ledger,
    source: StoredSource,
    import_file: ImportFile,
    stop: Callable[[], bool],
    tell: Progress | None = None,
    outward: Outward | None = None,
    cleaner: Cleaner | None = None,
    left_out: Callable[[], LeftOut | None] = lambda: None,
) -> PullFacts:
    """Read a source from where it was read up to last.

    Parameters
    ----------
    ledger
        The workspace's database.
    source
        The source.
    import_file
        Brings in a whole file, given its path, what it holds (None to guess) and the roles of its columns.
    stop
        Asked between portions whether to end.
    tell
        Told what is done; how much of the whole nobody knows.
    outward
        What the source may reach; by default the open internet alone.
    cleaner
        Drops and hashes fields of what comes; None where nothing is to be done.
    left_out
        Gives what leaves out those who were forgotten; None where nobody was.

    Returns
    -------
    PullFacts
        What came in; a source that fails midway has kept what came before.

    Raises
    ------
    SourceUnavailable
        If the other side does not answer; it stands with the source.
    StorageUnavailable
        If our own database does not answer; nothing is lost, the portion comes again.
    """
    facts = PullFacts()
    _note(ledger, source.id, last_run_at=datetime.now(UTC))
    try:
        found: Plug = plug(source.kind, outward)
        for portion in found.pull(source.settings, source.cursor, source.id, stop):
            _bring_files(source, portion, import_file, facts)
            _keep(ledger, source.id, _cleaned(_without(portion, left_out()), cleaner), facts)
            if portion.settled is not None:
                portion.settled()
            if tell is not None:
                tell("pull", 0.0)
            if stop():
                break
    except (InputError, SourceUnavailable) as error:
        with contextlib.suppress(GiljabiError):
            _note(ledger, source.id, last_error=str(error))
        raise
    _note(ledger, source.id, last_ok_at=datetime.now(UTC), last_error=next(iter(facts.failed), ""))
    return facts


def is_due(source: StoredSource, now: datetime) -> bool:
    """Say whether a source is to be read now, by its schedule; one that fails is tried ever more seldom."""
    every = _every(source)
    if every is None or not source.enabled:
        return False
    if source.last_run_at is None:
        return True
    pause = every
    if source.last_error:
        failing = source.last_run_at - (source.last_ok_at or source.created_at)
        pause = max(every, min(failing, 12 * every, LONGEST_PAUSE))
    return now - source.last_run_at >= pause


def _every(source: StoredSource) -> timedelta | None:
    try:
        way = plug(source.kind).way
    except InputError:
        return None
    if way == "listened":
        return LISTENS_ANEW
    return None if way == "sent" or source.every is None else timedelta(seconds=source.every)


def _without(portion: Pulled, left_out: LeftOut | None) -> Pulled:
    """Leave out those who were forgotten."""
    if left_out is None:
        return portion
    calls, refused = left_out.calls(portion.calls), left_out.refused(portion.refused)
    return msgspec.structs.replace(portion, calls=calls, refused=refused)


def _keep(ledger: Ledger, id: str, portion: Pulled, facts: PullFacts) -> None:  # noqa: A002
    now = datetime.now(UTC)
    groups = (portion.calls[at : at + CALLS_IN_A_ROW] for at in range(0, len(portion.calls), CALLS_IN_A_ROW))
    rows = [InboxRow(id, now, len(group), pack(group)) for group in groups]
    refusals = [
        StoredRefusal(
            source=id,
            received_at=now,
            reason=one.reason,
            detail=one.detail,
            event=one.event,
            body=one.body,
        )
        for one in portion.refused
    ]

    async def work(tx: Transaction) -> None:
        if rows:
            await tx.inbox.put(rows)
        if refusals:
            await tx.refusals.add(refusals)
            await tx.sources.count(id, 0, len(refusals), None)
        await tx.sources.change(id, cursor=dict(portion.cursor))

    ledger.within(work)
    facts.calls += len(portion.calls)
    facts.refused += len(refusals)


def _cleaned(portion: Pulled, cleaner: Cleaner | None) -> Pulled:
    if cleaner is None:
        return portion
    return msgspec.structs.replace(
        portion,
        calls=[clean_call(cleaner, one) for one in portion.calls],
        refused=[clean_refused(cleaner, one) for one in portion.refused],
    )


def _bring_files(source: StoredSource, portion: Pulled, import_file: ImportFile, facts: PullFacts) -> None:
    """Import files; one that cannot be read stands among the imports with its reason, and holds up none."""
    for path in portion.files:
        kind, roles = _of_files(source.settings.get("roles"))
        try:
            import_file(path, kind, roles)
        except InputError as error:
            facts.failed.append(f"the file {path.name!r} could not be imported: {error}")
        else:
            facts.files += 1


def _of_files(given: Any) -> tuple[str | None, dict[str, Any] | None]:
    if not given:
        return None, None
    roles = msgspec.convert(given, RowRoles)
    told: dict[str, Any] = {
        "customer": next(iter(roles.identifiers.values()), None),
        "time": roles.time,
        "time_zone": roles.time_zone,
        "day_first": roles.day_first,
    }
    if roles.what == "feedback":
        names = ("kind", "score", "text", "touchpoint")
    else:
        names = ("event", "channel", "value", "drop")
    told |= {name: getattr(roles, name) for name in names}
    return roles.what, {name: one for name, one in told.items() if one is not None}


def _note(ledger: Ledger, id: str, **fields: Any) -> None:  # noqa: A002
    ledger.within(lambda tx: tx.sources.change(id, **fields))
