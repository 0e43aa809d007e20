"""Audiences over columns: which customers of a bucket belong to one, a bit per customer; and groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from giljabi.kernels import hash_journeys
from giljabi.model import Audience, Customers, Did, EveryOf, InVariant, Outside, SomeOf
from giljabi.model.errors import BadParameter, UnknownColumn
from giljabi.store.log.layout import Array, Bucket, Log
from giljabi.store.log.matching import check_matcher, event_codes, event_mask
from giljabi.store.log.narrowing import filter_customers, milliseconds_of

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
            return _first_values(bucket, self.by)
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
    bool array, one per customer.
    """
    match audience:
        case Did():
            return _did(log, bucket, audience)
        case InVariant(variants=variants):
            return _in_variants(log, bucket, variants)
        case Customers(ids=ids):
            wanted = pa.array(ids, pa.string())
            return np.asarray(pc.is_in(bucket.customer_ids, value_set=wanted), np.bool_)
        case EveryOf(parts=parts):
            whole = np.ones(bucket.customers, np.bool_)
            return reduce(np.logical_and, (audience_mask(log, bucket, part) for part in parts), whole)
        case SomeOf(parts=parts):
            nobody = np.zeros(bucket.customers, np.bool_)
            return reduce(np.logical_or, (audience_mask(log, bucket, part) for part in parts), nobody)
        case Outside(part=part):
            return ~audience_mask(log, bucket, part)
    raise TypeError(f"{type(audience).__name__} is no audience")


def filter_audience(log: Log, audience: Audience) -> Log:
    """Keep the customers of an audience with all of their events; raises as `check_audience` does."""
    check_audience(log, audience)
    return filter_customers(log, [audience_mask(log, bucket, audience) for bucket in log.buckets])


def _did(log: Log, bucket: Bucket, audience: Did) -> Array:
    mask = event_mask(log, bucket, audience.matcher)
    if audience.since is not None:
        mask = mask & (bucket.time >= milliseconds_of(audience.since))
    if audience.until is not None:
        mask = mask & (bucket.time < milliseconds_of(audience.until))
    counts = _per_customer(bucket, mask)
    inside = counts >= audience.at_least
    return inside if audience.at_most is None else inside & (counts <= audience.at_most)


def _per_customer(bucket: Bucket, mask: Array) -> Array:
    before = np.zeros(len(mask) + 1, np.int64)
    np.cumsum(mask, out=before[1:])
    return np.diff(before[bucket.offsets])


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


def _first_values(bucket: Bucket, column: str) -> Array:
    values = bucket.column(column)
    present = np.flatnonzero(values >= 0)
    codes = np.zeros(bucket.customers, np.int64)
    if len(present):
        # The first place with a value at or after each customer's first event, if it is still theirs.
        at = np.searchsorted(present, bucket.offsets[:-1])
        found = present[np.minimum(at, len(present) - 1)]
        own = (at < len(present)) & (found < bucket.offsets[1:])
        codes[own] = values[found[own]].astype(np.int64) + 1
    return codes
