"""Random journeys for property tests, as lists and as a bucket's columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from hypothesis import strategies as st

from giljabi.store.log.layout import Array

Journey: TypeAlias = list[tuple[int, int]]
"""The events of one customer in the order of the log: (code, time in ms)."""


def journeys(names: int = 4, longest: int = 9, customers: int = 6) -> st.SearchStrategy[list[Journey]]:
    """Draw journeys with many repeats and many ties in time."""
    step = st.tuples(st.integers(0, names - 1), st.sampled_from([0, 0, 1, 2, 5, 40, 1000, 90_000_000]))
    return st.lists(st.lists(step, max_size=longest).map(_timed), max_size=customers)


def _timed(steps: Sequence[tuple[int, int]]) -> Journey:
    times = np.cumsum([gap for _, gap in steps], dtype=np.int64)
    return [(code, int(time)) for (code, _), time in zip(steps, times, strict=True)]


def columns(drawn: Sequence[Journey]) -> tuple[Array, Array, Array]:
    """Give offsets, times and event codes."""
    events = [event for journey in drawn for event in journey]
    return (
        np.cumsum([0, *map(len, drawn)], dtype=np.int64),
        np.array([time for _, time in events], dtype=np.int64),
        np.array([code for code, _ in events], dtype=np.uint16),
    )
