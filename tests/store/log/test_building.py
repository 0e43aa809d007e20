import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyiceberg.transforms import BucketTransform
from pyiceberg.types import StringType
from tests.event_tables import event_rows, rows_of, table_of
from tests.oracles.ordered_events import Row, journeys

from giljabi.model.errors import BadParameter, InputError, LogMissing, TooManyNames, UnreadableFile
from giljabi.store.log import Log, bucket_count, build_log, log_info, memory_log, open_log, to_table

SHOP = [
    {"customer": "b", "time": 5, "event": "pay", "channel": "web", "value": 9.5},
    {"customer": "a", "time": 3, "event": "cart", "channel": None, "value": None},
    {"customer": "b", "time": 1, "event": "view", "channel": "app", "value": None},
    {"customer": "a", "time": 3, "event": "pay", "channel": "app", "value": 1.0},
]


def same(log: Log, rows: list[Row]) -> None:
    stored = rows_of(to_table(log))
    expected = journeys(rows)
    assert journeys(stored) == expected
    # Each customer is one run, already in order.
    runs = [
        row["customer"]
        for place, row in enumerate(stored)
        if not place or stored[place - 1]["customer"] != row["customer"]
    ]
    assert sorted(runs) == sorted(expected)
    assert [row for name in runs for row in expected[name]] == stored
    assert (log.events, log.customers) == (len(rows), len(expected))


@given(
    rows=event_rows(),
    buckets=st.sampled_from((None, 1, 2, 3, 8)),
    batch_rows=st.sampled_from((1, 3, 7, None)),
)
@settings(max_examples=60, deadline=None)
def test_a_log_in_memory_has_each_customers_events_by_time_then_arrival(
    rows: list[Row], buckets: int | None, batch_rows: int | None
) -> None:
    same(memory_log(table_of(rows), buckets=buckets, batch_rows=batch_rows), rows)


@given(
    rows=event_rows(),
    buckets=st.sampled_from((None, 1, 4)),
    batch_rows=st.sampled_from((1, 5, None)),
    batch=st.integers(1, 9),
)
@settings(max_examples=25, deadline=None)
def test_a_built_log_has_each_customers_events_by_time_then_arrival(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[Row],
    buckets: int | None,
    batch_rows: int | None,
    batch: int,
) -> None:
    place = tmp_path_factory.mktemp("log")
    same(
        build_log(table_of(rows).to_batches(batch), place, buckets=buckets, batch_rows=batch_rows, threads=2),
        rows,
    )


@given(rows=event_rows(), cut=st.integers(1, 9))
@settings(max_examples=15, deadline=None)
def test_a_log_built_from_files_does_not_depend_on_how_they_are_cut(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], cut: int
) -> None:
    place = tmp_path_factory.mktemp("files")
    table = table_of(rows)
    pq.write_table(table.slice(0, cut), place / "one.parquet", row_group_size=2)
    pq.write_table(table.slice(cut), place / "two.parquet", row_group_size=3)
    built = build_log([place / "one.parquet", place / "two.parquet"], place / "log", buckets=2, batch_rows=3)
    whole = memory_log(table, buckets=2)
    assert to_table(built).equals(to_table(whole))
    assert (built.names, dict(built.columns)) == (whole.names, dict(whole.columns))


def test_long_journeys_are_sorted_and_ties_keep_their_order() -> None:
    generator = np.random.default_rng(5)
    rows = [
        {"customer": "one", "time": int(t), "event": f"e{n}"}
        for n, t in enumerate(generator.integers(0, 99, 2000))
    ]
    same(memory_log(table_of(rows)), rows)


@pytest.mark.parametrize("buckets", [1, 2, 7, 16])
def test_customers_lie_in_the_buckets_of_the_lakes_partitions(buckets: int) -> None:
    customers = ["", "a", "iceberg", "고객 7", "🙂", *(f"c{n:07}" for n in range(60))]
    log = memory_log(table_of([{"customer": c, "time": 0, "event": "x"} for c in customers]), buckets=buckets)
    lies_in = BucketTransform(buckets).transform(StringType())
    found = {
        name: number for number, bucket in enumerate(log.buckets) for name in bucket.customer_ids.to_pylist()
    }
    assert found == {name: lies_in(name) for name in customers}


def test_customers_names_and_dictionaries_stand_in_order_of_code_points() -> None:
    log = memory_log(table_of(SHOP), buckets=1)
    assert log.buckets[0].customer_ids.to_pylist() == ["a", "b"]
    assert log.names == ("cart", "pay", "view")
    assert log.columns["channel"].dictionary == ("app", "web")


def test_columns_have_the_types_of_the_layout() -> None:
    table = table_of([{**SHOP[0], "new": True}, {**SHOP[1], "new": None}])
    many = table.append_column("many", pa.array([str(n) for n in range(2)]))
    bucket = memory_log(many).buckets[0]
    assert [a.dtype.name for a in (bucket.offsets, bucket.time, bucket.event)] == ["int64", "int64", "uint16"]
    assert bucket.column("channel").tolist() == [-1, 0]
    assert bucket.column("channel").dtype == np.int16
    assert np.isnan(bucket.column("value")[0])
    assert memory_log(many).columns["new"].dictionary == ("true",)


