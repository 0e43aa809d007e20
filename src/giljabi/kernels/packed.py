"""Records packed by MessagePack, laid out as arrays without making an object of any of them.

A packed body is a list of records, each a list of fields; field ``n`` of all records becomes one column. What
is text or a record of its own is told by where its bytes lie, what is a number by its value. Format:
https://github.com/msgpack/msgpack/blob/master/spec.md
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, read_only

NOTHING, FALSE, TRUE, NUMBER, TEXT = range(5)
"""Kinds of values in a record of properties."""


class Records(NamedTuple):
    """Where the fields of records lie.

    Attributes
    ----------
    body
        int64, the body of each record.
    bounds
        int64, records × 2: from where to where a whole record lies.
    fields
        int64, fields × records × 2: from where to where the bytes of a text or of a nested record or list lie
        (of a text without its head); -1 where the field holds nothing else, or is missing.
    numbers
        float64, fields × records: a number; NaN elsewhere.
    integers
        int64, fields × records: a whole number; 0 elsewhere.
    sound
        Whether all bodies were whole, and of this shape.
    """

    body: Array
    bounds: Array
    fields: Array
    numbers: Array
    integers: Array
    sound: bool


class Cells(NamedTuple):
    """The entries of nested records, one after another.

    ``record`` (int64) is the record of each, ``key`` (int64) the number of its key in ``keys`` (int64,
    keys × 2: where its text lies), in the order in which keys first appear; ``kind`` (int8) what the value
    is; of texts ``where`` (int64, entries × 2) says where they lie, of numbers ``number`` (float64) is the
    value.
    """

    record: Array
    key: Array
    keys: Array
    kind: Array
    where: Array
    number: Array
    sound: bool


def scan_records(data: Array, ends: Array, fields: int) -> Records:
    """Find the fields of all records of some packed bodies.

    Parameters
    ----------
    data
        uint8: the bodies, one after the other.
    ends
        int64: where each body ends.
    fields
        How many fields a record has; further ones are passed over, missing ones hold nothing.
    """
    bytes_, where = read_only(data, np.uint8), read_only(ends, np.int64)
    counts, sound = _count(bytes_, where)
    total = int(counts.sum())
    body = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    bounds = np.full((total, 2), -1, np.int64)
    found = np.full((fields, total, 2), -1, np.int64)
    numbers = np.full((fields, total), np.nan)
    integers = np.zeros((fields, total), np.int64)
    if sound:
        sound = _scan(bytes_, where, bounds, found, numbers, integers)
    return Records(body, bounds, found, numbers, integers, bool(sound))


def scan_cells(data: Array, start: Array, end: Array) -> Cells:
    """Find the entries of nested records whose keys are texts.

    Parameters
    ----------
    data
        uint8.
    start, end
        int64: where each nested record lies; one that starts at -1 has no entries.
    """
    bytes_, begin, close = read_only(data, np.uint8), read_only(start, np.int64), read_only(end, np.int64)
    count = int(_counted(bytes_, begin))
    if count > len(bytes_):
        count = 0
    record, key, kind = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.int8)
    where, number = np.empty((count, 2), np.int64), np.empty(count)
    room = 1024
    while True:
        keys = np.empty((room, 2), np.int64)
        many, cells, sound = _cells(bytes_, begin, close, record, key, keys, kind, where, number)
        if many <= room:
            return Cells(record, key, keys[:many], kind, where, number, bool(sound) and cells == count)
        room *= 16


def _widths() -> Array:
    """Give how many bytes each head stands for, itself among them; 0 where more than the head says so."""
    widths = np.zeros(256, np.int64)
    widths[:0x80] = widths[0x80:0xA0] = widths[0xC0:0xC4] = widths[0xE0:] = 1
    widths[0xA0:0xC0] = np.arange(32) + 1
    widths[0xCA:0xD4] = [5, 9, 2, 3, 5, 9, 2, 3, 5, 9]
    return widths


_WIDTHS = _widths()
_HELD = np.concatenate([np.zeros(0x80), np.arange(16) * 2, np.arange(16), np.zeros(0x60)]).astype(np.int64)
"""How many values follow a short head."""


@njit(cache=True, nogil=True)
def _unsigned(data: Array, at: Int, size: Int) -> Any:
    value = np.uint64(0)
    for n in range(size):
        value = (value << np.uint64(8)) | np.uint64(data[at + n])
    return value


@njit(cache=True, nogil=True)
def _eight(data: Array, at: Int) -> Any:
    value = np.uint64(0)
    for n in range(8):
        value = (value << np.uint64(8)) | np.uint64(data[at + n])
    return value


@njit(cache=True, nogil=True, inline="always")
def _text(data: Array, at: Int) -> tuple[Int, Int]:
    """Give from where to where a text lies; -1 where there is none."""
    head = np.int64(data[at])
    start = end = np.int64(-1)
    if 0xA0 <= head <= 0xBF:
        start = at + 1
        end = start + (head & 0x1F)
    elif 0xD9 <= head <= 0xDB:
        size = 1 << (head - 0xD9)
        start = at + 1 + size
        end = start + np.int64(_unsigned(data, at + 1, size))
    return start, end


@njit(cache=True, nogil=True)
def _entries(data: Array, at: Int) -> tuple[Int, Int, Int]:
    """Give 1 for a list, 2 for a record, 0 else; how many entries it has, and where they begin."""
    head = np.int64(data[at])
    if 0x80 <= head <= 0x8F:
        return 2, head & 0x0F, at + 1
    if 0x90 <= head <= 0x9F:
        return 1, head & 0x0F, at + 1
    if 0xDC <= head <= 0xDF:
        size = 2 if head in (0xDC, 0xDE) else 4
        return (1 if head < 0xDE else 2), np.int64(_unsigned(data, at + 1, size)), at + 1 + size
    return 0, np.int64(0), at


@njit(cache=True, nogil=True)
def _after(data: Array, at: Int, limit: Int) -> Int:
    """Give where the next value begins; -1 where this one is not whole."""
    left = np.int64(1)
    while left > 0:
        if at >= limit:
            return np.int64(-1)
        head = np.int64(data[at])
        width = _WIDTHS[head]
        left += _HELD[head] - 1
        if width == 0:
            if at + 5 > limit and head not in (0xD9, 0xC4):
                return np.int64(-1)
            if 0xD9 <= head <= 0xDB or 0xC4 <= head <= 0xC6:
                size = 1 << (head - (0xD9 if head >= 0xD9 else 0xC4))
                if at + 1 + size > limit:
                    return np.int64(-1)
                width = 1 + size + np.int64(_unsigned(data, at + 1, size))
            else:
                many, count, begin = _entries(data, at)
                if many == 0:
                    return np.int64(-1)
                left += count * many
                width = begin - at
        at += width
    return at if at <= limit else np.int64(-1)


@njit(cache=True, nogil=True)
def _number(data: Array, at: Int, bits: Array, real: Array) -> tuple[bool, float, Int]:
    """Give whether this is a number, and it as a real and as a whole one."""
    head = data[at]
    if head <= 0x7F:
        return True, np.float64(head), np.int64(head)
    if head >= 0xE0:
        return True, np.float64(np.int64(head) - 256), np.int64(head) - 256
    if head == 0xCB:
        bits[0] = _eight(data, at + 1)
        return True, real[0], np.int64(0)
    if 0xCC <= head <= 0xCF:
        value = _unsigned(data, at + 1, 1 << (head - 0xCC))
        return True, np.float64(value), np.int64(value)
    if 0xD0 <= head <= 0xD3:
        size = 1 << (head - 0xD0)
        unused = np.uint64(64 - 8 * size)
        whole = np.int64(_unsigned(data, at + 1, size) << unused) >> np.int64(unused)
        return True, np.float64(whole), whole
    return False, np.nan, np.int64(0)


@njit(cache=True, nogil=True)
def _count(data: Array, ends: Array) -> tuple[Array, bool]:
    counts = np.zeros(len(ends), np.int64)
    at = np.int64(0)
    for n in range(len(ends)):
        if ends[n] - at < 1 or (data[at] >= 0xDC and ends[n] - at < 5):
            return counts, False
        many, count, _ = _entries(data, at)
        if many != 1 or count > ends[n] - at:
            return counts, False
        counts[n] = count
        at = ends[n]
    return counts, True


@njit(cache=True, nogil=True)
def _scan(data: Array, ends: Array, bounds: Array, fields: Array, numbers: Array, integers: Array) -> bool:
    bits = np.zeros(1, np.uint64)
    real = bits.view(np.float64)
    record = 0
    begin = np.int64(0)
    for n in range(len(ends)):
        limit = ends[n]
        _, count, at = _entries(data, begin)
        for _ in range(count):
            if at + 5 > limit:
                return False
            many, held, inside = _entries(data, at)
            if many != 1:
                return False
            bounds[record, 0] = at
            at = inside
            for field in range(held):
                after = _after(data, at, limit)
                if after < 0:
                    return False
                if field < len(fields) and data[at] != 0xC0:
                    start, end = _text(data, at)
                    if start < 0:
                        found, number, whole = _number(data, at, bits, real)
                        if found:
                            numbers[field, record], integers[field, record] = number, whole
                        else:
                            start, end = at, after
                    fields[field, record, 0], fields[field, record, 1] = start, end
                at = after
            bounds[record, 1] = at
            record += 1
        if at != limit:
            return False
        begin = limit
    return True


@njit(cache=True, nogil=True)
def _same(data: Array, one: Int, other: Int, size: Int) -> bool:
    n = 0
    while n < size and data[one + n] == data[other + n]:
        n += 1
    same: bool = n == size
    return same


@njit(cache=True, nogil=True)
def _find(data: Array, start: Int, end: Int, table: Array, keys: Array) -> Int:
    """Give the place in the table of a key: its own, or a free one."""
    code = np.uint64(14695981039346656037)
    for n in range(start, end):
        code = (code ^ np.uint64(data[n])) * np.uint64(1099511628211)
    code ^= code >> np.uint64(29)
    mask = len(table) - 1
    place = np.int64(code & np.uint64(mask))
    while table[place] >= 0:
        key = table[place]
        if keys[key, 1] - keys[key, 0] == end - start and _same(data, keys[key, 0], start, end - start):
            break
        place = (place + 1) & mask
    return place


@njit(cache=True, nogil=True)
def _counted(data: Array, starts: Array) -> Int:
    total = np.int64(0)
    for start in starts:
        if start >= 0:
            total += _entries(data, start)[1]
    return total


@njit(cache=True, nogil=True)
def _cells(  # noqa: PLR0911
    data: Array,
    starts: Array,
    ends: Array,
    record: Array,
    key: Array,
    keys: Array,
    kind: Array,
    where: Array,
    number: Array,
) -> tuple[Int, Int, bool]:
    """Fill the columns; give how many keys and cells there are, and whether all was sound.

    Where there are more keys than ``keys`` has room for, it stops.
    """
    bits = np.zeros(1, np.uint64)
    real = bits.view(np.float64)
    table = np.full(4 * len(keys), -1, np.int64)
    usual = np.full(64, -1, np.int64)
    many_keys = np.int64(0)
    cell = np.int64(0)
    for n in range(len(starts)):
        if starts[n] < 0:
            continue
        limit = ends[n]
        many, count, at = _entries(data, starts[n])
        if many != 2:
            return many_keys, cell, False
        for entry in range(count):
            start, end = _text(data, at)
            if start < 0 or end >= limit:
                return many_keys, cell, False
            # Most records have the keys that the one before had.
            this = usual[entry & 63]
            if (
                this < 0
                or keys[this, 1] - keys[this, 0] != end - start
                or not _same(data, keys[this, 0], start, end - start)
            ):
                place = _find(data, start, end, table, keys)
                if table[place] < 0:
                    if many_keys == len(keys):
                        return many_keys + 1, cell, True
                    keys[many_keys, 0], keys[many_keys, 1] = start, end
                    table[place] = many_keys
                    many_keys += 1
                this = usual[entry & 63] = table[place]
            record[cell], key[cell] = n, this
            start, after = _text(data, end)
            where[cell, 0], where[cell, 1] = start, after
            number[cell] = np.nan
            head = data[end]
            if start >= 0:
                kind[cell] = TEXT
            elif head == 0xC0:
                kind[cell], after = NOTHING, end + 1
            elif 0xC2 <= head <= 0xC3:
                kind[cell], after = (FALSE if head == 0xC2 else TRUE), end + 1
            else:
                after = _after(data, end, limit)
                if after < 0:
                    return many_keys, cell, False
                found, value, _ = _number(data, end, bits, real)
                kind[cell], number[cell] = NUMBER, value
                if not found:
                    return many_keys, cell, False
            if after > limit:
                return many_keys, cell, False
            at = after
            cell += 1
    return many_keys, cell, True
