"""Drivers of conversion: what customers who convert later had done early on, and others had not."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np

from giljabi.kernels import (
    CONVERTED,
    EARLY,
    NOT_ENTERED,
    SHORT,
    STAYED,
    Landmarks,
    benjamini_hochberg,
    count_seen,
    count_together,
    landmarks,
    mark_seen,
    share_p_value,
)
from giljabi.measure.steps import Step, read_steps
from giljabi.model import milliseconds
from giljabi.model.errors import BadParameter, UnknownColumn
from giljabi.store import Answer, Array, Bucket, Log, ask, event_mask, pictures

CAVEAT = (
    "These go together with converting; they need not cause it. Customers who do one thing early differ in "
    "other ways too, and only an experiment tells whether bringing others to do it would change anything."
)
"""What an answer must not be read without."""

_FEW_VALUES, _MOST_VALUES = 200, 20_000
_PRIOR = math.log(40) / 1.96
_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Driver:
    """One thing seen early: an event (``column`` None) or a value of a column.

    ``customers`` saw it, ``count`` of them converted later, ``share`` is that part; ``others`` and
    ``share_of_others`` are of those who did not see it. ``odds_ratio`` with its 95 % interval ``low``,
    ``high`` is drawn towards 1 by the prior; ``p_value`` and ``q_value`` test the shares without it.
    ``together`` names the listed driver that goes with it most, ``overlap`` (0..1) the customers with both
    among those with either.
    """

    column: str | None
    value: str
    customers: int
    count: int
    share: float
    others: int
    share_of_others: float
    odds_ratio: float
    low: float
    high: float
    p_value: float
    q_value: float
    together: str | None
    overlap: float | None

    @property
    def name(self) -> str:
        """Name it for people."""
        return self.value if self.column is None else f"{self.column} = {self.value}"


@dataclass(frozen=True)
class DriversAnswer(Answer):
    """What goes with converting, the clearest first; one row per driver.

    ``customers`` were compared, ``converted`` of them converted after the horizon. Left out: ``early`` ones
    converted before it ended, ``short`` ones could not be watched to the end, ``never`` ones did not enter.
    ``looked_at`` features were tested, and the q-values control the share of false ones among all of them.
    """

    columns: ClassVar[tuple[str, ...]] = Driver.__match_args__
    picture: ClassVar[str] = "share"

    drivers: tuple[Driver, ...]
    customers: int
    converted: int
    early: int
    short: int
    never: int
    looked_at: int
    note: str = CAVEAT

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per driver."""
        return [{name: getattr(one, name) for name in self.columns} for one in self.drivers]

    def drawing(self) -> str:
        """Draw the odds ratios with their intervals, on a logarithmic scale."""
        shown = self.drivers[:20]
        values = [math.log2(one.odds_ratio) for one in shown]
        ends = [(math.log2(one.low), math.log2(one.high)) for one in shown]
        said = [f"{one.odds_ratio:.2f}" for one in shown]
        picture = pictures.bars("Odds ratios", [one.name for one in shown], values, said, ends)
        return f"{picture}<p>{self.note}</p>"


