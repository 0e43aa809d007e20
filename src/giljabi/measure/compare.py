"""Compare: how two audiences, two periods or two logs differ, question by question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from giljabi.kernels import (
    NO_WINDOW,
    Difference,
    FunnelRules,
    Order,
    Overlap,
    benjamini_hochberg,
    copy_runs,
    count_names,
    count_overlap,
    funnel_levels,
    measure_durations,
    median_difference,
    overlap_difference,
    runs_within,
)
from giljabi.measure.retention import GroupedRetentionAnswer, RetentionPeriod, retention
from giljabi.measure.steps import Step, read_steps, step_bits, step_text
from giljabi.model import Audience, Matcher, milliseconds, read_moment, write_audience
from giljabi.model.errors import BadParameter
from giljabi.store import (
    Answer,
    Array,
    Bucket,
    Log,
    Progress,
    ask,
    audience_mask,
    between,
    check_audience,
    event_codes,
    milliseconds_of,
    pictures,
)

Question: TypeAlias = Literal["events", "funnel", "conversion", "durations", "retention"]
Moment: TypeAlias = str | date | datetime | None
Side: TypeAlias = Log | Audience | tuple[Moment, Moment]
"""An audience, a period from (inclusive) and to (exclusive), or another log."""

_COLUMNS = ("event", "a", "b", "difference", "low", "high", "p", "q", "n_a", "n_b", "count_a", "count_b")
_SHOWN = 30
_MOST_STEPS = 64


@dataclass(frozen=True, slots=True)
class Contrast:
    """One thing on both sides, and how far apart it is.

    ``a`` and ``b`` are shares (medians for durations), ``difference`` is ``a − b`` with its 95 % interval
    ``low``, ``high``; ``p`` is how likely one as large is by chance, ``q`` the same with regard to all rows
    (the share of false findings among all as sure as this one). ``n_a`` and ``n_b`` are the customers asked,
    ``count_a`` and ``count_b`` those of them who did it.
    """

    event: str
    a: float | timedelta | None
    b: float | timedelta | None
    difference: float | timedelta | None
    low: float | timedelta | None
    high: float | timedelta | None
    p: float | None
    q: float | None
    n_a: int
    n_b: int
    count_a: int
    count_b: int


@dataclass(frozen=True)
class CompareAnswer(Answer):
    """How two sides differ; one row per step or event.

    ``names`` says what ``a`` and ``b`` are. ``customers_a`` and ``customers_b`` are the customers with events
    on each side, ``both`` those on both sides: the intervals take into account that they are the same people.
    """

    columns: ClassVar[tuple[str, ...]] = _COLUMNS

    contrasts: tuple[Contrast, ...]
    question: str
    names: tuple[str, str]
    customers_a: int
    customers_b: int
    both: int

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per step or event."""
        return [{name: getattr(one, name) for name in self.columns} for one in self.contrasts]

    def drawing(self) -> str:
        """Draw each difference from zero, with its interval."""
        shown = [one for one in self.contrasts if one.difference is not None][:_SHOWN]
        if not shown:
            return ""
        return pictures.bars(
            f"{self.names[0]} − {self.names[1]}",
            [one.event for one in shown],
            [_number(one.difference) for one in shown],
            [_said(one.difference) for one in shown],
            [None if one.low is None else (_number(one.low), _number(one.high)) for one in shown],
        )


class _Half(NamedTuple):
    """One side of a comparison within a log: an audience, a period in ms, or everybody."""

    audience: Audience | None = None
    since: int | None = None
    until: int | None = None

    @property
    def whole(self) -> bool:
        return self.since is None and self.until is None


class _Asked(NamedTuple):
    """A question with its parameters, checked."""

    question: Question
    matchers: tuple[Matcher, ...] = ()
    window: int = int(NO_WINDOW)
    order: Order = "ordered"
    events: tuple[str, ...] = ()


class _Partial(NamedTuple):
    """Of one bucket: the fields of `Overlap` for the customers and per row, or the values of both sides."""

    customers: Array
    counts: Array
    values: Array


