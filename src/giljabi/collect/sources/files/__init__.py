"""Files and Arrow objects as sources of rows.

A format is told by its first bytes (`formats`); each has a file of its own.
"""

from __future__ import annotations

import os
from typing import Any

from giljabi.collect.raw import RawSource
from giljabi.collect.sources.files.digest import source_digest
from giljabi.collect.sources.files.formats import reader_of
from giljabi.collect.sources.files.opened import open_path
from giljabi.collect.sources.files.typed import ArrowObject
from giljabi.collect.sources.files.unpack import UnpackLimit
from giljabi.model.errors import UnreadableFile

__all__ = ["UnpackLimit", "open_source", "source_digest"]


def open_source(source: Any, name: str | None = None, limit: UnpackLimit | None = None) -> RawSource:
    """Open a file or an Arrow object as a source of rows.

    Parameters
    ----------
    source
        A path, or an object with ``__arrow_c_stream__``.
    name
        What the source is called in messages; the file's name if left out.
    limit
        How much a packed file may unpack to.

    Raises
    ------
    UnreadableFile
        If there is no such file, it has no format known here, or it is broken at its beginning.
    """
    if hasattr(source, "__arrow_c_stream__"):
        return ArrowObject(source, name or "the table")
    if not isinstance(source, str | os.PathLike):
        raise UnreadableFile(
            f"a {type(source).__name__} cannot be read; give a path, or a frame or table of pandas, Polars "
            "or pyarrow"
        )
    file = open_path(source, name, limit or UnpackLimit())
    return reader_of(file)(file)
