"""Variants: the ways customers really go, event name by event name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, NamedTuple

import numpy as np

from giljabi.discover.asking import Progress, ask_telling
from giljabi.kernels import group_hashes, hash_journeys
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Bucket, Log, ask

CUSTOMERS_AT_ONCE = 1 << 24
"""Nearly every customer may have a variant of their own: larger logs are counted in turns, by hash."""


_SLICE_BITS = 4
_SLICES = 1 << _SLICE_BITS


@dataclass(frozen=True, slots=True)
class Variant:
    """One way: its event names in order, its customers, and the median time from first to last event."""

    events: tuple[str, ...]
    customers: int
    share: float
    median: timedelta


@dataclass(frozen=True)
class VariantsAnswer(Answer):
    """The most frequent variants, one row each.

    ``total`` is how many variants the log has, ``customers`` how many customers (those without an event have
    no variant and do not count).
    """

    columns: ClassVar[tuple[str, ...]] = ("events", "customers", "share", "median")
    picture: ClassVar[str] = "share"

    variants: tuple[Variant, ...]
    total: int
    customers: int

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per variant; ``events`` is a list of names."""
        return [
            {
                "events": list(one.events),
                "customers": one.customers,
                "share": one.share,
                "median": one.median,
            }
            for one in self.variants
        ]


class _Partial(NamedTuple):
    """Variants' hashes, slice by slice of their range, and how many customers each has.

    Slice ``s`` has ``ends[s]`` minus ``ends[s - 1]`` of them.
    """

    high: Array
    low: Array
    size: Array
    ends: Array


class _Counted(NamedTuple):
    """Of the variants of one slice: the most frequent, how many there are, and of how many customers."""

    high: Array
    low: Array
    size: Array
    total: int
    customers: int


class _Shown(NamedTuple):
    """Of one bucket: customers' chosen variants, how long each took, and the codes of each variant."""

    place: Array
    took: Array
    codes: dict[int, Array]


def variants(
    log: Log, top: int = 20, *, progress: Progress | None = None, at_once: int = CUSTOMERS_AT_ONCE
) -> VariantsAnswer:
    """List the most frequent variants.

    Parameters
    ----------
    log
        The event log.
    top
        How many to list, at least 1; of equally frequent ones at the cut, which are listed is fixed but
        arbitrary. Listed ones of equal frequency are in the order of their event names.
    progress
        Told ``("variants", share done)`` after each bucket.
    at_once
        How many customers to count at a time, about: it bounds memory, and the answer does not depend on it.

    Raises
    ------
    BadParameter
        If ``top`` is below 1.

    Notes
    -----
    Definition and source: `giljabi.kernels.variants`.
    """
    if top < 1:
        raise BadParameter(f"top is a number of variants from 1, not {top}")
    rounds = 1 + log.customers // at_once
    parts = [part for turn in range(rounds) for part in _count(log, turn, rounds, top, progress)]
    high, low, size = (np.concatenate([part[column] for part in parts]) for column in range(3))
    chosen = _most_frequent(size, high, top)
    customers = sum(part.customers for part in parts)
    names, medians = _read_back(log, high[chosen], low[chosen])
    found = [
        Variant(events, int(size[place]), int(size[place]) / customers, timedelta(milliseconds=median))
        for place, events, median in zip(chosen, names, medians, strict=True)
    ]
    found.sort(key=lambda one: (-one.customers, one.events))
    return VariantsAnswer(tuple(found), sum(part.total for part in parts), customers)


def _count(log: Log, turn: int, rounds: int, top: int, progress: Progress | None) -> list[_Counted]:
    """Count the variants whose hash falls to this turn, and keep the most frequent of each slice."""
    within = (lambda step, done: progress(step, (turn + done) / rounds)) if progress is not None else None
    partials = list(ask_telling(log, partial(_group, turn=turn, rounds=rounds), within, "variants"))
    # Small tables stay in the cores' own memory, and the kernel leaves other threads alone.
    with ThreadPoolExecutor(len(os.sched_getaffinity(0)), thread_name_prefix="giljabi") as pool:
        return list(pool.map(lambda number: _merged(partials, number, top), range(_SLICES)))


