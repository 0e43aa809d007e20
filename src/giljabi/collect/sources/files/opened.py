"""A file that was found to be there, with its first bytes."""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass, field
from pathlib import Path

from giljabi.collect.sources.files.encoding import MARK, doubt_about, sniff_encoding
from giljabi.collect.sources.files.unpack import Unpacked, UnpackLimit
from giljabi.model.errors import UnreadableFile

SAMPLE_ROWS = 20_000
"""Rows looked at to guess roles."""

_HEAD = 2**20


@dataclass(slots=True)
class Opened:
    """A file and its beginning.

    ``head`` are its first bytes (up to 1 MiB, unpacked if the file is packed), ``size`` its bytes on disk.
    Once the text was looked at, ``encoding`` is its encoding and ``doubt`` says what speaks against it.
    """

    path: Path
    name: str
    limit: UnpackLimit
    size: int
    packed: bool
    head: bytes
    encoding: str = field(default="")
    doubt: str = field(default="")

    def text(self) -> str:
        """Give the beginning as text.

        Raises
        ------
        UnreadableFile
            If it is no text.
        """
        encoding = sniff_encoding(self.head)
        if encoding is None:
            raise UnreadableFile(
                f"{self.name} is no text and has no format known here; give CSV, Parquet, JSON Lines, Arrow, "
                "XES or OCEL 2.0 JSON"
            )
        self.encoding = encoding
        self.doubt = doubt_about(encoding)
        return codecs.getincrementaldecoder(encoding)("replace").decode(self.head).replace(MARK, "\ufffd")


def open_path(source: str | os.PathLike[str], name: str | None, limit: UnpackLimit) -> Opened:
    """Open a file and look at its beginning.

    Raises
    ------
    UnreadableFile
        If it is missing, a directory, empty, or cannot be read or unpacked.
    """
    path = Path(source)
    shown = name or path.name or str(path)
    if path.is_dir():
        raise UnreadableFile(f"{path} is a directory; give one file")
    if not path.exists():
        raise UnreadableFile(f"there is no file {path}")
    try:
        size = path.stat().st_size
        with Unpacked(path, shown, limit) as unpacked:
            head = unpacked.read(_HEAD)
            packed = unpacked.packed
    except PermissionError:
        raise UnreadableFile(f"{path} may not be read; give this user the right to read it") from None
    if not head:
        raise UnreadableFile(f"{shown} is empty" + (" when unpacked" if packed else ""))
    return Opened(path, shown, limit, size, packed, head)