def drivers(
    log: Log,
    outcome: Step,
    *,
    within: str | timedelta = "1d",
    before: Step | None = None,
    follow: str | timedelta | None = None,
    properties: Sequence[str] | None = None,
    top: int = 50,
    least: int = 10,
    progress: Callable[[str, float], None] | None = None,
) -> DriversAnswer:
    """Find which events and values, seen early, go with converting later.

    Parameters
    ----------
    log
        The event log.
    outcome
        The event that is a conversion: a name, a list of names, or a matcher.
    within
        The horizon: what is seen within this time of a customer's entry counts, and only conversions after
        it. Long enough to see something, short enough that few have converted (see ``early``).
    before
        The event a customer enters with; None: their first.
    follow
        How long after the horizon conversions count; customers who cannot be watched that long are left out.
        None: to the end of the log, which is longer for those who entered long ago.
    properties
        Columns of texts whose values are looked at; None: all with at most 200 values.
    top
        How many to give, 1 to 1,000.
    least
        A feature is looked at where at least this many customers have it, and as many have not.
    progress
        Told ``("drivers", share done)`` after each bucket.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If the log does not have an event or column.
    BadParameter
        If a parameter is out of its range.

    Notes
    -----
    The odds ratio comes from counts each raised by ½ (Haldane 1956, Anscombe 1956), and a normal prior on its
    logarithm that holds 95 % of ratios between 1/40 and 40 (after Greenland, *Bayesian perspectives for
    epidemiological research II*, 2007). q-values are Benjamini and Hochberg's over every feature looked at.
    """
    if not 1 <= top <= 1000:
        raise BadParameter(f"top is a number of drivers from 1 to 1,000, not {top}")
    if least < 1:
        raise BadParameter(f"least is a number of customers from 1, not {least}")
    goal = read_steps(log, (outcome,), "drivers")[0]
    anchor = None if before is None else read_steps(log, (before,), "drivers")[0]
    columns = _columns(log, properties)
    sizes = [len(log.names), *(len(log.columns[name].dictionary) for name in columns)]
    horizon = milliseconds(within)
    watched = 0 if follow is None else milliseconds(follow)
    last = max(ask(log, _last_time), default=0)

    def mark(bucket: Bucket) -> Landmarks:
        entering = np.ones(bucket.events, np.bool_) if anchor is None else event_mask(log, bucket, anchor)
        reached = event_mask(log, bucket, goal)
        return landmarks(bucket.offsets, bucket.time, entering, reached, horizon, watched, last)

    def count(bucket: Bucket) -> tuple[Array, list[Array]]:
        marks = mark(bucket)
        seen = [count_seen(marks, codes, n) for codes, n in zip(_codes(bucket, columns), sizes, strict=True)]
        return np.bincount(marks.status, minlength=5), seen

    status, counts = np.zeros(5, np.int64), np.zeros((sum(sizes), 2), np.int64)
    for done, (some, seen) in enumerate(ask(log, count), 1):
        status += some
        counts += np.concatenate(seen)
        if progress is not None:
            progress("drivers", done / len(log.buckets))
    whole = int(status[STAYED] + status[CONVERTED])
    having = counts.sum(axis=1)
    looked = np.flatnonzero((having >= least) & (whole - having >= least))
    found = _measured(counts[looked], int(status[CONVERTED]), whole)
    order = np.lexsort((-np.abs(np.log(found["odds_ratio"])), found["p_value"]))[:top]
    bounds = np.cumsum([0, *sizes])
    shown = looked[order]
    kinds = np.searchsorted(bounds, shown, side="right") - 1
    values = [
        (None, log.names[i - bounds[0]])
        if kind == 0
        else (columns[kind - 1], log.columns[columns[kind - 1]].dictionary[int(i - bounds[kind])])
        for i, kind in zip(shown, kinds, strict=True)
    ]
    places = shown[:_TOGETHER]

    def together(bucket: Bucket) -> Array:
        marks, own = mark(bucket), np.zeros(bucket.customers, np.uint64)
        for part, codes in enumerate(_codes(bucket, columns)):
            bits = np.zeros(sizes[part], np.uint64)
            for bit, place in enumerate(places):
                if bounds[part] <= place < bounds[part + 1]:
                    bits[place - bounds[part]] = np.uint64(1) << np.uint64(bit)
            if bits.any():
                mark_seen(marks, codes, bits, own)
        return count_together(own)

    both = sum(ask(log, together), np.zeros((_TOGETHER, _TOGETHER), np.int64))
    names = [value if column is None else f"{column} = {value}" for column, value in values]
    rows = []
    for rank, (column, value) in enumerate(values):
        facts = {name: _plain(numbers[order[rank]]) for name, numbers in found.items()}
        rows.append(Driver(column, value, **facts, **_nearest(rank, both, len(places), names)))
    return DriversAnswer(
        tuple(rows),
        whole,
        int(status[CONVERTED]),
        int(status[EARLY]),
        int(status[SHORT]),
        int(status[NOT_ENTERED]),
        len(looked),
    )


def _columns(log: Log, properties: Sequence[str] | None) -> list[str]:
    if properties is None:
        few = [
            one.name
            for one in log.columns.values()
            if one.kind == "code" and len(one.dictionary) <= _FEW_VALUES
        ]
        return list(dict.fromkeys(name for name in few if name in log.columns))
    for name in properties:
        if name not in log.columns:
            raise UnknownColumn(name, log.columns)
        if log.columns[name].kind != "code":
            raise BadParameter(f"{name!r} holds numbers; drivers are values of columns of texts")
        if len(log.columns[name].dictionary) > _MOST_VALUES:
            raise BadParameter(f"{name!r} has more than {_MOST_VALUES:,} values; leave it out of the drivers")
    return list(dict.fromkeys(properties))


def _last_time(bucket: Bucket) -> int:
    return int(bucket.time.max()) if bucket.events else 0


def _codes(bucket: Bucket, columns: Sequence[str]) -> list[Array]:
    return [bucket.event, *(bucket.column(name) for name in columns)]


def _measured(counts: Array, converted: int, whole: int) -> dict[str, Array]:
    hits, n = counts[:, 1], counts.sum(axis=1)
    others, their_hits = whole - n, converted - hits
    cells = [cell + 0.5 for cell in (hits, n - hits, their_hits, others - their_hits)]
    ratio = np.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    variance = sum((1 / cell for cell in cells), np.zeros(len(n)))
    # A normal prior around 0 draws the logarithm towards it, the more the less is known.
    kept = _PRIOR**2 / (_PRIOR**2 + variance)
    centre, error = ratio * kept, np.sqrt(variance * kept)
    p = np.array(
        [share_p_value(*map(int, row)) for row in zip(hits, n, their_hits, others, strict=True)], np.float64
    )
    return {
        "customers": n,
        "count": hits,
        "share": hits / n,
        "others": others,
        "share_of_others": their_hits / others,
        "odds_ratio": np.exp(centre),
        "low": np.exp(centre - 1.96 * error),
        "high": np.exp(centre + 1.96 * error),
        "p_value": p,
        "q_value": benjamini_hochberg(p),
    }


def _nearest(rank: int, both: Array, many: int, names: Sequence[str]) -> dict[str, Any]:
    if rank >= many or many < 2:
        return {"together": None, "overlap": None}
    own = np.diag(both)[:many]
    overlap = both[rank, :many] / np.maximum(1, own[rank] + own - both[rank, :many])
    overlap[rank] = -1
    nearest = int(np.argmax(overlap))
    return {"together": names[nearest], "overlap": float(overlap[nearest])}


def _plain(value: Any) -> Any:
    return value.item()
