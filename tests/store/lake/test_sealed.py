"""What the inbox held lands in the lake once, with its position, and never upon another writer's work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException
from tests.store.lake.sealing_rows import NOON, call, calls, files_below, journey, landed, messages, seal

from giljabi.model.errors import LakeMoved, StorageUnavailable
from giljabi.store.lake import IcebergLake
from giljabi.store.postgres import EmbeddedServer

OPEN = Callable[..., IcebergLake]


def bring(lake: IcebergLake, digest: str, *rows: tuple[str, str], **columns: Any) -> None:
    table = pa.table(
        {
            "customer": [customer for customer, _ in rows],
            "time": pa.array([NOON] * len(rows), pa.timestamp("ms", "UTC")),
            "event": [event for _, event in rows],
            **{name: [value] * len(rows) for name, value in columns.items()},
        }
    )
    lake.append(table.to_batches(), import_id=uuid4().hex, digest=digest, counts=lambda: (0, {}))


def test_sealed_calls_carry_the_position_of_the_inbox(sealed_lake: IcebergLake) -> None:
    assert sealed_lake.inbox_position == 0
    assert seal(sealed_lake, 7, call("m1"), call("m2", "d")) == sealed_lake.snapshot
    assert sealed_lake.inbox_position == 7
    seal(sealed_lake, 12, call("m3"))
    assert sealed_lake.inbox_position == 12
    assert messages(sealed_lake) == ["m1", "m2", "m3"]
    (first, *_) = landed(sealed_lake)
    assert first["giljabi_identity"] == '{"user_id": "c"}'
    assert first["giljabi_call"] == "track"
    assert first["giljabi_received"] > first["time"]
    assert first["source"] == "web"
    assert sealed_lake.sealed_messages(7) == {"m1", "m2"}
    assert sealed_lake.sealed_messages(12) == {"m3"}
    assert sealed_lake.sealed_messages(8) == set()


def test_a_position_that_has_landed_adds_nothing(sealed_lake: IcebergLake) -> None:
    first = seal(sealed_lake, 7, call("m1"))
    assert sealed_lake.seal(calls(call("m2")), after=0, position=7, batch=uuid4().hex) == first
    assert sealed_lake.seal(calls(call("m2")), after=0, position=5, batch=uuid4().hex) == first
    assert messages(sealed_lake) == ["m1"]


def test_calls_chosen_before_another_seal_are_turned_away(sealed_lake: IcebergLake) -> None:
    seal(sealed_lake, 7, call("m1"))
    with pytest.raises(LakeMoved, match="another writer"):
        sealed_lake.seal(calls(call("m1"), call("m2")), after=0, position=9, batch=uuid4().hex)
    assert (messages(sealed_lake), sealed_lake.inbox_position) == (["m1"], 7)


@pytest.mark.parametrize("first", [True, False])
def test_a_writer_on_a_stale_base_fails_and_changes_nothing(
    opened: OPEN, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    ours, theirs = opened(), opened()
    if not first:
        seal(ours, 3, call("m0"))
    commit = SqlCatalog.commit_table

    def paused(self: SqlCatalog, *arguments: Any) -> Any:
        monkeypatch.setattr(SqlCatalog, "commit_table", commit)
        seal(theirs, 7, call("theirs"))
        return commit(self, *arguments)

    monkeypatch.setattr(SqlCatalog, "commit_table", paused)
    if first:
        ours._create()
    with pytest.raises(LakeMoved):
        seal(ours, 9, call("ours"), call("ours too", colour="red"), colour=pa.string())
    kept = ["theirs"] if first else ["m0", "theirs"]
    for lake in (ours, theirs):
        assert messages(lake) == kept
        assert lake.inbox_position == 7
    assert len(files_below(tmp_path)) == len(kept)
    seal(ours, 9, call("again"))
    assert messages(theirs) == [*kept, "again"]


def test_an_import_on_a_stale_base_fails_too(opened: OPEN, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = opened(), opened()
    seal(ours, 1, call("m0"))
    commit = SqlCatalog.commit_table

    def paused(self: SqlCatalog, *arguments: Any) -> Any:
        monkeypatch.setattr(SqlCatalog, "commit_table", commit)
        seal(theirs, 7, call("theirs"))
        return commit(self, *arguments)

    monkeypatch.setattr(SqlCatalog, "commit_table", paused)
    with pytest.raises(StorageUnavailable, match="import the file again"):
        bring(ours, "d", ("a", "x"))
    assert journey(ours.scan()) == [("c", "e"), ("c", "e")]
    bring(ours, "d", ("a", "x"))
    assert journey(theirs.scan()) == [("c", "e"), ("c", "e"), ("a", "x")]


def test_a_commit_of_unknown_outcome_leaves_the_files(
    sealed_lake: IcebergLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal(sealed_lake, 1, call("m0"))
    commit = SqlCatalog.commit_table

    def broken(self: SqlCatalog, *arguments: Any) -> Any:
        commit(self, *arguments)
        raise OSError("the line broke")

    with monkeypatch.context() as patch:
        patch.setattr(SqlCatalog, "commit_table", broken)
        with pytest.raises(StorageUnavailable, match="the line broke"):
            seal(sealed_lake, 2, call("m1"))
    assert sealed_lake.inbox_position == 2
    assert messages(sealed_lake) == ["m0", "m1"]
    assert len(files_below(tmp_path)) == 2


def test_a_seal_that_lost_the_commit_by_name_leaves_no_files(
    sealed_lake: IcebergLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beaten(*_: object) -> None:
        raise CommitFailedException("someone else was faster")

    with monkeypatch.context() as patch:
        patch.setattr(SqlCatalog, "commit_table", beaten)
        with pytest.raises(LakeMoved):
            sealed_lake.seal(calls(call("m")), after=0, position=1, batch=uuid4().hex)
    assert files_below(tmp_path) == set()


def test_calls_that_say_who_somebody_is_are_no_events(sealed_lake: IcebergLake) -> None:
    seal(sealed_lake, 1, call("m1", event="x"))
    before = sealed_lake.snapshot or ""
    seal(
        sealed_lake,
        2,
        *(call(kind, event=kind, giljabi_call=kind) for kind in ("identify", "group", "alias")),
        call("m5", event="page", giljabi_call="page"),
    )
    assert journey(sealed_lake.scan()) == [("c", "x"), ("c", "page")]
    assert journey(sealed_lake.added(before)) == [("c", "page")]
    assert messages(sealed_lake) == ["m1", "identify", "group", "alias", "m5"]


def test_imported_and_sealed_events_come_back_together_without_the_hidden_columns(
    sealed_lake: IcebergLake,
) -> None:
    bring(sealed_lake, "1", ("a", "bought"), colour="red")
    before = sealed_lake.snapshot or ""
    seal(sealed_lake, 4, call("m1", "b", colour=3.0), colour=pa.float64())
    bring(sealed_lake, "2", ("a", "left"), colour="blue")
    rows = pa.Table.from_batches(sealed_lake.scan())
    assert rows.column_names == ["customer", "time", "event", "colour", "source"]
    assert rows["colour"].to_pylist() == ["red", "3", "blue"]
    assert rows["source"].to_pylist() == [None, "web", None]
    assert journey(sealed_lake.added(before)) == [("b", "e"), ("a", "left")]


def test_a_lake_from_before_live_collection_takes_sealed_calls(
    sealed_lake: IcebergLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("giljabi.store.lake.lake.PROPERTIES", {})
        patch.setattr("giljabi.store.lake.lake.marks", lambda *_: {})
        bring(sealed_lake, "1", ("a", "old"))
    before = sealed_lake.snapshot or ""
    table = sealed_lake._table()
    assert table is not None
    table.transaction().remove_properties("commit.retry.num-retries").commit_transaction()
    seal(sealed_lake, 4, call("m1"))
    assert journey(sealed_lake.added(before)) == [("c", "e")]
    now = sealed_lake._table()
    assert now is not None
    assert now.properties["commit.retry.num-retries"] == "0"


def test_the_workspaces_seal_apart(opened: OPEN, postgres_server: EmbeddedServer) -> None:
    ours, theirs = opened("ours"), opened("theirs")
    seal(ours, 9, call("m"))
    assert theirs.inbox_position == 0
    seal(theirs, 3, call("m"))
    assert (ours.inbox_position, theirs.inbox_position) == (9, 3)
