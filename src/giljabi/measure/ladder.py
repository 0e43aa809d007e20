"""Round bounds for durations that people can read off an axis."""

from __future__ import annotations

import numpy as np

from giljabi.store import Array

_SECOND, _MINUTE, _HOUR, _DAY = 1000, 60_000, 3_600_000, 86_400_000
_BINS = 24

# Durations spread over decades, so each bound is about twice the one before.
LADDER = (
    *(0, 1, 10, 100),
    *(n * _SECOND for n in (1, 2, 5, 10, 20, 30)),
    *(n * _MINUTE for n in (1, 2, 5, 10, 20, 30)),
    *(n * _HOUR for n in (1, 2, 4, 8, 12)),
    *(n * _DAY for n in (1, 2, 3, 5, 7, 14, 21, 30, 60, 90, 180, 365)),
    *(n * 365 * _DAY for n in (2, 3, 5, 10, 20, 50, 100)),
)
"""Bounds in ms."""

COARSE = (
    *(0, _SECOND, 10 * _SECOND, _MINUTE, 10 * _MINUTE, _HOUR, 4 * _HOUR),
    *(n * _DAY for n in (1, 3, 7, 14, 30, 90, 365, 36_500)),
)
"""Fewer bounds, for tables in which every bin is a column."""


def round_bounds(least: int, greatest: int) -> list[int]:
    """Give bounds around values in ms: even ones where they lie close together, else those of the ladder."""
    if greatest > 20 * max(least, 1) and greatest > 20:
        begin = int(np.searchsorted(LADDER, least, side="right")) - 1
        end = int(np.searchsorted(LADDER, greatest))
        return [*LADDER[begin : end + 1]]
    width = next((one for one in LADDER[1:] if (greatest - least) / one <= _BINS), LADDER[-1])
    begin = least // width * width
    return list(range(begin, greatest + width + 1, width))


def count_between(values: Array, bounds: list[int]) -> list[int]:
    """Count values from each bound, included, to the next, not included; the last bin takes its end too."""
    places = np.searchsorted(bounds[1:-1], values, side="right")
    return [int(count) for count in np.bincount(places, minlength=len(bounds) - 1)]
