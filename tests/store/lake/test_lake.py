"""The lake takes every import once, whole or not at all, and gives the events back as they arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException

from giljabi.model.errors import InputError, StorageUnavailable
from giljabi.store.lake import IcebergLake, writing
from giljabi.store.ports import Landing
from giljabi.store.postgres import Database, EmbeddedServer, database_url, outages_named, workspace_id

Row = dict[str, Any]
Kinds = dict[str, pa.DataType]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
REQUIRED: list[pa.Field[Any]] = [
    pa.field("customer", pa.string(), nullable=False),
    pa.field("time", pa.timestamp("ms", "UTC"), nullable=False),
    pa.field("event", pa.string(), nullable=False),
]
OPEN = Callable[..., IcebergLake]


@pytest.fixture
def open_lake(postgres_server: EmbeddedServer, fresh_database: str, tmp_path: Path) -> Iterator[OPEN]:
    database = Database(database_url(postgres_server.url("giljabi_app", fresh_database)))
    lakes = []

    def open_lake(workspace: str = "ours", warehouse: str = "lake # of 100%") -> IcebergLake:
        id = workspace_id(workspace)  # noqa: A001
        lakes.append(IcebergLake(database.catalogue_url(id), id, str(tmp_path / warehouse), outages_named))
        return lakes[-1]

    yield open_lake
    for lake in lakes:
        lake.close()


@pytest.fixture
def lake(open_lake: OPEN) -> IcebergLake:
    return open_lake()


def events(rows: Iterable[Row], **columns: pa.DataType) -> list[pa.RecordBatch]:
    fields = [*REQUIRED, *(pa.field(name, kind) for name, kind in columns.items())]
    return pa.Table.from_pylist(list(rows), pa.schema(fields)).to_batches(max_chunksize=3)


def row(customer: str = "c", event: str = "e", **more: Any) -> Row:
    return {"customer": customer, "time": NOON, "event": event, **more}


def bring(
    lake: IcebergLake, batches: Iterable[pa.RecordBatch], digest: str = "d", import_id: str | None = None
) -> Landing:
    return lake.append(batches, import_id=import_id or uuid4().hex, digest=digest, counts=lambda: (0, {}))


def rows_of(lake: IcebergLake) -> list[Row]:
    return pa.Table.from_batches(lake.scan()).to_pylist()


def files_below(place: Path) -> set[Path]:
    return {path for path in place.rglob("*.parquet") if "/data/" in str(path)}


def test_an_empty_lake_has_no_snapshot_and_no_events(lake: IcebergLake) -> None:
    assert lake.snapshot is None
    assert list(lake.scan()) == []
    assert lake.landed("d") is None
    lake.discard(uuid4().hex)


def test_events_come_back_in_the_order_of_arrival(lake: IcebergLake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "CHUNK_ROWS", 7)
    first = [row(f"customer {n * 7 % 5}", f"event {n}") for n in range(40)]
    second = [row(f"customer {n}", f"later {n}", value=float(n)) for n in range(20)]
    bring(lake, events(first), "first")
    bring(lake, events(second, value=pa.float64()), "second")
    assert rows_of(lake) == [{**one, "value": None} for one in first] + second


def test_the_canonical_columns_come_first_and_have_their_types(lake: IcebergLake) -> None:
    kinds: Kinds = {"device": pa.string(), "ok": pa.bool_(), "value": pa.float64(), "channel": pa.string()}
    bring(lake, events([row(device="app", ok=True, value=1.5, channel="web")], **kinds))
    (batch,) = lake.scan()
    assert batch.schema == pa.schema(
        [
            *REQUIRED,
            pa.field("channel", pa.string()),
            pa.field("value", pa.float64()),
            pa.field("device", pa.string()),
            pa.field("ok", pa.bool_()),
        ]
    )


def test_an_import_is_one_snapshot_that_holds_its_account(
    lake: IcebergLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "CHUNK_ROWS", 2)
    counted: list[str] = []

    def batches() -> Iterator[pa.RecordBatch]:
        yield from events([row(str(n)) for n in range(9)])
        counted.append("all")

    def counts() -> tuple[int, Mapping[str, int]]:
        assert counted == ["all"]
        return 3, {"no_time": 2, "no_event": 1}

    id = uuid4().hex  # noqa: A001
    landing = lake.append(batches(), import_id=id, digest="d", counts=counts)
    assert landing == Landing(id, "d", lake.snapshot or "", 9, 3, {"no_time": 2, "no_event": 1})
    assert lake.landed("d") == landing
    assert lake.landed("other") is None


def test_the_same_file_adds_nothing_twice(lake: IcebergLake) -> None:
    landing = bring(lake, events([row()]))
    assert bring(lake, events([row(), row()])) == landing
    assert rows_of(lake) == [row()]


def test_what_came_after_a_state_is_given_alone(lake: IcebergLake) -> None:
    bring(lake, events([row("a"), row("b")]), "1")
    before = lake.snapshot
    assert before is not None
    bring(lake, events([row("a", "late"), row("c")]), "2")
    bring(lake, events([row("d")]), "3")
    added = lake.added(before)
    assert added is not None
    assert [one["customer"] for one in pa.Table.from_batches(added).to_pylist()] == ["a", "c", "d"]
    now = lake.snapshot
    assert now is not None
    assert list(lake.added(now) or []) == []


def test_what_came_after_is_not_told_where_events_were_taken_away(lake: IcebergLake) -> None:
    bring(lake, events([row("a"), row("b")]), "1")
    before = lake.snapshot
    assert before is not None
    table = lake._table()
    assert table is not None
    table.delete("customer = 'a'")
    assert lake.added(before) is None
    assert lake.added("12345") is None


def test_a_lake_opened_anew_knows_what_landed(open_lake: OPEN) -> None:
    landing = bring(open_lake(), events([row()]))
    again = open_lake()
    assert again.landed("d") == landing
    assert rows_of(again) == [row()]


def test_no_events_are_an_error_and_leave_no_snapshot(lake: IcebergLake) -> None:
    with pytest.raises(InputError, match="no events"):
        bring(lake, [])
    assert lake.snapshot is None


def test_an_import_that_breaks_off_leaves_nothing_behind(
    lake: IcebergLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "CHUNK_ROWS", 2)
    bring(lake, events([row()]), "kept")
    before = files_below(tmp_path)

    def breaking() -> Iterator[pa.RecordBatch]:
        yield from events([row(str(n), new="x") for n in range(9)], new=pa.string())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bring(lake, breaking())
    assert files_below(tmp_path) == before
    assert rows_of(lake) == [row()]
    assert lake.landed("d") is None


def test_files_of_an_import_that_was_killed_are_discarded_and_those_that_landed_are_kept(
    lake: IcebergLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed, killed = uuid4().hex, uuid4().hex
    bring(lake, events([row()]), import_id=landed)
    before = files_below(tmp_path)

    def killing() -> Iterator[pa.RecordBatch]:
        yield from events([row("a"), row("b"), row("c")])
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(writing, "CHUNK_ROWS", 1)
        patch.setattr(writing.DataFiles, "remove", lambda self: None)
        with pytest.raises(ZeroDivisionError):
            bring(lake, killing(), "e", killed)
    assert files_below(tmp_path) > before
    lake.discard(killed)
    lake.discard(landed)
    assert files_below(tmp_path) == before
    assert rows_of(lake) == [row()]


def test_a_commit_another_writer_beat_us_to_is_named_and_adds_nothing(
    lake: IcebergLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(lake, events([row()]), "kept")

    def beaten(*_: object) -> None:
        raise CommitFailedException("someone else was faster")

    with monkeypatch.context() as patch:
        patch.setattr(SqlCatalog, "commit_table", beaten)
        patch.setattr("time.sleep", lambda seconds: None)
        with pytest.raises(StorageUnavailable, match="another writer"):
            bring(lake, events([row("late")]))
    assert rows_of(lake) == [row()]


def test_a_workspace_sees_nothing_of_another(open_lake: OPEN) -> None:
    bring(open_lake("ours"), events([row("our customer")]))
    theirs = open_lake("theirs")
    assert theirs.snapshot is None
    assert theirs.landed("d") is None
    bring(theirs, events([row("their customer")]))
    assert rows_of(theirs) == [row("their customer")]
    assert rows_of(open_lake("ours")) == [row("our customer")]


def test_an_outage_of_the_catalogue_is_named(postgres_server: EmbeddedServer, tmp_path: Path) -> None:
    away = Database(database_url(postgres_server.url(database="gone")))
    lake = IcebergLake(away.catalogue_url("w"), "w", str(tmp_path), outages_named)
    with pytest.raises(StorageUnavailable, match="does not answer"):
        _ = lake.snapshot


def test_a_warehouse_that_cannot_be_written_is_named(open_lake: OPEN, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable, match="file"):
        bring(open_lake(warehouse="file/lake"), events([row()]))


@pytest.mark.parametrize("name", ["giljabi_import", "giljabi_sequence"])
def test_a_property_cannot_take_the_place_of_the_lakes_own_columns(lake: IcebergLake, name: str) -> None:
    with pytest.raises(InputError, match=name):
        bring(lake, events([row(**{name: "x"})], **{name: pa.string()}))


def test_batches_without_a_required_column_are_refused(lake: IcebergLake) -> None:
    with pytest.raises(InputError, match="no column 'time'"):
        bring(lake, pa.table({"customer": ["c"], "event": ["e"]}).to_batches())


def test_values_of_another_kind_turn_a_property_into_text(lake: IcebergLake) -> None:
    bring(lake, events([row(amount=1.0), row(amount=2.5)], amount=pa.float64()), "numbers")
    bring(lake, events([row(amount="many")], amount=pa.string()), "texts")
    bring(lake, events([row(amount=True)], amount=pa.bool_()), "truths")
    bring(lake, events([row(amount=3.0)], amount=pa.float64()), "numbers again")
    assert [one["amount"] for one in rows_of(lake)] == ["1", "2.5", "many", "true", "3"]


def test_a_text_property_takes_numbers_as_text(lake: IcebergLake) -> None:
    bring(lake, events([row(size="L")], size=pa.string()), "texts")
    bring(lake, events([row(size=44.0)], size=pa.float64()), "numbers")
    assert [one["size"] for one in rows_of(lake)] == ["L", "44"]


def test_a_column_without_values_does_not_settle_what_it_holds(lake: IcebergLake) -> None:
    bring(lake, events([row(amount=None)], amount=pa.string()), "nothing")
    assert rows_of(lake) == [row()]
    bring(lake, events([row(amount=1.0)], amount=pa.float64()), "numbers")
    bring(lake, events([row(amount=None)], amount=pa.string()), "nothing again")
    assert [one["amount"] for one in rows_of(lake)] == [None, 1.0, None]


def test_columns_of_any_name_come_back(lake: IcebergLake) -> None:
    names = [
        "org:resource",
        "lifecycle.transition",
        "상품 이름",
        " x ",
        "Value",
        "a/b",
        "1",
        'quo"te',
        "_import",
    ]
    said = row(**{name: f"value of {name}" for name in names})
    bring(lake, events([said], **{name: pa.string() for name in names}))
    assert rows_of(lake) == [said]


def test_dictionary_columns_and_large_texts_are_taken(lake: IcebergLake) -> None:
    coded: Any = pa.array(["a", "b", "a"]).dictionary_encode()
    times: Any = pa.array([NOON] * 3, pa.timestamp("ms", "UTC"))
    table = pa.table({"customer": coded, "time": times, "event": coded.cast(pa.large_string()), "p": coded})
    bring(lake, table.to_batches())
    assert [(one["customer"], one["event"], one["p"]) for one in rows_of(lake)] == [(v, v, v) for v in "aba"]


def test_a_customer_lies_in_the_partition_other_tools_expect(lake: IcebergLake, tmp_path: Path) -> None:
    bring(lake, events([row("iceberg")]))
    # Iceberg's specification: the 32-bit Murmur3 hash of "iceberg" is 1210000089.
    assert {path.parent.name for path in files_below(tmp_path)} == {f"customer_bucket={1210000089 % 16}"}


def test_the_catalogue_rows_stand_under_the_workspace(
    lake: IcebergLake, postgres_server: EmbeddedServer, fresh_database: str
) -> None:
    bring(lake, events([row()]))
    with psycopg.connect(postgres_server.url(database=fresh_database)) as owner:
        found = owner.execute("SELECT workspace_id::text, table_name FROM iceberg_tables").fetchall()
    assert found == [(workspace_id("ours"), "events")]


TEXT = st.text(st.characters(codec="utf-8"), max_size=6)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "customer": TEXT,
            "time": st.integers(-600_000_000_000, 4_000_000_000_000).map(
                lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
            ),
            "event": TEXT,
            "value": st.none() | st.floats(allow_nan=False),
            "text": st.none() | TEXT,
            "truth": st.none() | st.booleans(),
        }
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=3))
def test_whatever_is_brought_in_comes_out_unchanged(open_lake: OPEN, imports: list[list[Row]]) -> None:
    lake = open_lake(uuid4().hex)
    kinds: Kinds = {"value": pa.float64(), "text": pa.string(), "truth": pa.bool_()}
    for number, rows in enumerate(imports):
        bring(lake, events(rows, **kinds), str(number))
    expected = [one for rows in imports for one in rows]
    assert [{**dict.fromkeys(kinds), **one} for one in rows_of(lake)] == expected
    lake.close()
