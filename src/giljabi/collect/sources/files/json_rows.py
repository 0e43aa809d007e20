"""JSON Lines, one object on each line, and a JSON array of objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import numpy as np

from giljabi.collect.accept import Refusal
from giljabi.collect.raw import About, RawBatch
from giljabi.collect.sources.files.encoding import MARK_BYTES, Decoder, shown_encoding
from giljabi.collect.sources.files.lines import Block, line_blocks, readable
from giljabi.collect.sources.files.loose import Row, batch_of, columns_of, flat
from giljabi.collect.sources.files.opened import SAMPLE_ROWS, Opened
from giljabi.collect.sources.files.unpack import Unpacked
from giljabi.model.errors import UnreadableFile

_BLOCK = 4 * 2**20
_ROWS = 50_000
_SPACES = b" \t\r"


class JsonLines:
    """A file with one JSON object on each line; nested names are joined by dots, lists become JSON text."""

    def __init__(self, file: Opened) -> None:
        self._file = file
        file.text()
        self._share: Callable[[], float] = lambda: 0.0
        self._about = About(file.name, "json lines", encoding=shown_encoding(file.encoding), size=file.size)
        self._sample = _first_rows(self._read(2**20))
        self._about.columns = tuple(self._sample.rows.schema.names)

    @property
    def about(self) -> About:
        """What is known of the file."""
        return self._about

    def share(self) -> float:
        """Say how much of the file has been read, 0..1."""
        return self._share()

    def sample(self) -> RawBatch:
        """Give the first rows."""
        return self._sample

    def batches(self, customer: str | None = None) -> Iterator[RawBatch]:
        """Give all rows."""
        return self._read(_BLOCK)

    def _read(self, size: int) -> Iterator[RawBatch]:
        with Unpacked(self._file.path, self._file.name, self._file.limit) as unpacked:
            self._share = unpacked.share
            decoder = Decoder(self._file.encoding)
            for block in line_blocks(decoder.blocks(unpacked.blocks()), size):
                yield _batch(block)
                self._about.encoding = shown_encoding(decoder.encoding)


class JsonArray:
    """A file that is one JSON array of objects; it is read as a whole. Its lines are places in the array."""

    def __init__(self, file: Opened) -> None:
        file.text()
        self._about = About(file.name, "json array", encoding=shown_encoding(file.encoding), size=file.size)
        self._file = file
        self._sample = _first_rows(self.batches())
        self._about.columns = tuple(self._sample.rows.schema.names)

    @property
    def about(self) -> About:
        """What is known of the file."""
        return self._about

    def share(self) -> float:
        """Say how much of the file has been read, 0..1."""
        return 0.5

    def sample(self) -> RawBatch:
        """Give the first rows."""
        return self._sample

    def batches(self, customer: str | None = None) -> Iterator[RawBatch]:
        """Give all rows."""
        elements = decode_whole(self._file, list[msgspec.Raw])
        for start in range(0, len(elements), _ROWS):
            yield _rows(
                [(at + 1, bytes(elements[at])) for at in range(start, min(start + _ROWS, len(elements)))]
            )


def decode_whole(file: Opened, kind: type[Any]) -> Any:
    """Read a whole JSON file as a value of a type."""
    with Unpacked(file.path, file.name, file.limit) as unpacked:
        data = b"".join(Decoder(file.encoding).blocks(unpacked.blocks()))
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise UnreadableFile(
            f"{file.name} is no sound JSON: {error}; it may be cut off, copy it again"
        ) from None


def is_object(line: bytes) -> bool:
    """Say whether a line is a JSON object."""
    return isinstance(_decoded(line), dict)


def _first_rows(batches: Iterator[RawBatch]) -> RawBatch:
    for batch in batches:
        if batch.rows.num_rows or batch.broken:
            count = min(SAMPLE_ROWS, batch.rows.num_rows)
            rows = batch.rows.slice(0, count)
            return RawBatch(rows, batch.lines[:count], batch.originals, batch.broken)
    return RawBatch(columns_of([]), np.zeros(0, np.int64), lambda at: [])


def _batch(block: Block) -> RawBatch:
    lines = block.data.split(b"\n")
    numbered = [(block.line + at, line) for at, line in enumerate(lines) if line.strip(_SPACES)]
    return _rows(numbered, block.broken)


def _rows(numbered: list[tuple[int, bytes]], broken: tuple[Refusal, ...] = ()) -> RawBatch:
    rows: list[Row] = []
    places: list[int] = []
    originals: list[str] = []
    refused = list(broken)
    for place, text in numbered:
        record = None if MARK_BYTES in text else _decoded(text)
        row = _flat(record) if isinstance(record, dict) else None
        if row is None:
            refused.append(Refusal(place, "bad_row", _why(text, record), readable(text)))
            continue
        rows.append(row)
        places.append(place)
        originals.append(text.decode("utf-8", "replace"))
    return batch_of(rows, places, originals, refused)


def _decoded(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def _flat(record: dict[str, Any]) -> Row | None:
    try:
        return flat(record)
    except RecursionError:
        return None


def _why(text: bytes, record: Any) -> str:
    if MARK_BYTES in text:
        return "the line holds bytes that are no text in the file's encoding; save the file as UTF-8"
    if isinstance(record, dict):
        return "lists and objects nest too deeply in the line; lay them flat"
    if record is not None:
        return 'the line is JSON, but no object; write {"name": value, …}'
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        return f"the line is no JSON ({error}); write one object on each line"
    return "the line is null; write one object on each line"
