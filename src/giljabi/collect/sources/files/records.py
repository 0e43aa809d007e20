"""Which lines of a delimited file are which record, and which are none.

A record is a line, unless a quoted field holds a newline. Most blocks are settled by counting bytes; only
lines that look odd are read field by field. A quote that is opened and never closed breaks its own line only:
the lines after it are read as if it had not been there.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from giljabi.collect.accept import Refusal
from giljabi.collect.sources.files.encoding import MARK_BYTES
from giljabi.collect.sources.files.lines import Block, readable

Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

_LONGEST_RECORD = 2**20
_MOST_LINES = 10_000
_LONE_RETURN, _TOO_LONG = -1, -2


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a block.

    ``starts`` and ``ends`` are places in ``data`` (an end is where its newline stands), ``lines`` the number
    of the line each begins in. ``broken`` are records with a wrong number of fields or a quote left open.
    ``rest`` is the start of a record that may go on in the next block, ``rest_line`` the number of its line.
    """

    data: bytes
    starts: Ints
    ends: Ints
    lines: Ints
    broken: tuple[Refusal, ...]
    rest: bytes
    rest_line: int

    def text(self) -> bytes:
        """Give the bytes of the good records only, each ending with a newline."""
        if not len(self.starts):
            return b""
        breaks = np.flatnonzero(self.starts[1:] != self.ends[:-1] + 1)
        if not len(breaks):
            return self.data[int(self.starts[0]) : int(self.ends[-1]) + 1]
        first = np.concatenate(([0], breaks + 1))
        last = np.concatenate((breaks, [len(self.starts) - 1]))
        runs = zip(self.starts[first].tolist(), self.ends[last].tolist(), strict=True)
        return b"".join(self.data[start : end + 1] for start, end in runs)

    def original(self, at: int) -> str:
        """Give the text of one record."""
        return readable(self.data[int(self.starts[at]) : int(self.ends[at])])


def find_records(block: Block, delimiter: str, fields: int) -> Records:
    """Find the records of a block of lines.

    Parameters
    ----------
    block
        Whole lines.
    delimiter
        One ASCII character.
    fields
        How many fields a record has to have.
    """
    return _Search(block, delimiter, fields).records()


