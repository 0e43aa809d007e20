"""Which of any number of matchers the events of a bucket match, as kernels read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from giljabi.model import EventIs, Matcher
from giljabi.model.errors import BadParameter
from giljabi.store import Array, Bucket, Log, event_codes, event_mask

_PACKED = 16


class Marks(NamedTuple):
    """Events as symbols: ``symbol`` (uint16, one per event) and ``marks`` (bool, symbols × matchers)."""

    symbol: Array
    marks: Array


def mark_events(log: Log, bucket: Bucket, matchers: Sequence[Matcher]) -> Marks:
    """Say which matchers each event of a bucket matches.

    Raises
    ------
    BadParameter
        If the matchers overlap in more ways than symbols can tell apart.
    """
    names = [matcher.names for matcher in matchers if isinstance(matcher, EventIs)]
    if len(names) == len(matchers):
        marks = np.zeros((len(log.names), len(matchers)), np.bool_)
        for place, own in enumerate(names):
            marks[event_codes(log, own), place] = True
        return Marks(bucket.event, marks)
    symbol: Array = np.zeros(bucket.events, np.uint16)
    marks = np.zeros((1, 0), np.bool_)
    # Sixteen at a time, so that only the ways of overlapping that occur need a symbol.
    for begin in range(0, len(matchers), _PACKED):
        some = matchers[begin : begin + _PACKED]
        bits: Array = np.zeros(bucket.events, np.uint16)
        for place, matcher in enumerate(some):
            bits |= event_mask(log, bucket, matcher).astype(np.uint16) << np.uint16(place)
        both, symbol = _dense(symbol, bits)
        if len(both) > 1 << _PACKED:
            raise BadParameter("the steps overlap in more than 65,536 ways; use fewer steps with conditions")
        told = (both[:, 1, None] >> np.arange(len(some))) & 1
        marks = np.concatenate([marks[both[:, 0]], told.astype(np.bool_)], axis=1)
    return Marks(symbol, marks)


def _dense(symbol: Array, bits: Array) -> tuple[Array, Array]:
    """Number the pairs that occur; give the pairs, and the number of each event's (uint16)."""
    if not symbol.any():
        found = np.flatnonzero(np.bincount(bits, minlength=1))
        number = np.zeros(1 << _PACKED, np.uint16)
        number[found] = np.arange(len(found))
        return np.stack([np.zeros_like(found), found], axis=1), number[bits]
    joined = symbol.astype(np.uint32) << np.uint32(_PACKED) | bits
    found, number = np.unique(joined, return_inverse=True)
    pairs = np.stack([found >> np.uint32(_PACKED), found & np.uint32(0xFFFF)], axis=1).astype(np.int64)
    return pairs, number.astype(np.uint16)
