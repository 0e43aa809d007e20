"""Files of the lake written anew: joined ones, and ones whose rows go to other customers."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute
from pyiceberg.io.pyarrow import ArrowScan, schema_to_pyarrow, write_file
from pyiceberg.manifest import DataFile
from pyiceberg.partitioning import PartitionFieldValue, PartitionKey
from pyiceberg.table import ALWAYS_TRUE, FileScanTask, Table, WriteTask
from pyiceberg.transforms import BucketTransform
from pyiceberg.types import StringType

from giljabi.model.errors import StorageUnavailable
from giljabi.store.lake.columns import PARTITIONS, SEQUENCE
from giljabi.store.lake.commits import NEXT, marks

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

_bucket_of = BucketTransform(PARTITIONS).pyarrow_transform(StringType())


def buckets_of(customers: pa.ChunkedArray[Any]) -> np.ndarray[Any, np.dtype[Any]]:
    """Give the partition of each customer."""
    return np.asarray(_bucket_of(customers.combine_chunks()))


class Rewriting:
    """Files to be put in the place of others by one snapshot.

    Parameters
    ----------
    table
        As it is now; the commit fails where it is another one by then.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._write_uuid = uuid4()
        self._numbers = itertools.count()
        self.gone: list[DataFile] = []
        self.made: list[DataFile] = []

    def read(self, tasks: Iterable[FileScanTask], *names: str) -> pa.Table:
        """Give whole rows of files, or some columns of them."""
        schema = self._table.schema()
        wanted = schema.select(*names) if names else schema
        rows = ArrowScan(self._table.metadata, self._table.io, wanted, ALWAYS_TRUE).to_table(tasks)
        return rows.cast(schema_to_pyarrow(wanted, include_field_ids=False))

    def write(self, rows: pa.Table, bucket: int) -> None:
        """Write rows of one partition as a file."""
        if rows.num_rows == 0:
            return
        metadata = self._table.metadata
        schema, spec = metadata.schema(), metadata.spec()
        task = WriteTask(
            write_uuid=self._write_uuid,
            task_id=next(self._numbers),
            schema=schema,
            record_batches=rows.combine_chunks().to_batches(),
            partition_key=PartitionKey([PartitionFieldValue(spec.fields[0], bucket)], spec, schema),
        )
        try:
            self.made.extend(write_file(self._table.io, metadata, iter([task])))
        except OSError as error:
            raise StorageUnavailable(f"the lake at {metadata.location} cannot be written: {error}") from error

    def replace(self, task: FileScanTask) -> None:
        """Have a file go: its rows have been written, or are to go with it."""
        self.gone.append(task.file)

    def commit(self, *, moved: bool) -> None:
        """Put the new files in the place of the old ones; ``moved`` says that events have changed."""
        transaction = self._table.transaction()
        # What is here has arrived before: the place that is free next stays.
        summary = marks(self._table, int(self._table.properties[NEXT]), moved=moved)
        with transaction.update_snapshot(snapshot_properties=summary).overwrite() as snapshot:
            for file in self.made:
                snapshot.append_data_file(file)
            for file in self.gone:
                snapshot.delete_data_file(file)
        transaction.commit_transaction()

    def remove(self) -> None:
        """Remove what was written."""
        while self.made:
            self._table.io.delete(self.made.pop().file_path)


def by_customer(rows: pa.Table) -> pa.Table:
    """Sort rows by customer, time and arrival."""
    keys = [("customer", "ascending"), ("time", "ascending"), (SEQUENCE, "ascending")]
    return rows.take(pc.sort_indices(rows.select([name for name, _ in keys]), sort_keys=keys))


def by_arrival(rows: pa.Table) -> pa.Table:
    """Sort rows by arrival."""
    return rows.take(np.argsort(rows[SEQUENCE].to_numpy(), kind="stable"))


def by_bucket(rows: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """Give the rows of each partition."""
    bucket = buckets_of(rows["customer"])
    for number in np.unique(bucket).tolist():
        yield number, rows.filter(pa.array(bucket == number))
