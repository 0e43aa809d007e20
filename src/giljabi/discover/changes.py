"""Changes: what became different in the last period against the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from giljabi.discover.hypotheses import Durations, Hypotheses, Kind, ranked, testable
from giljabi.discover.periods import Period, choose_periods, moments
from giljabi.kernels import (
    PeriodCounts,
    Periods,
    benjamini_hochberg,
    count_periods,
    group_hashes,
    hash_journeys,
    index_edges,
    merge_periods,
    open_journeys,
    period_durations,
)
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Bucket, Log, ask, pictures

Became = Literal["new", "vanished", "more", "less", "slower", "faster"]

LEAST_CUSTOMERS = 10
_EDGES = 16_384


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed.

    ``subject`` names it: one event (*event*, *conversion*), source and target (*transition*, *duration*), or
    a row of events (*variant*). ``before`` and ``now`` are shares 0..1 of ``n_before`` and ``n`` customers,
    or for *duration* medians of their times; ``low``, ``high`` is the 95 % interval of the ``difference``.
    ``customers`` says whom it concerns: for shares how many more or fewer than before, for durations how
    many took the step.
    """

    kind: Kind
    became: Became
    subject: tuple[str, ...]
    before: float | timedelta
    now: float | timedelta
    difference: float | timedelta
    low: float | timedelta
    high: float | timedelta
    customers: int
    n_before: int
    n: int
    q_value: float


