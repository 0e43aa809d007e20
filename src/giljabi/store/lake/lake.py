"""The lake: every event of a workspace in one Apache Iceberg table, which other tools can read too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.fs
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, TableAlreadyExistsError
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.table import FileScanTask, Table
from pyiceberg.types import StringType

from giljabi.model.errors import InputError, LakeMoved, StorageUnavailable
from giljabi.store.lake.aging import count_old, remove_old
from giljabi.store.lake.columns import BASE, BY_CUSTOMER, IDENTITY, SEQUENCE, canonical_names
from giljabi.store.lake.commits import IMPORT, NEXT, POSITION, PROPERTIES, facts_of, marks, sealed_to
from giljabi.store.lake.compacting import compact
from giljabi.store.lake.expiring import expire, old_snapshots, remove_orphans
from giljabi.store.lake.forgetting import erase, forget_past, rows_of
from giljabi.store.lake.moving import reassign
from giljabi.store.lake.places import storage_properties
from giljabi.store.lake.reading import added_files, added_since, events_in_order, files_of, messages_in
from giljabi.store.lake.writing import DataFiles, file_ending
from giljabi.store.ports import AgeLimit, Landing, Mentioned
from giljabi.store.ports.lake import LakeFigures

_DIGEST, _REFUSED, _REASONS = "giljabi.digest", "giljabi.refused", "giljabi.reasons"
_PROPERTIES = {
    "format-version": "2",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
    "commit.manifest-merge.enabled": "true",
    f"write.metadata.metrics.column.{SEQUENCE}": "full",
    NEXT: "0",
    **PROPERTIES,
}


class IcebergLake:
    """All events of one workspace.

    An import arrives as one snapshot, whose summary holds the digest of its file and the account of its rows:
    who reads it knows that the import has landed, whatever happened after. So does what the inbox held: its
    snapshot says up to which position.

    One writer at a time: hold the ledger's lock ``events`` around whatever changes the lake. Should a writer
    lose the lock without noticing, as a paused process does, its commit fails and changes nothing.

    Parameters
    ----------
    catalogue
        Address of the catalogue's database, opened on the workspace.
    workspace_id
        Names the namespace.
    warehouse
        Directory or URL under which the files lie. Iceberg notes whole addresses: it cannot be moved.
    outages
        A context that names the outages of the catalogue's database.
    """

    def __init__(
        self,
        catalogue: str,
        workspace_id: str,
        warehouse: str,
        outages: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._settings = {
            "uri": catalogue,
            "warehouse": warehouse,
            "pool_pre_ping": "true",
            "init_catalog_tables": "false",
            "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO",
            **storage_properties(),
        }
        self._warehouse = warehouse
        self._namespace = workspace_id
        self._outages = outages
        self._opening = threading.Lock()
        self._opened: SqlCatalog | None = None

    @property
    def snapshot(self) -> str | None:
        """Name of the present state; None before the first event."""
        table = self._table()
        now = table.current_snapshot() if table is not None else None
        return None if now is None else str(now.snapshot_id)

    def landed(self, digest: str) -> Landing | None:
        """Say whether a file of this digest has arrived."""
        table = self._table()
        return None if table is None else _landing(table, _DIGEST, digest)

    def append(
        self,
        batches: Iterable[pa.RecordBatch],
        *,
        import_id: str,
        digest: str,
        counts: Callable[[], tuple[int, Mapping[str, int]]],
    ) -> Landing:
        """Add canonical batches as one snapshot, all or none; a digest that has landed adds nothing.

        Parameters
        ----------
        batches
            Events in the order of arrival; all of one schema.
        import_id
            A UUID in hexadecimal, not used before.
        digest
            That of the file the events come from.
        counts
            Asked after the last batch for the rows refused: their number, and each reason's.

        Raises
        ------
        InputError
            If there is no event, or the batches are not canonical.
        StorageUnavailable
            If the catalogue or the warehouse does not answer. Whether the events have landed, `landed` says.
        """
        table = self._writable()
        if found := _landing(table, _DIGEST, digest):
            return found
        transaction = table.transaction()
        first = int(table.properties[NEXT])
        files = DataFiles(table.io, transaction, import_id, first)
        try:
            files.write(batches)
            if files.next == first:
                raise InputError("there are no events to add")
            refused, reasons = counts()
        except BaseException:
            files.remove()
            raise
        with self._named_outages():
            summary = {
                _DIGEST: digest,
                IMPORT: import_id,
                _REFUSED: str(refused),
                _REASONS: msgspec.json.encode(dict(reasons)).decode(),
                **marks(table, files.next),
            }
            with transaction.update_snapshot(snapshot_properties=summary).merge_append() as snapshot:
                for file in files.written:
                    snapshot.append_data_file(file)
            transaction.set_properties({NEXT: str(files.next)})
            # From here on the events may have landed even where an error is raised: the files must stay.
            landing = _landing(transaction.commit_transaction(), _DIGEST, digest)
        assert landing is not None
        return landing

    def discard(self, import_id: str) -> None:
        """Remove the files of an import that was cut short before it landed; leave one that landed alone."""
        table = self._table()
        if table is None or _landing(table, IMPORT, import_id):
            return
        with self._named_outages():
            assert isinstance(table.io, PyArrowFileIO)
            scheme, netloc, path = table.io.parse_location(f"{table.location()}/data", table.io.properties)
            files: pyarrow.fs.FileSystem = table.io.fs_by_scheme(scheme, netloc)
            everywhere = pyarrow.fs.FileSelector(path, recursive=True, allow_not_found=True)
            for found in files.get_file_info(everywhere):
                if found.path.endswith(file_ending(import_id)):
                    files.delete_file(found.path)

    def scan(self, snapshot: str | None = None) -> Iterator[pa.RecordBatch]:
        """Yield all events as canonical batches of one schema, in the order of arrival.

        Parameters
        ----------
        snapshot
            A state of the lake; the present one by default.
        """
        table = self._table()
        at = snapshot or self.snapshot
        if table is None or at is None:
            return
        with self._named_outages():
            yield from events_in_order(table, files_of(table, int(at)))

    def added(self, since: str) -> Iterator[pa.RecordBatch] | None:
        """Give the events that arrived after a state, as `scan` does.

        None where the present state does not hold all events of that one as they were written: some were
        erased, or their files joined, or the state is forgotten.
        """
        table = self._table()
        now = self.snapshot
        if table is None or now is None or table.snapshot_by_id(int(since)) is None:
            return None
        with self._named_outages():
            first = added_since(table, int(since), int(now))
            if first is not None:
                return self._in_order(table, files_of(table, int(now)), first)
            files = added_files(table, int(since), int(now))
        return None if files is None else self._in_order(table, files)

    def _in_order(self, table: Table, files: list[FileScanTask], first: int = 0) -> Iterator[pa.RecordBatch]:
        with self._named_outages():
            yield from events_in_order(table, files, first)

    @property
    def columns(self) -> Sequence[str]:
        """The properties that events have; none before the first event."""
        table = self._table()
        return () if table is None else canonical_names(table.schema())

    @property
    def inbox_position(self) -> int:
        """Up to which position the inbox has landed; 0 before the first seal."""
        table = self._table()
        return 0 if table is None else sealed_to(table)

    def seal(self, calls: pa.Table, *, after: int, position: int, batch: str) -> str:
        """Add calls of the inbox as one snapshot that carries the position up to which it holds the inbox.

        Parameters
        ----------
        calls
            At least one call: ``customer``, ``time``, ``event``, the columns of
            `giljabi.store.lake.columns.LIVE`, and properties.
        after
            The position up to which the inbox had landed when these calls were chosen.
        position
            That of the last row of the inbox the calls come from.
        batch
            A UUID in hexadecimal, not used before.

        Returns
        -------
        str
            The snapshot's name. A position that has landed adds nothing.

        Raises
        ------
        LakeMoved
            If another writer has sealed or changed the lake in the meantime; nothing was added.
        StorageUnavailable
            If the catalogue or the warehouse does not answer. Whether the calls have landed, `inbox_position`
            says.
        """
        table = self._writable()
        landed = sealed_to(table)
        now = table.current_snapshot()
        if landed >= position and now is not None:
            return str(now.snapshot_id)
        if landed != after:
            raise LakeMoved(
                f"the inbox has landed up to {landed} where {after} was expected: another writer was there"
            )
        transaction = table.transaction()
        files = DataFiles(table.io, transaction, batch, int(table.properties[NEXT]), live=True)
        try:
            files.write(calls.combine_chunks().to_batches())
        except BaseException:
            files.remove()
            raise
        with self._named_outages(files.remove):
            summary = {IMPORT: batch, POSITION: str(position), **marks(table, files.next)}
            with transaction.update_snapshot(snapshot_properties=summary).merge_append() as snapshot:
                for file in files.written:
                    snapshot.append_data_file(file)
            transaction.set_properties({NEXT: str(files.next), POSITION: str(position)})
            now = transaction.commit_transaction().current_snapshot()
        assert now is not None
        return str(now.snapshot_id)

    def sealed_messages(self, position: int) -> set[str]:
        """Name the messages that came in with the seal up to a position; none where there is no such seal."""
        table = self._table()
        for snapshot in reversed([] if table is None else table.snapshots()):
            facts = facts_of(snapshot)
            if facts.get(POSITION) == str(position) and table is not None:
                with self._named_outages():
                    return messages_in(table, snapshot.snapshot_id, facts[IMPORT])
        return set()

    def reassign(
        self,
        customers: Collection[str],
        assign: Callable[[pa.Table], pa.Array[Any]],
        progress: Callable[[float], None] | None = None,
    ) -> int:
        """Give rows of some customers to others, as one snapshot; give how many rows moved or went.

        Parameters
        ----------
        customers
            Whose rows may move.
        assign
            Gets those rows, some at a time, with ``customer``, ``time``, ``event`` and the hidden columns;
            gives the customer of each row, null to remove it.
        progress
            Told how much is done.

        Raises
        ------
        LakeMoved
            If another writer has changed the lake in the meantime; nothing has moved.
        """
        table = self._table()
        if table is None or not customers:
            return 0
        table = self._with_identity(self._writable())
        rewriting, moved = reassign(table, customers, assign, progress or _untold)
        if moved:
            with self._named_outages(rewriting.remove):
                rewriting.commit(moved=True)
        return moved

    @property
    def figures(self) -> LakeFigures:
        """How large the lake is."""
        table = self._table()
        now = None if table is None else table.current_snapshot()
        if table is None or now is None:
            return LakeFigures(0, 0)
        return LakeFigures(int(facts_of(now).get("total-data-files", "0")), len(table.snapshots()))

    def compact(self, progress: Callable[[float], None] | None = None) -> Mapping[str, int]:
        """Join small files, sorted within each partition, as far as one commit should go; give figures.

        Returns
        -------
        Mapping
            ``joined`` files became ``made`` ones, of ``rows`` and ``bytes``; ``left`` more wait to be joined.

        Raises
        ------
        LakeMoved
            If another writer has changed the lake in the meantime; nothing has changed.
        """
        table = self._table()
        if table is None:
            return {}
        rewriting, figures = compact(self._writable(), progress or _untold)
        if rewriting.gone:
            with self._named_outages(rewriting.remove):
                rewriting.commit(moved=False)
        return figures

    def count_old(self, limits: Sequence[AgeLimit]) -> Sequence[int]:
        """Count the rows beyond each limit."""
        with self._named_outages():
            return count_old(self._writable(), limits)

    def remove_old(
        self, limits: Sequence[AgeLimit], progress: Callable[[float], None] | None = None
    ) -> Sequence[int]:
        """Remove the rows beyond each limit; give how many. Raises LakeMoved, and then nothing has gone.

        Earlier snapshots hold them still, until `expire` forgets those.
        """
        rewriting, counts = remove_old(self._writable(), limits, progress or _untold)
        if any(counts):
            with self._named_outages(rewriting.remove):
                rewriting.commit(moved=True)
        return counts

    def expire(self, keep: Collection[str] = (), newest: int | None = None) -> int:
        """Forget old snapshots but the newest and those named, and remove their own files; give how many.

        Files that no snapshot names, for a process died while it wrote them, go a day later.
        """
        table = self._table()
        if table is None:
            return 0
        with self._named_outages():
            old = old_snapshots(table, keep, newest)
            if old:
                expire(table, old)
                table = table.refresh()
            remove_orphans(table, datetime.now(UTC))
        return len(old)

    def rows_of(self, customers: Collection[str]) -> Iterator[pa.Table]:
        """Yield all rows of some customers with all columns, the hidden ones too."""
        table = self._table()
        if table is not None and customers:
            with self._named_outages():
                yield from rows_of(table, customers)

    def erase(
        self,
        customers: Collection[str],
        mentioned: Mentioned | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> int:
        """Remove the rows of customers and what names them in the rows of others; give how many changed.

        Nothing is left of the past: no other state of the lake, and no file that only those held.

        Raises
        ------
        LakeMoved
            If another writer has changed the lake in the meantime; nothing has gone.
        """
        table = self._table()
        if table is None:
            return 0
        table = self._writable()
        rewriting, changed = erase(table, customers, mentioned, progress or _untold)
        if changed:
            with self._named_outages(rewriting.remove):
                rewriting.commit(moved=True)
        with self._named_outages():
            forget_past(table.refresh())
        return changed

    def close(self) -> None:
        """Let go of the catalogue."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _table(self) -> Table | None:
        try:
            with self._named_outages():
                return self._catalogue().load_table((self._namespace, "events"))
        except NoSuchTableError:
            return None

    def _create(self) -> Table:
        with self._named_outages():
            catalogue = self._catalogue()
            catalogue.create_namespace_if_not_exists(self._namespace)
            name = (self._namespace, "events")
            try:
                return catalogue.create_table(name, BASE, partition_spec=BY_CUSTOMER, properties=_PROPERTIES)
            except TableAlreadyExistsError:
                return catalogue.load_table(name)

    def _with_identity(self, table: Table) -> Table:
        if IDENTITY in table.schema().column_names:
            return table
        with self._named_outages(), table.update_schema() as update:
            update.add_column((IDENTITY,), StringType())
        return table.refresh()

    def _writable(self) -> Table:
        """Give the table as it is now, made where it is missing, so that a commit is never repeated."""
        table = self._table() or self._create()
        if not PROPERTIES.items() <= table.properties.items():
            with self._named_outages():
                table = table.transaction().set_properties(PROPERTIES).commit_transaction()
        return table

    def _catalogue(self) -> SqlCatalog:
        with self._opening:
            if self._opened is None:
                self._opened = SqlCatalog("giljabi", **self._settings)
            return self._opened

    @contextmanager
    def _named_outages(self, undo: Callable[[], None] | None = None) -> Iterator[None]:
        try:
            with self._outages():
                yield
        except CommitFailedException as error:
            # This error alone says for sure that nothing was added, and that the files can go.
            if undo is not None:
                undo()
            raise LakeMoved(
                f"the lake was changed by another writer in the meantime; import the file again ({error})"
            ) from error
        except OSError as error:
            raise StorageUnavailable(f"the warehouse {self._warehouse} does not answer: {error}") from error


def _untold(_: float) -> None:
    """Tell nobody."""


def _landing(table: Table, key: str, value: str) -> Landing | None:
    for snapshot in reversed(table.snapshots()):
        facts = facts_of(snapshot)
        if facts.get(key) == value and _DIGEST in facts:
            return Landing(
                import_id=facts[IMPORT],
                digest=facts[_DIGEST],
                snapshot=str(snapshot.snapshot_id),
                accepted=int(facts["added-records"]),
                refused=int(facts[_REFUSED]),
                reasons=msgspec.json.decode(facts[_REASONS], type=dict[str, int]),
            )
    return None
