"""Bucket, number and order events: the kernels that build an event log.

Texts come as Arrow lays them out: text ``i`` is ``data[offsets[i]:offsets[i + 1]]``, UTF-8. A bucket is
Iceberg's bucket transform, so that a log's buckets line up with the lake's partitions. Everything here is
stable: what came first stays first.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from giljabi.kernels.words import address, read_1, read_4, read_8

Array = npt.NDArray[Any]

_BLOCK = 256
"""Texts looked up together."""

_UPPER, _LOWER = np.uint64(0xFFFFFFFF00000000), np.uint64(0xFFFFFFFF)

_SHORT_RUN = 24
"""Runs up to this long are sorted by insertion; longer ones are merged from such runs."""


@numba.njit(nogil=True, cache=True)
def _murmur3(place: int, length: int) -> Any:
    h = np.uint32(0)
    c1, c2 = np.uint32(0xCC9E2D51), np.uint32(0x1B873593)
    end = place + length
    while place + 4 <= end:
        k = np.uint32(read_4(place) * c1)
        k = np.uint32(np.uint32(k << np.uint32(15)) | (k >> np.uint32(17)))
        h ^= np.uint32(k * c2)
        h = np.uint32(np.uint32(h << np.uint32(13)) | (h >> np.uint32(19)))
        h = np.uint32(np.uint32(h * np.uint32(5)) + np.uint32(0xE6546B64))
        place += 4
    if place < end:
        k = np.uint32(0)
        shift = np.uint32(0)
        while place < end:
            k |= np.uint32(np.uint32(read_1(place)) << shift)
            shift += np.uint32(8)
            place += 1
        k = np.uint32(k * c1)
        k = np.uint32(np.uint32(k << np.uint32(15)) | (k >> np.uint32(17)))
        h ^= np.uint32(k * c2)
    h ^= np.uint32(length)
    h ^= h >> np.uint32(16)
    h = np.uint32(h * np.uint32(0x85EBCA6B))
    h ^= h >> np.uint32(13)
    h = np.uint32(h * np.uint32(0xC2B2AE35))
    return h ^ (h >> np.uint32(16))


@numba.njit(nogil=True, cache=True)
def bucket_of(offsets: Array, data: Array, buckets: int) -> Array:
    """Give the bucket of each text: ``(murmur3_x86_32(text, seed 0) & 0x7fffffff) % buckets``.

    Parameters
    ----------
    offsets, data
        The texts.
    buckets
        1..32,767.

    Returns
    -------
    int16 array, one per text.

    Source: Apache Iceberg table specification, appendix B; A. Appleby, MurmurHash3.
    """
    out = np.empty(len(offsets) - 1, np.int16)
    power_of_two = buckets & (buckets - 1) == 0
    for i in range(len(out)):
        hashed = np.int64(_murmur3(address(data, offsets[i]), offsets[i + 1] - offsets[i])) & 0x7FFFFFFF
        # Division costs more than the hash does.
        out[i] = hashed & (buckets - 1) if power_of_two else hashed % buckets
    return out


@numba.njit(nogil=True, cache=True)
def destinations(bucket: Array, buckets: int) -> tuple[Array, Array]:
    """Say where each row goes when rows are laid out bucket by bucket, order kept within (counting sort).

    Returns
    -------
    starts
        int64, ``buckets + 1`` long: bucket ``b`` takes rows ``starts[b]:starts[b + 1]``.
    destination
        int32, one per row.
    """
    starts = np.zeros(buckets + 1, np.int64)
    for b in bucket:
        starts[b + 1] += 1
    for b in range(buckets):
        starts[b + 1] += starts[b]
    cursor = starts[:-1].copy()
    destination = np.empty(len(bucket), np.int32)
    for i in range(len(bucket)):
        b = bucket[i]
        destination[i] = cursor[b]
        cursor[b] += 1
    return starts, destination


@numba.njit(nogil=True, cache=True)
def scatter(values: Array, destination: Array) -> Array:
    """Lay values out at their destinations."""
    out = np.empty_like(values)
    for i in range(len(values)):
        out[destination[i]] = values[i]
    return out


@numba.njit(nogil=True, cache=True)
def scatter_codes(indices: Array, codes: Array, destination: Array, out: Array) -> None:
    """Fill ``out`` with the codes of dictionary indices (negative: absent, −1), each at its destination."""
    for i in range(len(indices)):
        index = indices[i]
        out[destination[i]] = codes[index] if index >= 0 else -1


@numba.njit(nogil=True, cache=True)
def scatter_texts(
    offsets: Array, data: Array, bucket: Array, buckets: int, destination: Array
) -> tuple[Array, Array, Array]:
    """Lay texts out at their destinations.

    Returns
    -------
    lengths
        int32, one per text, in the new order.
    packed
        uint8, the texts one after another, in the new order.
    starts
        int64, ``buckets + 1`` long: the bytes of bucket ``b`` are ``packed[starts[b]:starts[b + 1]]``.
    """
    rows = len(bucket)
    lengths = np.empty(rows, np.int32)
    starts = np.zeros(buckets + 1, np.int64)
    for i in range(rows):
        length = offsets[i + 1] - offsets[i]
        lengths[destination[i]] = length
        starts[bucket[i] + 1] += length
    for b in range(buckets):
        starts[b + 1] += starts[b]
    cursor = starts[:-1].copy()
    packed = np.empty(starts[buckets], np.uint8)
    for i in range(rows):
        to = cursor[bucket[i]]
        for at in range(offsets[i], offsets[i + 1]):
            packed[to] = data[at]
            to += 1
        cursor[bucket[i]] = to
    return lengths, packed, starts


@numba.njit(nogil=True, cache=True)
def used(indices: Array, size: int) -> Array:
    """Say which entries of a dictionary of this size occur (bool); negative indices are absent values."""
    out = np.zeros(size, np.bool_)
    for index in indices:
        if index >= 0:
            out[index] = True
    return out


@numba.njit(nogil=True, cache=True)
def _word(place: int, length: int) -> Any:
    """Give up to 8 bytes as one number; texts of one length differ just when their numbers do."""
    if length >= 8:
        return read_8(place)
    if length >= 4:
        return np.uint64(read_4(place)) | np.uint64(read_4(place + length - 4)) << np.uint64(32)
    word = np.uint64(0)
    for k in range(length):
        word = (word << np.uint64(8)) | np.uint64(read_1(place + k))
    return word


@numba.njit(nogil=True, cache=True)
def _hash(place: int, length: int) -> Any:
    h = np.uint64(length) * np.uint64(0x9E3779B97F4A7C15)
    i = 0
    while i + 8 < length:
        h = (h ^ read_8(place + i)) * np.uint64(0xD6E8FEB86659FD93)
        h ^= h >> np.uint64(32)
        i += 8
    # The last word overlaps the one before it, so that no text of eight bytes or more has a ragged end.
    last = length - 8 if length >= 8 else 0
    h = (h ^ _word(place + last, length - last)) * np.uint64(0xD6E8FEB86659FD93)
    h ^= h >> np.uint64(32)
    h *= np.uint64(0xD6E8FEB86659FD93)
    return h ^ (h >> np.uint64(32))


@numba.njit(nogil=True, cache=True)
def _same(left: int, right: int, length: int) -> Any:
    i = 0
    while i + 8 < length:
        if read_8(left + i) != read_8(right + i):
            return False
        i += 8
    last = length - 8 if length >= 8 else 0
    return _word(left + last, length - last) == _word(right + last, length - last)


@numba.njit(nogil=True, cache=True)
def _grown(table: Array, offsets: Array, arena: Array, count: int) -> Array:
    size = len(table) * 4
    out = np.zeros(size, np.uint64)
    mask = np.uint64(size - 1)
    for code in range(count):
        h = _hash(address(arena, offsets[code]), offsets[code + 1] - offsets[code])
        slot = h & mask
        while out[slot] != 0:
            slot = (slot + np.uint64(1)) & mask
        out[slot] = (h & _UPPER) | np.uint64(code + 1)
    return out


@numba.njit(nogil=True, cache=True)
def _intern_while_room(
    table: Array,
    offsets: Array,
    arena: Array,
    count: int,
    lengths: Array,
    data: Array,
    row: int,
    at: int,
    codes: Array,
) -> tuple[int, int, int]:
    begins = np.empty(_BLOCK, np.int64)
    hashes = np.empty(_BLOCK, np.uint64)
    guesses = np.empty(_BLOCK, np.int64)
    places = np.empty(_BLOCK, np.int64)
    mask = np.uint64(len(table) - 1)
    while row < len(lengths):
        size = min(_BLOCK, len(lengths) - row)
        end = at
        for i in range(size):
            begins[i] = end
            end += lengths[row + i]
        known_bytes = offsets[count]
        if (
            2 * (count + size) > len(table)
            or count + size >= len(offsets)
            or known_bytes + end - at >= len(arena)
        ):
            break
        for i in range(size):
            hashes[i] = _hash(address(data, begins[i]), lengths[row + i])
        for i in range(size):
            entry: Any = np.int64(table[hashes[i] & mask] & _LOWER)
            guesses[i] = entry - 1 if entry > 0 else 0
        for i in range(size):
            places[i] = offsets[guesses[i]]
        for i in range(size):
            # A byte shifted out is zero: this only brings the guessed text near.
            guesses[i] += np.int64(arena[places[i]]) >> 8
        for i in range(size):
            begin, length, h = begins[i], lengths[row + i], hashes[i]
            tag = h & _UPPER
            slot = h & mask
            code: Any = np.int64(-1)
            while table[slot] != 0:
                held = table[slot]
                if (held & _UPPER) == tag:
                    known: Any = np.int64(held & _LOWER) - 1
                    first = offsets[known]
                    if offsets[known + 1] - first == length and _same(
                        address(arena, first), address(data, begin), length
                    ):
                        code = known
                        break
                slot = (slot + np.uint64(1)) & mask
            if code < 0:
                code = count
                table[slot] = tag | np.uint64(code + 1)
                for k in range(length):
                    arena[known_bytes + k] = data[begin + k]
                known_bytes += length
                count += 1
                offsets[count] = known_bytes
            codes[row + i] = code
        row += size
        at = end
    return row, at, count


@numba.njit(nogil=True, cache=True)
def intern(
    table: Array, offsets: Array, arena: Array, count: int, lengths: Array, data: Array
) -> tuple[Array, Array, Array, int, Array]:
    """Number texts in the order in which they first appear, going on from texts numbered before.

    ``table`` is an open-addressing hash table (linear probing, at most half full); a slot holds the upper
    half of the hash and the code + 1. ``offsets`` and ``arena`` hold the numbered texts; all three have room
    to spare and are replaced when full. Equal hashes are told apart by the texts themselves. A block of texts
    is looked up stage by stage, so that the waits for memory of one stage overlap.

    Parameters
    ----------
    table
        uint64, a power of two long, zeros at first.
    offsets, arena
        int64 and uint8; the first ``count`` texts are known. ``offsets[0]`` is 0.
    count
        How many texts are known, below 2³¹ − 1.
    lengths, data
        int32 lengths and uint8 bytes of the texts to number, one after another.

    Returns
    -------
    table, offsets, arena, count
        As above, after.
    codes
        int32, one per text.
    """
    codes = np.empty(len(lengths), np.int32)
    row, at, count = _intern_while_room(table, offsets, arena, count, lengths, data, 0, 0, codes)
    while row < len(lengths):
        size = min(_BLOCK, len(lengths) - row)
        needed = offsets[count]
        for i in range(size):
            needed += lengths[row + i]
        if 2 * (count + size) > len(table):
            table = _grown(table, offsets, arena, count)
        if count + size >= len(offsets):
            wider = np.empty(2 * len(offsets) + size, np.int64)
            wider[: count + 1] = offsets[: count + 1]
            offsets = wider
        if needed >= len(arena):
            larger = np.empty(2 * needed + 1, np.uint8)
            larger[: offsets[count]] = arena[: offsets[count]]
            arena = larger
        row, at, count = _intern_while_room(table, offsets, arena, count, lengths, data, row, at, codes)
    return table, offsets, arena, count, codes


@numba.njit(nogil=True, cache=True)
def _sort_run(time: Array, row: Array, begin: int, end: int, spare_time: Array, spare_row: Array) -> None:
    sorted_already = True
    for i in range(begin + 1, end):
        if time[i] < time[i - 1]:
            sorted_already = False
            break
    if sorted_already:
        return
    for low in range(begin, end, _SHORT_RUN):
        high = min(low + _SHORT_RUN, end)
        for i in range(low + 1, high):
            t, r = time[i], row[i]
            k = i
            while k > low and time[k - 1] > t:
                time[k], row[k] = time[k - 1], row[k - 1]
                k -= 1
            time[k], row[k] = t, r
    width = _SHORT_RUN
    while width < end - begin:
        for low in range(begin, end - width, 2 * width):
            middle, high = low + width, min(low + 2 * width, end)
            if time[middle - 1] <= time[middle]:
                continue
            kept = middle - low
            spare_time[:kept] = time[low:middle]
            spare_row[:kept] = row[low:middle]
            left, right, to = 0, middle, low
            while left < kept and right < high:
                if time[right] < spare_time[left]:
                    time[to], row[to] = time[right], row[right]
                    right += 1
                else:
                    time[to], row[to] = spare_time[left], spare_row[left]
                    left += 1
                to += 1
            while left < kept:
                time[to], row[to] = spare_time[left], spare_row[left]
                left += 1
                to += 1
        width *= 2


@numba.njit(nogil=True, cache=True)
def members(code: Array, place: Array) -> tuple[Array, Array]:
    """Number the customers of a bucket among themselves.

    Parameters
    ----------
    code
        int32, one per event: the customer's code among all customers.
    place
        int32: the place of each code in the order of all customers.

    Returns
    -------
    local
        int32, one per event: the customer's place among those that occur.
    members
        int64, rising: the places of those that occur.
    """
    local_of = np.full(len(place), -1, np.int32)
    for c in code:
        local_of[place[c]] = 0
    count = 0
    found = np.empty(len(place), np.int64)
    for at in range(len(place)):
        if local_of[at] == 0:
            local_of[at] = count
            found[count] = at
            count += 1
    local = np.empty(len(code), np.int32)
    for i in range(len(code)):
        local[i] = local_of[place[code[i]]]
    return local, found[:count].copy()


@numba.njit(nogil=True, cache=True)
def order_events(customer: Array, customers: int, time: Array) -> tuple[Array, Array, Array]:
    """Order events by customer, then time, then arrival.

    Parameters
    ----------
    customer
        int32, the place 0..customers − 1 of each event's customer.
    customers
        How many there are.
    time
        int64, one per event.

    Returns
    -------
    offsets
        int64, ``customers + 1`` long.
    time
        int64, in the new order.
    row
        int32, which event stands at each place of the new order.
    """
    offsets = np.zeros(customers + 1, np.int64)
    for c in customer:
        offsets[c + 1] += 1
    longest = 0
    for c in range(customers):
        longest = max(longest, offsets[c + 1])
        offsets[c + 1] += offsets[c]
    cursor = offsets[:-1].copy()
    out = np.empty(len(time), np.int64)
    row = np.empty(len(time), np.int32)
    for i in range(len(time)):
        to = cursor[customer[i]]
        cursor[customer[i]] = to + 1
        out[to] = time[i]
        row[to] = i
    spare_time = np.empty(longest, np.int64)
    spare_row = np.empty(longest, np.int32)
    for c in range(customers):
        _sort_run(out, row, offsets[c], offsets[c + 1], spare_time, spare_row)
    return offsets, out, row


@numba.njit(nogil=True, cache=True)
def gather(values: Array, row: Array, out: Array) -> None:
    """Fill ``out[i]`` with ``values[row[i]]``."""
    for i in range(len(row)):
        out[i] = values[row[i]]


@numba.njit(nogil=True, cache=True)
def gather_codes(codes: Array, row: Array, translate: Array, out: Array) -> None:
    """Fill ``out[i]`` with the translation of ``codes[row[i]]``; −1 stays −1."""
    for i in range(len(row)):
        code = codes[row[i]]
        out[i] = translate[code] if code >= 0 else -1


@numba.njit(nogil=True, cache=True)
def tally(offsets: Array, event: Array, names: int) -> tuple[Array, Array]:
    """Count, per event code, the events and the customers that have any (two int64 arrays)."""
    events = np.zeros(names, np.int64)
    customers = np.zeros(names, np.int64)
    seen = np.full(names, -1, np.int64)
    for c in range(len(offsets) - 1):
        for i in range(offsets[c], offsets[c + 1]):
            code = event[i]
            events[code] += 1
            if seen[code] != c:
                seen[code] = c
                customers[code] += 1
    return events, customers
