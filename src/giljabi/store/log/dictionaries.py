"""Dictionaries: the distinct texts of a column, numbered."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from giljabi.kernels import partition
from giljabi.store.log.layout import Array, ArrowArray


class TextDictionary(Sequence[str]):
    """Texts held as an Arrow array, mapped from a file where there are many.

    One that is mapped has an ``opener``, a function and its arguments that give the same dictionary
    elsewhere, and is pickled as that.
    """

    __slots__ = ("_opener", "array")

    def __init__(self, array: Any, opener: tuple[Any, ...] | None = None) -> None:
        self.array = array
        self._opener = opener

    def __reduce__(self) -> tuple[Any, ...]:
        return self._opener or (TextDictionary, (self.array,))

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return tuple(self.array[index].to_pylist())
        return str(self.array[index].as_py())

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self.array), 65_536):
            yield from self.array[start : start + 65_536].to_pylist()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


class Interner:
    """Numbers texts in the order in which they first appear; may be asked from several threads."""

    def __init__(self) -> None:
        self._table = np.zeros(256, np.uint64)
        self._offsets = np.zeros(64, np.int64)
        self._arena = np.empty(1024, np.uint8)
        self._count = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._count

    def codes(self, lengths: Array, data: Array) -> Array:
        """Number texts given as int32 lengths and their bytes one after another; gives int32 codes."""
        with self._lock:
            self._table, self._offsets, self._arena, self._count, codes = partition.intern(
                self._table, self._offsets, self._arena, self._count, lengths, data
            )
        return codes

    def codes_of(self, texts: ArrowArray) -> Array:
        """Number the texts of an Arrow array without nulls."""
        offsets, data = text_buffers(texts)
        return self.codes(np.diff(offsets).astype(np.int32), data[offsets[0] : offsets[-1]])

    def texts(self) -> ArrowArray:
        """Give the texts in the order of their codes (large strings)."""
        offsets = self._offsets[: self._count + 1]
        return pa.LargeStringArray.from_buffers(
            self._count, arrow_buffer(offsets), arrow_buffer(self._arena[: offsets[-1]])
        )

    def sorted(self) -> tuple[ArrowArray, Array]:
        """Give the texts in order of their code points, and for each code its place in that order (int32)."""
        texts = self.texts()
        order = pc.sort_indices(texts)
        place = np.empty(len(texts), np.int32)
        place[order.to_numpy()] = np.arange(len(texts), dtype=np.int32)
        return texts.take(order), place


def text_buffers(texts: ArrowArray) -> tuple[Array, Array]:
    """Give the offsets (one more than texts) and the UTF-8 bytes of an Arrow array of strings, not copied."""
    wide = pa.types.is_large_string(texts.type)
    _, offsets, data = texts.buffers()
    if len(texts) == 0:
        return np.zeros(1, np.int64), np.empty(0, np.uint8)
    ends = np.frombuffer(offsets, np.int64 if wide else np.int32)[
        texts.offset : texts.offset + len(texts) + 1
    ]
    return ends, np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)


def arrow_buffer(array: Array) -> pa.Buffer:
    """Give a one-dimensional array's memory as an Arrow buffer, not copied where it lies in one piece."""
    return pa.py_buffer(np.ascontiguousarray(array).data)


def code_type(size: int) -> np.dtype[Any]:
    """Give the integer type of codes into a dictionary of this size."""
    return np.dtype(np.int16 if size <= 32_767 else np.int32)
