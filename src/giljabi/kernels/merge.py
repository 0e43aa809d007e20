"""Merge two buckets of the same customers' hash: the events that stood, and those that came since.

Both are ordered by customer (code points of the identifiers), then time, then arrival. Everything of the
first came before everything of the second, so at equal times the first one's events stand first. The merged
order is given as *stretches* of either bucket, so that each column is copied in long runs.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, read_only

NOBODY = -1


def merge_customers(
    old_offsets: Array, old_data: Array, chosen: Array, new_offsets: Array, new_data: Array
) -> tuple[Array, Array]:
    """Merge two rising lists of identifiers.

    Parameters
    ----------
    old_offsets, old_data
        The texts of the first as Arrow lays them out.
    chosen
        int64, rising: which of the first take part.
    new_offsets, new_data
        The texts of the second; all take part.

    Returns
    -------
    old, new
        int64, one per merged customer: the place in either list, `NOBODY` where it is not there.
    """
    old, new = _merge_customers(
        read_only(old_offsets, np.int64),
        read_only(old_data, np.uint8),
        read_only(chosen, np.int64),
        read_only(new_offsets, np.int64),
        read_only(new_data, np.uint8),
    )
    return old, new


def merge_journeys(
    old_offsets: Array, old_time: Array, new_offsets: Array, new_time: Array, old: Array, new: Array
) -> tuple[Array, Array]:
    """Merge the journeys of merged customers.

    Parameters
    ----------
    old_offsets, old_time, new_offsets, new_time
        Both buckets' columns.
    old, new
        As `merge_customers` gives them.

    Returns
    -------
    offsets, stretches
        int64 ``customers + 1``; and int64 (n, 3): 0 for the first bucket or 1 for the second, begin and end
        of a run of its events; one after another they are the merged events.
    """
    offsets, stretches = _merge_journeys(
        read_only(old_offsets, np.int64),
        read_only(old_time, np.int64),
        read_only(new_offsets, np.int64),
        read_only(new_time, np.int64),
        read_only(old, np.int64),
        read_only(new, np.int64),
    )
    return offsets, stretches


def join(old: Array, new: Array, stretches: Array, out: Array) -> None:
    """Copy a column's values stretch by stretch; all three arrays are of one type."""
    _join(read_only(old, out.dtype), read_only(new, out.dtype), stretches, out)


def join_codes(old: Array, translation: Array, new: Array, stretches: Array, out: Array) -> None:
    """Copy codes; those of the first bucket are translated, −1 stays.

    Parameters
    ----------
    old, new
        Codes, of any integer type.
    translation
        int32: the new code of each old one.
    stretches
        As `merge_journeys` gives them.
    out
        Filled.
    """
    # The last element stands for −1.
    table = np.append(translation, -1).astype(out.dtype)
    _join_codes(read_only(old, old.dtype), table, read_only(new, out.dtype), stretches, out)


@njit(nogil=True, cache=True)
def _before(a: Array, a_begin: int, a_end: int, b: Array, b_begin: int, b_end: int) -> int:
    """Compare two texts byte by byte: below zero, zero, above zero."""
    length = min(a_end - a_begin, b_end - b_begin)
    for i in range(length):
        if a[a_begin + i] != b[b_begin + i]:
            return 1 if a[a_begin + i] > b[b_begin + i] else -1
    return (a_end - a_begin) - (b_end - b_begin)


@njit(nogil=True, cache=True)
def _merge_customers(
    old_offsets: Array, old_data: Array, chosen: Array, new_offsets: Array, new_data: Array
) -> tuple[Array, Array]:
    most = len(chosen) + len(new_offsets) - 1
    old = np.empty(most, np.int64)
    new = np.empty(most, np.int64)
    count, i, j = 0, 0, 0
    while i < len(chosen) or j < len(new_offsets) - 1:
        if i == len(chosen):
            order = 1
        elif j == len(new_offsets) - 1:
            order = -1
        else:
            k = chosen[i]
            order = _before(
                old_data, old_offsets[k], old_offsets[k + 1], new_data, new_offsets[j], new_offsets[j + 1]
            )
        old[count] = NOBODY
        new[count] = NOBODY
        if order <= 0:
            old[count] = chosen[i]
            i += 1
        if order >= 0:
            new[count] = j
            j += 1
        count += 1
    return old[:count].copy(), new[:count].copy()


@njit(nogil=True, cache=True)
def _merge_journeys(
    old_offsets: Array, old_time: Array, new_offsets: Array, new_time: Array, old: Array, new: Array
) -> tuple[Array, Array]:
    offsets = np.zeros(len(old) + 1, np.int64)
    # A customer of one bucket is one stretch; each new event beside old ones makes at most two more.
    stretches = np.empty((len(old) + 2 * len(new_time) + 1, 3), np.int64)
    count = 0
    for customer in range(len(old)):
        i = i_end = j = j_end = np.int64(0)
        if old[customer] != NOBODY:
            i, i_end = old_offsets[old[customer]], old_offsets[old[customer] + 1]
        if new[customer] != NOBODY:
            j, j_end = new_offsets[new[customer]], new_offsets[new[customer] + 1]
        offsets[customer + 1] = offsets[customer] + (i_end - i) + (j_end - j)
        while i < i_end or j < j_end:
            begin, source = i, 0
            if j == j_end:
                i = i_end
            else:
                while i < i_end and old_time[i] <= new_time[j]:
                    i += 1
            end = i
            if begin == end:
                begin, source = j, 1
                if i == i_end:
                    j = j_end
                else:
                    while j < j_end and new_time[j] < old_time[i]:
                        j += 1
                end = j
            if count and stretches[count - 1, 0] == source and stretches[count - 1, 2] == begin:
                stretches[count - 1, 2] = end
            else:
                stretches[count, 0] = source
                stretches[count, 1] = begin
                stretches[count, 2] = end
                count += 1
    return offsets, stretches[:count].copy()


@njit(nogil=True, cache=True)
def _join(old: Array, new: Array, stretches: Array, out: Array) -> None:
    at = 0
    for s in range(len(stretches)):
        begin, end = stretches[s, 1], stretches[s, 2]
        if stretches[s, 0] == 0:
            out[at : at + end - begin] = old[begin:end]
        else:
            out[at : at + end - begin] = new[begin:end]
        at += end - begin


@njit(nogil=True, cache=True)
def _join_codes(old: Array, table: Array, new: Array, stretches: Array, out: Array) -> None:
    at = 0
    last = len(table) - 1
    for s in range(len(stretches)):
        begin, end = stretches[s, 1], stretches[s, 2]
        if stretches[s, 0] == 0:
            for k in range(begin, end):
                code = np.int64(old[k])
                out[at] = table[code if code >= 0 else last]
                at += 1
        else:
            for k in range(begin, end):
                out[at] = new[k]
                at += 1
