"""Which texts are among given ones: the given ones are hashed once, then asked for bucket after bucket.

Open addressing over a power of two, at most half full; where hashes meet, texts are compared letter by
letter, so that the answer is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, read_only
from giljabi.kernels.partition import _hash, _same
from giljabi.kernels.words import address


@dataclass(frozen=True, slots=True)
class TextSet:
    """Texts ready to be looked up.

    ``offsets`` (int64, one more than texts) and ``data`` (uint8) hold them; ``table`` (int32) their places.
    """

    offsets: Array
    data: Array
    table: Array


def text_set(offsets: Array, data: Array) -> TextSet:
    """Hash texts, which may stand several times.

    Parameters
    ----------
    offsets
        One more than texts: where each begins in ``data``.
    data
        uint8, UTF-8.
    """
    starts, letters = read_only(offsets, np.int64), read_only(data, np.uint8)
    return TextSet(starts, letters, _fill(starts, letters))


def among(known: TextSet, offsets: Array, data: Array) -> Array:
    """Say of each text (given as in `text_set`) whether it is in a set: bool, one per text."""
    found: Array = _among(
        known.offsets, known.data, known.table, read_only(offsets, np.int64), read_only(data, np.uint8)
    )
    return found


@njit(nogil=True, cache=True)
def _fill(offsets: Array, data: Array) -> Array:
    texts = len(offsets) - 1
    capacity = 16
    while capacity < 2 * texts:
        capacity *= 2
    mask = np.uint64(capacity - 1)
    table = np.full(capacity, -1, np.int32)
    base = address(data, 0)
    for text in range(texts):
        begin, length = offsets[text], offsets[text + 1] - offsets[text]
        place = _hash(base + begin, length) & mask
        while table[place] >= 0:
            other = table[place]
            if offsets[other + 1] - offsets[other] == length and _same(
                base + begin, base + offsets[other], length
            ):
                break
            place = (place + np.uint64(1)) & mask
        table[place] = text
    return table


@njit(nogil=True, cache=True)
def _among(known: Array, letters: Array, table: Array, offsets: Array, data: Array) -> Array:
    texts = len(offsets) - 1
    mask = np.uint64(len(table) - 1)
    found = np.zeros(texts, np.bool_)
    base, other_base = address(data, 0), address(letters, 0)
    for text in range(texts):
        begin, length = offsets[text], offsets[text + 1] - offsets[text]
        place = _hash(base + begin, length) & mask
        while table[place] >= 0:
            other = table[place]
            if known[other + 1] - known[other] == length and _same(
                base + begin, other_base + known[other], length
            ):
                found[text] = True
                break
            place = (place + np.uint64(1)) & mask
    return found