def compare(
    log: Log,
    this: Side,
    that: Side | None = None,
    *,
    question: str = "events",
    steps: Sequence[Step] = (),
    start: Step | None = None,
    end: Step | None = None,
    within: str | timedelta | None = None,
    order: str = "ordered",
    every: str = "week",
    events: Iterable[str] | None = None,
    progress: Progress | None = None,
) -> CompareAnswer:
    """Compare two sides.

    Parameters
    ----------
    log
        The event log.
    this
        The first side ``a``: an audience, or a period ``(from, to)``. Another log: it is the side ``b``, and
        ``log`` is ``a``.
    that
        The second side ``b``; None: the rest of the customers, or the equally long period just before.
    question
        ``"events"``: the share of customers with each event. ``"funnel"``: of ``steps``, the share of all
        customers at step 1, and of those the share at each later step. ``"conversion"``: the share of
        customers with ``start`` who come to ``end``. ``"durations"``: the median time from ``start`` to
        ``end``. ``"retention"``: the share of those with ``start`` who come back with ``end`` (None: any
        event) in the k-th ``every`` after, as far as both sides have one that is over.
    steps, start, end, within, order, every
        As in `giljabi.measure.funnel`, `giljabi.measure.durations` and `giljabi.measure.retention`.
    events
        The events to compare; None: all. The q-values regard all that are compared.
    progress
        Told ``("compare", share done)`` after each bucket.

    Returns
    -------
    CompareAnswer
        Events by how far apart they are, steps in their order.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If the log does not have an event or column.
    BadParameter
        If a side is none, or the question lacks something.

    Notes
    -----
    Definitions and sources, also for customers who are on both sides: `giljabi.kernels.compare`. Within a
    period only its events count; within an audience all events of its customers do. Customers of two logs,
    and those who come back, are taken to be different people on the two sides.
    """
    asked = _asked(log, question, steps, start, end, within, order, events)
    if isinstance(this, Log):
        names = ("this log", "the other log")
        halves: tuple[tuple[Log, _Half | None, _Half | None], ...]
        halves = ((log, _Half(), None), (this, None, _Half()))
        buckets = len(log.buckets) + len(this.buckets)
    else:
        a, first = _half(log, this)
        b, second = _half(log, _other(this) if that is None else that)
        names = (first, "the rest" if that is None and isinstance(this, Audience) else second)
        halves, buckets = ((log, a, b),), len(log.buckets)
    parts: list[tuple[Log, _Partial]] = []
    for part, a_half, b_half in halves:
        for found in ask(part, partial(_ask, part, a_half, b_half, _in(part, asked))):
            parts.append((part, found))
            if progress is not None:
                progress("compare", len(parts) / buckets)
    customers = Overlap(*map(int, sum((one.customers for _, one in parts), np.zeros(8, np.int64))))
    if asked.question == "retention":
        rows = _returns(halves, start, end, every)
    else:
        rows = _medians(asked, parts) if asked.question == "durations" else _shares(asked, parts)
    return CompareAnswer(rows, asked.question, names, customers.n_a, customers.n_b, customers.both)


def _asked(
    log: Log,
    question: str,
    steps: Sequence[Step],
    start: Step | None,
    end: Step | None,
    within: str | timedelta | None,
    order: str,
    events: Iterable[str] | None,
) -> _Asked:
    kept: Question | None = next((one for one in get_args(Question) if one == question), None)
    if kept is None:
        raise BadParameter(f"{question!r} cannot be compared; there are {', '.join(get_args(Question))}")
    way: Order | None = next((one for one in get_args(Order) if one == order), None)
    if way is None:
        raise BadParameter(f"no order is named {order!r}; there are {', '.join(get_args(Order))}")
    if kept == "events":
        chosen = () if events is None else tuple(events)
        event_codes(log, chosen)
        return _Asked(kept, events=chosen)
    if kept == "funnel":
        if not 1 <= len(steps) <= _MOST_STEPS:
            raise BadParameter(f"a funnel has 1 to {_MOST_STEPS} steps, not {len(steps)}")
        matchers = read_steps(log, steps, "the funnel")
    elif kept == "retention":
        return _Asked(kept)
    elif start is None or end is None:
        raise BadParameter("this comparison needs a start and an end; give start= and end=")
    else:
        matchers = read_steps(log, (start, end), "a conversion" if kept == "conversion" else "a duration")
    return _Asked(kept, matchers, int(NO_WINDOW) if within is None else milliseconds(within), way)


def _in(log: Log, asked: _Asked) -> _Asked:
    """Leave out of the events to compare those that a second log does not have."""
    return asked._replace(events=tuple(name for name in asked.events if name in set(log.names)))