class _Search:
    def __init__(self, block: Block, delimiter: str, fields: int) -> None:
        self._block = block
        self._data = block.data
        self._delimiter = delimiter
        self._fields = fields
        self._bytes = np.frombuffer(block.data, dtype=np.uint8)
        self._ends: Ints = np.flatnonzero(self._bytes == ord("\n"))
        self._starts: Ints = np.concatenate(([0], self._ends[:-1] + 1)) if len(self._ends) else self._ends
        self._broken: list[Refusal] = list(block.broken)

    def records(self) -> Records:
        odd, counts = self._count()
        blank = self._blank()
        suspect = (odd | (counts != self._fields) | self._lone_returns()) & ~blank
        good = ~blank & ~suspect
        last_line = np.arange(len(self._ends))
        rest_at = self._settle(np.flatnonzero(suspect), good, last_line)
        good[rest_at:] = False
        spoiled = self._spoiled(good, last_line)
        good &= ~spoiled
        first = np.flatnonzero(good)
        rest = self._data[int(self._starts[rest_at]) :] if rest_at < len(self._ends) else b""
        return Records(
            self._data,
            self._starts[first],
            self._ends[last_line[first]],
            first + self._block.line,
            tuple(sorted(self._broken, key=lambda one: one.line)),
            rest,
            self._block.line + rest_at,
        )

    def _count(self) -> tuple[Mask, Ints]:
        lines = len(self._ends)
        delimiters = np.flatnonzero(self._bytes == ord(self._delimiter))
        if b'"' not in self._data:
            before = np.searchsorted(delimiters, self._ends)
            return np.zeros(lines, np.bool_), np.diff(before, prepend=0) + 1
        quotes = np.flatnonzero(self._bytes == ord('"'))
        quotes_before = np.searchsorted(quotes, self._ends)
        odd = np.diff(quotes_before, prepend=0) % 2 == 1
        line_of = np.searchsorted(self._ends, delimiters)
        quotes_at_start = np.concatenate(([0], quotes_before))[line_of]
        outside = (np.searchsorted(quotes, delimiters) - quotes_at_start) % 2 == 0
        return odd, np.bincount(line_of[outside], minlength=lines) + 1

    def _blank(self) -> Mask:
        length = self._ends - self._starts
        blank: Mask = length == 0
        single = np.flatnonzero(length == 1)
        blank[single] = self._bytes[self._starts[single]] == ord("\r")
        return blank

    def _lone_returns(self) -> Mask:
        found = np.zeros(len(self._ends), np.bool_)
        if b"\r" in self._data:
            returns = np.flatnonzero(self._bytes == ord("\r"))
            lone = returns[self._bytes[returns + 1] != ord("\n")]
            found[np.searchsorted(self._ends, lone)] = True
        return found

    def _settle(self, suspects: Ints, good: Mask, last_line: Ints) -> int:
        """Read the suspect lines one by one; give the line from which the next block has to go on."""
        done = 0
        for line in map(int, suspects):
            if line < done:
                continue
            used, fields, closed = self._read_record(line)
            done = line + used
            if not closed and not self._block.last and self._is_short(line):
                return line
            if closed and fields == self._fields:
                good[line:done] = False
                good[line], last_line[line] = True, done - 1
                continue
            # Whatever a stray quote swallowed is looked at again, line by line.
            done = line + 1
            good[line] = False
            self._refuse(line, self._why(used, fields, closed))
        return len(self._ends)

    def _read_record(self, line: int) -> tuple[int, int, bool]:
        ended = False

        def texts() -> Iterator[str]:
            nonlocal ended
            size = 0
            for at in range(line, min(len(self._ends), line + _MOST_LINES)):
                text = self._data[int(self._starts[at]) : int(self._ends[at]) + 1]
                size += len(text)
                if size > _LONGEST_RECORD and at > line:
                    break
                yield text.decode("utf-8", "replace")
            ended = True

        reader = csv.reader(texts(), delimiter=self._delimiter)
        try:
            fields = next(reader)
        except csv.Error as error:
            return 1, _TOO_LONG if "field limit" in str(error) else _LONE_RETURN, True
        return int(reader.line_num), len(fields), not ended

    def _is_short(self, line: int) -> bool:
        open_bytes = len(self._data) - int(self._starts[line])
        return open_bytes <= _LONGEST_RECORD and len(self._ends) - line < _MOST_LINES

    def _why(self, used: int, fields: int, closed: bool) -> str:
        if not closed or used > 1:
            return 'a quote (") is opened and not closed; close it, or write "" for a quote in a text'
        if fields == _TOO_LONG:
            return f"a field is longer than {csv.field_size_limit():,} characters; shorten it"
        if fields == _LONE_RETURN:
            return "the row holds a carriage return that ends no line; remove it, or put the field in quotes"
        return f"{fields} fields where the header has {self._fields}; give each column one field"

    def _spoiled(self, good: Mask, last_line: Ints) -> Mask:
        spoiled = np.zeros(len(good), np.bool_)
        firsts = np.flatnonzero(good)
        for sign, why in (
            (
                MARK_BYTES,
                "the row holds bytes that are no text in the file's encoding; save the file as UTF-8",
            ),
            (b"\0", "the row holds a null character; remove it"),
        ):
            at = self._data.find(sign)
            while at >= 0 and len(firsts):
                line = int(np.searchsorted(self._ends, at))
                place = int(np.searchsorted(firsts, line, side="right")) - 1
                first = int(firsts[max(0, place)])
                if first <= line <= last_line[first] and not spoiled[first]:
                    spoiled[first] = True
                    self._refuse(first, why, int(last_line[first]))
                at = self._data.find(sign, int(self._ends[line]))
        return spoiled

    def _refuse(self, line: int, detail: str, last: int | None = None) -> None:
        end = self._ends[line if last is None else last]
        raw = readable(self._data[int(self._starts[line]) : int(end)])
        self._broken.append(Refusal(self._block.line + line, "bad_row", detail, raw))
