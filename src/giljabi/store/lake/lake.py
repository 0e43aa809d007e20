"""The lake: every event of a workspace in one Apache Iceberg table, which other tools can read too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import msgspec
import pyarrow as pa
import pyarrow.fs
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, TableAlreadyExistsError
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.table import FileScanTask, Table
from pyiceberg.table.snapshots import Snapshot

from giljabi.model.errors import InputError, StorageUnavailable
from giljabi.store.lake.columns import BASE, BY_CUSTOMER, SEQUENCE
from giljabi.store.lake.reading import added_files, events_in_order, files_of
from giljabi.store.lake.writing import DataFiles, file_ending
from giljabi.store.ports import Landing

_DIGEST, _IMPORT, _REFUSED, _REASONS = (
    "giljabi.digest",
    "giljabi.import",
    "giljabi.refused",
    "giljabi.reasons",
)
_NEXT = "giljabi.next-sequence"
_PROPERTIES = {
    "format-version": "2",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
    "commit.manifest-merge.enabled": "true",
    f"write.metadata.metrics.column.{SEQUENCE}": "full",
    _NEXT: "0",
}


class IcebergLake:
    """All events of one workspace.

    An import arrives as one snapshot, whose summary holds the digest of its file and the account of its rows:
    who reads it knows that the import has landed, whatever happened after. One writer at a time: hold a lock
    around `landed`, `append` and `discard`.

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
        table = self._table() or self._create()
        if found := _landing(table, _DIGEST, digest):
            return found
        transaction = table.transaction()
        first = int(table.properties[_NEXT])
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
                _IMPORT: import_id,
                _REFUSED: str(refused),
                _REASONS: msgspec.json.encode(dict(reasons)).decode(),
            }
            with transaction.update_snapshot(snapshot_properties=summary).merge_append() as snapshot:
                for file in files.written:
                    snapshot.append_data_file(file)
            transaction.set_properties({_NEXT: str(files.next)})
            # From here on the events may have landed even where an error is raised: the files must stay.
            landing = _landing(transaction.commit_transaction(), _DIGEST, digest)
        assert landing is not None
        return landing

    def discard(self, import_id: str) -> None:
        """Remove the files of an import that was cut short before it landed; leave one that landed alone."""
        table = self._table()
        if table is None or _landing(table, _IMPORT, import_id):
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
            files = added_files(table, int(since), int(now))
        return None if files is None else self._in_order(table, files)

    def _in_order(self, table: Table, files: list[FileScanTask]) -> Iterator[pa.RecordBatch]:
        with self._named_outages():
            yield from events_in_order(table, files)

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

    def _catalogue(self) -> SqlCatalog:
        with self._opening:
            if self._opened is None:
                self._opened = SqlCatalog("giljabi", **self._settings)
            return self._opened

    @contextmanager
    def _named_outages(self) -> Iterator[None]:
        try:
            with self._outages():
                yield
        except CommitFailedException as error:
            raise StorageUnavailable(
                f"the lake was changed by another writer in the meantime; import the file again ({error})"
            ) from error
        except OSError as error:
            raise StorageUnavailable(f"the warehouse {self._warehouse} does not answer: {error}") from error


def _landing(table: Table, key: str, value: str) -> Landing | None:
    for snapshot in reversed(table.snapshots()):
        facts = _facts(snapshot)
        if facts.get(key) == value:
            return Landing(
                import_id=facts[_IMPORT],
                digest=facts[_DIGEST],
                snapshot=str(snapshot.snapshot_id),
                accepted=int(facts["added-records"]),
                refused=int(facts[_REFUSED]),
                reasons=msgspec.json.decode(facts[_REASONS], type=dict[str, int]),
            )
    return None


def _facts(snapshot: Snapshot) -> Mapping[str, str]:
    return {} if snapshot.summary is None else snapshot.summary.additional_properties
