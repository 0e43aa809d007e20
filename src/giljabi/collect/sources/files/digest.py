"""A fingerprint of a source's content, so that importing it twice adds nothing."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pyarrow as pa

from giljabi.collect.sources.files.opened import open_path
from giljabi.collect.sources.files.unpack import UnpackLimit

_ROWS = 2**16


class _Hash(io.RawIOBase):
    """A file that keeps the hash of what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.sha = hashlib.sha256()

    def write(self, data: Any) -> int:
        """Take note of bytes."""
        self.sha.update(data)
        return len(data)

    def writable(self) -> bool:
        """Say that it takes bytes."""
        return True


def source_digest(source: Any) -> str:
    """Give the SHA-256 of a source's content.

    Parameters
    ----------
    source
        A path, whose bytes are read as they lie there, or an object with ``__arrow_c_stream__`` that can be
        read more than once; how it is cut into batches does not matter.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    if not hasattr(source, "__arrow_c_stream__"):
        file = open_path(source, None, UnpackLimit())
        with file.path.open("rb") as bytes_:
            return hashlib.file_digest(bytes_, "sha256").hexdigest()
    table = pa.RecordBatchReader.from_stream(source).read_all().combine_chunks()
    sink = _Hash()
    with pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), table.schema.remove_metadata()) as writer:
        writer.write_table(table.replace_schema_metadata(None), max_chunksize=_ROWS)
    return sink.sha.hexdigest()