def _half(log: Log, side: Side) -> tuple[_Half, str]:
    if isinstance(side, Audience):
        check_audience(log, side)
        return _Half(side), write_audience(side)
    if not isinstance(side, tuple) or len(side) != 2:
        raise BadParameter(
            f"{side!r} cannot be compared; give an audience, a period (from, to) or another log"
        )
    since, until = map(read_moment, side)
    if since is not None and until is not None and until <= since:
        raise BadParameter(f"the end {side[1]} must lie after the start {side[0]}")
    ms = [None if one is None else milliseconds_of(one) for one in (since, until)]
    return _Half(None, *ms), " – ".join("" if one is None else str(one) for one in side)


def _other(side: Audience | tuple[Moment, Moment]) -> Audience | tuple[Moment, Moment]:
    if isinstance(side, Audience):
        return ~side
    since, until = map(read_moment, side)
    if since is None or until is None:
        raise BadParameter("a period that is compared with the one before it needs a start and an end")
    return since - (until - since), since


def _ask(log: Log, a: _Half | None, b: _Half | None, asked: _Asked, bucket: Bucket) -> _Partial:
    runs_a, runs_b = _runs(log, bucket, a), _runs(log, bucket, b)
    in_a, in_b = (begin < end for begin, end in (runs_a, runs_b))
    customers = count_overlap(in_a, in_a, in_b, in_b)
    nothing = np.zeros((0, 8), np.int64), np.zeros((2, 0), np.int64)
    if asked.question == "events":
        counts = count_names(*runs_a, *runs_b, bucket.event, len(log.names))
        return _Partial(customers, counts, nothing[1])
    if asked.question == "retention":
        return _Partial(customers, *nothing)
    bits = step_bits(log, bucket, asked.matchers)
    level_a = _per_customer(bucket, a, runs_a, asked, bits.symbol, bits.lut)
    # Audiences of whole journeys differ in their customers only.
    alike = a is not None and b is not None and a.whole and b.whole
    level_b = level_a if alike else _per_customer(bucket, b, runs_b, asked, bits.symbol, bits.lut)
    first, second = np.where(in_a, level_a, _ABSENT), np.where(in_b, level_b, _ABSENT)
    if asked.question == "durations":
        some = (first >= 0) | (second >= 0)
        return _Partial(customers, nothing[0], np.stack([first[some], second[some]]))
    rows = [count_overlap(in_a, first >= 1, in_b, second >= 1)]
    starts = first >= 1, second >= 1
    rows += [
        count_overlap(starts[0], first > k, starts[1], second > k) for k in range(1, len(asked.matchers))
    ]
    return _Partial(customers, np.stack(rows), nothing[1])


_ABSENT = -1
"""The level or duration of a customer who has none."""


def _runs(log: Log, bucket: Bucket, half: _Half | None) -> tuple[Array, Array]:
    begin, end = bucket.offsets[:-1], bucket.offsets[1:]
    if half is None:
        return begin, begin
    if not half.whole:
        begin, end = runs_within(bucket.offsets, bucket.time, half.since, half.until)
    if half.audience is not None:
        end = np.where(audience_mask(log, bucket, half.audience), end, begin)
    return begin, end


def _per_customer(
    bucket: Bucket, half: _Half | None, runs: tuple[Array, Array], asked: _Asked, symbol: Array, lut: Array
) -> Array:
    """Give the level or duration (ms) of each customer, −1 where there is none; int64."""
    if half is None:
        return np.full(bucket.customers, _ABSENT, np.int64)
    offsets, time = bucket.offsets, bucket.time
    if not half.whole:
        begin, end = runs
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(end - begin)])
        time, symbol = copy_runs(time, begin, offsets), copy_runs(symbol, begin, offsets)
    if asked.question == "durations":
        values = np.full(bucket.customers, _ABSENT, np.int64)
        value, customer, _ = measure_durations(offsets, time, symbol, lut)
        values[customer] = value
        return values
    steps = np.arange(len(asked.matchers), dtype=np.uint64)
    marks = (lut[:, np.newaxis] >> steps & np.uint64(1)).astype(np.bool_)
    rules = FunnelRules(len(steps), asked.window)
    return funnel_levels(offsets, time, symbol, marks, rules, asked.order).level.astype(np.int64)


def _shares(asked: _Asked, parts: Sequence[tuple[Log, _Partial]]) -> tuple[Contrast, ...]:
    if asked.question == "events":
        labels, counts = _by_name(asked, parts)
        contrasts = _contrasts(labels, counts)
        return tuple(sorted(contrasts, key=lambda one: (-abs(_number(one.difference)), one.event)))
    labels = [step_text(matcher) for matcher in asked.matchers]
    counts = sum((one.counts for _, one in parts), np.zeros((len(labels), 8), np.int64))
    first = 1 if asked.question == "conversion" else 0
    return _contrasts(labels[first:], counts[first:])


