"""Events into data files of the lake: a chunk at a time, each cut into one file per partition."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from uuid import UUID

import numpy as np
import pyarrow as pa
from pyiceberg.io import FileIO
from pyiceberg.io.pyarrow import write_file
from pyiceberg.manifest import DataFile
from pyiceberg.partitioning import PartitionFieldValue, PartitionKey
from pyiceberg.table import Transaction, WriteTask
from pyiceberg.transforms import BucketTransform
from pyiceberg.types import StringType

from giljabi.model.errors import StorageUnavailable
from giljabi.store.lake.columns import PARTITIONS, check_columns, evolve, stored

CHUNK_ROWS = 1 << 20
CHUNK_BYTES = 256 << 20

_bucket_of = BucketTransform(PARTITIONS).pyarrow_transform(StringType())


class DataFiles:
    """Writes the files of one import; nothing refers to them until they are added to a snapshot.

    Parameters
    ----------
    io
        The table's warehouse.
    transaction
        Takes on the columns that are new.
    import_id
        A UUID in hexadecimal; it stands in every event and in the name of every file.
    first
        The place of the first event in the order of arrival.
    live
        Whether the events come from the inbox, with the columns that only those have.
    """

    def __init__(
        self, io: FileIO, transaction: Transaction, import_id: str, first: int, *, live: bool = False
    ) -> None:
        self._live = live
        self._io = io
        self._transaction = transaction
        self._import = import_id
        self._numbers = itertools.count()
        self.written: list[DataFile] = []
        self.next = first

    def write(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Write canonical batches, holding a chunk in memory at a time."""
        for chunk in _chunks(batches):
            self._write(chunk)

    def remove(self) -> None:
        """Remove all files again."""
        while self.written:
            self._io.delete(self.written.pop().file_path)

    def _write(self, chunk: pa.Table) -> None:
        check_columns(chunk.schema, live=self._live)
        transaction = self._transaction
        update = transaction.update_schema()
        if evolve(transaction.table_metadata.schema(), update, chunk):
            update.commit()
        metadata = transaction.table_metadata
        schema, spec = metadata.schema(), metadata.spec()
        rows = stored(schema, chunk, self._import, self.next)
        bucket = np.asarray(_bucket_of(rows["customer"].combine_chunks()))
        order: pa.Int64Array = pa.array(np.argsort(bucket, kind="stable"), pa.int64())
        rows = rows.take(order)
        ends = np.cumsum(np.bincount(bucket, minlength=PARTITIONS))
        tasks = [
            WriteTask(
                write_uuid=UUID(self._import),
                task_id=next(self._numbers),
                schema=schema,
                record_batches=rows.slice(start, end - start).to_batches(),
                partition_key=PartitionKey([PartitionFieldValue(spec.fields[0], number)], spec, schema),
            )
            for number, (start, end) in enumerate(itertools.pairwise([0, *ends.tolist()]))
            if end > start
        ]
        try:
            self.written.extend(write_file(self._io, metadata, iter(tasks)))
        except OSError as error:
            raise StorageUnavailable(f"the lake at {metadata.location} cannot be written: {error}") from error
        self.next += chunk.num_rows


def file_ending(import_id: str) -> str:
    """Give what the names of an import's files end with."""
    return f"-{UUID(import_id)}.parquet"


def _chunks(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        for start in range(0, batch.num_rows, CHUNK_ROWS):
            part = batch.slice(start, CHUNK_ROWS)
            if held and (rows + part.num_rows > CHUNK_ROWS or size > CHUNK_BYTES):
                yield pa.Table.from_batches(held)
                held, rows, size = [], 0, 0
            held.append(part)
            rows += part.num_rows
            size += part.nbytes
    if held:
        yield pa.Table.from_batches(held)
