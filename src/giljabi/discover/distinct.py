"""The distinct journeys of a log with their weights, or a sample of them where they are too many to compare.

Where a log has more variants than asked for, they are drawn by priority sampling: a variant that ``w``
customers follow has the priority ``w / u`` with ``u`` uniform on (0, 1), the greatest priorities are drawn,
and a drawn one weighs the greater of ``w`` and the first priority not drawn. Frequent variants are so always
there, and sums of weights over any part of the log are unbiased. ``u`` is made of the variant's hash and the
seed, so that the draw depends neither on buckets nor on the order of customers.

Source: Duffield, Lund & Thorup, *Priority sampling for estimation of arbitrary subset sums*, JACM 54 (2007).
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from giljabi.kernels import group_hashes, hash_journeys
from giljabi.store import Array, Bucket, Log, ask


class Journeys(NamedTuple):
    """Distinct journeys, the heaviest first, of equally heavy ones by their codes.

    ``offsets`` (int64) and ``event`` (uint16) hold the first events of each, ``weight`` (float64) the
    customers each stands for; ``variants`` and ``customers`` count those of the log that have an event.
    """

    offsets: Array
    event: Array
    weight: Array
    variants: int
    customers: int

    @property
    def sampled(self) -> bool:
        """Say whether the log has more variants than these."""
        return len(self.weight) < self.variants

    def first(self, many: int) -> Journeys:
        """Give the heaviest ones alone."""
        return self._replace(
            offsets=self.offsets[: many + 1],
            event=self.event[: self.offsets[min(many, len(self.weight))]],
            weight=self.weight[:many],
        )

    def take(self, places: Array) -> tuple[Array, Array]:
        """Give offsets and events of some of them."""
        return cut_out(self.offsets, self.event, places)


class _Partial(NamedTuple):
    """Of one bucket, per variant: its hash, its customers, and one customer who has it."""

    high: Array
    low: Array
    size: Array
    customer: Array


def distinct_journeys(log: Log, most: int, cap: int, seed: int) -> Journeys:
    """Read the distinct journeys of a log.

    Parameters
    ----------
    log
        The event log.
    most
        How many to read at most.
    cap
        Events of a journey to read at most; the rest still tells variants apart.
    seed
        Of the draw.
    """
    partials = list(ask(log, _variants))
    high, low, size = (
        np.concatenate([np.zeros(0, dtype), *(getattr(partial, column) for partial in partials)])
        for column, dtype in (("high", np.uint64), ("low", np.uint64), ("size", np.int64))
    )
    _, first, total = group_hashes(high, low, size)
    chosen, weight = _drawn(high[first] ^ low[first], total, most, seed)
    begins = np.cumsum([0, *(len(partial.high) for partial in partials)])
    at = first[chosen]
    whose = np.searchsorted(begins, at, side="right") - 1
    lengths, events, order = [np.zeros(0, np.int64)], [np.zeros(0, np.uint16)], [np.zeros(0, np.int64)]
    for number, (bucket, partial) in enumerate(zip(log.buckets, partials, strict=True)):
        here = np.flatnonzero(whose == number)
        own, codes = cut_out(bucket.offsets, bucket.event, partial.customer[at[here] - begins[number]], cap)
        lengths.append(np.diff(own))
        events.append(codes)
        order.append(here)
    places = np.concatenate(order)
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    return _sorted(offsets, np.concatenate(events), weight[places], len(total), int(total.sum()))


def cut_out(offsets: Array, event: Array, places: Array, cap: int | None = None) -> tuple[Array, Array]:
    """Give offsets and events of some journeys, of each the first ``cap`` events."""
    length = offsets[places + 1] - offsets[places]
    if cap is not None:
        length = np.minimum(length, cap)
    own = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    return own, event[np.repeat(offsets[places] - own[:-1], length) + np.arange(own[-1])]


def _variants(bucket: Bucket) -> _Partial:
    high, low = hash_journeys(bucket.offsets, bucket.event)
    present = np.flatnonzero(np.diff(bucket.offsets))
    high, low = high[present], low[present]
    _, first, size = group_hashes(high, low, np.ones(len(high), np.int64))
    return _Partial(high[first], low[first], size, present[first])


def _drawn(hashes: Array, size: Array, most: int, seed: int) -> tuple[Array, Array]:
    """Draw by priority; give places and weights."""
    if len(size) <= most:
        return np.arange(len(size)), size.astype(np.float64)
    with np.errstate(over="ignore"):
        mixed = hashes ^ (np.uint64(seed % 2**64) * np.uint64(0x9E3779B97F4A7C15))
        for factor in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB):
            mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(factor)
    priority = size / ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**53
    order = np.argpartition(-priority, most)
    chosen = order[:most]
    return chosen, np.maximum(size[chosen], priority[order[most]])


def _sorted(offsets: Array, event: Array, weight: Array, variants: int, customers: int) -> Journeys:
    codes = [tuple(event[a:b].tolist()) for a, b in pairwise(offsets)]
    places = np.array(sorted(range(len(codes)), key=lambda one: (-weight[one], codes[one])), np.int64)
    own, sequence = cut_out(offsets, event, places)
    return Journeys(own, sequence, weight[places], variants, customers)
