"""Matchers over columns: which events of a bucket a matcher accepts, the whole bucket at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, reduce
from typing import TypeAlias

import numpy as np

from giljabi.model import AllOf, AnyOf, Condition, EventIs, Matcher, Not, number_of
from giljabi.model.errors import BadParameter, UnknownColumn, UnknownEvent
from giljabi.store.log.layout import Array, Bucket, Column, Log

Mask: TypeAlias = Callable[[Bucket], Array]


def event_codes(log: Log, names: Iterable[str]) -> list[int]:
    """Give the codes of event names.

    Raises
    ------
    UnknownEvent
        If the log has no event of a name.
    """
    codes = {name: code for code, name in enumerate(log.names)}
    found = []
    for name in names:
        if name not in codes:
            raise UnknownEvent(name, log.names)
        found.append(codes[name])
    return found


def check_matcher(log: Log, matcher: Matcher) -> None:
    """Refuse a matcher that speaks of what the log does not have.

    Raises
    ------
    UnknownEvent
        If it has an event name that is not in the log.
    UnknownColumn
        If it has a condition on a column that is not in the log.
    """
    match matcher:
        case EventIs(names=names):
            event_codes(log, names)
        case Condition(property=name):
            if name not in log.columns:
                raise UnknownColumn(name, log.columns)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                check_matcher(log, part)
        case Not(part=part):
            check_matcher(log, part)
        case _:
            raise BadParameter(f"{matcher!r} is no matcher; write for example event({str(matcher)!r})")


def event_mask(log: Log, bucket: Bucket, matcher: Matcher) -> Array:
    """Say for each event of a bucket whether the matcher accepts it, as `Matcher.accepts` would.

    Parameters
    ----------
    log
        The log the bucket belongs to.
    bucket
        One of its buckets.
    matcher
        Event names and columns that the log does not have match no event (see `check_matcher`).

    Returns
    -------
    bool array, one per event.
    """
    return _mask(log, matcher)(bucket)


def event_symbols(log: Log, bucket: Bucket, matcher: Matcher) -> tuple[Array, Array]:
    """Give `event_mask` as a small number per event, and per number whether it is accepted.

    Where one column decides, that column is given as it lies and nothing per event is made.

    Returns
    -------
    symbol, accepted
        One integer per event; bool, one per symbol and the last for the symbol −1.
    """
    if _names_only(matcher):
        accepts = [matcher.accepts(name, {}) for name in log.names]
        return bucket.event, np.array([*accepts, False], np.bool_)
    column = log.columns.get(matcher.property) if isinstance(matcher, Condition) else None
    if isinstance(matcher, Condition) and column is not None and column.kind == "code":
        return bucket.column(column.name), _accepted(_Same(column), repr(matcher), _Hidden(matcher))
    return event_mask(log, bucket, matcher).view(np.uint8), np.array([False, True, False], np.bool_)


def _names_only(matcher: Matcher) -> bool:
    match matcher:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return all(map(_names_only, parts))
        case Not(part=part):
            return _names_only(part)
    return isinstance(matcher, EventIs)


def _mask(log: Log, matcher: Matcher) -> Mask:
    match matcher:
        case EventIs(names=names):
            wanted = frozenset(names)
            among = np.array([name in wanted for name in log.names], np.bool_)
            return lambda bucket: among[bucket.event]
        case Condition():
            return _condition(log, matcher)
        case AllOf(parts=parts):
            return _joined(np.logical_and, True, [_mask(log, part) for part in parts])
        case AnyOf(parts=parts):
            return _joined(np.logical_or, False, [_mask(log, part) for part in parts])
        case Not(part=part):
            inner = _mask(log, part)
            return lambda bucket: ~inner(bucket)
    raise TypeError(f"{type(matcher).__name__} is no matcher")


def _joined(join: Callable[[Array, Array], Array], neutral: bool, masks: list[Mask]) -> Mask:
    if not masks:
        return lambda bucket: np.full(bucket.events, neutral)
    return lambda bucket: reduce(join, (mask(bucket) for mask in masks))


def _condition(log: Log, condition: Condition) -> Mask:
    column = log.columns.get(condition.property)
    if column is None:
        absent = condition.accepts_value(None)
        return lambda bucket: np.full(bucket.events, absent)
    if column.kind == "number":
        return lambda bucket: _numbers(bucket.column(column.name), condition)
    accepted = _accepted(_Same(column), repr(condition), _Hidden(condition))
    # The last entry stands for the code −1, an absent value.
    return lambda bucket: accepted[bucket.column(column.name)]


class _Same:
    """A column as a key: equal only to itself, so that no dictionary is compared."""

    def __init__(self, column: Column) -> None:
        self.column = column

    def __hash__(self) -> int:
        return id(self.column)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.column is self.column


class _Hidden:
    """A condition that is no part of a key: 1 and True are equal operands, but do not match the same."""

    def __init__(self, condition: Condition) -> None:
        self.condition = condition

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hidden)


@lru_cache(64)
def _accepted(key: _Same, text: str, hidden: _Hidden) -> Array:
    """Judge every text of a dictionary once, and last the absent value; kept for the next bucket."""
    condition = hidden.condition
    texts = key.column.dictionary
    accepted = np.empty(len(texts) + 1, np.bool_)
    for code, value in enumerate(texts):
        accepted[code] = condition.accepts_value(value)
    accepted[-1] = condition.accepts_value(None)
    accepted.setflags(write=False)
    return accepted


def _numbers(values: Array, condition: Condition) -> Array:
    present = ~np.isnan(values)
    match condition.test:
        case "exists":
            return np.where(present, condition.accepts_value(0.0), condition.accepts_value(None))
        case "equal" | "in":
            operands = condition.operand if condition.test == "in" else (condition.operand,)
            numbers = [number for number in map(number_of, operands) if number is not None]  # type: ignore[arg-type]
            return np.isin(values, numbers) if numbers else np.zeros(len(values), np.bool_)
        case "greater" | "less":
            number = number_of(condition.operand)
            if number is None:
                return np.zeros(len(values), np.bool_)
            return values > number if condition.test == "greater" else values < number
    # Texts of numbers: each distinct number is written out once.
    distinct, places = np.unique(values[present], return_inverse=True)
    accepted = np.array([condition.accepts_value(float(value)) for value in distinct], np.bool_)
    out = np.zeros(len(values), np.bool_)
    if len(distinct):
        out[present] = accepted[places]
    return out
