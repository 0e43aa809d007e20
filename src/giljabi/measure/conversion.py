"""Conversion: who goes from A to B within a window, and how that compares with those who never did A."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from giljabi.kernels import (
    NO_WINDOW,
    FunnelRules,
    benjamini_hochberg,
    funnel_levels,
    see_chances,
    share_difference,
    share_p_value,
    share_ratio,
    wilson,
)
from giljabi.measure.marks import mark_events
from giljabi.measure.steps import Step, read_steps, step_text
from giljabi.model import Matcher, milliseconds
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Bucket, By, Groups, Log, ask, pictures, read_groups

Rest: TypeAlias = Literal["ever", "soon"]
"""When B counts for customers without A: ever in the log, or within the window of their first event."""


@dataclass(frozen=True, slots=True)
class ConversionGroup:
    """The customers of one group who did A, against those who did not.

    ``customers`` did A; ``count`` of them did B within the window after an A, a ``share`` with 95 % Wilson
    interval ``low``, ``high``; ``median`` and ``p90`` are their times from A to B. ``undecided`` did not, but
    the log ends before the window of their last A does. ``rest_…`` are the same of the customers without A.
    ``difference`` (Newcombe's interval) and ``lift``, the ratio (Donner & Zou's), are of the two shares;
    ``p_value`` is the chance of shares so far apart if A made none, ``q_value`` the same adjusted for the
    number of groups. None where there is nobody to say it of.
    """

    group: str | None
    customers: int
    count: int
    share: float | None
    low: float | None
    high: float | None
    median: timedelta | None
    p90: timedelta | None
    undecided: int
    rest_customers: int
    rest_count: int
    rest_share: float | None
    rest_low: float | None
    rest_high: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    p_value: float | None
    q_value: float | None

    @property
    def converted(self) -> int:
        """How many did B after A; the same as ``count``."""
        return self.count


_COLUMNS = tuple(one.name for one in fields(ConversionGroup))


@dataclass(frozen=True)
class ConversionAnswer(Answer):
    """How many go from A to B; one row, or one per group where broken down, the largest first.

    ``whole`` are all customers, and without a breakdown the only one of the ``groups``.
    ``rest`` says when B counted for the customers without A.
    """

    columns: ClassVar[tuple[str, ...]] = _COLUMNS[1:]

    start: str
    end: str
    within: timedelta | None
    rest: Rest
    whole: ConversionGroup
    groups: tuple[ConversionGroup, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Give the one row."""
        return [{name: getattr(self.whole, name) for name in self.columns}]

    def drawing(self) -> str:
        """Draw the shares of those with A and of the rest."""
        labels, values, shown, intervals = [], [], [], []
        for part in self.groups:
            name = "" if part is self.whole else f"{part.group or '–'}: "
            for label, share, low, high, n in (
                (self.start, part.share, part.low, part.high, part.customers),
                ("the rest", part.rest_share, part.rest_low, part.rest_high, part.rest_customers),
            ):
                labels.append(name + label)
                values.append(share)
                shown.append("" if share is None else f"{share:.1%} of {n:,}")
                intervals.append(None if low is None or high is None else (low, high))
        return pictures.bars(f"Share who do {self.end}", labels, values, shown, intervals)


