"""Logs for peers and for Giljabi: the same events as a data frame of PM4Py and as an event log."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from giljabi.store import Log, MemoryBucket

FILES = {
    "helpdesk": "helpdesk.xes.gz",
    "teleclaims": "teleclaims.xes.gz",
    "bpic2013": "bpic2013_incidents.xes.gz",
}
SOURCES = ("random", *FILES)
CASE, NAME, TIME = "case:concept:name", "concept:name", "time:timestamp"


def frame(source: str, request: pytest.FixtureRequest) -> pd.DataFrame:
    """Give a log of `SOURCES` as PM4Py has it, ordered by case and time, ties as in the file."""
    if source == "random":
        return _random()
    return _read(request.getfixturevalue("shared_data") / FILES[source])


def log_of_frame(events: pd.DataFrame, buckets: int = 3) -> Log:
    """Make an event log of whole cases."""
    cases, begin = np.unique(events[CASE].to_numpy(str), return_index=True)
    codes, names = pd.factorize(events[NAME])
    times = events[TIME].to_numpy("datetime64[ms]").astype(np.int64)
    offsets = np.append(begin, len(events)).astype(np.int64)
    parts = []
    for members in np.array_split(np.arange(len(cases)), buckets):
        own = offsets[members[0] : members[-1] + 2]
        some = slice(own[0], own[-1])
        ids = pa.array(cases[members].tolist(), pa.string())
        parts.append(MemoryBucket(own - own[0], times[some], codes[some].astype(np.uint16), ids))
    return Log(tuple(map(str, names)), {}, tuple(parts), len(events), len(cases))


@cache
def _read(path: Path) -> pd.DataFrame:
    import pm4py

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PM4Py's own deprecated calls, not ours
        events = pm4py.read_xes(str(path))
    return _ordered(events[[CASE, NAME, TIME]])


@cache
def _random() -> pd.DataFrame:
    generator = np.random.default_rng(11)
    cases = np.sort(generator.integers(0, 300, 3000))
    return _ordered(
        pd.DataFrame(
            {
                CASE: [f"case {case:03}" for case in cases],
                NAME: generator.choice(["view", "cart", "pay", "call", "leave"], 3000),
                # Few distinct times make many ties.
                TIME: pd.to_datetime(generator.integers(0, 40, 3000) * 60_000, unit="ms", utc=True),
            }
        )
    )


def _ordered(events: pd.DataFrame) -> pd.DataFrame:
    return events.sort_values([CASE, TIME], kind="stable", ignore_index=True)
