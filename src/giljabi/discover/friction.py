"""Friction: at which events customers repeat, step back, hesitate, click in a rage, or leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Literal, TypeAlias, get_args

import numpy as np

from giljabi.kernels import (
    EdgeIndex,
    FrictionCounts,
    UsualVisits,
    count_edges,
    friction_bucket,
    index_edges,
    merge_edges,
    merge_usual,
    usual_limits,
    usual_visits,
    wilson,
)
from giljabi.model import milliseconds
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Bucket, Log, ask, pictures

Kind: TypeAlias = Literal["repeats", "steps_back", "hesitation", "rage", "abandonment"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The kinds of friction, in the order of `giljabi.kernels.friction`."""

_ALL_PAIRS = 128
_TRANSITIONS = 16_384
_FEW = 20
_SMOOTH, _OPEN, _FIRST = 1, 2, 3
_ABANDONMENT = KINDS.index("abandonment")


@dataclass(frozen=True, slots=True)
class FrictionKind:
    """One kind of friction at an event.

    ``share`` is of ``n`` customers: those who have the event; for abandonment, those of them whose journey
    is not still open there. ``low``, ``high``: 95 % Wilson interval. ``count`` is how often it happened,
    ``lost`` the mean time that one occurrence took (None for abandonment, and where it never happened).
    """

    kind: Kind
    customers: int
    n: int
    share: float | None
    low: float | None
    high: float | None
    count: int
    lost: timedelta | None


@dataclass(frozen=True, slots=True)
class EventFriction:
    """An event and the friction at it.

    ``troubled`` of its ``customers`` met any kind; ``share``, ``low``, ``high`` are theirs. ``severity``
    (0..1) is the share of all customers who are surely troubled here: ``low`` times the share of customers
    who have the event. ``rank`` 1 is the most severe.
    """

    rank: int
    event: str
    customers: int
    troubled: int
    share: float
    low: float
    high: float
    severity: float
    kinds: tuple[FrictionKind, ...]


@dataclass(frozen=True)
class FrictionAnswer(Answer):
    """Friction by event, the most severe first; one row per event and kind that happened.

    ``customers`` is how many there are, ``total`` how many events have any friction.
    """

    columns: ClassVar[tuple[str, ...]] = (
        *("rank", "event", "kind", "customers", "n", "share", "low", "high"),
        *("count", "lost", "severity"),
    )
    picture: ClassVar[str] = "share"

    events: tuple[EventFriction, ...]
    total: int
    customers: int

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per event and kind."""
        return [
            {"rank": one.rank, "event": one.event, "severity": one.severity}
            | {name: getattr(kind, name) for name in self.columns if name not in _OF_EVENT}
            for one in self.events
            for kind in one.kinds
            if kind.count
        ]

    def drawing(self) -> str:
        """Draw the share of each event's customers by kind."""
        some = self.events[:20]
        most = max((kind.share or 0 for one in some for kind in one.kinds), default=0) or 1
        return pictures.heat(
            "Friction by event and kind",
            [one.event for one in some],
            [kind.replace("_", " ") for kind in KINDS],
            [[(kind.share or 0) / most if kind.count else None for kind in one.kinds] for one in some],
            [[f"{100 * (kind.share or 0):.0f} %" for kind in one.kinds] for one in some],
        )


_OF_EVENT = ("rank", "event", "severity")


