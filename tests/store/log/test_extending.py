from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.event_tables import event_rows, table_of
from tests.oracles.ordered_events import Row

from giljabi.model.errors import InputError, LogError, LogMissing
from giljabi.store import Log, bucket_count, build_log, extend_log, log_info, open_log, to_table, verify_log

FIRST: list[Row] = [
    {"customer": "b", "time": 5, "event": "pay", "channel": "web"},
    {"customer": "a", "time": 3, "event": "cart", "channel": None},
    {"customer": "d", "time": 9, "event": "pay", "channel": "web"},
]
SINCE: list[Row] = [
    {"customer": "c", "time": 1, "event": "view", "channel": "app"},
    {"customer": "b", "time": 5, "event": "cart", "channel": "web"},
    {"customer": "b", "time": 1, "event": "buy", "channel": None},
]


def whole(log: Log) -> tuple[tuple[str, ...], pa.Table, list[str]]:
    dtypes = [str(bucket.column(name).dtype) for bucket in log.buckets for name in log.columns]
    return log.names, to_table(log), dtypes


def test_events_that_came_since_take_their_places(tmp_path: Path) -> None:
    build_log(table_of(FIRST), tmp_path, snapshot="1")
    log = extend_log(table_of(SINCE), tmp_path, snapshot="2")
    assert [str(one) for one in log.buckets[0].customer_ids] == ["a", "b", "c", "d"]
    assert to_table(log).column("event").to_pylist() == ["cart", "buy", "pay", "cart", "view", "pay"]
    assert log_info(tmp_path).snapshot == "2"
    verify_log(tmp_path)


@given(rows=event_rows(min_size=2), at=st.data(), buckets=st.sampled_from((1, 2, 3)))
@settings(max_examples=60, deadline=None)
def test_an_extended_log_is_the_log_built_of_all_events(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], at: st.DataObject, buckets: int
) -> None:
    cut = at.draw(st.integers(1, len(rows) - 1))
    place = tmp_path_factory.mktemp("log")
    table = table_of(rows)
    build_log(table.slice(0, cut), place, buckets=buckets)
    extended = extend_log(table.slice(cut).to_batches(3), place)
    built = build_log(table, tmp_path_factory.mktemp("whole"), buckets=buckets)
    assert whole(extended) == whole(built)
    assert (extended.events, extended.customers) == (built.events, built.customers)


@given(first=event_rows(), since=event_rows())
@settings(max_examples=40, deadline=None)
def test_columns_that_come_or_stay_away_are_absent_where_they_are_not(
    tmp_path_factory: pytest.TempPathFactory, first: list[Row], since: list[Row]
) -> None:
    place = tmp_path_factory.mktemp("log")
    build_log(table_of(first), place)
    extended = extend_log(table_of(since), place)
    both = pa.concat_tables([table_of(first), table_of(since)], promote_options="permissive")
    built = build_log(both, tmp_path_factory.mktemp("whole"))
    assert extended.columns == {name: built.columns[name] for name in extended.columns}
    assert extended.columns.keys() == built.columns.keys()
    assert to_table(extended).select(to_table(built).column_names) == to_table(built)


def test_buckets_double_where_they_would_grow_too_large(tmp_path: Path) -> None:
    rows = 120_000
    generator = np.random.default_rng(3)
    table = pa.table(
        {
            "customer": pa.array(generator.integers(0, 5_000, rows)).cast(pa.string()),
            "time": pa.array(generator.integers(0, 10**6, rows)).cast(pa.timestamp("ms", "UTC")),
            "event": pa.array(np.array(["view", "pay", "cart"])[generator.integers(0, 3, rows)]),
        }
    )
    assert len(build_log(table.slice(0, 90_000), tmp_path / "log").buckets) == 1
    extended = extend_log(table.slice(90_000), tmp_path / "log")
    built = build_log(table, tmp_path / "whole")
    assert len(extended.buckets) == bucket_count(rows, 0) == 4
    assert whole(extended) == whole(built)


def test_whoever_reads_the_old_log_keeps_it(tmp_path: Path) -> None:
    build_log(table_of(FIRST), tmp_path)
    old = open_log(tmp_path)
    extend_log(table_of(SINCE), tmp_path)
    assert to_table(old).num_rows == 3
    assert open_log(tmp_path).events == 6


def test_a_column_that_changes_its_kind_asks_for_a_new_build(tmp_path: Path) -> None:
    build_log(table_of(FIRST), tmp_path)
    since = table_of(SINCE).drop_columns(["channel"]).append_column("channel", pa.array([1.0, 2.0, 3.0]))
    with pytest.raises(LogError, match=r"'channel'.*build the log again"):
        extend_log(since, tmp_path)
    assert open_log(tmp_path).events == 3


def test_there_must_be_a_log_and_events_to_add(tmp_path: Path) -> None:
    with pytest.raises(LogMissing):
        extend_log(table_of(SINCE), tmp_path / "none")
    build_log(table_of(FIRST), tmp_path / "log")
    with pytest.raises(InputError):
        extend_log(table_of(SINCE).slice(0, 0), tmp_path / "log")
    assert open_log(tmp_path / "log").events == 3
