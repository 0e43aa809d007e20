"""A place for checked rows until the last of them is known.

A CSV or an XES file does not say what its columns hold: whether a property is a number is known only after
its last row. So rows wait here, in memory while they are few, then in a temporary file; which has a second
merit: a file that turns out broken half-way has handed over nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import pyarrow as pa

_IN_MEMORY = 64 * 2**20


class Spool:
    """Batches of any columns, in order, to be read back once or more."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="giljabi-spool-")  # noqa: SIM115
        self._sizes: list[int] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """Append a batch."""
        sink = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.ipc.new_stream(sink, batch.schema, options=options) as writer:
            writer.write_batch(batch)
        packed = sink.getvalue()
        self._sizes.append(packed.size)
        self._file.write(packed)

    def __len__(self) -> int:
        return len(self._sizes)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        at = 0
        for size in self._sizes:
            self._file.seek(at)
            at += size
            yield pa.ipc.open_stream(self._file.read(size)).read_next_batch()

    def close(self) -> None:
        """Let the rows go."""
        self._file.close()
