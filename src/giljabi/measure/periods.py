"""Calendar periods in a named time zone, as bounds that kernels read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from giljabi.kernels import time_extent
from giljabi.model.errors import BadParameter
from giljabi.store import Array, Bucket, Log, ask

Every: TypeAlias = Literal["day", "week", "month"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Periods:
    """The calendar periods that a log's events lie in, from the first to the last.

    ``starts`` are their first days in the time zone; period ``p`` holds the times from ``bounds[p]`` (int64,
    ms since 1970 UTC) to before ``bounds[p + 1]``. A day has 23 or 25 hours where clocks change, and none
    where the zone left it out. ``first`` and ``last`` are the times of the log's first and last event.
    """

    starts: tuple[date, ...]
    bounds: Array = field(repr=False, compare=False)
    first: int
    last: int

    @property
    def closed(self) -> int:
        """How many periods are over: all but the one in which the log ends."""
        return max(0, len(self.starts) - 1)


def read_periods(log: Log, every: str, time_zone: str) -> Periods:
    """Divide the time of a log into calendar periods.

    Parameters
    ----------
    log
        The event log; without events there are no periods.
    every
        ``"day"``, ``"week"`` (from Monday) or ``"month"``.
    time_zone
        An IANA name such as ``"Asia/Seoul"``: the days begin when they begin there.

    Raises
    ------
    BadParameter
        If there is no such period or time zone.
    """
    kept: Every | None = next((known for known in get_args(Every) if known == every), None)
    if kept is None:
        raise BadParameter(f"no period is named {every!r}; there are {', '.join(get_args(Every))}")
    zone = _zone(time_zone)
    extents = [extent for extent in ask(log, _extent) if extent is not None]
    if not extents:
        return Periods((), np.zeros(1, np.int64), 0, 0)
    first, last = min(extent[0] for extent in extents), max(extent[1] for extent in extents)
    day, end = _begin(_local_day(first, zone), kept), _local_day(last, zone)
    starts = []
    while day <= end:
        starts.append(day)
        day = _next(day, kept)
    bounds = np.array([_moment(one, zone) for one in (*starts, day)], np.int64)
    return Periods(tuple(starts), bounds, first, last)


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise BadParameter(
            f"no time zone is named {name!r}; give an IANA name such as Asia/Seoul or UTC"
        ) from None


def _extent(bucket: Bucket) -> tuple[int, int] | None:
    return time_extent(bucket.offsets, bucket.time)


def _local_day(ms: int, zone: tzinfo) -> date:
    return (_EPOCH + ms * _MS).astimezone(zone).date()


def _begin(day: date, every: Every) -> date:
    if every == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if every == "month" else day


def _next(start: date, every: Every) -> date:
    if every == "month":
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return start + timedelta(days=7 if every == "week" else 1)


def _moment(day: date, zone: tzinfo) -> int:
    # A midnight that clocks skip is the moment they skip it at; of two midnights the first begins the day.
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (midnight.astimezone(UTC) - _EPOCH) // _MS