def _merged(partials: Sequence[_Partial], number: int, top: int) -> _Counted:
    """Group one slice of all buckets."""
    high, low, size = (
        np.concatenate([np.zeros(0, dtype), *(_slice(one, column, number) for one in partials)])
        for column, dtype in enumerate((np.uint64, np.uint64, np.int64))
    )
    _, first, total = group_hashes(high, low, size)
    high, low = high[first], low[first]
    most = _most_frequent(total, high, top)
    return _Counted(high[most], low[most], total[most], len(total), int(total.sum()))


def _slice(one: _Partial, column: int, number: int) -> Array:
    begin = one.ends[number - 1] if number else 0
    column_of: Array = one[column]
    return column_of[begin : one.ends[number]]


def _group(bucket: Bucket, turn: int, rounds: int) -> _Partial:
    high, low = hash_journeys(bucket.offsets, bucket.event)
    present = np.diff(bucket.offsets) > 0
    if rounds > 1:
        present &= high % np.uint64(rounds) == turn
    if not present.all():
        high, low = high[present], low[present]
    _, first, size = group_hashes(high, low, np.ones(len(high), np.int64))
    high, low = high[first], low[first]
    slices = (high >> np.uint64(64 - _SLICE_BITS)).astype(np.uint8)
    order = np.argsort(slices, kind="stable")
    ends = np.cumsum(np.bincount(slices, minlength=_SLICES))
    return _Partial(high[order], low[order], size[order], ends)


def _most_frequent(size: Array, high: Array, top: int) -> Array:
    """Choose the largest; at the cut those with the least hash, so that buckets play no part."""
    if top >= len(size):
        return np.arange(len(size))
    cut = np.partition(size, -top)[-top]
    above, tied = np.flatnonzero(size > cut), np.flatnonzero(size == cut)
    return np.concatenate([above, tied[np.argsort(high[tied])[: top - len(above)]]])


def _read_back(log: Log, high: Array, low: Array) -> tuple[list[tuple[str, ...]], list[float]]:
    """Give the event names of variants, and the median time in ms from first to last event."""
    order = np.argsort(high)
    wanted = high[order], low[order]
    shown = list(ask(log, lambda bucket: _show(bucket, *wanted)))
    codes: dict[int, Array] = {}
    for one in reversed(shown):
        codes.update(one.codes)
    took = np.concatenate([np.zeros(0, np.int64), *(one.took for one in shown)])
    place = np.concatenate([np.zeros(0, np.int64), *(one.place for one in shown)])
    ends = np.cumsum(np.bincount(place, minlength=len(high)))
    parts = np.split(took[np.argsort(place, kind="stable")], ends)
    names: list[tuple[str, ...]] = [()] * len(high)
    medians = [0.0] * len(high)
    for at, variant in enumerate(order.tolist()):
        names[variant] = tuple(log.names[code] for code in codes[at])
        medians[variant] = float(np.median(parts[at]))
    return names, medians


def _show(bucket: Bucket, high: Array, low: Array) -> _Shown:
    """Find the customers of the wanted variants, whose hashes are given in rising order."""
    own_high, own_low = hash_journeys(bucket.offsets, bucket.event)
    at = np.minimum(np.searchsorted(high, own_high), max(len(high) - 1, 0))
    alike = np.diff(bucket.offsets) > 0
    if len(high):
        alike &= (high[at] == own_high) & (low[at] == own_low)
    members = np.flatnonzero(alike)
    place, first = at[members], {}
    for variant, row in zip(*np.unique(place, return_index=True), strict=True):
        one = members[row]
        first[int(variant)] = bucket.event[bucket.offsets[one] : bucket.offsets[one + 1]].copy()
    took = bucket.time[bucket.offsets[members + 1] - 1] - bucket.time[bucket.offsets[members]]
    return _Shown(place, took, first)