@dataclass(frozen=True)
class GroupedConversionAnswer(ConversionAnswer):
    """The same, broken down."""

    columns: ClassVar[tuple[str, ...]] = _COLUMNS

    by: By = ""

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per group."""
        return [{name: getattr(part, name) for name in self.columns} for part in self.groups]


class _Partial(NamedTuple):
    """Of one bucket, per group: customers by kind (see `_KINDS`); the group and the ms of each conversion."""

    counts: Array
    group: Array
    gap: Array


_KINDS = ("customers", "count", "undecided", "rest_customers", "rest_count")


def conversion(
    log: Log,
    start: Step,
    end: Step,
    *,
    within: str | timedelta | None = None,
    by: By | None = None,
    rest: str = "ever",
) -> ConversionAnswer:
    """Measure how many customers who did A do B within a window after it, and compare with the rest.

    Converting is the two-step funnel of `giljabi.measure.funnel`: some A is followed by another event B
    within the window. The rest never did A. By default B counts for them whenever in the log it is, which is
    a longer time than the windows of A, so that the lift is rather too small than too great. It says nothing
    about cause: who does much does A and B more.

    Parameters
    ----------
    log
        The event log.
    start, end
        A and B: an event name, a list of names of which any will do, or a matcher.
    within
        Longest time from A to B; None: no limit.
    by
        A column of texts, an audience or audiences by name to break down by; see `giljabi.store.read_groups`.
    rest
        When B counts for customers without A: ``"ever"``, or ``"soon"``: within the window of their first
        event.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If the log does not have an event or column.
    BadParameter
        If a parameter is out of range.
    """
    kept: Rest | None = next((known for known in get_args(Rest) if known == rest), None)
    if kept is None:
        raise BadParameter(f"rest is {rest!r}; the rest is judged by 'ever' or 'soon'")
    matchers = read_steps(log, (start, end), "a conversion")
    window = int(NO_WINDOW) if within is None else milliseconds(within)
    groups = read_groups(log, by)
    last = max((int(bucket.time.max()) for bucket in log.buckets if bucket.events), default=0)
    partials = list(ask(log, lambda bucket: _ask(log, bucket, matchers, window, kept, groups, last)))
    counts = np.sum([partial.counts for partial in partials], axis=0)
    group = np.concatenate([np.zeros(0, np.int64), *(one.group for one in partials)])
    gap = np.concatenate([np.zeros(0, np.int64), *(one.gap for one in partials)])
    texts = [step_text(matcher) for matcher in matchers]
    limit = None if within is None else timedelta(milliseconds=window)
    whole = _group(None, counts.sum(axis=0), gap, None)
    if by is None:
        return ConversionAnswer(texts[0], texts[1], limit, kept, whole, (whole,))
    bounds = np.cumsum(np.bincount(group, minlength=len(counts)))[:-1]
    gaps = np.split(gap[np.argsort(group, kind="stable")], bounds)
    shown = [int(one) for one in np.argsort(-counts[:, 0], kind="stable") if counts[one, 0] or counts[one, 3]]
    p_values = [_p_value(counts[one]) for one in shown]
    known = [p for p in p_values if p is not None]
    adjusted = iter(benjamini_hochberg(known).tolist())
    parts = tuple(
        _group(groups.labels[one], counts[one], gaps[one], None if p is None else next(adjusted))
        for one, p in zip(shown, p_values, strict=True)
    )
    return GroupedConversionAnswer(texts[0], texts[1], limit, kept, whole, parts, by)


def _ask(
    log: Log,
    bucket: Bucket,
    matchers: tuple[Matcher, ...],
    window: int,
    rest: Rest,
    groups: Groups,
    last: int,
) -> _Partial:
    symbol, marks = mark_events(log, bucket, matchers)
    found = funnel_levels(bucket.offsets, bucket.time, symbol, marks, FunnelRules(2, window))
    lut = marks.astype(np.uint64) @ np.array([1, 2], np.uint64)
    seen = see_chances(bucket.offsets, bucket.time, symbol, lut, window)
    there = np.diff(bucket.offsets) > 0
    converted = found.level == 2
    kinds = (
        seen.did,
        converted,
        seen.did & ~converted & (seen.last + window > last),
        there & ~seen.did,
        ~seen.did & (seen.ever if rest == "ever" else seen.soon),
    )
    group = groups.codes(log, bucket)
    many = len(groups.labels)
    counts = np.stack([np.bincount(group[kind], minlength=many) for kind in kinds], axis=1)
    return _Partial(counts, group[converted], found.gap)


def _p_value(counts: Array) -> float | None:
    did, count, _, others, other_count = (int(one) for one in counts)
    return share_p_value(count, did, other_count, others) if did and others else None


def _group(label: str | None, counts: Array, gap: Array, q_value: float | None) -> ConversionGroup:
    did, count, undecided, others, other_count = (int(one) for one in counts)
    low, high = wilson(count, did) or (None, None)
    rest_low, rest_high = wilson(other_count, others) or (None, None)
    difference = share_difference(count, did, other_count, others) or (None, None, None)
    lift = share_ratio(count, did, other_count, others) or (None, None, None)
    p_value = _p_value(counts)
    median, p90 = np.quantile(gap, [0.5, 0.9]).tolist() if len(gap) else (None, None)
    return ConversionGroup(
        group=label,
        customers=did,
        count=count,
        share=count / did if did else None,
        low=low,
        high=high,
        median=None if median is None else timedelta(milliseconds=median),
        p90=None if p90 is None else timedelta(milliseconds=p90),
        undecided=undecided,
        rest_customers=others,
        rest_count=other_count,
        rest_share=other_count / others if others else None,
        rest_low=rest_low,
        rest_high=rest_high,
        difference=difference[0],
        difference_low=difference[1],
        difference_high=difference[2],
        lift=lift[0],
        lift_low=lift[1],
        lift_high=lift[2],
        p_value=p_value,
        q_value=p_value if q_value is None else q_value,
    )
