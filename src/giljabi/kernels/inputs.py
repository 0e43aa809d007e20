"""The shape in which columns go into kernels."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

Int: TypeAlias = Any
"""An integer inside a compiled function, where Python's and NumPy's are one."""


def read_only(array: Array, dtype: npt.DTypeLike) -> Array:
    """Give a contiguous, read-only view of an array.

    Mapped columns are read-only and columns in memory are not; a kernel would be compiled once for each.

    Parameters
    ----------
    array
        One-dimensional.
    dtype
        What the kernel is compiled for; another type is converted, which copies.
    """
    view = np.ascontiguousarray(array, dtype=dtype).view()
    view.flags.writeable = False
    return view


def journeys(offsets: Array, time: Array, event: Array) -> tuple[Array, Array, Array]:
    """Give the columns of a bucket as kernels take them: int64, int64 (ms), uint16 (codes)."""
    return read_only(offsets, np.int64), read_only(time, np.int64), read_only(event, np.uint16)
