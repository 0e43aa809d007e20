from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.collect.conftest import NOW

from giljabi.collect import Roles, preview, read_events
from giljabi.model.errors import NoUsableRow, UnreadableFile

MOMENT = datetime(2026, 1, 1, 10, tzinfo=UTC)
COLUMNS: dict[str, list[Any]] = {
    "user_id": ["u1", "u2", None],
    "event": ["view", "pay", "pay"],
    "time": [MOMENT, MOMENT, MOMENT],
    "amount": [1.5, None, 2.0],
    "member": [True, False, None],
}


@pytest.mark.parametrize(
    "source",
    [pd.DataFrame(COLUMNS), pl.DataFrame(COLUMNS), pa.table(COLUMNS), pa.record_batch(COLUMNS)],
    ids=["pandas", "polars", "table", "batch"],
)
def test_any_arrow_object_is_read(source: Any) -> None:
    reading = read_events(source, now=NOW)
    assert reading.table().to_pylist() == [
        {"customer": "u1", "time": MOMENT, "event": "view", "value": 1.5, "member": True},
        {"customer": "u2", "time": MOMENT, "event": "pay", "value": None, "member": False},
    ]
    assert [(one.line, one.reason) for one in reading.rejects] == [(3, "no_customer")]
    assert '"event": "pay"' in reading.rejects.first[0].raw


def test_a_reader_that_can_be_read_once_gives_all_its_rows() -> None:
    table = pa.table({"user_id": ["u1"] * 50, "event": ["view"] * 50, "time": [MOMENT] * 50})
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=7))
    reading = read_events(reader, now=NOW)
    assert reading.table().num_rows == 50
    with pytest.raises(UnreadableFile, match="only once"):
        reading.table()


def test_a_query_of_a_database_is_read_though_its_connection_holds_one_answer_at_a_time() -> None:
    query = duckdb.connect().sql("select 'u1' as user_id, 'view' as event, timestamp '2026-01-01' as time")
    assert read_events(query, now=NOW).table().num_rows == 1


def test_categories_of_polars_are_texts() -> None:
    kind = pl.Series(["new", None, "new"], dtype=pl.Categorical)
    frame = pl.DataFrame(COLUMNS).with_columns(pl.col("event").cast(pl.Enum(["view", "pay"])), kind=kind)
    table = read_events(frame, now=NOW).table()
    assert table["event"].to_pylist() == ["view", "pay"]
    assert table["kind"].to_pylist() == ["new", None]


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (pd.DataFrame({"user_id": pd.Series(["u1", 2], dtype=object)}), "column user_id"),
        (pd.DataFrame([["u1", "u2"]], columns=["user_id", "user_id"]), "Duplicate column names"),
    ],
    ids=["mixed", "twice"],
)
def test_a_frame_that_cannot_be_handed_over_says_why(frame: pd.DataFrame, told: str) -> None:
    with pytest.raises(UnreadableFile, match=told):
        read_events(frame, now=NOW)


def test_a_null_character_is_told_where_it_stands() -> None:
    columns = {"user_id": pa.array(["u1", "u2"]), "event": pa.array(["vi\0ew", "pay"])}
    reading = read_events(pa.table({**columns, "time": pa.array([MOMENT, MOMENT])}), now=NOW)
    reading.table()
    assert [one.detail for one in reading.rejects] == ["'vi\\x00ew' holds a null character; remove it"]


def test_an_index_without_a_name_is_no_property() -> None:
    frame = pd.DataFrame(COLUMNS).iloc[[1]]
    assert read_events(frame, now=NOW).table().schema.names == [
        "customer",
        "time",
        "event",
        "value",
        "member",
    ]


def test_whole_numbers_as_customers_are_written_exactly() -> None:
    frame = pa.table({"user_id": [2**62 + 1], "event": ["view"], "time": [MOMENT]})
    assert read_events(frame, now=NOW).table()["customer"].to_pylist() == [str(2**62 + 1)]


def test_customers_that_pandas_turned_to_floats_are_whole_numbers_again() -> None:
    frame = pd.DataFrame({"user_id": [17, None], "event": ["a", "b"], "time": [MOMENT, MOMENT]})
    assert read_events(frame, now=NOW).table()["customer"].to_pylist() == ["17"]


def test_columns_of_other_types_become_text() -> None:
    table = pa.table(
        {
            "user_id": pa.array(["u1"]).dictionary_encode(),
            "event": pa.array(["view"], pa.large_string()),
            "time": [MOMENT],
            "born": [date(2000, 2, 3)],
            "tags": [["a", "가"]],
            "place": [{"city": "서울"}],
            "bytes": [b"\xff\x00"],
            "nothing": pa.nulls(1),
            "size": pa.array([3], pa.int8()),
            "order_id": [9],
        }
    )
    [row] = read_events(table, now=NOW).table().to_pylist()
    assert row["born"] == "2000-02-03"
    assert row["tags"] == '["a", "가"]'
    assert row["place"] == '{"city": "서울"}'
    assert row["bytes"] == "ff00"
    assert row["nothing"] is None
    assert row["size"] == 3.0
    assert row["order_id"] == "9"


def test_parquet_is_read_in_batches_over_its_row_groups(tmp_path: Path) -> None:
    count = 300_000
    table = pa.table({"user_id": pa.array(range(count)), "event": ["v"] * count, "time": [MOMENT] * count})
    pq.write_table(table, tmp_path / "events.parquet", row_group_size=100_000)
    batches = list(read_events(tmp_path / "events.parquet", now=NOW).batches())
    assert sum(batch.num_rows for batch in batches) == count
    assert max(batch.num_rows for batch in batches) <= 2**17
    assert len({batch.schema for batch in batches}) == 1


def test_a_page_damaged_in_the_middle_of_a_parquet_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    table = pa.table(
        {"user_id": [f"u{n}" for n in range(5000)], "event": ["v"] * 5000, "time": [MOMENT] * 5000}
    )
    pq.write_table(table, path, compression="zstd", use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[200:900] = bytes(700)
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="damaged"):
        read_events(path, Roles("user_id", "event", "time"), now=NOW).table()


def test_a_table_whose_rows_are_all_refused_is_an_error() -> None:
    reading = read_events(pa.table({"user_id": ["u1"], "event": ["v"], "time": ["soon"]}), now=NOW)
    with pytest.raises(NoUsableRow, match="bad_time 1"):
        reading.table()


def test_a_preview_of_a_frame_shows_its_types() -> None:
    seen = preview(pl.DataFrame(COLUMNS), "orders", now=NOW)
    assert (seen.name, seen.format, seen.size) == ("orders", "table", None)
    assert {one.name: one.type for one in seen.columns} == {
        "user_id": "text",
        "event": "text",
        "time": "time",
        "amount": "number",
        "member": "truth",
    }


def test_whole_numbers_too_large_for_a_float_are_told() -> None:
    table = pa.table({"user_id": ["u1"], "event": ["v"], "time": [MOMENT], "size": [2**60 + 1]})
    reading = read_events(table, now=NOW)
    reading.table()
    assert any("'size'" in note and "rounded" in note for note in reading.notes)


def test_a_second_time_becomes_text_in_utc() -> None:
    later = pa.array([MOMENT], pa.timestamp("ms", "Asia/Seoul"))
    table = pa.table({"user_id": ["u1"], "event": ["v"], "time": [MOMENT], "seen": later})
    assert read_events(table, now=NOW).table()["seen"].to_pylist() == ["2026-01-01 10:00:00.000Z"]