def _contrasts(labels: Sequence[str], counts: Array) -> tuple[Contrast, ...]:
    rows = [Overlap(*map(int, row)) for row in counts]
    found = [overlap_difference(row) for row in rows]
    known = [one.p for one in found if one is not None and one.p is not None]
    q_values = iter(benjamini_hochberg(known).tolist())
    return tuple(
        Contrast(
            event=label,
            a=row.a / row.n_a if row.n_a else None,
            b=row.b / row.n_b if row.n_b else None,
            difference=one and one.difference,
            low=one and one.low,
            high=one and one.high,
            p=one and one.p,
            q=one and next(q_values),
            n_a=row.n_a,
            n_b=row.n_b,
            count_a=row.a,
            count_b=row.b,
        )
        for label, row, one in zip(labels, rows, found, strict=True)
    )


def _by_name(asked: _Asked, parts: Sequence[tuple[Log, _Partial]]) -> tuple[list[str], Array]:
    """Add up by name, for two logs need not number their names alike."""
    names = sorted({name for log, _ in parts for name in log.names})
    place = {name: i for i, name in enumerate(names)}
    counts = np.zeros((len(names), 8), np.int64)
    for log, one in parts:
        counts[[place[name] for name in log.names]] += one.counts
    customers = sum((one.customers for _, one in parts), np.zeros(8, np.int64))
    counts[:, [0, 2, 4]] = customers[[0, 2, 4]]
    wanted = set(asked.events)
    kept = [i for i, name in enumerate(names) if (name in wanted if wanted else counts[i, 1] or counts[i, 3])]
    return [names[i] for i in kept], counts[kept]


def _medians(asked: _Asked, parts: Sequence[tuple[Log, _Partial]]) -> tuple[Contrast, ...]:
    values = np.concatenate([np.zeros((2, 0), np.int64), *(one.values for _, one in parts)], axis=1)
    has_a, has_b = values >= 0
    a, b = values[0, has_a], values[1, has_b]
    found = median_difference(a, b, values[:, has_a & has_b]) or Difference(None, None, None, None)
    return (
        Contrast(
            event=" → ".join(step_text(matcher) for matcher in asked.matchers),
            a=_delta(float(np.median(a))) if len(a) else None,
            b=_delta(float(np.median(b))) if len(b) else None,
            difference=_delta(found.difference),
            low=_delta(found.low),
            high=_delta(found.high),
            p=found.p,
            q=found.p,
            n_a=len(a),
            n_b=len(b),
            count_a=len(a),
            count_b=len(b),
        ),
    )


def _returns(
    halves: Sequence[tuple[Log, _Half | None, _Half | None]],
    start: Step | None,
    end: Step | None,
    every: str,
) -> tuple[Contrast, ...]:
    """Compare who comes back, period by period; the two sides are taken to be different people."""
    periods = [
        _overall(log, half, start, end, every) for log, *both in halves for half in both if half is not None
    ]
    labels, counts = [], []
    for a, b in zip(*periods, strict=False):
        if a.customers and b.customers:
            labels.append(f"{every} {a.period}")
            counts.append([a.customers, a.count or 0, b.customers, b.count or 0, 0, 0, 0, 0])
    return _contrasts(labels, np.array(counts, np.int64).reshape(-1, 8))


def _overall(
    log: Log, half: _Half, start: Step | None, end: Step | None, every: str
) -> Sequence[RetentionPeriod]:
    if not half.whole:
        since, until = (None if one is None else _instant(one) for one in (half.since, half.until))
        log = between(log, since, until)
    if half.audience is None:
        return retention(log, every=every, start=start, back=end).overall[1:]
    # A breakdown, not a narrowed log: a period is over when the log says so, whoever is looked at.
    found = retention(log, every=every, start=start, back=end, by=half.audience)
    groups = found.groups if isinstance(found, GroupedRetentionAnswer) else ()
    return next((one.periods[1:] for one in groups if one.group is not None), ())


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)


def _delta(ms: float | None) -> timedelta | None:
    return None if ms is None else timedelta(milliseconds=ms)


def _number(value: float | timedelta | None) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else value or 0.0


def _said(value: float | timedelta | None) -> str:
    if isinstance(value, timedelta):
        return f"{value.total_seconds():+,.0f} s"
    return f"{100 * (value or 0):+.1f}"
