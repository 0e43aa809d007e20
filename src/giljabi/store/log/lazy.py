"""Logs narrowed later: where a log's questions run elsewhere, its parts are made there too.

A narrowed log on an engine is the log it was made from and the steps that narrow it. A step is a function of
the log and plain arguments, applied to a log of one bucket when that bucket is first touched, in the process
that touches it. How many events and customers are left is itself a question, asked when it is wanted.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from giljabi.store.log.layout import Array, Bucket, Engine, Log


@dataclass(frozen=True, slots=True)
class Step:
    """One narrowing: ``function(log, *arguments)``, and one more argument for each bucket from ``each``."""

    function: Callable[..., Log]
    arguments: tuple[Any, ...]
    each: tuple[Any, ...] | None = None

    def __call__(self, log: Log, number: int) -> Log:
        """Narrow the log of one bucket, the one of this number."""
        own = () if self.each is None else (self.each[number],)
        return self.function(log, *self.arguments, *own)


def later(log: Log, function: Callable[..., Log], *arguments: Any, each: Sequence[Any] | None = None) -> Log:
    """Narrow a log whose questions run on an engine, bucket by bucket and not before it is asked.

    Parameters
    ----------
    log
        Has an engine.
    function
        Of a module; gives the narrowed log of a log of one bucket and the arguments.
    *arguments
        Plain values that can be pickled.
    each
        One more argument for each bucket.
    """
    step = Step(function, arguments, None if each is None else tuple(each))
    if isinstance(log, NarrowedLog):
        return NarrowedLog(log.base, (*log.steps, step), log.engine)
    return NarrowedLog(log, (step,), log.engine)


class NarrowedLog(Log):
    """A log and the steps that narrow it."""

    __slots__ = ("_totals", "base", "steps")

    base: Log
    steps: tuple[Step, ...]
    _totals: list[tuple[int, int]]

    def __init__(self, base: Log, steps: tuple[Step, ...], engine: Engine | None = None) -> None:
        # Equal steps over equal versions share what they keep, whichever task brings them.
        key = hashlib.sha256(pickle.dumps((base.__reduce__(), steps))).hexdigest()
        values: dict[str, Any] = {
            "names": base.names,
            "columns": base.columns,
            "buckets": tuple(LazyBucket(base, n, steps, key) for n in range(len(base.buckets))),
            "engine": engine,
            "origin": None,
            "base": base,
            "steps": steps,
            "_totals": [],
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def events(self) -> int:
        """How many events are left; asked once."""
        return self._counted()[0]

    @property
    def customers(self) -> int:
        """How many customers are left; asked once."""
        return self._counted()[1]

    def customers_by_bucket(self) -> list[int]:
        """Give how many customers each bucket has left; asked once."""
        self._counted()
        return [customers for _, customers in self._totals]

    def _counted(self) -> tuple[int, int]:
        if not self._totals:
            engine = self.engine
            sizes = map(_size, self.buckets) if engine is None else engine.ask(self, _size)
            self._totals.extend(sizes)
        return sum(events for events, _ in self._totals), sum(customers for _, customers in self._totals)

    def __reduce__(self) -> tuple[Any, ...]:
        return NarrowedLog, (self.base, self.steps)


def _size(bucket: Bucket) -> tuple[int, int]:
    return bucket.events, bucket.customers


class LazyBucket:
    """A bucket of a narrowed log, made when it is first touched."""

    def __init__(self, base: Log, number: int, steps: tuple[Step, ...], key: str) -> None:
        self._base = base
        self._number = number
        self._steps = steps
        self._key = key

    @property
    def customers(self) -> int:
        """How many customers the bucket holds."""
        return self._made().customers

    @property
    def events(self) -> int:
        """How many events the bucket holds."""
        return self._made().events

    @property
    def offsets(self) -> Array:
        """int64, one more than customers."""
        return self._made().offsets

    @property
    def time(self) -> Array:
        """int64, milliseconds since 1970 UTC."""
        return self._made().time

    @property
    def event(self) -> Array:
        """uint16 codes."""
        return self._made().event

    @property
    def customer_ids(self) -> Any:
        """`pyarrow.StringArray`, one per customer."""
        return self._made().customer_ids

    def column(self, name: str) -> Array:
        """Give the values of a column."""
        return self._made().column(name)

    def _made(self) -> Bucket:
        return _LATEST.give((self._key, self._number), self._narrowed)

    def _narrowed(self) -> Bucket:
        base, bucket = self._base, self._base.buckets[self._number]
        log = Log(base.names, base.columns, (bucket,), bucket.events, bucket.customers)
        for step in self._steps:
            log = step(log, self._number)
        return log.buckets[0]


class _Latest:
    """The buckets made last, for the next question."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, int], Bucket] = OrderedDict()
        self._guard = threading.Lock()

    def give(self, key: tuple[str, int], make: Callable[[], Bucket]) -> Bucket:
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._guard:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


_LATEST = _Latest(2 * (os.cpu_count() or 1))
