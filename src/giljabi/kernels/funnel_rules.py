"""Ordered funnels with limits per step, exclusions, optional steps and shared events; see `kernels.funnel`.

Per level the latest arrival is kept, and of its ways the one with the latest start. No earlier arrival can do
what that one cannot: of two ways that cross, each may go on as the other does, with hops no longer and inside
the other's. So one pass finds the level and the moment at which it is first reached. A second one, from the
window before that moment on, writes down every arrival; read backward, it gives the earliest way.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int
from giljabi.kernels.own_events import Kinds, Pairing, free, new_pairing, take

NO_WINDOW = np.int64(1) << np.int64(60)
"""A window longer than any journey."""

_NEVER = -(1 << 61)


@njit(nogil=True, cache=True)
def ruled(
    offsets: Array,
    time: Array,
    symbol: Array,
    kinds: Kinds,
    window: Int,
    limits: Array,
    after: Array,
    after_limits: Array,
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Find levels, entries, gaps, and the optional steps reached: customer, step, wait."""
    customers = len(offsets) - 1
    steps, optional = len(limits), len(after)
    level = np.zeros(customers, np.uint16)
    entry = np.full(customers, -1, np.int64)
    gap = np.empty(len(time), np.int64)
    room = len(time) if optional else 0
    who, which, wait = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    written, found = 0, 0
    longest = 1
    for customer in range(customers):
        longest = max(longest, offsets[customer + 1] - offsets[customer])
    what, when = np.empty(longest, np.int64), np.empty(longest, np.int64)
    last, start = np.empty(steps, np.int64), np.empty(steps, np.int64)
    fresh = np.full(steps, _NEVER, np.int64)
    at = np.empty(steps + optional, np.int64)
    own = new_pairing(len(kinds.first) - 1, steps + optional)
    nothing = np.empty((0, 2), np.int64)
    diary = nothing
    for customer in range(customers):
        matched = 0
        for i in range(offsets[customer], offsets[customer + 1]):
            kind = kinds.kind[symbol[i]]
            if kinds.first[kind] == kinds.first[kind + 1]:
                continue
            if entry[customer] < 0 and kinds.match[kinds.first[kind]] == 0:
                entry[customer] = i
            what[matched], when[matched] = kind, time[i]
            matched += 1
        if entry[customer] < 0:
            continue
        best, until, _ = _advance(
            0, matched, what, when, kinds, steps, optional, window, limits, last, start, fresh, own, nothing
        )
        level[customer] = best
        reached_at = when[until - 1]
        if best > 1:
            begin = np.searchsorted(when[:until], reached_at - window)
            needed = 0
            for i in range(begin, until):
                needed += kinds.first[what[i] + 1] - kinds.first[what[i]]
            if needed > len(diary):
                diary = np.empty((2 * needed, 2), np.int64)
            _, _, entries = _advance(
                begin,
                until,
                what,
                when,
                kinds,
                steps,
                optional,
                NO_WINDOW,
                limits,
                last,
                start,
                fresh,
                own,
                diary,
            )
            _earliest(best, until, what, when, kinds, limits, diary, entries, own, at)
            for k in range(1, best):
                gap[written] = at[k] - at[k - 1]
                written += 1
        else:
            at[0] = reached_at
        if optional:
            at[steps:] = _NEVER
            for one in range(optional):
                if after[one] < best:
                    _fill(one, best, matched, what, when, kinds, window, after, after_limits, steps, own, at)
                    if at[steps + one] != _NEVER:
                        who[found], which[found] = customer, one
                        wait[found] = at[steps + one] - at[after[one]]
                        found += 1
    return (
        level,
        entry,
        gap[:written].copy(),
        who[:found].copy(),
        which[:found].copy(),
        wait[:found].copy(),
    )


