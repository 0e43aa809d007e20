"""Audiences over columns: which customers of a bucket belong to one, a bit per customer; and groups."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial, reduce
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from giljabi.kernels import TextSet, among, count_matches, first_values, hash_journeys, text_set
from giljabi.model import (
    Audience,
    Customers,
    Did,
    EveryOf,
    InVariant,
    Outside,
    ReachedStage,
    Segment,
    SomeOf,
    unresolved,
)
from giljabi.model.errors import BadParameter, UnknownColumn
from giljabi.store.log.kept_masks import MASKS
from giljabi.store.log.layout import Array, ArrowArray, Bucket, Log
from giljabi.store.log.lazy import later
from giljabi.store.log.matching import check_matcher, event_codes, event_symbols
from giljabi.store.log.narrowing import filter_customers, milliseconds_of
from giljabi.store.log.running import in_threads

By: TypeAlias = str | Audience | Mapping[str, Audience]
"""What breaks an answer down: a column of texts, an audience against the rest, or named audiences."""


@dataclass(frozen=True, slots=True)
class Groups:
    """A breakdown: every customer is of one group.

    ``labels[code]`` names a group. Code 0, named None, holds the customers of no group: those without a value
    in the column, or in none of the audiences. Customers in several audiences belong to the first.
    """

    labels: tuple[str | None, ...]
    by: By | None

    def codes(self, log: Log, bucket: Bucket) -> Array:
        """Give the group of each customer of a bucket, int64."""
        if self.by is None:
            return np.zeros(bucket.customers, np.int64)
        if isinstance(self.by, str):
            return first_values(bucket.offsets, bucket.column(self.by))
        audiences = {"": self.by} if isinstance(self.by, Audience) else self.by
        codes = np.zeros(bucket.customers, np.int64)
        for code, audience in reversed(list(enumerate(audiences.values(), 1))):
            codes[audience_mask(log, bucket, audience)] = code
        return codes


def read_groups(log: Log, by: By | None) -> Groups:
    """Check a breakdown against a log.

    Parameters
    ----------
    log
        The event log.
    by
        A column of texts: a customer's group is the first value that an event of theirs has. An audience: its
        customers are the group "in". Several by name: see `Groups`. None: all customers are one group.

    Raises
    ------
    UnknownColumn, UnknownEvent
        If the log does not have a column or event.
    BadParameter
        If the column holds numbers, or there is no audience.
    """
    if by is None:
        return Groups((None,), None)
    if isinstance(by, str):
        if by not in log.columns:
            raise UnknownColumn(by, log.columns)
        if log.columns[by].kind != "code":
            raise BadParameter(f"{by!r} holds numbers; break an answer down by a column of texts")
        return Groups((None, *log.columns[by].dictionary), by)
    named = {"in": by} if isinstance(by, Audience) else by
    if not isinstance(named, Mapping) or not named:
        raise BadParameter(
            f"by is {by!r}; give a column, an audience such as did('pay'), or audiences by name"
        )
    for audience in named.values():
        check_audience(log, audience)
    return Groups((None, *named), by)


def check_audience(log: Log, audience: Audience) -> None:
    """Refuse an audience that speaks of what the log does not have.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If an event name or column is not in the log.
    BadParameter
        If it is no audience.
    """
    match audience:
        case Did(matcher=matcher):
            check_matcher(log, matcher)
        case InVariant(variants=variants):
            for one in variants:
                event_codes(log, one)
        case EveryOf(parts=parts) | SomeOf(parts=parts):
            for part in parts:
                check_audience(log, part)
        case Outside(part=part):
            check_audience(log, part)
        case Customers():
            pass
        case Segment() | ReachedStage():
            raise BadParameter(unresolved(audience))
        case _:
            raise BadParameter(f"{audience!r} is no audience; write for example did({str(audience)!r})")


def audience_mask(log: Log, bucket: Bucket, audience: Audience) -> Array:
    """Say for each customer of a bucket whether they belong, as `Audience.accepts` would.

    Parameters
    ----------
    log
        The log the bucket belongs to.
    bucket
        One of its buckets.
    audience
        Event names and columns that the log does not have match nothing (see `check_audience`).

    Returns
    -------
    bool array, one per customer. Several questions ask for the same audience: the latest masks are kept.
    """
    return MASKS.give(log, bucket, audience, lambda: _mask(log, bucket, audience))


def _mask(log: Log, bucket: Bucket, audience: Audience) -> Array:
    match audience:
        case Did():
            return _did(log, bucket, audience)
        case InVariant(variants=variants):
            return _in_variants(log, bucket, variants)
        case Customers(ids=ids):
            return among(_CUSTOMERS.give(ids), *_letters(bucket.customer_ids))
        case EveryOf(parts=parts):
            whole = np.ones(bucket.customers, np.bool_)
            return reduce(np.logical_and, (_mask(log, bucket, part) for part in parts), whole)
        case SomeOf(parts=parts):
            nobody = np.zeros(bucket.customers, np.bool_)
            return reduce(np.logical_or, (_mask(log, bucket, part) for part in parts), nobody)
        case Outside(part=part):
            return ~_mask(log, bucket, part)
    raise TypeError(f"{type(audience).__name__} is no audience")


def filter_audience(log: Log, audience: Audience) -> Log:
    """Keep the customers of an audience with all of their events; raises as `check_audience` does."""
    check_audience(log, audience)
    if log.engine is not None:
        return later(log, filter_audience, audience)
    tasks = [partial(audience_mask, log, bucket, audience) for bucket in log.buckets]
    return filter_customers(log, list(in_threads(tasks)))


def _did(log: Log, bucket: Bucket, audience: Did) -> Array:
    symbol, accepted = event_symbols(log, bucket, audience.matcher)
    since, until = (None if one is None else milliseconds_of(one) for one in (audience.since, audience.until))
    time = None if since is None and until is None else bucket.time
    return count_matches(
        bucket.offsets, time, symbol, accepted, audience.at_least, audience.at_most, since, until
    )


def _in_variants(log: Log, bucket: Bucket, variants: tuple[tuple[str, ...], ...]) -> Array:
    codes = {name: code for code, name in enumerate(log.names)}
    known = [[codes[name] for name in one] for one in variants if one and all(name in codes for name in one)]
    if not known:
        return np.zeros(bucket.customers, np.bool_)
    offsets = np.cumsum([0, *(len(one) for one in known)], dtype=np.int64)
    wanted = _pairs(*hash_journeys(offsets, np.concatenate(known).astype(np.uint16)))
    return np.isin(_pairs(*hash_journeys(bucket.offsets, bucket.event)), wanted)


def _pairs(high: Array, low: Array) -> Array:
    pairs = np.empty(len(high), np.dtype([("high", np.uint64), ("low", np.uint64)]))
    pairs["high"], pairs["low"] = high, low
    return pairs


class _Known:
    """The lists of customers that were asked for last, hashed; held by the tuple itself, for all buckets."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[int, tuple[tuple[str, ...], TextSet]] = OrderedDict()
        self._guard = threading.Lock()

    def give(self, ids: tuple[str, ...]) -> TextSet:
        with self._guard:
            if id(ids) not in self._kept:
                self._kept[id(ids)] = (ids, text_set(*_letters(pa.array(ids, pa.string()))))
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(id(ids))
            return self._kept[id(ids)][1]


_CUSTOMERS = _Known(4)


def _letters(texts: ArrowArray) -> tuple[Array, Array]:
    """Give the offsets and the bytes of a `pyarrow.StringArray`."""
    _, offsets, data = texts.buffers()
    if offsets is None or not len(texts):
        return np.zeros(1, np.int64), np.zeros(1, np.uint8)
    begins = np.frombuffer(offsets, np.int32, len(texts) + 1, 4 * texts.offset)
    letters = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return begins, letters
