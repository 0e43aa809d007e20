"""From the parts of a written time to milliseconds since 1970."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from giljabi.collect.times.written import MONTHS

Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
_MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)
_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "KST": 540, "JST": 540}


def milliseconds_of(parts: pl.DataFrame, *, day_first: bool) -> tuple[Ints, Mask, Mask]:
    """Put times together from their parts.

    Parameters
    ----------
    parts
        Texts in columns named as the groups of `giljabi.collect.times.written`.
    day_first
        Whether ``a`` is the day and ``b`` the month.

    Returns
    -------
    ms : ndarray of int64
        Since 1970; UTC where the time has a zone, else the local clock's.
    valid : ndarray of bool
        Which rows are times that the calendar and the clock have.
    zoned : ndarray of bool
        Which rows name their zone.
    """
    if "a" in parts.columns:
        first, second = ("d", "mo") if day_first else ("mo", "d")
        parts = parts.rename({"a": first, "b": second})
    if "mon" in parts.columns:
        parts = parts.with_columns(
            mo=pl.col("mon").str.to_lowercase().replace_strict(MONTHS, default=None, return_dtype=pl.Int64)
        )
    year = _number(parts, "y")
    if "yy" in parts.columns:
        short = _number(parts, "yy")
        year = np.where(short < 70, 2000 + short, 1900 + short)
    month, day = _number(parts, "mo"), _number(parts, "d")
    hour, minute, second_ = (_number(parts, *names) for names in (("h",), ("m1", "m2"), ("s1", "s2")))
    hour, half_fits = _twenty_four(parts, hour)
    offset, zoned, offset_fits = _offset(parts)
    valid = (
        (month >= 1)
        & (month <= 12)
        & (day >= 1)
        & (year >= 1)
        & half_fits
        & offset_fits
        & (minute <= 59)
        & (second_ <= 59)
        & ((hour <= 23) | ((hour == 24) & (minute == 0) & (second_ == 0)))
    )
    valid &= day <= _MONTH_DAYS[np.where(valid, month, 0)]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    valid &= ~((month == 2) & (day == 29) & ~leap)
    days = _days_since_1970(year, month, day)
    ms = ((days * 24 + hour) * 60 + minute - offset) * 60_000 + second_ * 1000 + _fraction(parts)
    return ms, valid, zoned


def _number(parts: pl.DataFrame, *names: str) -> Ints:
    present = [name for name in names if name in parts.columns]
    if not present:
        return np.zeros(len(parts), dtype=np.int64)
    column = parts.select(
        pl.coalesce([pl.col(name).cast(pl.Int64, strict=False) for name in present]).fill_null(0)
    )
    result: Ints = column.to_series().to_numpy()
    return result


def _texts(parts: pl.DataFrame, *names: str) -> pl.Series | None:
    present = [pl.col(name) for name in names if name in parts.columns]
    return parts.select(pl.coalesce(present)).to_series() if present else None


def _twenty_four(parts: pl.DataFrame, hour: Ints) -> tuple[Ints, Mask]:
    half = _texts(parts, "am1", "am2")
    if half is None or half.null_count() == len(half):
        return hour, np.ones(len(hour), dtype=np.bool_)
    letter = half.str.slice(0, 2).str.to_lowercase().str.replace(r"^p.*|오후", "p").fill_null("")
    halved: Mask = (letter != "").to_numpy()
    afternoon: Mask = (letter == "p").to_numpy()
    # 오후 15시 is also written; an hour above 12 keeps its value.
    turned = np.where(hour == 12, 0, hour) + np.where(afternoon, 12, 0)
    return np.where(halved & (hour <= 12), turned, hour), ~halved | (hour <= 23)


def _offset(parts: pl.DataFrame) -> tuple[Ints, Mask, Mask]:
    zone = _texts(parts, "z")
    rows = len(parts)
    if zone is None or zone.null_count() == rows:
        return np.zeros(rows, np.int64), np.zeros(rows, np.bool_), np.ones(rows, np.bool_)
    zoned: Mask = zone.is_not_null().to_numpy()
    minutes: dict[str | None, int] = {None: 0}
    for name in zone.unique().drop_nulls():
        minutes[name] = _offset_minutes(name)
    offset: Ints = zone.replace_strict(minutes, return_dtype=pl.Int64).to_numpy()
    return offset, zoned, np.abs(offset) <= 18 * 60


def _offset_minutes(name: str) -> int:
    if name.upper() in _ZONES:
        return _ZONES[name.upper()]
    digits = name[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])
    total = int(hours) * 60 + int(minutes)
    return -total if name[0] == "-" else total


def _fraction(parts: pl.DataFrame) -> Ints:
    fraction = _texts(parts, "f")
    if fraction is None:
        return np.zeros(len(parts), dtype=np.int64)
    digits = (fraction + "00").str.slice(0, 3).cast(pl.Int64, strict=False).fill_null(0)
    result: Ints = digits.to_numpy()
    return result


def _days_since_1970(year: Ints, month: Ints, day: Ints) -> Ints:
    # Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    shifted = year - (month <= 2)
    era = shifted // 400
    year_of_era = shifted - era * 400
    day_of_year = (153 * (month + np.where(month > 2, -3, 9)) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    result: Ints = era * 146_097 + day_of_era - 719_468
    return result
