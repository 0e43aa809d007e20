"""Texts that lie scattered in a buffer, gathered one after the other as Arrow has them."""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, read_only


def gather_texts(data: Array, start: Array, end: Array) -> tuple[Array, Array]:
    """Copy texts into one buffer.

    Parameters
    ----------
    data
        uint8.
    start, end
        int64: where each text lies; one that starts at -1 is empty.

    Returns
    -------
    offsets, texts
        int32, texts + 1 long, and uint8.
    """
    first, last = read_only(start, np.int64), read_only(end, np.int64)
    ends = np.cumsum(np.where(first < 0, 0, last - first))
    if len(ends) and ends[-1] >= 1 << 31:
        raise OverflowError(f"the texts have {ends[-1]:,} bytes; 2,147,483,647 fit into one column")
    offsets = np.zeros(len(first) + 1, np.int32)
    offsets[1:] = ends
    texts = np.empty(int(offsets[-1]), np.uint8)
    _gather(read_only(data, np.uint8), first, offsets, texts)
    return offsets, texts


@njit(cache=True, nogil=True)
def _gather(data: Array, start: Array, offsets: Array, texts: Array) -> None:
    for n in range(len(start)):
        to = offsets[n]
        size = offsets[n + 1] - to
        for byte in range(size):
            texts[to + byte] = data[start[n] + byte]


def write_json(data: Array, first: Array, key: Array, value: Array) -> tuple[Array, Array, Array]:
    """Write records of texts as JSON objects.

    Parameters
    ----------
    data
        uint8: where the texts lie.
    first
        int64, records + 1 long: the first entry of each record.
    key, value
        int64, entries × 2: where the text of each key and value lies.

    Returns
    -------
    offsets, texts, plain
        int32, records + 1 long; uint8; and bool per record: false where a text holds what JSON writes in
        another way, so that the record has to be written by other means.
    """
    entries, keys, values = read_only(first, np.int64), _pairs(key), _pairs(value)
    sizes = np.diff(entries) * 6 + 1 + (np.diff(entries) == 0)
    both = np.concatenate([[0], np.cumsum((keys[:, 1] - keys[:, 0]) + (values[:, 1] - values[:, 0]))])
    sizes = sizes + both[entries[1:]] - both[entries[:-1]]
    offsets = np.zeros(len(entries), np.int32)
    offsets[1:] = np.cumsum(sizes)
    texts = np.empty(int(offsets[-1]), np.uint8)
    plain = np.ones(len(sizes), np.bool_)
    _write(read_only(data, np.uint8), entries, keys, values, offsets, texts, plain)
    return offsets, texts, plain


def _pairs(where: Array) -> Array:
    view = np.ascontiguousarray(where, np.int64).reshape(-1, 2).view()
    view.flags.writeable = False
    return view


@njit(cache=True, nogil=True)
def _quoted(data: Array, start: Int, end: Int, texts: Array, at: Int) -> tuple[Int, bool]:
    plain = True
    texts[at] = 34
    at += 1
    for n in range(start, end):
        byte = data[n]
        plain &= byte >= 32 and byte != 34 and byte != 92 and byte != 127  # noqa: PLR1714 - a set is built each time
        texts[at] = byte
        at += 1
    texts[at] = 34
    return at + 1, plain


@njit(cache=True, nogil=True)
def _write(
    data: Array, first: Array, key: Array, value: Array, offsets: Array, texts: Array, plain: Array
) -> None:
    for n in range(len(first) - 1):
        at = np.int64(offsets[n])
        texts[at] = 123
        if first[n] == first[n + 1]:
            at += 1
        for entry in range(first[n], first[n + 1]):
            texts[at] = 123 if entry == first[n] else 44
            at, good = _quoted(data, key[entry, 0], key[entry, 1], texts, at + 1)
            texts[at] = 58
            at, fine = _quoted(data, value[entry, 0], value[entry, 1], texts, at + 1)
            plain[n] = plain[n] and good and fine
        texts[at] = 125
