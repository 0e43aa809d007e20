"""Rows that are too old go, those of others stay, and nothing of the past holds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.lake.sealing_rows import NOON, call, landed, seal

from giljabi.model.errors import LakeMoved
from giljabi.store import AgeLimit
from giljabi.store.lake import IcebergLake

OPEN = Callable[..., IcebergLake]


def days(count: float) -> datetime:
    return NOON + timedelta(days=count)


def import_file(lake: IcebergLake, *at: datetime) -> None:
    rows = [{"customer": f"f{number}", "time": one, "event": "file"} for number, one in enumerate(at)]
    fields: list[pa.Field[Any]] = [
        pa.field("customer", pa.string()),
        pa.field("time", pa.timestamp("ms", "UTC")),
        pa.field("event", pa.string()),
    ]
    schema = pa.schema(fields)
    batches = pa.Table.from_pylist(rows, schema).to_batches()
    lake.append(batches, import_id="a" * 32, digest="d", counts=lambda: (0, {}))


def kept(lake: IcebergLake) -> set[str]:
    return {row["giljabi_message"] or row["customer"] for row in landed(lake)}


def test_rows_of_a_source_go_by_their_time_and_others_stay(sealed_lake: IcebergLake) -> None:
    seal(
        sealed_lake,
        1,
        call("old", "a", source="Web", time=days(-5)),
        call("young", "a", source="Web", time=days(1)),
        call("other", "a", source="App", time=days(-5)),
    )
    import_file(sealed_lake, days(-5))
    limit = AgeLimit(NOON, ("Web",))
    assert sealed_lake.count_old([limit]) == [1]
    told: list[float] = []
    assert sealed_lake.remove_old([limit], told.append) == [1]
    assert told[-1] == 1.0
    assert kept(sealed_lake) == {"young", "other", "f0"}
    assert sealed_lake.count_old([limit]) == [0]
    assert sealed_lake.inbox_position == 1


def test_rows_of_files_have_a_limit_of_their_own(sealed_lake: IcebergLake) -> None:
    import_file(sealed_lake, days(-5), days(5))
    seal(sealed_lake, 1, call("old", "a", source="Web", time=days(-5)))
    limits = [AgeLimit(NOON, None), AgeLimit(days(-9), ("Web",))]
    assert sealed_lake.remove_old(limits) == [1, 0]
    assert kept(sealed_lake) == {"f1", "old"}


def test_rows_under_former_names_of_a_source_go_too(sealed_lake: IcebergLake) -> None:
    seal(sealed_lake, 1, call("a", source="Shop"), call("b", source="Web"))
    assert sealed_lake.remove_old([AgeLimit(days(1), ("Web", "Shop"))]) == [2]
    assert kept(sealed_lake) == set()


def test_an_empty_lake_has_nothing_old(sealed_lake: IcebergLake) -> None:
    assert sealed_lake.count_old([AgeLimit(NOON, None)]) == [0]
    assert sealed_lake.remove_old([AgeLimit(NOON, None)]) == [0]
    assert sealed_lake.remove_old([]) == []


def test_what_went_is_in_no_file_once_the_past_is_forgotten(sealed_lake: IcebergLake, tmp_path: Path) -> None:
    seal(sealed_lake, 1, call("old-message", "old-customer", source="Web", time=days(-5)))
    seal(sealed_lake, 2, call("young", source="Web", time=days(5)))
    sealed_lake.remove_old([AgeLimit(NOON, ("Web",))])
    assert sealed_lake.expire(newest=1) >= 2
    held = [path for path in (tmp_path / "lake").rglob("*.parquet") if b"old-message" in path.read_bytes()]
    assert held == []


def test_a_writer_who_came_between_keeps_everything(opened: OPEN) -> None:
    ours, theirs = opened(), opened()
    seal(ours, 1, call("old", source="Web", time=days(-5)))

    def come_between(_: float) -> None:
        if theirs.inbox_position == 1:
            seal(theirs, 2, call("new", source="Web", time=days(1)))

    with pytest.raises(LakeMoved):
        ours.remove_old([AgeLimit(NOON, ("Web",))], come_between)
    assert kept(ours) == {"old", "new"}


ROWS = st.lists(st.tuples(st.sampled_from(["Web", "App"]), st.integers(-9, 9)), max_size=12)
LIMITS = st.lists(st.tuples(st.sampled_from(["Web", "App"]), st.integers(-9, 9)), max_size=3)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, LIMITS)
def test_exactly_what_is_beyond_a_limit_goes(
    opened: OPEN, rows: Sequence[tuple[str, int]], limits: Sequence[tuple[str, int]]
) -> None:
    lake = opened(uuid4().hex)
    if rows:
        calls = [
            call(f"m{number}", f"c{number % 3}", source=source, time=days(day))
            for number, (source, day) in enumerate(rows)
        ]
        seal(lake, 1, *calls)
    lake.remove_old([AgeLimit(days(day), (source,)) for source, day in limits])
    expected = {
        f"m{number}"
        for number, (source, day) in enumerate(rows)
        if not any(source == name and day < before for name, before in limits)
    }
    assert kept(lake) == expected
