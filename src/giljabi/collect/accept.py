"""The gate every event and every feedback passes, whatever way it came: accepted, or refused for one reason.

The reasons are a closed set. A row is judged by them in the order in which they are listed; the first that
fits is the one that is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from giljabi.collect.times import Times
from giljabi.model import FEEDBACK_KINDS, SCORE_RANGE

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

Reason: TypeAlias = Literal[
    "bad_row",
    "no_customer",
    "no_event",
    "no_time",
    "bad_time",
    "time_out_of_range",
    "name_too_long",
    "bad_kind",
    "bad_score",
    "no_content",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""Why a row is refused; the last three concern feedback only."""

LONGEST_NAME = 200
"""Characters a customer's id or an event's name may have."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

Codes: TypeAlias = npt.NDArray[np.int8]
Mask: TypeAlias = npt.NDArray[np.bool_]
ACCEPTED = -1
"""Code of an accepted row; the other codes are positions in `REASONS`."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused row: where it stands (from 1), why, what would be right, and what it was."""

    line: int
    reason: Reason
    detail: str
    raw: str


@dataclass(frozen=True, slots=True)
class Span:
    """Between which times events are believed."""

    earliest: datetime
    latest: datetime

    @classmethod
    def until(cls, now: datetime | None = None, earliest: datetime | None = None) -> Span:
        """Span the time from ``earliest`` (1990-01-01) to a day after ``now``."""
        moment = datetime.now(UTC) if now is None else now
        return cls(_aware(earliest or EARLIEST), _aware(moment) + timedelta(days=1))

    def outside(self, times: Times) -> Mask:
        """Say which times lie outside."""
        low, high = (int(one.timestamp() * 1000) for one in (self.earliest, self.latest))
        result: Mask = (times.ms < low) | (times.ms > high)
        return result

    def __str__(self) -> str:
        return f"{self.earliest:%Y-%m-%d} .. {self.latest:%Y-%m-%d %H:%M} UTC"


def check_events(customer: pa.Array[Any], event: pa.Array[Any], times: Times, span: Span) -> Codes:
    """Judge rows as events.

    Parameters
    ----------
    customer, event
        Names, trimmed, as texts or dictionaries of texts; null where absent.
    times
        When it happened.
    span
        Between which times it is believed.

    Returns
    -------
    ndarray of int8
        One per row: `ACCEPTED`, or the position of the reason in `REASONS`.
    """
    codes = _unjudged(len(customer))
    _judge(codes, "bad_row", _has_null_character(customer) | _has_null_character(event))
    _judge(codes, "no_customer", _is_null(customer))
    _judge(codes, "no_event", _is_null(event))
    _judge_times(codes, times, span)
    _judge(codes, "name_too_long", _too_long(customer) | _too_long(event))
    return codes


def check_feedback(
    customer: pa.Array[Any],
    times: Times,
    kind: pa.Array[Any],
    score: pa.Array[Any],
    bad_score: Mask,
    text: pa.Array[Any],
    span: Span,
) -> Codes:
    """Judge rows as feedback.

    Parameters
    ----------
    customer, kind, text
        Texts, trimmed; null where absent.
    score
        Points on the kind's own scale; null where absent or unreadable.
    bad_score
        Which scores stand there but are no numbers.
    times, span
        When it was said, and between which times that is believed.

    Returns
    -------
    ndarray of int8
        One per row: `ACCEPTED`, or the position of the reason in `REASONS`.
    """
    codes = _unjudged(len(customer))
    _judge(codes, "bad_row", _has_null_character(customer))
    _judge(codes, "no_customer", _is_null(customer))
    _judge_times(codes, times, span)
    _judge(codes, "name_too_long", _too_long(customer))
    _judge(codes, "bad_kind", ~_mask(pc.is_in(kind, value_set=pa.array(FEEDBACK_KINDS))))
    points = score.to_numpy(zero_copy_only=False)
    outside = bad_score.copy()
    for name in FEEDBACK_KINDS:
        low, high = SCORE_RANGE.get(name, (np.inf, -np.inf))
        of_kind = _mask(pc.equal(kind, pa.scalar(name, pa.string())))
        outside |= of_kind & ~np.isnan(points) & ~((points >= low) & (points <= high))
    _judge(codes, "bad_score", outside)
    _judge(codes, "no_content", _is_null(score) & _is_null(text))
    return codes


def describe(reason: Reason, shown: Sequence[str | None], span: Span) -> list[str]:
    """Say for rows refused for one reason what is wrong with each and what would be right."""
    told = _DETAILS[reason]
    return [told.format(value=_shown(one), length=len(one or ""), span=span) for one in shown]


_SCALES = ", ".join(f"{kind} has {low:g} to {high:g}" for kind, (low, high) in SCORE_RANGE.items())
_DETAILS: dict[Reason, str] = {
    "bad_row": "{value} holds a null character; remove it",
    "no_customer": "the customer is missing; give an id",
    "no_event": "the event is missing; give a name",
    "no_time": "the time is missing; give a time such as 2026-11-21 15:05:00",
    "bad_time": "{value} is no time; write for example 2026-11-21T15:05:00+09:00",
    "time_out_of_range": "{value} lies outside {span}",
    "name_too_long": f"{{value}} has {{length}} characters; a name has {LONGEST_NAME} at most",
    "bad_kind": f"{{value}} is no kind of feedback; use {', '.join(FEEDBACK_KINDS)}",
    "bad_score": f"{{value}} is no score of that kind; {_SCALES}",
    "no_content": "neither score nor text; give at least one",
}


def _shown(value: str | None) -> str:
    text = value or ""
    return repr(text if len(text) <= 60 else text[:57] + "…")


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _unjudged(rows: int) -> Codes:
    return np.full(rows, ACCEPTED, dtype=np.int8)


def _judge(codes: Codes, reason: Reason, failed: Mask) -> None:
    codes[failed & (codes == ACCEPTED)] = REASONS.index(reason)


def _judge_times(codes: Codes, times: Times, span: Span) -> None:
    _judge(codes, "no_time", times.absent)
    _judge(codes, "bad_time", times.unreadable)
    _judge(codes, "time_out_of_range", span.outside(times))


def _mask(values: Any) -> Mask:
    result: Mask = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return result


def _is_null(values: pa.Array[Any]) -> Mask:
    return _mask(pc.is_null(values))


def _has_null_character(names: pa.Array[Any]) -> Mask:
    return _judged(names, lambda texts: pc.match_substring(texts, "\0"))


def _too_long(names: pa.Array[Any]) -> Mask:
    return _judged(names, lambda texts: pc.greater(pc.utf8_length(texts), LONGEST_NAME))


def _judged(names: pa.Array[Any], test: Callable[[Any], Any]) -> Mask:
    """Judge each text, those of a dictionary once."""
    if not isinstance(names, pa.DictionaryArray):
        return _mask(test(names))
    wrong = _mask(test(names.dictionary))
    if not wrong.any():
        return np.zeros(len(names), np.bool_)
    judged: Mask = wrong[pc.fill_null(names.indices, 0).to_numpy(zero_copy_only=False)] & ~_is_null(names)
    return judged
