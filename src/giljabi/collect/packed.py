"""Calls as the inbox packed them: columns of all of them, and objects only of those that are asked for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import msgspec
import numpy as np
import pyarrow as pa

from giljabi.collect.calls import Call, CallType, Value, pack, unpack

if TYPE_CHECKING:
    from giljabi.kernels import Cells, Records

Ints = np.ndarray[Any, np.dtype[np.int64]]

TYPE, MESSAGE, TIME, IDENTIFIERS, EVENT, CHANNEL, VALUE, PROPERTIES = range(8)
"""Places of the fields of `Call`."""

TYPES: tuple[CallType, ...] = ("track", "page", "screen", "identify", "group", "alias", "feedback")

_FIELDS = 11
_call = msgspec.msgpack.Decoder(Call)
_identifiers = msgspec.msgpack.Decoder(dict[str, str])
_BY_LETTER = np.full(256, -1, np.int8)
_BY_LETTER[[ord(one[0]) for one in TYPES]] = np.arange(len(TYPES))


class Calls(Sequence[Call]):
    """Calls in the order of arrival.

    Parameters
    ----------
    data
        uint8: packed bodies, one after the other.
    found
        Where their fields lie.

    Attributes
    ----------
    body
        The body of each call.
    types
        The place in `TYPES` of what kind of call each is.
    times
        When each happened, milliseconds since 1970 UTC.
    """

    def __init__(self, data: np.ndarray[Any, np.dtype[np.uint8]], found: Records) -> None:
        self._data = data
        self._bytes: memoryview = data.data
        self._found = found
        self.body: Ints = found.body
        self.types = _BY_LETTER[data[found.fields[TYPE, :, 0]]]
        self.times: Ints = found.integers[TIME]

    @classmethod
    def packed(cls, bodies: Sequence[bytes]) -> Calls:
        """Look through packed bodies."""
        data, found = _scanned(bodies)
        if not found.sound:
            # What is not as `pack` leaves it is no calls, or is packed in another way.
            data, found = _scanned([pack(unpack(body)) for body in bodies])
        return cls(data, found)

    @classmethod
    def of(cls, calls: Sequence[Call]) -> Calls:
        """Give these calls as such."""
        return calls if isinstance(calls, Calls) else cls.packed([pack(calls)])

    def __len__(self) -> int:
        return len(self.body)

    @overload
    def __getitem__(self, place: int) -> Call: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Call]: ...
    def __getitem__(self, place: int | slice) -> Call | Sequence[Call]:
        if isinstance(place, slice):
            return self.take(np.arange(len(self))[place])
        start, end = self._found.bounds[place].tolist()
        return _call.decode(self._bytes[start:end])

    def __iter__(self) -> Iterator[Call]:
        return (_call.decode(self._bytes[start:end]) for start, end in self._found.bounds.tolist())

    def take(self, places: Any) -> Calls:
        """Give the calls at some places."""
        found = self._found
        return Calls(
            self._data,
            found._replace(
                body=found.body[places],
                bounds=found.bounds[places],
                fields=found.fields[:, places],
                numbers=found.numbers[:, places],
                integers=found.integers[:, places],
            ),
        )

    def texts(self, field: int, *, otherwise: int | None = None) -> pa.StringArray:
        """Give a field that is text; of calls where it is empty, another, or null where there is none."""
        where = self._found.fields[field]
        if otherwise is not None:
            where = np.where((where[:, 1] > where[:, 0])[:, None], where, self._found.fields[otherwise])
        return text_array(self._data, where)

    def numbers(self, field: int) -> pa.Array[Any]:
        """Give a field that is a number; null where there is none."""
        values = self._found.numbers[field]
        return pa.array(values, pa.float64(), mask=np.isnan(values))

    def holds(self, field: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Say of which calls a field is text or a record."""
        return self._found.fields[field, :, 0] >= 0

    def cells(self, field: int, without: Any = None) -> Cells:
        """Give the entries of a field that is a record, but for calls of which ``without`` is true."""
        from giljabi.kernels import scan_cells  # comes with numba

        start = self._found.fields[field, :, 0]
        if without is not None:
            start = np.where(without, -1, start)
        return scan_cells(self._data, start, self._found.fields[field, :, 1])

    def text_of(self, cells: Cells, which: Ints) -> pa.StringArray:
        """Give the texts of some entries; null for -1."""
        return text_array(self._data, np.where((which >= 0)[:, None], cells.where[which], -1))

    def values_of(self, cells: Cells, which: Ints) -> Iterator[Value]:
        """Give the values of some entries, of whatever kind."""
        for cell in which.tolist():
            start, end = cells.where[cell].tolist()
            kind = int(cells.kind[cell])
            if kind == 4:
                yield bytes(self._bytes[start:end]).decode()
            else:
                yield (None, False, True, float(cells.number[cell]))[kind]

    def keys_of(self, cells: Cells) -> list[str]:
        """Name the keys of entries."""
        return [bytes(self._bytes[start:end]).decode() for start, end in cells.keys.tolist()]

    @cached_property
    def identity(self) -> tuple[Ints, list[dict[str, str]]]:
        """Which of the different identities each call has, and those: identifiers by kind."""
        codes, distinct = self._identities
        packed: list[Any] = distinct.to_pylist()
        return codes, [_identifiers.decode(one) for one in packed]

    @cached_property
    def _identities(self) -> tuple[Ints, pa.Array[Any]]:
        packed = _buffers(pa.binary(), self._data, self._found.fields[IDENTIFIERS])
        encoded: Any = packed.dictionary_encode()
        return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary

    def identity_json(self) -> pa.StringArray:
        """Write the identifiers of each call as a JSON object."""
        from giljabi.kernels import write_json  # comes with numba

        cells = self.cells(IDENTIFIERS)
        first = np.searchsorted(cells.record, np.arange(len(self) + 1))
        offsets, texts, plain = write_json(self._data, first, cells.keys[cells.key], cells.where)
        written = pa.StringArray.from_buffers(len(self), _as_buffer(offsets), _as_buffer(texts))
        if plain.all():
            return written
        values = written.filter(pa.array(plain)).to_pylist()
        by_hand = iter(values)
        return pa.array(
            [
                next(by_hand) if good else msgspec.json.encode(self[n].identifiers).decode()
                for n, good in enumerate(plain.tolist())
            ],
            pa.string(),
        )

    def messages(self) -> list[bytes]:
        """Give the names of the messages in UTF-8."""
        names = self.texts(MESSAGE)
        _, offsets, texts = names.buffers()
        assert offsets is not None
        ends = np.frombuffer(offsets.to_pybytes(), np.int32)[: len(names) + 1].tolist()
        raw = b"" if texts is None else texts.to_pybytes()
        return [raw[start:end] for start, end in itertools.pairwise(ends)]


def text_array(data: np.ndarray[Any, np.dtype[np.uint8]], where: Any) -> pa.StringArray:
    """Make a column of texts that lie somewhere; null where one starts at -1."""
    return _buffers(pa.string(), data, where)  # type: ignore[return-value]


def _buffers(kind: pa.DataType, data: Any, where: Any) -> pa.Array[Any]:
    from giljabi.kernels import gather_texts  # comes with numba

    offsets, texts = gather_texts(data, where[:, 0], where[:, 1])
    there = where[:, 0] >= 0
    valid = None if there.all() else _as_buffer(np.packbits(there, bitorder="little"))
    buffers = [valid, _as_buffer(offsets), _as_buffer(texts)]
    return pa.Array.from_buffers(kind, len(where), buffers)


def _as_buffer(array: Any) -> pa.Buffer:
    return pa.py_buffer(array)


def _scanned(bodies: Sequence[bytes]) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], Records]:
    from giljabi.kernels import scan_records  # comes with numba

    data = np.frombuffer(b"".join(bodies), np.uint8)
    ends = np.cumsum([len(body) for body in bodies], dtype=np.int64)
    return data, scan_records(data, ends, _FIELDS)