@njit(nogil=True, cache=True)
def _advance(
    begin: Int,
    end: Int,
    what: Array,
    when: Array,
    kinds: Kinds,
    steps: Int,
    optional: Int,
    window: Int,
    limits: Array,
    last: Array,
    start: Array,
    fresh: Array,
    own: Pairing,
    diary: Array,
) -> tuple[Int, Int, Int]:
    """Go through moments; give the level, the end of the moment that first reached it, and diary entries.

    ``last[k]``, ``start[k]``: the latest arrival at step k + 1 and the latest start of its ways. The diary,
    where it has room, gets ``(k, time)`` of every arrival and ``(−1 − k, time)`` of every event that is
    excluded from the gap after step k + 1.
    """
    last[:] = _NEVER
    best, until, entries = 0, begin, 0
    gaps = steps + optional
    i = begin
    while i < end:
        now, then = when[i], i + 1
        while then < end and when[then] == now:
            then += 1
        top = 0
        if then == i + 1:
            for place in range(kinds.first[what[i]], kinds.first[what[i] + 1]):
                k = kinds.match[place]
                if k >= steps or k > best:
                    break
                if k == 0:
                    fresh[0] = now
                elif (
                    last[k - 1] != _NEVER and now - last[k - 1] <= limits[k] and now - start[k - 1] <= window
                ):
                    fresh[k] = start[k - 1]
                top = k + 1
        else:
            top = _moment(i, then, now, what, kinds, steps, window, limits, last, start, fresh, own, best)
        for k in range(top):
            if fresh[k] != _NEVER:
                last[k], start[k] = now, fresh[k]
                fresh[k] = _NEVER
                if k >= best:
                    best, until = k + 1, then
                if len(diary):
                    diary[entries, 0], diary[entries, 1] = k, now
                    entries += 1
        for j in range(i, then):
            for place in range(kinds.first[what[j] + 1] - 1, kinds.first[what[j]] - 1, -1):
                k = kinds.match[place] - gaps
                if k < 0:
                    break
                if last[k] < now:
                    last[k] = _NEVER
                if len(diary):
                    diary[entries, 0], diary[entries, 1] = -1 - k, now
                    entries += 1
        if best == steps:
            break
        i = then
    return best, until, entries


@njit(nogil=True, cache=True)
def _moment(
    begin: Int,
    end: Int,
    now: Int,
    what: Array,
    kinds: Kinds,
    steps: Int,
    window: Int,
    limits: Array,
    last: Array,
    start: Array,
    fresh: Array,
    own: Pairing,
    best: Int,
) -> Int:
    """Find the steps that several events of one moment reach, and the latest start of each."""
    for i in range(begin, end):
        own.have[what[i]] += 1
    top = 0
    for level in range(best + 1):
        begun = now
        if level > 0:
            if (
                level == steps
                or last[level - 1] == _NEVER
                or now - last[level - 1] > limits[level]
                or now - start[level - 1] > window
            ):
                continue
            begun = start[level - 1]
        k = level
        while k < steps and take(k, kinds, own):
            fresh[k] = max(fresh[k], begun)
            k += 1
        top = max(top, k)
        free(own)
    for i in range(begin, end):
        own.have[what[i]] = 0
    return top


@njit(nogil=True, cache=True)
def _earliest(
    best: Int,
    until: Int,
    what: Array,
    when: Array,
    kinds: Kinds,
    limits: Array,
    diary: Array,
    entries: Int,
    own: Pairing,
    at: Array,
) -> None:
    """Fill ``at`` with the moments of steps 1..best on the earliest way, from the last step backward."""
    level, now, end = best, when[until - 1], until
    while level > 0:
        while when[end - 1] > now:
            end -= 1
        begin = end
        while begin > 0 and when[begin - 1] == now:
            begin -= 1
            own.have[what[begin]] += 1
        # Several steps are of this moment where no earlier arrival at the step before leads here.
        found = -1
        while found < 0 and level > 0:
            level -= 1
            at[level] = now
            take(level, kinds, own)
            if level > 0:
                least = now - limits[level]
                for entry in range(entries - 1, -1, -1):
                    then = diary[entry, 1]
                    if then >= now:
                        continue
                    if then < least:
                        break
                    if diary[entry, 0] == -level:
                        least = then
                    elif diary[entry, 0] == level - 1:
                        found = entry
        free(own)
        for i in range(begin, end):
            own.have[what[i]] = 0
        if found >= 0:
            now, entries = diary[found, 1], found + 1


@njit(nogil=True, cache=True)
def _fill(
    one: Int,
    best: Int,
    matched: Int,
    what: Array,
    when: Array,
    kinds: Kinds,
    window: Int,
    after: Array,
    after_limits: Array,
    steps: Int,
    own: Pairing,
    at: Array,
) -> None:
    """Find the moment of an optional step on the way of a customer, if it is there."""
    before = after[one]
    wanted, optional = steps + one, len(after)
    least, most = at[before], min(at[0] + window, at[before] + after_limits[one])
    if before + 1 < best:
        most = min(most, at[before + 1])
    banned = steps + optional + before
    i = np.searchsorted(when[:matched], least)
    while i < matched and when[i] <= most:
        now, then = when[i], i
        there, ends = False, False
        while then < matched and when[then] == now:
            for place in range(kinds.first[what[then]], kinds.first[what[then] + 1]):
                there |= kinds.match[place] == wanted
                ends |= kinds.match[place] == banned
            then += 1
        if there:
            for j in range(i, then):
                own.have[what[j]] += 1
            for step in range(best):
                if at[step] == now:
                    take(step, kinds, own)
            for other in range(one):
                if at[steps + other] == now:
                    take(steps + other, kinds, own)
            fits = take(wanted, kinds, own)
            free(own)
            for j in range(i, then):
                own.have[what[j]] = 0
            if fits:
                at[wanted] = now
                return
        if ends and now > least:
            return
        i = then
