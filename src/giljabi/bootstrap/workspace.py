"""A workspace: everything one team has, behind one object."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from giljabi.access import Outward
from giljabi.bootstrap.accounts import Accounts
from giljabi.bootstrap.audit import AuditLog
from giljabi.bootstrap.collection import Collection
from giljabi.bootstrap.customers import Customers
from giljabi.bootstrap.forgetting import Forgetting
from giljabi.bootstrap.identity import Identity
from giljabi.bootstrap.jobs import BackgroundWork
from giljabi.bootstrap.matches import Matches
from giljabi.bootstrap.plan import TrackingPlan
from giljabi.bootstrap.privacy import Privacy
from giljabi.bootstrap.refusals import RefusalBook
from giljabi.bootstrap.retention import Retention
from giljabi.bootstrap.settings import Settings
from giljabi.bootstrap.single_sign_on import SingleSignOn
from giljabi.bootstrap.sources import SourceBook
from giljabi.bootstrap.standing import Standing
from giljabi.bootstrap.third_party import ThirdPartyShare, third_party_share
from giljabi.bootstrap.tokens import Tokens
from giljabi.bootstrap.writing import IdentifierWriting
from giljabi.model import Audience, parse_audience, parse_map, resolve_audience, write_audience, write_map
from giljabi.model.errors import BadParameter, NotFound
from giljabi.privacy import DoorBook, GateKeeper
from giljabi.store import (
    EventLake,
    ImportKind,
    Jobs,
    KeptLog,
    Ledger,
    StoredCheck,
    StoredImport,
    StoredMap,
    StoredSegment,
    Transaction,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from giljabi.access import Vault
    from giljabi.bootstrap.forgetting_steps import Places
    from giljabi.collect import Importer, ImportReport, Uploads
    from giljabi.store import Log, LogInfo

Progress: TypeAlias = Callable[[str, float], None]


class Workspace:
    """Everything one team has: maps, imports, feedback, the event log.

    Made by `open_workspace`. Calls wait for their answer; any thread may make them.

    Parameters
    ----------
    name
        The workspace's name.
    directory
        Where its log, uploads and rejects lie.
    ledger
        Its database.
    lake
        Its events.
    jobs
        Keeps what is to be done in the background.
    vault
        Encrypts its secrets.
    settings
        What the operator decided.
    """

    def __init__(
        self,
        name: str,
        directory: Path,
        ledger: Ledger,
        lake: EventLake,
        jobs: Jobs,
        vault: Vault,
        settings: Settings,
    ) -> None:
        self.name = name
        self.settings = settings
        self.closing = ExitStack()
        self._directory = directory
        self._ledger = ledger
        self._lake = lake
        self._vault = vault
        self._log = KeptLog(directory / "log", ledger, lake)
        self.identity = Identity(ledger, lake)
        self.customers = Customers(ledger, self._log)
        self.matches = Matches(ledger, self.identity)
        self._keeper = GateKeeper(vault, IdentifierWriting())
        self._door = DoorBook(ledger, vault, IdentifierWriting())
        self.privacy = Privacy(ledger, vault, IdentifierWriting(), self._door)
        self.collection = Collection(ledger, lake, self._log, self.identity, self._keeper, self._door)
        self.outward = Outward(settings.private_hosts, settings.import_folders)
        self.sources = SourceBook(ledger, self.collection, self.import_file, self.outward, vault)
        self.audit = AuditLog(ledger)
        self.accounts = Accounts(ledger, vault, settings, jobs, self.audit.note)
        self.single_sign_on = SingleSignOn(
            settings, self.outward, self.accounts, ledger, vault, self.audit.note
        )
        self.forgetting = Forgetting(
            ledger, self._places, vault, IdentifierWriting(), directory / "exports", name
        )
        self.retention = Retention(ledger, lake, self._log, self.collection)
        facades = {
            "collection": self.collection,
            "identity": self.identity,
            "sources": self.sources,
            "accounts": self.accounts,
            "forgetting": self.forgetting,
            "retention": self.retention,
        }
        self.jobs = BackgroundWork(facades, ledger, jobs)
        self.retention.changed = lambda: self.jobs.ask("retention")
        self.collection.arrived = lambda: self.jobs.ask("seal")
        self.identity.changed = lambda: self.jobs.ask("replay")
        self.forgetting.asked = lambda: self.jobs.ask("forget")
        self.forgetting.told = lambda action, id, by, note: self.audit.note(by, action, id, note=note)  # noqa: A006
        self.refusals = RefusalBook(ledger, lambda: self.jobs.ask("seal"), self._door.cleaner)
        self.plan = TrackingPlan(ledger, self._log)
        self.standing = Standing(ledger, lake, self._log)
        self.tokens = Tokens(ledger)
        self._feedback: tuple[tuple[str, ...], pa.Table] | None = None
        self._making = threading.Lock()
        self._made: Importer | None = None
        self._staged: Uploads | None = None

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop what is running, and let go of database and lake; a second call does nothing."""
        atexit.unregister(self.close)
        if self._staged is not None:
            self._staged.close()
        self.closing.close()

    @property
    def busy(self) -> bool:
        """Whether an import is running in the background."""
        return self._staged is not None and self._staged.busy

    def holding_files(self) -> AbstractContextManager[bool]:
        """See to it that no file of the lake goes while the block runs; everything else goes on."""
        return self._ledger.lock("snapshots")

    # Events and feedback

    def log(self) -> Log:
        """Give the event log; the same object until another takes its place.

        Raises
        ------
        LogMissing
            If there are no events yet.
        """
        return self._log.log()

    def log_info(self) -> LogInfo:
        """Give the numbers of the event log without touching its events; raises as `log` does."""
        return self._log.info()

    def rebuild_log(self, progress: Progress | None = None) -> None:
        """Bring the event log up to the lake; nothing happens where it is."""
        self._log.rebuild(progress)

    def feedback(self) -> pa.Table:
        """Give all feedback as the canonical table, in the order of arrival."""
        state = self._feedback_state()
        if self._feedback is None or self._feedback[0] != state:
            self._feedback = (state, self._ledger.within(lambda tx: tx.feedback.table()))
        return self._feedback[1]

    def snapshot(self) -> str:
        """Name the state of events and feedback: what was found at the same name holds still.

        Raises
        ------
        LogMissing
            If there are no events yet.
        """
        return "+".join([self.log_info().snapshot or "", *self._feedback_state()])

    def _feedback_state(self) -> tuple[str, ...]:
        async def look(tx: Transaction) -> tuple[str, ...]:
            return (*await tx.imports.done_ids("feedback"), await tx.feedback.state())

        return self._ledger.within(look)

    # Maps

    def list_maps(self) -> Sequence[StoredMap]:
        """Give all maps, the last edited first."""
        return self._ledger.within(lambda tx: tx.maps.list())

    def map(self, id: str) -> StoredMap:  # noqa: A002
        """Give a map; raises NotFound."""
        return self._ledger.within(lambda tx: tx.maps.get(id))

    def add_map(self, text: str) -> StoredMap:
        """Keep a new map in canonical form; raises MapMistakes where the text is wrong."""
        read = parse_map(text)
        return self._ledger.within(lambda tx: tx.maps.add(write_map(read), read.title))

    def replace_map(self, id: str, text: str) -> StoredMap:  # noqa: A002
        """Put a new text in a map's place; raises MapMistakes and NotFound."""
        read = parse_map(text)
        return self._ledger.within(lambda tx: tx.maps.replace(id, write_map(read), read.title))

    def remove_map(self, id: str) -> None:  # noqa: A002
        """Remove a map with its checks; raises NotFound."""
        self._ledger.within(lambda tx: tx.maps.remove(id))

    def save_check(self, id: str, snapshot: str, result: Mapping[str, Any]) -> StoredCheck:  # noqa: A002
        """Keep what a check of a map found at a `snapshot`; raises NotFound."""
        return self._ledger.within(lambda tx: tx.maps.add_check(id, snapshot, result))

    def last_check(self, id: str) -> StoredCheck | None:  # noqa: A002
        """Give a map's newest check, if it was ever checked."""
        return self._ledger.within(lambda tx: tx.maps.last_check(id))

    def last_checks(self) -> Mapping[str, StoredCheck]:
        """Give the newest check of every map that has one, by the map's id."""
        return self._ledger.within(lambda tx: tx.maps.last_checks())

    def third_party_share(self, id: str) -> ThirdPartyShare:  # noqa: A002
        """Say how much of what a map rests on was gathered by others; raises NotFound and LogMissing."""
        return third_party_share(parse_map(self.map(id).text), self.log(), self.sources.list())

    # Segments

    def list_segments(self) -> Sequence[StoredSegment]:
        """Give all segments, by name."""
        return self._ledger.within(lambda tx: tx.segments.list())

    def segment(self, key: str) -> StoredSegment:
        """Give a segment by its id or its name; raises NotFound."""
        return self._ledger.within(lambda tx: tx.segments.get(key))

    def save_segment(self, name: str, audience: Audience, id: str | None = None) -> StoredSegment:  # noqa: A002
        """Keep an audience under a name, new or in the place of the segment of this id.

        Raises
        ------
        BadParameter
            If there is no name, it is taken, or the segment would be made of itself.
        NotFound
            If there is no such segment, or it names what is not there.
        """
        said = " ".join(name.replace("\0", "").split())
        if not 1 <= len(said) <= 80:
            raise BadParameter(f"a segment's name has 1 to 80 letters, not {len(said)}")
        text = write_audience(audience)
        if id is None:
            self.resolve(audience)
            return self._ledger.within(lambda tx: tx.segments.add(said, text))
        own = {id, said, self.segment(id).name}
        self.resolve(audience, lambda key: audience if key in own else self._audience(key))
        return self._ledger.within(lambda tx: tx.segments.replace(id, said, text))

    def remove_segment(self, id: str) -> None:  # noqa: A002
        """Remove a segment; raises NotFound."""
        self._ledger.within(lambda tx: tx.segments.remove(id))

    def resolve(self, audience: Audience, segment: Callable[[str], Audience] | None = None) -> Audience:
        """Put the workspace's segments and stages of maps in the place of their names.

        Raises
        ------
        NotFound
            If there is no such segment, map or stage.
        BadParameter
            If a segment is made of itself.
        """
        return resolve_audience(audience, segment or self._audience, lambda id: parse_map(self.map(id).text))  # noqa: A006

    def _audience(self, key: str) -> Audience:
        return parse_audience(self.segment(key).audience)

    # Imports

    def import_events(
        self, path: Path | str, roles: Mapping[str, Any] | None = None, progress: Progress | None = None
    ) -> ImportReport:
        """Bring in a file of events, and build the log anew.

        Parameters
        ----------
        path
            CSV, JSON Lines, Parquet, Arrow, XES or OCEL 2.0 JSON.
        roles
            Which column is what; roles left out are guessed.
        progress
            Told the step and how much of the whole is done.

        Returns
        -------
        ImportReport
            A file that was brought in before adds nothing, and is told to be a duplicate.

        Raises
        ------
        InputError
            If the file cannot be used.
        StorageUnavailable
            If database or lake do not answer; the file can be brought in again.
        """
        return self._import(Path(path), "events", roles, progress)

    def import_feedback(
        self, path: Path | str, roles: Mapping[str, Any] | None = None, progress: Progress | None = None
    ) -> ImportReport:
        """Bring in a file of feedback; everything else is as in `import_events`."""
        return self._import(Path(path), "feedback", roles, progress)

    def import_file(
        self,
        path: Path | str,
        kind: ImportKind | None = None,
        roles: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
        origin: str = "",
    ) -> ImportReport:
        """Bring in a file of what it seems to hold, unless ``kind`` says so; ``origin`` is its source."""
        from giljabi.collect import preview

        return self._import(Path(path), kind or preview(path).kind, roles, progress, origin)

    def imports(self) -> Sequence[StoredImport]:
        """Give all imports, the newest first."""
        return self._ledger.within(lambda tx: tx.imports.list())

    def import_status(self, id: str) -> StoredImport:  # noqa: A002
        """Say how far an import is; raises NotFound."""
        return self._ledger.within(lambda tx: tx.imports.get(id))

    def rejects(self, id: str) -> Path:  # noqa: A002
        """Give the file of refused rows of an import; raises NotFound where none was refused."""
        one = self.import_status(id)
        if not one.rejects or not Path(one.rejects).is_file():
            raise NotFound(f"the import {one.file!r} has no refused rows")
        return Path(one.rejects)

    def stage_upload(self, name: str, stream: IO[bytes]) -> str:
        """Keep an uploaded file until it is started, and look at it; give the import's id.

        Raises
        ------
        UnreadableFile
            If it is of no known format, or broken at its beginning.
        """
        return self._uploads().stage(name, stream)

    def preview(self, id: str) -> dict[str, Any]:  # noqa: A002
        """Give what was seen in an uploaded file, as `giljabi.collect.Preview` in plain values."""
        return self.import_status(id).preview

    def start_import(self, id: str, kind: ImportKind, roles: Mapping[str, Any]) -> None:  # noqa: A002
        """Import an uploaded file in the background, as it was confirmed.

        Raises
        ------
        NotFound
            If there is no such upload, or its file is gone.
        RolesUnclear
            If a role is none.
        BadParameter
            If it was started before.
        """
        self._uploads().start(id, kind, roles)

    def settle(self) -> None:
        """Complete or give up imports that a crash cut short, and encrypt what an earlier version did not."""
        if any(one.state == "running" for one in self.imports()):
            self._importer().settle()
        self.sources.seal_secrets()

    def _import(
        self,
        path: Path,
        kind: ImportKind,
        roles: Mapping[str, Any] | None,
        progress: Progress | None,
        origin: str = "",
    ) -> ImportReport:
        from giljabi.collect import new_import, report, source_digest

        importer = self._importer()
        importer.check_roles(kind, roles or {})
        digest = source_digest(path)
        before = self._ledger.within(lambda tx: tx.imports.done(kind, digest))
        if before is not None:
            self.rebuild_log()
            return report(before, duplicate=True)
        new = new_import(path.name, digest, kind, roles=dict(roles or {}))
        with importer.holding(new.id):
            self._ledger.within(lambda tx: tx.imports.add(new))
            return importer.run(new.id, path, progress, origin)

    def _places(self) -> Places:
        from giljabi.bootstrap.forgetting_steps import Places

        return Places(
            self._ledger,
            self._lake,
            self._log,
            self.collection,
            self.identity,
            self._vault,
            IdentifierWriting(),
            self._directory,
            self.settle,
        )

    def _importer(self) -> Importer:
        from giljabi.collect import Importer

        with self._making:
            if self._made is None:
                rejects = self._directory / "rejects"
                self._made = Importer(
                    self._ledger,
                    self._lake,
                    rejects,
                    self._log.names,
                    self._log.rebuild,
                    self._keeper,
                    self._door.cleaner,
                )
            return self._made

    def _uploads(self) -> Uploads:
        from giljabi.collect import Uploads

        importer = self._importer()
        with self._making:
            if self._staged is None:
                self._staged = Uploads(self._directory / "uploads", self._ledger, importer)
            return self._staged
