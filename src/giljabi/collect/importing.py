"""Bringing a file in for good: once, whole or not at all, whatever breaks on the way.

Events arrive in the lake as one snapshot that carries the file's digest; that snapshot decides whether a file
is in. The record in the database follows it, and where a crash comes between the two, the next import of the
file or the next start (`Importer.settle`) reads the snapshot and completes the record. Feedback and its
record are one transaction. Locks that die with their holder keep a second process from bringing in the same
file meanwhile, and tell an import that goes on from one that was cut short.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from giljabi.collect.cleaning import FileCleaner, one_after_another
from giljabi.collect.forgotten import LeftOut
from giljabi.collect.keeping_out import KEPT_OUT, FileGate
from giljabi.collect.raw import Alter
from giljabi.collect.read import read_events, read_feedback
from giljabi.collect.roles import FeedbackRoles, Roles
from giljabi.model.errors import NoUsableRow, RolesUnclear, TooManyNames
from giljabi.privacy import Cleaner, GateKeeper
from giljabi.store import EventLake, ImportKind, Landing, Ledger, StoredImport, Transaction

Progress: TypeAlias = Callable[[str, float], None]
R = TypeVar("R", Roles, FeedbackRoles)

_READ_SHARE = 0.7
"""How much of an import of events is reading; the rest is building the log."""

_TOLD_EVERY = 0.5
"""Seconds between two notes of the progress in the database."""


class ImportReport(msgspec.Struct, frozen=True):
    """What came of an import.

    ``duplicate`` says that the file was in before and nothing was added; the counts are then those of the
    first time. ``rejects_path`` holds the refused rows, if there are any.
    """

    id: str
    file: str
    kind: ImportKind
    accepted: int
    refused: int
    reasons: dict[str, int]
    rejects_path: Path | None
    duplicate: bool
    roles: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Give plain values."""
        plain: dict[str, Any] = msgspec.to_builtins(self, enc_hook=str)
        return plain


class _Stopped(Exception):
    """The importer was told to stop."""


