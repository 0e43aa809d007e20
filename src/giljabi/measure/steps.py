"""Steps of a question: event names or matchers, turned into bits that kernels read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from giljabi.model import AllOf, AnyOf, Condition, EventIs, Matcher, Not
from giljabi.model.errors import BadParameter
from giljabi.store import Array, Bucket, Log, check_matcher, event_codes, event_mask

Step: TypeAlias = str | Sequence[str] | Matcher
"""An event name, several names of which any will do, or a matcher."""

_SIGNS = {"equal": "=", "greater": ">", "less": "<"}
_PACKED = 16


@dataclass(frozen=True, slots=True)
class Bits:
    """Which steps the events of a bucket match.

    ``symbol`` is uint16, one per event; bit ``j`` of ``lut[symbol]`` (uint64) is set where the event matches
    step ``j``.
    """

    symbol: Array
    lut: Array


def read_steps(log: Log, steps: Sequence[Step], of: str) -> tuple[Matcher, ...]:
    """Check steps against a log.

    Parameters
    ----------
    log
        The event log.
    steps
        The steps.
    of
        What they are steps of, for messages.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If a step names an event or a column that the log does not have.
    BadParameter
        If a step names no event.
    """
    matchers = []
    for number, step in enumerate(steps, 1):
        if isinstance(step, Matcher):
            matcher = step
        else:
            names = (step,) if isinstance(step, str) else tuple(step) if isinstance(step, Iterable) else ()
            if not names or not all(isinstance(name, str) for name in names):
                raise BadParameter(
                    f"step {number} of {of} is {step!r}; give an event name, a list of names or a matcher"
                )
            matcher = EventIs(names)
        check_matcher(log, matcher)
        matchers.append(matcher)
    return tuple(matchers)


def step_bits(log: Log, bucket: Bucket, matchers: Sequence[Matcher]) -> Bits:
    """Say which of at most 64 steps each event of a bucket matches."""
    names = [matcher.names for matcher in matchers if isinstance(matcher, EventIs)]
    if len(names) == len(matchers):
        lut = np.zeros(len(log.names), np.uint64)
        for step, some in enumerate(names):
            lut[event_codes(log, some)] |= np.uint64(1) << np.uint64(step)
        return Bits(bucket.event, lut)
    masks = [event_mask(log, bucket, matcher) for matcher in matchers]
    if len(masks) <= _PACKED:
        symbol: Array = np.zeros(bucket.events, np.uint16)
        for step, mask in enumerate(masks):
            symbol |= mask.astype(np.uint16) << np.uint16(step)
        return Bits(symbol, np.arange(1 << len(masks), dtype=np.uint64))
    bits = np.zeros(bucket.events, np.uint64)
    for step, mask in enumerate(masks):
        bits |= mask.astype(np.uint64) << np.uint64(step)
    lut, symbol = np.unique(bits, return_inverse=True)
    if len(lut) > 1 << _PACKED:
        raise BadParameter("the steps overlap in more than 65,536 ways; use fewer steps with conditions")
    return Bits(symbol.astype(np.uint16), lut)


def step_text(matcher: Matcher) -> str:
    """Write a step for people: ``search | browse``, ``pay and amount > 10``."""
    match matcher:
        case EventIs(names):
            return " | ".join(names)
        case Condition(name, "exists", operand):
            return f"{name} {'exists' if operand else 'is absent'}"
        case Condition(name, test, operand):
            values = " | ".join(map(str, operand)) if isinstance(operand, tuple) else str(operand)
            return f"{name} {_SIGNS.get(test, test)} {values}"
        case Not(part):
            return f"not ({step_text(part)})"
        case AllOf(parts) | AnyOf(parts):
            word = " and " if isinstance(matcher, AllOf) else " or "
            texts = [(step_text(part), isinstance(part, AllOf | AnyOf)) for part in parts]
            return word.join(f"({text})" if joined else text for text, joined in texts)
    return repr(matcher)
