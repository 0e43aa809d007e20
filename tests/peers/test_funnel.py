from pathlib import Path
from typing import Any

import chdb
import pandas as pd
import pytest
from tests.peers.frames import CASE, NAME, SOURCES, TIME, frame, log_of_frame

from giljabi.measure import funnel

WINDOWS = {"1ms": 1, "5m": 300_000, "7d": 604_800_000, "400d": 34_560_000_000}


def _steps(events: pd.DataFrame) -> list[list[str]]:
    """Give steps of the most frequent names by mean place; none share one: an event serves one step only."""
    place = events.groupby(CASE).cumcount().groupby(events[NAME]).mean()
    names = [str(name) for name in place[events[NAME].value_counts().index[:5]].sort_values().index]
    return [[names[0]], names[1:3], *([name] for name in names[3:])]


@pytest.mark.parametrize("source", SOURCES)
def test_levels_are_those_of_window_funnel(
    source: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    events = frame(source, request)
    steps, log = _steps(events), log_of_frame(events)
    flat = {
        "id": events[CASE].astype("category").cat.codes.astype("int64"),
        "name": events[NAME].astype("str"),
        "at": events[TIME].to_numpy("datetime64[ms]").astype("int64").astype("uint64"),
    }
    pd.DataFrame(flat).to_parquet(tmp_path / "events.parquet")
    for text, window in WINDOWS.items():
        assert funnel(log, steps, within=text).to_dict()["customers"] == _window_funnel(
            tmp_path / "events.parquet", steps, window
        )


def _window_funnel(path: Path, steps: list[list[str]], window: int) -> list[int]:
    conditions = ", ".join(
        "name in (" + ", ".join("'" + name.replace("'", "''") + "'" for name in step) + ")" for step in steps
    )
    reached = ", ".join(f"countIf(level >= {k})" for k in range(1, len(steps) + 1))
    query: Any = chdb.query
    answer = query(
        f"select {reached} from (select id, windowFunnel({window})(at, {conditions}) as level"
        f" from file('{path}') group by id)",
        "CSV",
    )
    return [int(count) for count in str(answer).split(",")]
