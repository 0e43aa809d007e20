"""Variants: customers grouped by the sequence of their event names.

Definition
----------
Two customers are of one variant if their journeys have the same event names in the same order (by time; ties
in order of arrival). Source: van der Aalst, *Process Mining*
(2016), section 5.2, trace variants.

A sequence is known by a 128-bit hash: two independent 64-bit lanes, each step a bijection of the lane (add
the code, multiply by an odd constant, fold the high bits down), finished with the length. Among a billion
distinct sequences two share a hash with a probability of about 1.5e-21, so counts are exact for every
practical purpose; sequences shown are read back from a customer that has them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, read_only


def hash_journeys(offsets: Array, event: Array) -> tuple[Array, Array]:
    """Hash the sequence of event codes of each customer.

    Parameters
    ----------
    offsets
        int64, ``customers + 1`` long.
    event
        uint16 codes, one per event.

    Returns
    -------
    high, low
        uint64 each, one per customer.
    """
    high, low = _hash(read_only(offsets, np.int64), read_only(event, np.uint16))
    return high, low


def group_hashes(high: Array, low: Array, weight: Array) -> tuple[Array, Array, Array]:
    """Group equal hashes; also merges the groups of buckets, which are hashes with weights.

    Parameters
    ----------
    high, low
        uint64, one per item.
    weight
        int64, one per item: how many customers it stands for.

    Returns
    -------
    group, first, total
        The group of each item, numbered as they first appear; per group the first item and the sum of
        weights. All int64.
    """
    group, first, total = _group(
        read_only(high, np.uint64), read_only(low, np.uint64), read_only(weight, np.int64)
    )
    return group, first, total


@njit(nogil=True, cache=True)
def _hash(offsets: Array, event: Array) -> tuple[Array, Array]:
    customers = len(offsets) - 1
    high = np.empty(customers, np.uint64)
    low = np.empty(customers, np.uint64)
    fold = np.uint64(32)
    for customer in range(customers):
        first, end = offsets[customer], offsets[customer + 1]
        a = np.uint64(0x9E3779B97F4A7C15)
        b = np.uint64(0xC2B2AE3D27D4EB4F)
        for i in range(first, end):
            code = np.uint64(event[i]) + np.uint64(1)
            a = (a ^ code) * np.uint64(0xFF51AFD7ED558CCD)
            a ^= a >> fold
            b = (b + code) * np.uint64(0xC4CEB9FE1A85EC53)
            b ^= b >> fold
        length = np.uint64(end - first)
        high[customer] = (a ^ length) * np.uint64(0x9FB21C651E98DF25)
        low[customer] = (b + length) * np.uint64(0xD6E8FEB86659FD93)
    return high, low


@njit(nogil=True, cache=True)
def _group(high: Array, low: Array, weight: Array) -> tuple[Array, Array, Array]:
    items = len(high)
    capacity = 16
    while capacity < 2 * items:
        capacity *= 2
    mask = np.uint64(capacity - 1)
    table = np.full(capacity, -1, np.int64)
    group = np.empty(items, np.int64)
    first = np.empty(items, np.int64)
    total = np.zeros(items, np.int64)
    groups = 0
    for item in range(items):
        place = (high[item] ^ (low[item] >> np.uint64(29))) & mask
        while True:
            known = table[place]
            if known < 0:
                known = groups
                table[place] = known
                first[known] = item
                groups += 1
                break
            if high[first[known]] == high[item] and low[first[known]] == low[item]:
                break
            place = (place + np.uint64(1)) & mask
        group[item] = known
        total[known] += weight[item]
    return group, first[:groups].copy(), total[:groups].copy()
