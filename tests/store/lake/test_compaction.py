"""Joining files changes nothing that can be read; forgetting snapshots changes nothing that is kept."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyiceberg.catalog.sql import SqlCatalog
from tests.store.lake.sealing_rows import MS, NOON, call, files_below, journey, landed, seal

from giljabi.model.errors import LakeMoved
from giljabi.store.lake import IcebergLake, compacting, expiring, reading
from giljabi.store.ports.lake import LakeFigures

OPEN = Callable[..., IcebergLake]


def fill(lake: IcebergLake, seals: int, rows: int = 8) -> None:
    for position in range(lake.inbox_position + 1, lake.inbox_position + seals + 1):
        seal(
            lake,
            position,
            *(
                call(
                    f"m{position}-{n}", f"c{n * 7 % 5}", event=f"{position}-{n}", time=NOON - n * timedelta(1)
                )
                for n in range(rows)
            ),
        )


def in_force(lake: IcebergLake) -> list[str]:
    table = lake._table()
    assert table is not None
    return [task.file.file_path for task in table.scan().plan_files()]


def metadata_below(place: Path) -> set[Path]:
    return set(place.rglob("*.avro"))


def test_small_files_of_a_partition_become_one(sealed_lake: IcebergLake) -> None:
    assert sealed_lake.compact() == {}
    fill(sealed_lake, 4)
    before, events = landed(sealed_lake), journey(sealed_lake.scan())
    files = len(in_force(sealed_lake))
    assert sealed_lake.figures == LakeFigures(files=files, snapshots=4)
    figures = sealed_lake.compact()
    partitions = len({Path(path).parent for path in in_force(sealed_lake)})
    assert (figures["joined"], figures["made"], figures["left"]) == (files, partitions, 0)
    assert figures["rows"] == len(before)
    assert len(in_force(sealed_lake)) == sealed_lake.figures.files == partitions
    assert landed(sealed_lake) == before
    assert journey(sealed_lake.scan()) == events
    assert sealed_lake.inbox_position == 4
    assert sealed_lake.compact()["joined"] == 0


def test_customers_lie_together_in_a_joined_file(sealed_lake: IcebergLake) -> None:
    fill(sealed_lake, 3)
    sealed_lake.compact()
    for path in in_force(sealed_lake):
        rows = pq.read_table(path.removeprefix("file://"))
        keys = list(
            zip(*(rows[name].to_pylist() for name in ("customer", "time", "giljabi_sequence")), strict=True)
        )
        assert keys == sorted(keys)


def test_a_file_that_is_large_enough_is_not_written_again(
    sealed_lake: IcebergLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (call(f"m{n}", "a", text=os.urandom(40).hex()) for n in range(3000))
    seal(sealed_lake, 1, *rows, text=pa.string())
    (large,) = in_force(sealed_lake)
    seal(sealed_lake, 2, call("late", "a"))
    assert sealed_lake.compact()["joined"] == 0
    monkeypatch.setattr(compacting, "FILE_BYTES", 100_000)
    for position in range(3, 12):
        seal(sealed_lake, position, call(f"late {position}", "a"))
    assert sealed_lake.compact()["joined"] == 10
    assert large in in_force(sealed_lake)
    assert len(in_force(sealed_lake)) == 2


def test_joining_goes_on_where_a_commit_was_large_enough(
    sealed_lake: IcebergLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compacting, "COMMIT_BYTES", 1)
    fill(sealed_lake, 3)
    before = landed(sealed_lake)
    rounds = 0
    while sealed_lake.compact()["left"]:
        rounds += 1
    assert rounds == len({Path(path).parent for path in in_force(sealed_lake)}) - 1
    assert landed(sealed_lake) == before


def test_what_came_since_is_known_although_files_were_joined(sealed_lake: IcebergLake) -> None:
    fill(sealed_lake, 2)
    since = sealed_lake.snapshot or ""
    fill(sealed_lake, 2)
    new = journey(sealed_lake.added(since))
    assert len(new) == 16
    sealed_lake.compact()
    assert journey(sealed_lake.added(since)) == new
    fill(sealed_lake, 1)
    assert len(journey(sealed_lake.added(since))) == 24
    assert journey(sealed_lake.added(sealed_lake.snapshot or "")) == []


def test_a_stale_writer_joins_nothing(opened: OPEN, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = opened(), opened()
    fill(ours, 2)
    commit = SqlCatalog.commit_table

    def paused(self: SqlCatalog, *arguments: Any) -> Any:
        monkeypatch.setattr(SqlCatalog, "commit_table", commit)
        seal(theirs, 9, call("theirs"))
        return commit(self, *arguments)

    monkeypatch.setattr(SqlCatalog, "commit_table", paused)
    with pytest.raises(LakeMoved):
        ours.compact()
    assert len(landed(theirs)) == 17
    assert len(files_below(tmp_path)) == len(in_force(theirs))


def by_customer(batches: Iterable[pa.RecordBatch] | None) -> dict[str, list[tuple[Any, str]]]:
    """Give each customer's events in the order in which a log would put them: by time, then as they came."""
    result = defaultdict(list)
    for batch in batches or []:
        for row in batch.to_pylist():
            result[row["customer"]].append((row["time"], row["event"]))
    return {customer: sorted(rows, key=lambda row: row[0]) for customer, rows in result.items()}


