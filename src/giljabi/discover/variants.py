"""Variants: the ways customers really go, event name by event name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

import numpy as np

from giljabi.discover.asking import Progress, ask_telling
from giljabi.kernels import group_hashes, hash_journeys
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Bucket, Log


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
    """Of one bucket: the groups' hashes and customers, and per customer with events the group."""

    high: Array
    low: Array
    size: Array
    customer: Array
    group: Array


def variants(log: Log, top: int = 20, *, progress: Progress | None = None) -> VariantsAnswer:
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
    partials = list(ask_telling(log, _group, progress, "variants"))
    high, low, size = (
        np.concatenate([np.zeros(0, dtype), *(getattr(partial, column) for partial in partials)])
        for column, dtype in (("high", np.uint64), ("low", np.uint64), ("size", np.int64))
    )
    merged, first, total = group_hashes(high, low, size)
    chosen = _most_frequent(total, high[first], top)
    customers = int(total.sum())
    rank = np.full(len(total), -1)
    rank[chosen] = np.arange(len(chosen))
    begins = np.cumsum([0, *(len(partial.high) for partial in partials)])
    ranks = [rank[merged[begin:end]] for begin, end in pairwise(begins)]
    found = [
        Variant(events, int(total[place]), int(total[place]) / customers, timedelta(milliseconds=median))
        for place, events, median in zip(
            chosen,
            _sequences(log, partials, ranks, len(chosen)),
            _medians(log, partials, ranks, len(chosen)),
            strict=True,
        )
    ]
    found.sort(key=lambda one: (-one.customers, one.events))
    return VariantsAnswer(tuple(found), len(total), customers)


def _group(bucket: Bucket) -> _Partial:
    high, low = hash_journeys(bucket.offsets, bucket.event)
    present = np.flatnonzero(np.diff(bucket.offsets))
    high, low = high[present], low[present]
    group, first, size = group_hashes(high, low, np.ones(len(high), np.int64))
    return _Partial(high[first], low[first], size, present, group)


def _most_frequent(size: Array, high: Array, top: int) -> Array:
    """Choose the largest; at the cut those with the least hash, so that buckets play no part."""
    if top >= len(size):
        return np.arange(len(size))
    cut = np.partition(size, -top)[-top]
    above, tied = np.flatnonzero(size > cut), np.flatnonzero(size == cut)
    return np.concatenate([above, tied[np.argsort(high[tied])[: top - len(above)]]])


def _sequences(
    log: Log, partials: Sequence[_Partial], ranks: Sequence[Array], count: int
) -> list[tuple[str, ...]]:
    """Read each chosen variant back from the first customer that has it."""
    sequences: list[tuple[str, ...]] = [()] * count
    for bucket, partial, rank in zip(log.buckets, partials, ranks, strict=True):
        for group in np.flatnonzero(rank >= 0):
            if not sequences[rank[group]]:
                customer = partial.customer[np.argmax(partial.group == group)]
                codes = bucket.event[bucket.offsets[customer] : bucket.offsets[customer + 1]]
                sequences[rank[group]] = tuple(log.names[code] for code in codes)
    return sequences


def _medians(log: Log, partials: Sequence[_Partial], ranks: Sequence[Array], count: int) -> list[float]:
    """Give the median time in ms from first to last event of each chosen variant."""
    took: list[Array] = [np.zeros(0, np.int64)]
    whose: list[Array] = [np.zeros(0, np.int64)]
    for bucket, partial, rank in zip(log.buckets, partials, ranks, strict=True):
        of = rank[partial.group]
        kept = partial.customer[of >= 0]
        took.append(bucket.time[bucket.offsets[kept + 1] - 1] - bucket.time[bucket.offsets[kept]])
        whose.append(of[of >= 0])
    values, place = np.concatenate(took), np.concatenate(whose)
    parts = np.split(values[np.argsort(place, kind="stable")], np.cumsum(np.bincount(place, minlength=count)))
    return [float(np.median(part)) for part in parts[:count]]