def test_codes_are_wide_only_where_the_dictionary_is_large(tmp_path: Path) -> None:
    size = 32_768
    base: dict[str, Any] = {
        "customer": ["a"] * size,
        "time": pa.array([0] * size, pa.timestamp("ms")),
        "event": ["x"] * size,
    }
    texts = [f"{n:06}" for n in range(size)]
    log = build_log(
        pa.table({**base, "large": texts, "small": [*texts[1:], None]}), tmp_path, batch_rows=10_000
    )
    bucket = log.buckets[0]
    assert [bucket.column(name).dtype.name for name in ("large", "small")] == ["int32", "int16"]
    assert to_table(log).column("large").to_pylist() == texts
    assert log.columns["large"].dictionary[-1] == texts[-1]
    assert tuple(log.columns["large"].dictionary[3:5]) == ("000003", "000004")


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (pa.array([1, -1], pa.timestamp("s", "Asia/Seoul")), [1000, -1000]),
        (pa.array([1999, -1], pa.timestamp("us")), [1, -1]),
        (pa.array([1_999_999, -1], pa.timestamp("ns", "UTC")), [1, -1]),
        (pa.array([dt.date(1970, 1, 2), dt.date(1969, 12, 31)]), [86_400_000, -86_400_000]),
    ],
)
def test_times_of_any_unit_become_whole_milliseconds_rounded_down(times: Any, expected: list[int]) -> None:
    table = pa.table({"customer": ["a", "b"], "time": times, "event": ["x", "x"]})
    assert memory_log(table).buckets[0].time.tolist() == expected


def test_texts_come_as_any_arrow_type(tmp_path: Path) -> None:
    plain = table_of(SHOP)
    for kind in (pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())):
        table = plain
        for place, name in ((0, "customer"), (2, "event"), (3, "channel")):
            table = table.set_column(place, name, plain.column(name).cast(kind))
        assert to_table(memory_log(table)).equals(to_table(memory_log(plain)))
        # A slice of an array begins inside its buffers.
        assert to_table(memory_log(table.slice(1))).equals(to_table(memory_log(plain.slice(1))))


def test_texts_of_a_dictionary_that_no_row_has_are_left_out() -> None:
    event = pa.DictionaryArray.from_arrays(pa.array([2, 2], pa.int8()), pa.array(["never", None, "x"]))
    table = pa.table({"customer": ["a", "b"], "time": pa.array([0, 0], pa.timestamp("ms")), "event": event})
    assert memory_log(table).names == ("x",)


def test_numbers_of_any_type_become_floats() -> None:
    base = table_of([{"customer": "a", "time": 0, "event": "x"}] * 2)
    for kind in (pa.int64(), pa.uint8(), pa.float32(), pa.decimal128(25, 2)):
        values = (
            memory_log(base.append_column("n", pa.array([3, None], pa.int64()).cast(kind)))
            .buckets[0]
            .column("n")
        )
        assert values.dtype == np.float64
        assert values[0] == 3
        assert np.isnan(values[1])


def test_a_column_that_one_file_lacks_is_absent_there(tmp_path: Path) -> None:
    pq.write_table(table_of(SHOP[:2]), tmp_path / "with.parquet")
    pq.write_table(table_of(SHOP[2:]).drop_columns(["channel", "value"]), tmp_path / "without.parquet")
    log = build_log([tmp_path / "with.parquet", tmp_path / "without.parquet"], tmp_path / "log")
    same(log, [*SHOP[:2], *({**row, "channel": None, "value": None} for row in SHOP[2:])])


def test_a_file_written_by_polars_gives_the_same_log(tmp_path: Path) -> None:
    frame = pl.DataFrame(table_of(SHOP)).with_columns(
        pl.col("channel").cast(pl.Categorical), pl.col("time").dt.cast_time_unit("us")
    )
    frame.write_parquet(tmp_path / "events.parquet")
    same(build_log([tmp_path / "events.parquet"], tmp_path / "log"), SHOP)


def test_the_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    build_log(
        table_of(SHOP).to_batches(1),
        tmp_path,
        buckets=2,
        batch_rows=1,
        progress=lambda *now: told.append(now),
    )
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < fractions[-1] == 1
    assert told[0][0] == "read events"


def test_the_manifest_tells_what_the_log_holds(tmp_path: Path) -> None:
    build_log(table_of(SHOP), tmp_path, snapshot="8121")
    info = log_info(tmp_path)
    assert (info.events, info.customers, info.snapshot) == (4, 2, "8121")
    assert [(name.event, name.count, name.customers) for name in info.names] == [
        ("cart", 1, 1),
        ("pay", 2, 2),
        ("view", 1, 1),
    ]
    assert (info.first.isoformat(), info.last.isoformat()) == (
        "1970-01-01T00:00:00.001000+00:00",
        "1970-01-01T00:00:00.005000+00:00",
    )
    channel = info.columns[0]
    assert (channel.name, channel.dictionary, channel.counts) == ("channel", ("app", "web"), (2, 1))