def friction(
    log: Log,
    *,
    top: int | None = None,
    again: str | timedelta = "30m",
    burst: int = 3,
    rapid: str | timedelta = "2s",
    progress: Callable[[str, float], None] | None = None,
) -> FrictionAnswer:
    """Find the events at which customers meet friction.

    Parameters
    ----------
    log
        The event log.
    top
        Keep only so many of the most severe events; None: all with any friction.
    again
        Longest pause inside one visit: an event of the same name after a longer one is no repeat, coming back
        after a longer one no step back, and where a step mostly takes less, a longer wait no hesitation.
    burst, rapid
        A burst is at least so many events (2 or more) of one name, each no later than ``rapid`` after the one
        before.
    progress
        Told ``("friction", share done)`` as buckets are done.

    Raises
    ------
    BadParameter
        If a parameter is out of range.

    Notes
    -----
    The exact definitions stand in `giljabi.kernels.friction`; the inferred curve of a map is made by them
    too.
    """
    if top is not None and top < 1:
        raise BadParameter(f"top is a number of events from 1, not {top}")
    if burst < 2:
        raise BadParameter(f"a burst has 2 or more events, not {burst}")
    pause, fast = milliseconds(again), milliseconds(rapid)
    names, done = len(log.names), 0

    def report() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress("friction", done / (2 * len(log.buckets)))

    if not log.buckets:
        return FrictionAnswer((), 0, log.customers)
    index, transitions = _transitions(log)

    def see(bucket: Bucket) -> UsualVisits:
        symbol = bucket.event + np.uint16(1)
        return usual_visits(bucket.offsets, bucket.time, symbol, names, index, transitions, pause)

    def seen() -> Iterator[UsualVisits]:
        for visits in ask(log, see):
            yield visits
            report()

    usual = merge_usual(seen())
    limits = usual_limits(usual, index, pause)
    limits = limits._replace(burst=burst, rapid=fast if limits.rapid >= 0 else limits.rapid)

    def count(bucket: Bucket) -> FrictionCounts:
        symbol = bucket.event + np.uint16(1)
        return friction_bucket(bucket.offsets, bucket.time, bucket.event, symbol, limits)

    found: FrictionCounts | None = None
    for counts in ask(log, count):
        found = counts if found is None else FrictionCounts(*map(np.add, found, counts))
        report()
    assert found is not None
    return _answer(log, found, top)


def _transitions(log: Log) -> tuple[EdgeIndex, int]:
    """Choose the transitions that get a fence of their own: of few names all, else the most frequent."""
    names = len(log.names)
    size = names + 1
    if names <= _ALL_PAIRS:
        source, target = np.divmod(np.arange(size * size), size)
        keys = np.flatnonzero((source > 0) & (target > 0) & (source != target))
    else:
        graph = merge_edges(ask(log, lambda b: count_edges(b.offsets, b.time, b.event, names)), names)
        source, target = np.divmod(graph.key, names)
        kept = np.flatnonzero((graph.transitions >= _FEW) & (source != target))
        kept = kept[np.argsort(-graph.transitions[kept], kind="stable")[:_TRANSITIONS]]
        keys = np.sort((source[kept] + 1) * size + target[kept] + 1)
    return index_edges(keys, size), len(keys)


def _answer(log: Log, found: FrictionCounts, top: int | None) -> FrictionAnswer:
    customers = found.customers[1:]
    met: list[int] = np.flatnonzero(customers[:, 0] > customers[:, _SMOOTH]).tolist()
    whole = max(1, log.customers)
    intervals = [wilson(int(customers[c, 0] - customers[c, _SMOOTH]), int(customers[c, 0])) for c in met]
    ranked = sorted(
        (
            (-(interval or (0.0, 0.0))[0] * int(customers[code, 0]) / whole, log.names[code], code, interval)
            for code, interval in zip(met, intervals, strict=True)
        ),
        key=lambda one: one[:2],
    )
    events = []
    for rank, (severity, name, code, interval) in enumerate(ranked[:top], 1):
        n, troubled = int(customers[code, 0]), int(customers[code, 0] - customers[code, _SMOOTH])
        low, high = interval or (0.0, 1.0)
        kinds = tuple(
            _kind(place, customers[code], found.times[code + 1], found.lost[code + 1])
            for place in range(len(KINDS))
        )
        events.append(EventFriction(rank, name, n, troubled, troubled / n, low, high, -severity, kinds))
    return FrictionAnswer(tuple(events), len(met), log.customers)


def _kind(place: int, customers: Array, times: Array, lost: Array) -> FrictionKind:
    hit, count = int(customers[_FIRST + place]), int(times[place])
    n = int(customers[0]) - (int(customers[_OPEN]) if place == _ABANDONMENT else 0)
    low, high = wilson(hit, n) or (None, None)
    took = timedelta(milliseconds=int(lost[place]) / count) if count and place != _ABANDONMENT else None
    return FrictionKind(KINDS[place], hit, n, hit / n if n else None, low, high, count, took)
