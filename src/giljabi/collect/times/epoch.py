"""Numbers as times: seconds to nanoseconds since 1970, told apart by magnitude."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

_FARTHEST = 8.64e15
"""Milliseconds beyond which no calendar of ours reaches."""


def epoch_milliseconds(numbers: npt.NDArray[Any]) -> tuple[Ints, Mask]:
    """Read numbers as times.

    Parameters
    ----------
    numbers
        Since 1970 UTC: below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds, else
        nanoseconds.

    Returns
    -------
    ms : ndarray of int64
        Milliseconds since 1970.
    valid : ndarray of bool
        Which numbers are finite.
    """
    if numbers.dtype.kind in "iu":
        size = np.abs(numbers.astype(np.int64))
        whole = numbers.astype(np.int64)
        ms = np.select(
            [size < 10**11, size < 10**14, size < 10**17],
            [whole * 1000, whole, whole // 1000],
            default=whole // 1_000_000,
        )
        return ms, np.ones(len(numbers), dtype=np.bool_)
    valid = np.isfinite(numbers)
    real = np.where(valid, numbers, 0.0)
    size_ = np.abs(real)
    scaled = np.select(
        [size_ < 1e11, size_ < 1e14, size_ < 1e17], [real * 1000, real, real / 1000], default=real / 1e6
    )
    valid &= np.abs(scaled) < _FARTHEST
    return np.floor(np.where(valid, scaled, 0.0)).astype(np.int64), valid


def as_calendar_day(numbers: Ints) -> Mask:
    """Say which whole numbers write a day as YYYYMMDD."""
    month, day = numbers // 100 % 100, numbers % 100
    in_years = (numbers >= 1900_01_01) & (numbers <= 2199_12_31)
    result: Mask = in_years & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    return result
