"""CSV and TSV: text with a delimiter, in any encoding, packed or not."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from giljabi.collect.accept import Refusal
from giljabi.collect.raw import About, Lines, RawBatch
from giljabi.collect.sources.files.dialect import Dialect, sniff_dialect
from giljabi.collect.sources.files.encoding import Decoder, shown_encoding
from giljabi.collect.sources.files.lines import Block, line_blocks, unix_lines
from giljabi.collect.sources.files.opened import SAMPLE_ROWS, Opened
from giljabi.collect.sources.files.records import Records, find_records
from giljabi.collect.sources.files.unpack import Unpacked

_BLOCK = 8 * 2**20


class DelimitedFile:
    """A file of rows with a delimiter between the fields.

    Its first line names the columns. Rows with another number of fields are broken, as are rows with bytes
    that are no text; blank lines are no rows.
    """

    def __init__(self, file: Opened) -> None:
        self._file = file
        text = file.text()
        self._old_mac = "\r" in text and "\n" not in text
        self._dialect = sniff_dialect(text.replace("\r", "\n") if self._old_mac else text, file.name)
        self._share: Callable[[], float] = lambda: 0.0
        self._about = About(
            name=file.name,
            format="tsv" if self._dialect.delimiter == "\t" else "csv",
            columns=self._dialect.columns,
            encoding=shown_encoding(file.encoding),
            delimiter=self._dialect.delimiter,
            size=file.size,
            untyped=True,
            fixed=True,
            problems=[*self._dialect.problems, *([file.doubt] if file.doubt else [])],
        )

    @property
    def about(self) -> About:
        """What is known of the file."""
        return self._about

    def share(self) -> float:
        """Say how much of the file has been read, 0..1."""
        return self._share()

    def sample(self) -> RawBatch:
        """Give the first rows."""
        for batch in self._read(2**20):
            count = min(SAMPLE_ROWS, batch.rows.num_rows)
            if count or batch.broken:
                return RawBatch(
                    batch.rows.slice(0, count), batch.lines[:count], batch.originals, batch.broken
                )
        return RawBatch(_no_rows(self._dialect), np.zeros(0, np.int64), lambda at: [])

    def batches(self, customer: str | None = None) -> Iterator[RawBatch]:
        """Give all rows."""
        return self._read(_BLOCK)

    def _read(self, size: int) -> Iterator[RawBatch]:
        with Unpacked(self._file.path, self._file.name, self._file.limit) as unpacked:
            self._share = unpacked.share
            decoder = Decoder(self._file.encoding)
            stream = unix_lines(decoder.blocks(unpacked.blocks()), old_mac=self._old_mac)
            for block in _with_rests(line_blocks(stream, size), self._dialect):
                batch = self._batch(block)
                self._about.encoding = shown_encoding(decoder.encoding)
                if batch.rows.num_rows or batch.broken:
                    yield batch

    def _batch(self, records: Records) -> RawBatch:
        rows, odd = _parse(records, self._dialect)
        good = np.delete(np.arange(len(records.starts)), list(odd))
        lines = records.lines[good]
        width = len(self._dialect.columns)
        detail = "{} fields where the header has {}; give each column one field"
        broken = [
            Refusal(int(records.lines[at]), "bad_row", detail.format(count, width), records.original(at))
            for at, count in odd.items()
        ]

        def originals(at: Lines) -> list[str]:
            return [records.original(one) for one in good[at].tolist()]

        return RawBatch(rows, lines, originals, [*records.broken, *broken])


def _with_rests(blocks: Iterator[Block], dialect: Dialect) -> Iterator[Records]:
    rest, rest_line = b"", 0
    to_skip = dialect.header_lines
    for block in blocks:
        data, line = block.data, block.line
        if to_skip:
            cut = 0
            while to_skip and (end := data.find(b"\n", cut)) >= 0:
                cut, line, to_skip = end + 1, line + 1, to_skip - 1
            data = data[cut:]
        if rest:
            data, line = rest + data, rest_line
        whole = Block(data, line, block.broken, block.last)
        records = find_records(whole, dialect.delimiter, len(dialect.columns))
        rest, rest_line = records.rest, records.rest_line
        yield records


def _parse(records: Records, dialect: Dialect) -> tuple[pa.RecordBatch, dict[int, int]]:
    """Give the rows, and of each record that is none its place and how many fields it has."""
    text = records.text()
    if not text:
        return _no_rows(dialect), {}
    names = list(dialect.columns)
    invalid: list[Any] = []

    def refuse(row: Any) -> Literal["skip"]:
        invalid.append(row)
        return "skip"

    table = pa_csv.read_csv(
        io.BytesIO(text),
        read_options=pa_csv.ReadOptions(use_threads=False, column_names=names, block_size=len(text) + 1),
        parse_options=pa_csv.ParseOptions(
            delimiter=dialect.delimiter,
            newlines_in_values=b'"' in text,
            ignore_empty_lines=False,
            invalid_row_handler=refuse,
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    if invalid or table.num_rows != len(records.starts):
        return _parse_slowly(records, dialect)
    return table.combine_chunks().to_batches()[0], {}


def _parse_slowly(records: Records, dialect: Dialect) -> tuple[pa.RecordBatch, dict[int, int]]:
    """Read record by record; two readers differ in what they make of a stray quote."""
    rows, odd = [], {}
    for at, (start, end) in enumerate(zip(records.starts.tolist(), records.ends.tolist(), strict=True)):
        text = records.data[start:end].decode("utf-8", "replace")
        fields = next(csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter))
        if len(fields) == len(dialect.columns):
            rows.append(fields)
        else:
            odd[at] = len(fields)
    if not rows:
        return _no_rows(dialect), odd
    arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=list(dialect.columns)), odd


def _no_rows(dialect: Dialect) -> pa.RecordBatch:
    arrays = [pa.array([], pa.string()) for _ in dialect.columns]
    return pa.RecordBatch.from_arrays(arrays, names=list(dialect.columns))
