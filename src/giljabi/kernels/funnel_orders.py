"""Funnels whose steps follow one another directly, or come in any order; defined in `kernels.funnel`."""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int
from giljabi.kernels.own_events import Kinds, free, give_back, new_pairing, take

_BITS = 64


@njit(nogil=True, cache=True)
def strict(
    offsets: Array, time: Array, symbol: Array, bits: Array, steps: Int, window: Int
) -> tuple[Array, Array, Array]:
    """Find levels, entries and gaps; bit ``j`` of the words ``bits[symbol]`` says that step j + 1 matches."""
    customers = len(offsets) - 1
    level = np.zeros(customers, np.uint16)
    entry = np.full(customers, -1, np.int64)
    gap = np.empty(len(time), np.int64)
    written = 0
    words = bits.shape[1]
    one = np.uint64(1)
    runs = np.zeros(words, np.uint64)
    for customer in range(customers):
        # Bit k − 1 of runs: the last k events match steps 1..k.
        runs[:] = 0
        best, begin = 0, 0
        for i in range(offsets[customer], offsets[customer + 1]):
            carry = one
            for word in range(words):
                moved = (runs[word] << one) | carry
                carry = runs[word] >> np.uint64(_BITS - 1)
                runs[word] = moved & bits[symbol[i], word]
            if runs[0] & one and entry[customer] < 0:
                entry[customer] = i
            reached, k = best, best
            while k < steps:
                rest = runs[k // _BITS] >> np.uint64(k % _BITS)
                if rest == 0:
                    k = (k // _BITS + 1) * _BITS
                    continue
                if rest & one and time[i] - time[i - k] <= window:
                    reached, begin = k + 1, i - k
                k += 1
            best = reached
            if best == steps:
                break
        level[customer] = best
        for k in range(1, best):
            gap[written] = time[begin + k] - time[begin + k - 1]
            written += 1
    return level, entry, gap[:written].copy()


@njit(nogil=True, cache=True)
def unordered(
    offsets: Array, time: Array, symbol: Array, kinds: Kinds, steps: Int, window: Int
) -> tuple[Array, Array, Array]:
    """Find levels, entries and gaps of steps in any order."""
    customers = len(offsets) - 1
    level = np.zeros(customers, np.uint16)
    entry = np.full(customers, -1, np.int64)
    gap = np.empty(len(time), np.int64)
    written = 0
    own = new_pairing(len(kinds.first) - 1, steps)
    done = np.empty(steps, np.int64)
    for customer in range(customers):
        first, end = offsets[customer], offsets[customer + 1]
        best, left, until = 0, first, np.int64(0)
        for i in range(first, end):
            kind = kinds.kind[symbol[i]]
            if kinds.first[kind] == kinds.first[kind + 1]:
                continue
            if entry[customer] < 0 and kinds.match[kinds.first[kind]] == 0:
                entry[customer] = i
            own.have[kind] += 1
            while time[i] - time[left] > window:
                gone = kinds.kind[symbol[left]]
                left += 1
                if kinds.first[gone] < kinds.first[gone + 1]:
                    bereft = give_back(gone, own)
                    if bereft >= 0:
                        take(bereft, kinds, own)
            # Among steps 1..best + 1 as many as can be hold an event; a new event helps one more at most.
            while best < steps:
                for step in range(best + 1):
                    if own.taken[0] > best:
                        break
                    if own.of[step] < 0:
                        take(step, kinds, own)
                if own.taken[0] <= best:
                    break
                best += 1
                until = time[i]
            if best == steps:
                break
        free(own)
        own.have[:] = 0
        level[customer] = best
        if best < 2:
            continue
        taken = 0
        for i in range(first, end):
            kind = kinds.kind[symbol[i]]
            if time[i] < until - window or kinds.first[kind] == kinds.first[kind + 1]:
                continue
            own.have[kind] += 1
            while taken < best and take(taken, kinds, own):
                done[taken] = time[i]
                taken += 1
            if taken == best:
                break
        free(own)
        own.have[:] = 0
        for k in range(1, best):
            gap[written] = done[k] - done[k - 1]
            written += 1
    return level, entry, gap[:written].copy()
