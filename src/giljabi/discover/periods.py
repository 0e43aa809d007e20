"""Which periods are compared, and into which windows a log is cut."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from giljabi.kernels import Periods
from giljabi.model import milliseconds
from giljabi.model.errors import BadParameter
from giljabi.store import Log

Moment: TypeAlias = str | date | datetime
Period: TypeAlias = str | timedelta | tuple[Moment, Moment]
"""A length, or a start (inclusive) and an end (exclusive)."""

MOST_WINDOWS = 1000
_DAY = 86_400_000
_LENGTHS = (28 * _DAY, 7 * _DAY, _DAY, _DAY // 24, 60_000)
_TIMES, _WATCHED = 3, 4


def span(log: Log) -> tuple[int, int] | None:
    """Give the times of the first and last event of a log, ms; None where it has none."""
    held = [bucket for bucket in log.buckets if bucket.events]
    if not held:
        return None
    edges = []
    for bucket in held:
        offsets = np.asarray(bucket.offsets)
        some = np.flatnonzero(np.diff(offsets))
        edges.append((bucket.time[offsets[some]].min(), bucket.time[offsets[some + 1] - 1].max()))
    return int(min(first for first, _ in edges)), int(max(last for _, last in edges))


def choose_periods(
    log: Log, last: Period | None, before: Period | None, follow: str | timedelta | None
) -> Periods | None:
    """Read which two periods are compared.

    Parameters
    ----------
    log
        The event log.
    last
        A length counted back from the last event, or a start and an end. None: the longest of 4 weeks, a
        week, a day, an hour and a minute that fits into the log three times, else half of the log.
    before
        A length or a start and an end; None: as long as ``last``. A length ends where ``last`` starts.
    follow
        How long each beginning is watched; None: a quarter of the shorter period.

    Returns
    -------
    Periods or None
        None where the log has no event.

    Raises
    ------
    BadParameter
        If a period is empty or not before the other, or ``follow`` as long as one of them.
    """
    edges = span(log)
    if edges is None:
        return None
    first, end = edges[0], edges[1] + 1
    if isinstance(last, tuple):
        last_start, last_end = _between(last)
    else:
        last_end = end
        last_start = end - (_fitting(end - first) if last is None else milliseconds(last))
    if isinstance(before, tuple):
        start, stop = _between(before)
    else:
        stop = last_start
        start = stop - (last_end - last_start if before is None else milliseconds(before))
    if stop > last_start:
        raise BadParameter("the period before must end where the last one starts, or earlier")
    shorter = min(stop - start, last_end - last_start)
    watched = shorter // _WATCHED if follow is None else milliseconds(follow)
    if watched >= shorter:
        raise BadParameter(f"follow is {follow!r}; it must be shorter than both periods")
    return Periods(start, stop, last_start, last_end, watched)


def cut_windows(log: Log, every: str | timedelta, zone: str) -> list[int]:
    """Give the borders of the windows that hold a log's events, ms, rising; one more than windows.

    Parameters
    ----------
    log
        The event log.
    every
        ``"hour"``, ``"day"``, ``"week"`` (from Monday) or ``"month"``, or a length, whose first window
        begins with the log.
    zone
        Where days begin, such as ``"Asia/Seoul"``.

    Raises
    ------
    BadParameter
        If the zone or length is none, or there would be more than 1,000 windows.
    """
    edges = span(log)
    if edges is None:
        return []
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadParameter(
            f"no time zone is named {zone!r}; give an IANA name such as Asia/Seoul or UTC"
        ) from None
    first, end = edges[0], edges[1]
    if every not in {"hour", "day", "week", "month"}:
        length = milliseconds(every)
        count = (end - first) // length + 1
        _check_count(count)
        return [first + i * length for i in range(count + 1)]
    moment = datetime.fromtimestamp(first / 1000, UTC).astimezone(place)
    moment = moment.replace(minute=0, second=0, microsecond=0)
    if every != "hour":
        moment = moment.replace(hour=0)
    if every == "week":
        moment -= timedelta(days=moment.weekday())
    elif every == "month":
        moment = moment.replace(day=1)
    borders = [_ms(moment)]
    while borders[-1] <= end:
        moment = _next(moment, str(every))
        borders.append(_ms(moment))
        _check_count(len(borders) - 1)
    return borders


def moments(values: Sequence[int]) -> list[datetime]:
    """Give times in ms as UTC moments."""
    return [datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=value) for value in values]


def _next(moment: datetime, every: str) -> datetime:
    if every == "hour":
        # An hour later on the clock of the world: local hours can be missing or come twice.
        return (moment.astimezone(UTC) + timedelta(hours=1)).astimezone(moment.tzinfo)
    if every == "month":
        return (moment.replace(day=28) + timedelta(days=4)).replace(day=1)
    return moment + timedelta(days=7 if every == "week" else 1)


def _check_count(count: int) -> None:
    if count > MOST_WINDOWS:
        raise BadParameter(f"that makes more than {MOST_WINDOWS} windows; choose longer ones")


def _fitting(whole: int) -> int:
    return next((length for length in _LENGTHS if _TIMES * length <= whole), max(1, whole // 2))


def _between(period: tuple[Moment, Moment]) -> tuple[int, int]:
    try:
        start, end = (_moment(one) for one in period)
    except (TypeError, ValueError):
        raise BadParameter(
            f"{period!r} is no period; give a length such as '7d', or its start and end as two times"
        ) from None
    if end <= start:
        raise BadParameter(f"the end {period[1]} must lie after the start {period[0]}")
    return _ms(start), _ms(end)


def _moment(value: Moment) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _ms(moment: datetime) -> int:
    return round((moment - datetime.fromtimestamp(0, UTC)) / timedelta(milliseconds=1))
