"""A log that a cluster builds of Parquet files is the log that threads build of them."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.store.engines.test_spark import events

from giljabi.model.errors import BadParameter, InputError, TooManyNames
from giljabi.store import build_log, build_on, log_info, open_log, to_table, verify_log


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the events as three files, of several row groups, one of them without a column."""
    folder = tmp_path_factory.mktemp("raw")
    table = events()
    pq.write_table(table.slice(0, 2500), folder / "a.parquet", row_group_size=700)
    pq.write_table(table.slice(2500, 2000).drop_columns(["order"]), folder / "b.parquet")
    pq.write_table(table.slice(4500), folder / "c.parquet", row_group_size=400)
    return folder


@pytest.mark.parametrize("buckets", [None, 3, 16])
def test_a_cluster_builds_the_log_that_threads_build(
    raw: Path, tmp_path: Path, cluster: str, buckets: int | None
) -> None:
    near = build_log(sorted(raw.iterdir()), tmp_path / "near", buckets=buckets)
    far = build_on(cluster, raw, tmp_path / "far", buckets=buckets, batch_rows=900)
    assert to_table(open_log(tmp_path / "far")).equals(to_table(near))
    assert (far.names, dict(far.columns)) == (near.names, dict(near.columns))
    verify_log(tmp_path / "far")
    here, there = log_info(tmp_path / "near"), log_info(tmp_path / "far")
    assert [one.sha256 for one in there.files()] == [one.sha256 for one in here.files()]
    assert (there.names, there.columns, there.first, there.last) == (
        here.names,
        here.columns,
        here.first,
        here.last,
    )
    assert [path.name for path in (tmp_path / "far").glob("log-*/.*")] == []


def test_columns_may_go_by_other_names(tmp_path: Path, cluster: str) -> None:
    table = events().slice(0, 500)
    own = {"customer": "user", "time": "ts", "event": "action"}
    named = table.rename_columns([own.get(name, name) for name in table.schema.names])
    pq.write_table(named, tmp_path / "own.parquet")
    renamed = {"user": "customer", "ts": "time", "action": "event"}
    build_on(cluster, tmp_path / "*.parquet", tmp_path / "log", renamed=renamed)
    assert to_table(open_log(tmp_path / "log")).equals(to_table(build_log(table, tmp_path / "near")))
    with pytest.raises(InputError, match="no column 'usr'; they have: user, ts, action"):
        build_on(cluster, tmp_path / "*.parquet", tmp_path / "log", renamed={"usr": "customer"})


def test_what_no_log_can_hold_is_refused_and_the_old_log_stays(tmp_path: Path, cluster: str) -> None:
    build_log(events(), tmp_path / "log")
    moments = pa.array([1, 2], pa.timestamp("ms"))
    wrong = pa.table({"customer": ["a", None], "time": moments, "event": ["x", "y"]})
    pq.write_table(wrong, tmp_path / "wrong.parquet")
    with pytest.raises(InputError, match="1 rows have no customer"):
        build_on(cluster, tmp_path / "wrong.parquet", tmp_path / "log")
    many = pa.table(
        {
            "customer": ["a"] * 65_536,
            "time": pa.array([0] * 65_536, pa.timestamp("ms")),
            "event": [f"{n}" for n in range(65_536)],
        }
    )
    pq.write_table(many, tmp_path / "many.parquet")
    with pytest.raises(TooManyNames, match="more than 65,535 event names"):
        build_on(cluster, tmp_path / "many.parquet", tmp_path / "log")
    with pytest.raises(InputError, match="there is no Parquet file at"):
        build_on(cluster, tmp_path / "*.csv", tmp_path / "log")
    with pytest.raises(BadParameter, match=r"buckets is 0; it lies in 1\.\."):
        build_on(cluster, tmp_path / "many.parquet", tmp_path / "log", buckets=0)
    assert to_table(open_log(tmp_path / "log")).num_rows == 6000