class Importer:
    """Brings files into one workspace.

    Parameters
    ----------
    ledger
        The workspace's database.
    lake
        Its events.
    rejects
        Where files of refused rows go.
    names
        Gives the event names that are there already.
    rebuild
        Brings the event log up to the lake.
    keeper
        Knows which customers are kept out; None where nobody is.
    cleaner
        Gives what drops and hashes fields, by the source that brought a file.
    """

    def __init__(
        self,
        ledger: Ledger,
        lake: EventLake,
        rejects: Path,
        names: Callable[[], Collection[str]],
        rebuild: Callable[[Progress], None],
        keeper: GateKeeper | None = None,
        cleaner: Callable[[str], Cleaner | None] = lambda origin: None,
    ) -> None:
        self._ledger = ledger
        self._lake = lake
        self._rejects = rejects
        self._names = names
        self._rebuild = rebuild
        self._keeper = keeper
        self._cleaner = cleaner
        self._stop = threading.Event()

    def holding(self, id: str, *, wait: bool = True) -> AbstractContextManager[bool]:  # noqa: A002
        """Hold an import: it is alive as long as somebody does.

        Without waiting, give False where another holds it.
        """
        return self._ledger.lock(f"import {id}", wait=wait)

    def run(
        self,
        id: str,  # noqa: A002
        source: Path,
        progress: Progress | None = None,
        origin: str = "",
    ) -> ImportReport:
        """Bring in a file under an import that the database knows; the caller holds it.

        Parameters
        ----------
        id
            The import.
        source
            The file.
        progress
            Told the step and how much of the whole is done.
        origin
            The source that brought the file, whose rules for fields hold; empty where nobody did.

        Raises
        ------
        InputError
            If the file cannot be used; the import has then failed, and says why.
        StorageUnavailable
            If the database or the lake does not answer; the same file can be brought in again.
        """
        tell = _Teller(self._ledger, id, progress, self._stop)
        one = self._get(id)
        self._change(id, state="running", step="wait", progress=0.0, error="")
        try:
            with self._ledger.lock(one.kind):
                return self._bring_in(one, source, tell, self._begin(origin))
        except Exception as error:
            self._fail(one, error)
            raise

    def settle(self) -> None:
        """Complete or give up the imports whose process died."""
        for one in self._within_imports():
            if one.state != "running":
                continue
            with self.holding(one.id, wait=False) as dead:
                if dead and not self._complete(one):
                    self._lake.discard(one.id)
                    self._change(one.id, state="failed", error="it was cut short; import the file again")

    def check_roles(self, kind: ImportKind, roles: Mapping[str, Any]) -> None:
        """Raise RolesUnclear where a role is none."""
        if kind == "events":
            settled_roles(Roles, roles)
        else:
            settled_roles(FeedbackRoles, roles)

    def stop(self) -> None:
        """Let what is running give up at the next chance."""
        self._stop.set()

    def _bring_in(self, one: StoredImport, source: Path, tell: _Teller, door: _Door) -> ImportReport:
        before = self._ledger.within(lambda tx: tx.imports.done(one.kind, one.digest))
        if before is not None:
            self._duplicate(one)
            return report(before, duplicate=True)
        if one.kind == "feedback":
            return self._bring_in_feedback(one, source, tell, door)
        landing = self._lake.landed(one.digest) or self._land(one, source, tell, door)
        self._rebuild(lambda step, share: tell("log", _READ_SHARE + (1 - _READ_SHARE) * share))
        self._record(landing)
        if landing.import_id != one.id:
            # An earlier try had landed, and died before it could say so.
            self._duplicate(one)
        return report(self._get(landing.import_id), duplicate=landing.import_id != one.id)

    def _land(self, one: StoredImport, source: Path, tell: _Teller, door: _Door) -> Landing:
        reading = read_events(
            source,
            settled_roles(Roles, one.roles),
            name=one.file,
            rejects_to=self._rejects_file(one.id),
            progress=lambda step, share: tell(step, _READ_SHARE * share),
            alter=door.alter,
        )
        self._change(one.id, roles=shown_roles(reading.roles))
        return self._lake.append(
            _few_names(reading.batches(), self._names()),
            import_id=one.id,
            digest=one.digest,
            counts=lambda: door.counted(reading.refused, reading.reasons),
        )

    def _bring_in_feedback(self, one: StoredImport, source: Path, tell: _Teller, door: _Door) -> ImportReport:
        reading = read_feedback(
            source,
            settled_roles(FeedbackRoles, one.roles),
            name=one.file,
            rejects_to=self._rejects_file(one.id),
            progress=tell,
            alter=door.alter,
        )

        async def work(tx: Transaction) -> None:
            await tx.feedback.add(one.id, reading.batches())
            account = self._finished(
                one.id, reading.accepted, *door.counted(reading.refused, reading.reasons)
            )
            await tx.imports.change(one.id, roles=shown_roles(reading.roles), **account)

        self._ledger.within(work)
        return report(self._get(one.id))

    def alter(self) -> Alter | None:
        """Give what is done with the rows of a file before they are shown; None where nothing is."""
        return self._begin("").alter

    def _begin(self, origin: str) -> _Door:
        """Give what stands at the door for a file: who is kept out, and what happens to fields."""
        gate = None if self._keeper is None else self._ledger.within(self._keeper.gate)
        cleaner = self._cleaner(origin)
        return _Door(
            None if gate is None else FileGate(gate),
            None if gate is None or not gate.suppressed else LeftOut(gate),
            None if cleaner is None else FileCleaner(cleaner),
        )

    def _record(self, landing: Landing) -> None:
        fields = self._finished(landing.import_id, landing.accepted, landing.refused, landing.reasons)
        self._change(landing.import_id, **fields)

    def _finished(self, id: str, accepted: int, refused: int, reasons: Mapping[str, int]) -> dict[str, Any]:  # noqa: A002
        file = self._rejects_file(id)
        if not refused - reasons.get(KEPT_OUT, 0):
            file.unlink(missing_ok=True)
        return {
            "state": "done",
            "step": "",
            "progress": 1.0,
            "accepted": accepted,
            "refused": refused,
            "reasons": dict(reasons),
            "error": "",
            "rejects": str(file) if file.exists() else "",
        }

    def _duplicate(self, one: StoredImport) -> None:
        self._change(one.id, state="duplicate", step="", progress=1.0)

    def _fail(self, one: StoredImport, error: Exception) -> None:
        """Note why an import failed; where not even that can be noted, `settle` finds it later."""
        with contextlib.suppress(Exception):
            if self._complete(one):
                return
            file = self._rejects_file(one.id)
            reasons = error.reasons if isinstance(error, NoUsableRow) else {}
            self._change(
                one.id,
                state="failed",
                error=_STOPPED if isinstance(error, _Stopped) else str(error) or type(error).__name__,
                refused=sum(reasons.values()),
                reasons=reasons,
                rejects=str(file) if reasons and file.exists() else "",
            )

    def _complete(self, one: StoredImport) -> bool:
        """Record an import that has landed although its end was never told; say whether it has."""
        landing = self._lake.landed(one.digest) if one.kind == "events" else None
        if landing is None or landing.import_id != one.id:
            return False
        self._record(landing)
        return True

    def _rejects_file(self, id: str) -> Path:  # noqa: A002
        self._rejects.mkdir(parents=True, exist_ok=True)
        return self._rejects / f"{id}.csv"

    def _within_imports(self) -> Iterable[StoredImport]:
        return self._ledger.within(lambda tx: tx.imports.list())

    def _get(self, id: str) -> StoredImport:  # noqa: A002
        return self._ledger.within(lambda tx: tx.imports.get(id))

    def _change(self, id: str, **fields: Any) -> None:  # noqa: A002
        self._ledger.within(lambda tx: tx.imports.change(id, **fields))