def test_the_number_of_buckets_grows_with_the_events() -> None:
    assert [bucket_count(events, 2) for events in (1, 100_000, 100_001, 16_000_000, 50_000_000)] == [
        1,
        1,
        4,
        8,
        16,
    ]
    assert all(2e6 <= 10**k / bucket_count(10**k, 2) < 4e6 for k in (8, 9, 10))
    assert bucket_count(10**8, 64) > bucket_count(10**8, 2)


@pytest.mark.parametrize("source", [[], table_of(SHOP).slice(0, 0), table_of(SHOP).slice(0, 0).to_batches()])
def test_a_source_without_events_is_refused(tmp_path: Path, source: Any) -> None:
    with pytest.raises(InputError, match="there are no events"):
        build_log(source, tmp_path)
    with pytest.raises(LogMissing):
        open_log(tmp_path)
    assert not list(tmp_path.glob("log-*"))


@pytest.mark.parametrize("name", ["customer", "time", "event"])
def test_a_row_without_customer_time_or_event_is_refused(name: str) -> None:
    rows = [SHOP[0], {**SHOP[1], name: None}]
    with pytest.raises(InputError, match=rf"1 rows have no {name} \(the first is row 1"):
        memory_log(table_of(rows))


def test_an_absent_event_inside_a_dictionary_is_refused() -> None:
    event = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), pa.array(["x", None]))
    table = pa.table({"customer": ["a", "b"], "time": pa.array([0, 0], pa.timestamp("ms")), "event": event})
    with pytest.raises(InputError, match="1 rows have no event"):
        memory_log(table)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop_columns(["time"]), "has no column 'time'; it has: customer, event"),
        (lambda t: t.set_column(1, "time", pa.array([1] * 4)), "must hold timestamps, not int64"),
        (lambda t: t.set_column(0, "customer", pa.array([1] * 4)), "must hold text"),
        (lambda t: t.append_column("tags", pa.array([["x"]] * 4)), "'tags' of the table has type list"),
        (lambda t: t.append_column("event", pa.array(["x"] * 4)), "two columns of one name"),
        (
            lambda t: t.set_column(1, "time", pa.array([2**60] * 4, pa.timestamp("ms"))),
            "outside the years 1 to 9999",
        ),
    ],
)
def test_a_table_of_another_form_is_refused_with_its_fault(change: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        memory_log(change(table_of(SHOP)))


def test_batches_of_different_columns_are_refused() -> None:
    with pytest.raises(InputError, match="differ in their columns"):
        memory_log([*table_of(SHOP).to_batches(), *table_of(SHOP).drop_columns(["value"]).to_batches()])


@pytest.mark.parametrize("buckets", [0, 40_000])
def test_an_impossible_number_of_buckets_is_refused(buckets: int) -> None:
    with pytest.raises(BadParameter, match=r"lies in 1\.\.32,767"):
        memory_log(table_of(SHOP), buckets=buckets)


def test_more_names_than_codes_are_refused(tmp_path: Path) -> None:
    size = 65_536
    table = pa.table(
        {
            "customer": ["a"] * size,
            "time": pa.array([0] * size, pa.timestamp("ms")),
            "event": [f"{n}" for n in range(size)],
        }
    )
    assert len(memory_log(table.slice(1)).names) == 65_535
    with pytest.raises(TooManyNames, match="more than 65,535 event names"):
        build_log(table, tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(table_of(SHOP), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UnreadableFile, match=r"events\.parquet is no whole Parquet file"):
        build_log([path], tmp_path / "log")
    with pytest.raises(InputError, match="there is no file"):
        build_log([tmp_path / "absent.parquet"], tmp_path / "log")


def test_what_the_source_raises_comes_through_and_leaves_nothing(tmp_path: Path) -> None:
    def failing() -> Iterator[pa.RecordBatch]:
        yield from table_of(SHOP).to_batches()
        raise ConnectionError("the lake went away")

    with pytest.raises(ConnectionError, match="went away"):
        build_log(failing(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["LOCK"]


@given(rows=event_rows(), batch=st.integers(1, 9), buckets=st.sampled_from((None, 1, 3)))
@settings(max_examples=30, deadline=None)
def test_customers_that_come_as_a_dictionary_make_the_same_log(
    rows: list[Row], batch: int, buckets: int | None
) -> None:
    table = table_of(rows)
    place = table.schema.get_field_index("customer")
    packed = table.set_column(place, "customer", table.column("customer").dictionary_encode())
    log = memory_log(packed.to_batches(batch), buckets=buckets)
    assert to_table(log) == to_table(memory_log(table, buckets=buckets))
