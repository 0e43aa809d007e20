"""One column of times, of whatever type, to milliseconds since 1970 UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute

from giljabi.collect.columns import clean_text, plain
from giljabi.collect.times.epoch import as_calendar_day, epoch_milliseconds
from giljabi.collect.times.parts import milliseconds_of
from giljabi.collect.times.written import WRITTEN
from giljabi.model.errors import BadParameter

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

_ISO = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3])(:[0-5][0-9]){0,2}"
_FRACTION = r"(:[0-5][0-9]\.[0-9]{1,6})?"


@dataclass(frozen=True, slots=True)
class Times:
    """Times of some rows; exactly one of the three tells for each row.

    ``ms`` are milliseconds since 1970 UTC (inside any span for rows without a time), ``absent`` marks rows
    without a time, ``unreadable`` rows whose time could not be read.
    """

    ms: Ints
    absent: Mask
    unreadable: Mask


@dataclass(frozen=True, slots=True)
class Clock:
    """How times of one column are to be read.

    ``zone`` is the IANA name of the zone of times that name none; ``day_first`` says that 04/05/2026 is
    4 May.
    """

    zone: str = "UTC"
    day_first: bool = True

    def __post_init__(self) -> None:
        try:
            pl.Series([0], dtype=pl.Datetime("ms")).dt.replace_time_zone(self.zone)
        except pl.exceptions.ComputeError:
            raise BadParameter(
                f"{self.zone!r} is no time zone; use a name such as Asia/Seoul or UTC"
            ) from None

    def read(self, column: pa.Array[Any]) -> Times:
        """Read a column of timestamps, dates, numbers or texts."""
        values = plain(column)
        kind = values.type
        if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
            return self._typed(values)
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            return self._numbers(values)
        return self._texts(clean_text(values))

    def _typed(self, values: pa.Array[Any]) -> Times:
        absent = _nulls(values)
        naive = not (pa.types.is_timestamp(values.type) and values.type.tz is not None)
        # Milliseconds are floored: an event is never moved into the future.
        wide = pc.cast(values, pa.timestamp("us", tz=values.type.tz if not naive else None), safe=False)
        ms = np.floor_divide(_ints(pc.cast(wide, pa.int64())), 1000)
        if pa.types.is_timestamp(values.type) and values.type.unit in {"s", "ms"}:
            ms = _ints(pc.cast(values, pa.int64())) * (1000 if values.type.unit == "s" else 1)
        return self._settle(ms, ~absent, absent, np.full(len(ms), not naive))

    def _numbers(self, values: pa.Array[Any]) -> Times:
        if pa.types.is_decimal(values.type) or values.type == pa.uint64():
            values = pc.cast(values, pa.float64(), safe=False)
        absent = _nulls(values)
        numbers = pc.fill_null(values, 0).to_numpy(zero_copy_only=False)
        if numbers.dtype.kind == "f":
            absent |= np.isnan(numbers)
        ms, valid = epoch_milliseconds(numbers)
        zoned = np.ones(len(ms), dtype=np.bool_)
        whole = np.where(valid & (np.abs(numbers) < 10**9), numbers, 0).astype(np.int64)
        days = as_calendar_day(whole)
        if days.any():
            texts = pl.Series(whole[days]).cast(pl.String)
            day_ms, day_valid, _ = self._written(texts)
            ms[days], valid[days], zoned[days] = day_ms, day_valid, False
        return self._settle(ms, valid & ~absent, absent, zoned)

    def _texts(self, texts: pa.Array[Any]) -> Times:
        absent = _nulls(texts)
        ms = np.zeros(len(texts), dtype=np.int64)
        valid = np.zeros(len(texts), dtype=np.bool_)
        zoned = np.zeros(len(texts), dtype=np.bool_)
        for kind in (pa.timestamp("us"), pa.timestamp("us", tz="UTC")):
            try:
                ms = np.floor_divide(_ints(pc.cast(pc.cast(texts, kind), pa.int64())), 1000)
            except pa.ArrowInvalid:
                continue
            return self._settle(ms, ~absent, absent, np.full(len(ms), kind.tz is not None))
        left = ~absent
        for ending, kind in (
            (")?$", pa.timestamp("us")),
            (r"(Z|[+-][0-9]{2}:?[0-9]{2}))$", pa.timestamp("us", tz="UTC")),
        ):
            rows = np.flatnonzero(left & _mask(pc.match_substring_regex(texts, _ISO + _FRACTION + ending)))
            if not len(rows):
                continue
            try:
                read = pc.cast(texts.take(pa.array(rows, pa.int64())), kind)
            except pa.ArrowInvalid:
                continue
            ms[rows] = np.floor_divide(_ints(pc.cast(read, pa.int64())), 1000)
            valid[rows], zoned[rows], left[rows] = True, kind.tz is not None, False
        rows = np.flatnonzero(left)
        if len(rows):
            distinct = texts.take(pa.array(rows, pa.int64())).dictionary_encode()
            spots = distinct.indices.to_numpy(zero_copy_only=False)
            some = pl.Series(distinct.dictionary)
            for target, found in zip((ms, valid, zoned), self._written(some), strict=True):
                target[rows] = found[spots]
        return self._settle(ms, valid, absent, zoned)

    def _written(self, texts: pl.Series) -> tuple[Ints, Mask, Mask]:
        ms = np.zeros(len(texts), dtype=np.int64)
        valid = np.zeros(len(texts), dtype=np.bool_)
        zoned = np.zeros(len(texts), dtype=np.bool_)
        for pattern in WRITTEN:
            rows = np.flatnonzero(~valid)
            if not len(rows):
                return ms, valid, zoned
            parts = texts[rows].str.extract_groups(pattern).struct.unnest()
            matched = np.flatnonzero(parts.to_series(0).is_not_null().to_numpy() | _any_part(parts))
            if not len(matched):
                continue
            read, fits, has_zone = milliseconds_of(parts[matched], day_first=self.day_first)
            spots = rows[matched]
            ms[spots], valid[spots], zoned[spots] = read, fits, has_zone
        rows = np.flatnonzero(~valid)
        digits = texts[rows].str.extract(r"^(-?[0-9]{1,19}(?:\.[0-9]+)?)$")
        numbers = digits.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
        ms[rows], valid[rows] = epoch_milliseconds(numbers)
        zoned[rows] = True
        return ms, valid, zoned

    def _settle(self, ms: Ints, valid: Mask, absent: Mask, zoned: Mask) -> Times:
        local = valid & ~zoned
        if self.zone != "UTC" and local.any():
            clock = pl.Series(ms[local]).cast(pl.Datetime("ms"))
            # An hour that the clock skips was never shown by it; of one shown twice the first is meant.
            placed = clock.dt.replace_time_zone(self.zone, ambiguous="earliest", non_existent="null")
            valid, ms = valid.copy(), ms.copy()
            ms[local] = placed.dt.epoch("ms").fill_null(0).to_numpy()
            valid[local] = placed.is_not_null().to_numpy()
        return Times(np.where(valid, ms, _NEUTRAL), absent, ~valid & ~absent)


_NEUTRAL = np.int64(1_000_000_000_000)
"""A time inside every span, for rows whose time is refused for another reason."""


def _any_part(parts: pl.DataFrame) -> Mask:
    result: Mask = parts.select(pl.any_horizontal(pl.all().is_not_null())).to_series().to_numpy()
    return result


def _nulls(values: pa.Array[Any]) -> Mask:
    return _mask(pc.is_null(values))


def _mask(values: Any) -> Mask:
    result: Mask = np.array(pc.fill_null(values, False).to_numpy(zero_copy_only=False))
    return result


def _ints(values: Any) -> Ints:
    result: Ints = pc.fill_null(values, 0).to_numpy(zero_copy_only=False)
    return result