@dataclass(frozen=True)
class ChangesAnswer(Answer):
    """What changed, the clearest first, one row each.

    ``before`` and ``last`` are the periods (start inclusive, end exclusive, UTC), None for a log without
    events; ``follow`` is how long each beginning was watched. ``looked_at`` is the number of hypotheses,
    ``total`` how many stood.
    """

    columns: ClassVar[tuple[str, ...]] = (
        *("kind", "became", "subject", "before", "now", "difference", "low", "high"),
        *("customers", "n_before", "n", "q_value"),
    )

    changes: tuple[Change, ...]
    before: tuple[datetime, datetime] | None
    last: tuple[datetime, datetime] | None
    follow: timedelta
    looked_at: int
    total: int

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per change; for durations ``before`` to ``high`` are seconds, as columns need."""
        return [
            {"subject": " → ".join(one.subject)}
            | {name: _plain(getattr(one, name)) for name in self.columns if name != "subject"}
            for one in self.changes
        ]

    def drawing(self) -> str:
        """Draw the differences of shares with their intervals."""
        some = [one for one in self.changes if one.kind != "duration"][:20]
        return pictures.bars(
            "Changed shares",
            [f"{one.kind}: {' → '.join(one.subject)}" for one in some],
            [float(_plain(one.difference)) for one in some],
            [f"{100 * _plain(one.before):.1f} % → {100 * _plain(one.now):.1f} %" for one in some],
            [(_plain(one.low), _plain(one.high)) for one in some],
        )


class _Variants(NamedTuple):
    """The opening variants of one bucket: hash, customers by period, and one customer each."""

    high: Array
    low: Array
    customers: Array
    example: Array


class _Counted(NamedTuple):
    counts: PeriodCounts
    variants: _Variants


def changes(
    log: Log,
    *,
    last: Period | None = None,
    before: Period | None = None,
    follow: str | timedelta | None = None,
    q: float = 0.05,
    least: float = 0.1,
    top: int = 50,
    progress: Callable[[str, float], None] | None = None,
) -> ChangesAnswer:
    """Find what changed in the last period against the one before.

    Parameters
    ----------
    log
        The event log.
    last
        A length counted back from the last event, or a start and an end. None: the longest of 4 weeks, a
        week, a day, an hour and a minute that fits into the log three times, else half of the log.
    before
        As ``last``; a length ends where ``last`` starts. None: as long as ``last``.
    follow
        How long each beginning is watched; None: a quarter of the shorter period.
    q
        At most this share of what is reported is expected to be chance (0 to 1), by Benjamini and Hochberg
        over all that was looked at, of every kind together.
    least
        Smallest change worth telling: medians differ by this factor, shares by this part of the larger one
        and by at least one in a hundred.
    top
        How many to tell, the clearest (largest z-value) first.
    progress
        Told ``("changes", share done)`` as buckets are done.

    Raises
    ------
    BadParameter
        If a parameter is out of range.

    Notes
    -----
    Who is counted where, and why both periods are cut alike: `giljabi.kernels.changes`. Looked at is what at
    least ten customers of both periods together did, of at least ten in each who could have.
    """
    if not 0 < q < 1:
        raise BadParameter(f"q is a share between 0 and 1, not {q}")
    if least < 0:
        raise BadParameter(f"least is the smallest change worth telling, from 0, not {least}")
    if top < 1:
        raise BadParameter(f"top is a number of changes from 1, not {top}")
    periods = choose_periods(log, last, before, follow)
    if periods is None:
        return ChangesAnswer((), None, None, timedelta(0), 0, 0)
    names, parts = len(log.names), []
    for part in ask(log, lambda bucket: _count(bucket, names, periods)):
        parts.append(part)
        if progress is not None:
            progress("changes", len(parts) / (2 * len(log.buckets)))
    counts = merge_periods((part.counts for part in parts), names)
    families, variants = _families(log, periods, counts, [part.variants for part in parts])
    if progress is not None:
        progress("changes", 1.0)
    evidence = [family.evidence() for family in families]
    p, z = (np.concatenate(column) for column in zip(*evidence, strict=True))
    found = list(ranked(families, benjamini_hochberg(p), z, q, least))
    told = tuple(
        _change(log, families[family], row, q_value, variants, [part.variants for part in parts], periods)
        for family, row, q_value in found[:top]
    )
    start, end, last_start, last_end = moments(periods[:4])
    watched = timedelta(milliseconds=periods.follow)
    return ChangesAnswer(told, (start, end), (last_start, last_end), watched, len(p), len(found))


def _plain(value: float | timedelta | str) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _count(bucket: Bucket, names: int, periods: Periods) -> _Counted:
    counts = count_periods(bucket.offsets, bucket.time, bucket.event, names, periods)
    opened = open_journeys(bucket.offsets, bucket.time, bucket.event, periods)
    high, low = hash_journeys(opened.offsets, opened.event)
    group, first, size = group_hashes(high, low, np.ones(len(high), np.int64))
    customers = np.bincount(2 * group + opened.period, minlength=2 * len(size)).reshape(-1, 2)
    return _Counted(counts, _Variants(high[first], low[first], customers, opened.customer[first]))


def _families(
    log: Log, periods: Periods, counts: PeriodCounts, parts: Sequence[_Variants]
) -> tuple[list[Hypotheses], Array]:
    """Put up everything to look at; and for each variant the place of its example, bucket after bucket."""
    names = len(log.names)
    codes = np.arange(names)
    source = counts.key // max(names, 1)
    transitions = testable(
        "transition", counts.key, counts.moved, counts.sources[:, source].T, LEAST_CUSTOMERS
    )
    starters = np.broadcast_to(counts.starters, (names, 2))
    high, low = (np.concatenate([getattr(part, name) for part in parts]) for name in ("high", "low"))
    customers = np.concatenate([part.customers for part in parts])
    group, example, _ = group_hashes(high, low, customers[:, 0])
    taken = np.stack(
        [np.bincount(group, customers[:, period], len(example)).astype(np.int64) for period in (0, 1)], axis=1
    )
    return [
        testable("event", codes, counts.seen.T, np.broadcast_to(counts.active, (names, 2)), LEAST_CUSTOMERS),
        _durations(log, periods, counts),
        transitions,
        testable("conversion", codes, counts.converted.T, starters, LEAST_CUSTOMERS),
        testable(
            "variant",
            np.arange(len(example)),
            taken,
            np.broadcast_to(counts.starters, taken.shape),
            LEAST_CUSTOMERS,
        ),
    ], example


def _durations(log: Log, periods: Periods, counts: PeriodCounts) -> Durations:
    names, enough = len(log.names), np.flatnonzero(counts.moved.min(axis=1) >= LEAST_CUSTOMERS)
    enough = enough[np.argsort(-counts.moved[enough].sum(axis=1), kind="stable")[:_EDGES]]
    keys = np.sort(counts.key[enough])
    index = index_edges(keys, names)
    total: Array | None = None
    for part in ask(
        log, lambda b: period_durations(b.offsets, b.time, b.event, names, periods, index, len(keys))
    ):
        total = part.astype(np.int64) if total is None else np.add(total, part, out=total)
    assert total is not None
    return Durations(keys, total[0], total[1])


def _change(
    log: Log,
    family: Hypotheses,
    row: int,
    q_value: float,
    examples: Array,
    parts: Sequence[_Variants],
    periods: Periods,
) -> Change:
    before, now, difference, low, high = family.measured(row)
    subject, values = int(family.subject[row]), (before, now, difference, low, high)
    if isinstance(family, Durations):
        n_before, n = int(family.before[row].sum()), int(family.last[row].sum())
        a, b, d, down, up = (timedelta(milliseconds=round(value)) for value in values)
        became: Became = "slower" if difference > 0 else "faster"
        edge = _edge(log, subject)
        count = family.customers(row)
        return Change(family.kind, became, edge, a, b, d, down, up, count, n_before, n, q_value)
    became = "new" if not before else "vanished" if not now else "more" if difference > 0 else "less"
    if family.kind == "variant":
        named = _opening(log, int(examples[subject]), parts, periods)
    else:
        named = _edge(log, subject) if family.kind == "transition" else (log.names[subject],)
    n_before, n = family.of[row].tolist()
    return Change(family.kind, became, named, *values, family.customers(row), n_before, n, q_value)


def _edge(log: Log, key: int) -> tuple[str, str]:
    source, target = divmod(key, len(log.names))
    return log.names[source], log.names[target]


def _opening(log: Log, place: int, parts: Sequence[_Variants], periods: Periods) -> tuple[str, ...]:
    """Read a variant back from the customer at a place in the concatenated groups of the buckets."""
    for bucket, part in zip(log.buckets, parts, strict=True):
        if place < len(part.example):
            customer = int(part.example[place])
            first, end = int(bucket.offsets[customer]), int(bucket.offsets[customer + 1])
            own = bucket.time[first:end]
            many = int(np.searchsorted(own, own[0] + periods.follow, side="right"))
            return tuple(log.names[code] for code in bucket.event[first : first + many])
        place -= len(part.example)
    raise IndexError(place)
