"""The event log as every question sees it: buckets of columns, one contiguous run of events per customer.

A `Log` is either mapped from a directory (`giljabi.store.log.open_log`) or held in memory
(`giljabi.store.log.memory_log`); questions cannot tell the difference. Every customer lies in exactly one
bucket, so a question is asked bucket by bucket and its partial answers are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

import numpy.typing as npt

Array = npt.NDArray[Any]
ArrowArray: TypeAlias = Any
"""A `pyarrow.Array`; its stubs know neither its buffers nor the types of what its functions give."""

MAX_NAMES = 65_535
"""Event names a log can hold: codes are uint16."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column other than customer, time and event holds.

    ``kind`` is ``"code"`` (int16 or int32 codes into ``dictionary``, −1 where absent) or ``"number"``
    (float64, NaN where absent; ``dictionary`` is empty). The dictionary is a tuple, or where it is large a
    sequence mapped from a file.
    """

    name: str
    kind: Literal["code", "number"]
    dictionary: Sequence[str] = ()


class Bucket(Protocol):
    """The events of some of the customers, ordered by customer, then time, then arrival."""

    @property
    def customers(self) -> int:
        """How many customers the bucket holds."""

    @property
    def events(self) -> int:
        """How many events the bucket holds."""

    @property
    def offsets(self) -> Array:
        """int64, ``customers + 1`` long: customer ``i`` owns events ``offsets[i]:offsets[i + 1]``."""

    @property
    def time(self) -> Array:
        """int64, milliseconds since 1970 UTC, one per event, rising within a customer."""

    @property
    def event(self) -> Array:
        """uint16, one per event: the code of its name."""

    @property
    def customer_ids(self) -> Any:
        """`pyarrow.StringArray`, one per customer, in the order of ``offsets``."""

    def column(self, name: str) -> Array:
        """Give the values of a column of `Log.columns`, one per event."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class MemoryBucket:
    """A bucket whose columns are arrays at hand."""

    offsets: Array
    time: Array
    event: Array
    customer_ids: Any
    values: Mapping[str, Array] = field(default_factory=dict)

    @property
    def customers(self) -> int:
        """How many customers the bucket holds."""
        return len(self.offsets) - 1

    @property
    def events(self) -> int:
        """How many events the bucket holds."""
        return len(self.time)

    def column(self, name: str) -> Array:
        """Give the values of a column."""
        return self.values[name]


class Engine(Protocol):
    """Where the questions about a log run when it is not in threads of this process."""

    def ask(self, log: Log, task: Callable[[Bucket], Any]) -> Iterator[Any]:
        """Yield the partial answer of every bucket, in bucket order."""


class Origin(Protocol):
    """Where a log comes from: what another process needs to have the same log."""

    def describes(self, log: Log) -> bool:
        """Say whether it is the origin of this very log, and not of one that was made from it."""

    def opener(self) -> tuple[Callable[..., Log], tuple[Any, ...]]:
        """Give a function and its arguments that make the log, both fit to be pickled."""


@dataclass(frozen=True, slots=True)
class Log:
    """An event log.

    ``names[code]`` is the name of an event code. ``columns`` describes ``"channel"``, ``"value"`` and the
    properties, where the log has them. ``events`` and ``customers`` are totals over the buckets. ``engine``
    is where its questions run; None: in threads. A log that was opened is pickled as its ``origin``, any
    other as what it holds; either way without the engine.
    """

    names: tuple[str, ...]
    columns: Mapping[str, Column]
    buckets: Sequence[Bucket]
    events: int
    customers: int
    engine: Engine | None = field(default=None, compare=False, repr=False)
    origin: Origin | None = field(default=None, compare=False, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        if self.origin is not None and self.origin.describes(self):
            return self.origin.opener()
        return Log, (self.names, dict(self.columns), tuple(self.buckets), self.events, self.customers)