_STOPPED = "Giljabi was closed before the import was through; import the file again"


@dataclass(frozen=True, slots=True)
class _Door:
    """What every row of a file passes before anything else is done with it."""

    gate: FileGate | None
    left_out: LeftOut | None
    cleaner: FileCleaner | None

    @property
    def alter(self) -> Alter | None:
        return one_after_another(self.gate, self.left_out, self.cleaner)

    def counted(self, refused: int, reasons: Mapping[str, int]) -> tuple[int, dict[str, int]]:
        """Count the rows that were let go among those that did not come in."""
        out = 0 if self.gate is None else self.gate.count
        return refused + out, {**reasons, KEPT_OUT: out} if out else dict(reasons)


class _Teller:
    """Tells the progress to who asked for it, and now and then to the database."""

    def __init__(self, ledger: Ledger, id: str, listener: Progress | None, stop: threading.Event) -> None:  # noqa: A002
        self._ledger = ledger
        self._id = id
        self._listener = listener
        self._stop = stop
        self._told = 0.0

    def __call__(self, step: str, share: float) -> None:
        if self._stop.is_set():
            raise _Stopped
        if self._listener is not None:
            self._listener(step, share)
        now = time.monotonic()
        if now - self._told >= _TOLD_EVERY:
            self._told = now
            self._ledger.within(lambda tx: tx.imports.change(self._id, step=step, progress=share))


def new_import(file: str, digest: str, kind: ImportKind, **fields: Any) -> StoredImport:
    """Make an import, not yet kept, under an id of its own."""
    return StoredImport(
        id=uuid.uuid4().hex,
        file=file,
        digest=digest,
        kind=kind,
        state="preview",
        created_at=datetime.now(UTC),
        **fields,
    )


def report(one: StoredImport, *, duplicate: bool = False) -> ImportReport:
    """Say what came of an import that is done."""
    return ImportReport(
        id=one.id,
        file=one.file,
        kind=one.kind,
        accepted=one.accepted,
        refused=one.refused,
        reasons=one.reasons,
        rejects_path=Path(one.rejects) if one.rejects else None,
        duplicate=duplicate,
        roles=one.roles,
    )


def settled_roles(kind: type[R], given: Mapping[str, Any]) -> R:
    """Read roles from plain values.

    Raises
    ------
    RolesUnclear
        If there is no such role.
    """
    unknown = sorted(set(given) - set(kind.__struct_fields__))
    if unknown:
        raise RolesUnclear(f"there is no role {unknown[0]!r}; roles are {', '.join(kind.__struct_fields__)}")
    try:
        return msgspec.convert({role: name for role, name in given.items() if name is not None}, kind)
    except msgspec.ValidationError as error:
        raise RolesUnclear(f"the roles are not as they should be: {error}") from error


def shown_roles(roles: Roles | FeedbackRoles) -> dict[str, Any]:
    """Give the roles that are not as they are anyway, as plain values."""
    given: dict[str, Any] = msgspec.to_builtins(roles)
    usual: dict[str, Any] = msgspec.to_builtins(type(roles)())
    return {role: name for role, name in given.items() if name != usual[role]}


def _few_names(batches: Iterable[pa.RecordBatch], known: Collection[str]) -> Iterator[pa.RecordBatch]:
    """Stop events with too many names before they arrive: no log could be built any more."""
    from giljabi.store import MAX_NAMES  # comes with numba

    names = set(known)
    for batch in batches:
        events: Any = batch.column("event")
        names.update(pc.unique(events).to_pylist())
        if len(names) > MAX_NAMES:
            raise TooManyNames(
                f"with this file there would be more than {MAX_NAMES:,} event names; is the column taken as "
                "event really the event's name, or does it hold an identifier or free text?"
            )
        yield batch
