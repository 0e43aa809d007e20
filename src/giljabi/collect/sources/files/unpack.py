"""Bytes of a file, unpacked if they are packed, never more of them than a limit allows."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from giljabi.model.errors import UnreadableFile

GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class UnpackLimit:
    """How much a packed file may unpack to.

    Parameters
    ----------
    size
        Bytes at most.
    ratio
        Unpacked bytes for each packed one at most, looked at only beyond ``beyond`` unpacked bytes.
    """

    size: int = 2 * 2**30
    ratio: float = 200.0
    beyond: int = 64 * 2**20


class Unpacked:
    """A file's bytes, unpacked while they are read.

    Raises
    ------
    UnreadableFile
        From `read`, if the packed data is broken or cut off, or unpacks beyond the limit.
    """

    def __init__(self, path: Path, name: str, limit: UnpackLimit) -> None:
        self._name = name
        self._limit = limit
        self._size = max(1, path.stat().st_size)
        self._file: BinaryIO = path.open("rb")
        self.packed = self._file.read(2) == GZIP
        self._file.seek(0)
        self._out = 0
        self._bytes: BinaryIO | gzip.GzipFile = (
            gzip.GzipFile(fileobj=self._file) if self.packed else self._file
        )

    def read(self, size: int) -> bytes:
        """Give up to ``size`` bytes, none at the end."""
        try:
            data = self._bytes.read(size)
        except EOFError:
            raise UnreadableFile(
                f"{self._name} is cut off: its gzip data ends after {self._out:,} bytes; copy it again"
            ) from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise UnreadableFile(
                f"{self._name} is damaged: its gzip data cannot be unpacked ({error}); copy it again"
            ) from None
        self._out += len(data)
        if self.packed:
            self._check()
        return data

    def _check(self) -> None:
        limit = self._limit
        if self._out > limit.size:
            raise UnreadableFile(
                f"{self._name} unpacks to more than the limit of {_megabytes(limit.size)}; "
                "unpack it yourself, or raise the limit, if you trust it"
            )
        if self._out > limit.beyond and self._out > limit.ratio * self._file.tell():
            raise UnreadableFile(
                f"{self._name} unpacks to more than {limit.ratio:g} times its size "
                f"(the limit beyond {_megabytes(limit.beyond)}), as a zip bomb does; "
                "unpack it yourself, or raise the limit, if you trust it"
            )

    def blocks(self, size: int = 2**20) -> Iterator[bytes]:
        """Give all bytes, ``size`` at a time."""
        while block := self.read(size):
            yield block

    def share(self) -> float:
        """Say how much of the file has been read, 0..1."""
        return 1.0 if self._file.closed else self._file.tell() / self._size

    def __enter__(self) -> Unpacked:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bytes.close()
        self._file.close()


def _megabytes(size: int) -> str:
    return f"{size / 2**30:g} GiB" if size >= 2**30 else f"{size / 2**20:g} MiB"