SEALS = st.lists(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 2)), min_size=1, max_size=6),
    min_size=1,
    max_size=6,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seals=SEALS, joins=st.sets(st.integers(0, 5)), moves=st.sets(st.integers(0, 5)), memory=st.integers(1, 9)
)
def test_events_of_one_moment_keep_their_order_for_every_customer(
    opened: OPEN,
    monkeypatch: pytest.MonkeyPatch,
    seals: list[list[tuple[str, int]]],
    joins: set[int],
    moves: set[int],
    memory: int,
) -> None:
    lake = opened(uuid4().hex)
    expected: list[tuple[str, int, str]] = []
    since: tuple[str, int] | None = None
    for position, rows in enumerate(seals, 1):
        named = [(who, day, f"{position}-{n}") for n, (who, day) in enumerate(rows)]
        seal(lake, position, *(call(e, who, event=e, time=NOON + timedelta(day)) for who, day, e in named))
        expected += named
        if position in moves:
            lake.reassign({"a"}, lambda found: pa.array(["b"] * found.num_rows))
            expected = [("b" if who == "a" else who, day, event) for who, day, event in expected]
            since = None
        since = since or (lake.snapshot or "", len(expected))
        if position in joins:
            lake.compact()
    with monkeypatch.context() as patch:
        patch.setattr(reading, "GROUP_ROWS", memory)
        found, new = by_customer(lake.scan()), by_customer(lake.added(since[0]) if since else None)

    def ordered(rows: list[tuple[str, int, str]]) -> dict[str, list[tuple[Any, str]]]:
        batch: dict[str, Any] = {
            "customer": [who for who, _, _ in rows],
            "time": pa.array([NOON + timedelta(day) for _, day, _ in rows], MS),
            "event": [event for _, _, event in rows],
        }
        return by_customer(pa.table(batch).to_batches())

    assert found == ordered(expected)
    assert since is not None
    assert new == ordered(expected[since[1] :])
    lake.close()


def test_old_snapshots_go_with_the_files_that_only_they_held(
    sealed_lake: IcebergLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiring, "KEPT_SNAPSHOTS", 2)
    assert sealed_lake.expire() == 0
    fill(sealed_lake, 3)
    held = sealed_lake.snapshot or ""
    fill(sealed_lake, 3)
    sealed_lake.compact()
    fill(sealed_lake, 1)
    before, since = landed(sealed_lake), journey(sealed_lake.added(held))
    manifests = metadata_below(tmp_path)
    assert sealed_lake.expire(keep=[held]) == 5
    assert landed(sealed_lake) == before
    assert len(list(sealed_lake.scan(held))) == 3
    assert journey(sealed_lake.added(held)) == since
    assert metadata_below(tmp_path) < manifests
    assert sealed_lake.figures.snapshots == 3
    assert sealed_lake.expire() == 1
    assert {str(path) for path in files_below(tmp_path)} == {
        path.removeprefix("file://") for path in in_force(sealed_lake)
    }
    assert sealed_lake.added(held) is None
    assert sealed_lake.expire() == 0


def test_files_that_no_snapshot_names_go_after_a_day(sealed_lake: IcebergLake, tmp_path: Path) -> None:
    fill(sealed_lake, 1)
    (file, *_) = files_below(tmp_path)
    old, young = file.with_name("old.parquet"), file.with_name("young.parquet")
    for path in (old, young, file):
        path.touch()
    for path in (old, file):
        os.utime(path, (time.time() - 90_000,) * 2)
    before = landed(sealed_lake)
    sealed_lake.expire()
    assert (old.exists(), young.exists(), file.exists()) == (False, True, True)
    assert landed(sealed_lake) == before
