"""Durations as people write them: ``"90s"``, ``"5m"``, ``"1h 30m"``, ``"7d"``."""

from __future__ import annotations

import re
from datetime import timedelta

from giljabi.model.errors import BadParameter

_UNITS = {"w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|w|d|h|m|s)\s*")
_LONGEST = 36_500 * _UNITS["d"]


def parse_duration(text: str | timedelta) -> timedelta:
    """Read a duration.

    Parameters
    ----------
    text
        Numbers with units ``w d h m s ms``, the largest first ("1h 30m"), or a `timedelta`.

    Returns
    -------
    timedelta
        Above zero, at most 36,500 days, in whole milliseconds.

    Raises
    ------
    BadParameter
        If the text is no duration or out of range.
    """
    if isinstance(text, timedelta):
        total = text / timedelta(milliseconds=1)
    elif not isinstance(text, str):
        raise BadParameter(f"{text!r} is no duration; write for example '7d', or give a timedelta")
    else:
        total, end = 0.0, 0
        stripped = text.strip()
        while end < len(stripped):
            part = _PART.match(stripped, end)
            if part is None:
                raise BadParameter(f"{text!r} is no duration; write for example 90s, 5m, 1h 30m or 7d")
            total += float(part[1]) * _UNITS[part[2]]
            end = part.end()
    if not 1 <= total <= _LONGEST:
        raise BadParameter(f"{text!r} is out of range; a duration lies above zero and within 36500d")
    return timedelta(milliseconds=round(total))


def format_duration(value: timedelta) -> str:
    """Write a duration in its shortest exact form; `parse_duration` reads it back unchanged."""
    left = round(value / timedelta(milliseconds=1))
    parts = []
    for unit, size in _UNITS.items():
        if unit == "w":
            continue
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"


def milliseconds(value: str | timedelta) -> int:
    """Give a duration in whole milliseconds, the unit of the event log."""
    return round(parse_duration(value) / timedelta(milliseconds=1))
