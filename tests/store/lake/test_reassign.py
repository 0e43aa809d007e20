"""Rows go to other customers without a change of their order, their number, or of anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyiceberg.catalog.sql import SqlCatalog
from tests.store.lake.sealing_rows import NOON, call, files_below, journey, landed, seal

from giljabi.model.errors import InputError, LakeMoved
from giljabi.store.lake import IcebergLake, moving

pc: Any = pyarrow.compute
OPEN = Callable[..., IcebergLake]


def to(**customers: str | None) -> Callable[[pa.Table], pa.Array[Any]]:
    """Give every row of these customers to others; None removes it."""

    def assign(rows: pa.Table) -> pa.Array[Any]:
        whose = map(str, rows["customer"].to_pylist())
        return pa.array([customers.get(one, one) for one in whose], pa.string())

    return assign


def test_rows_move_with_their_place_in_the_order_of_arrival(sealed_lake: IcebergLake) -> None:
    seal(sealed_lake, 1, call("m1", "a"), call("m2", "b"), call("m3", "c"))
    seal(sealed_lake, 2, call("m4", "b"), call("m5", "a"))
    before = landed(sealed_lake)
    told: list[float] = []
    assert sealed_lake.reassign({"b"}, to(b="a"), told.append) == 2
    after = landed(sealed_lake)
    assert [row["customer"] for row in after] == ["a", "a", "c", "a", "a"]
    keep = [{**row, "customer": ""} for row in after]
    assert keep == [{**row, "customer": ""} for row in before]
    assert told[-1] == 1.0
    assert sealed_lake.inbox_position == 2
    seal(sealed_lake, 3, call("m6", "d"))
    assert [row["giljabi_sequence"] for row in landed(sealed_lake)] == list(range(6))


def test_rows_given_to_nobody_are_removed(sealed_lake: IcebergLake) -> None:
    seal(sealed_lake, 1, call("m1", "a"), call("m2", "b"), call("m3", "a"))
    assert sealed_lake.reassign({"a"}, to(a=None)) == 2
    assert journey(sealed_lake.scan()) == [("b", "e")]
    assert sealed_lake.reassign({"b"}, to(b=None)) == 1
    assert journey(sealed_lake.scan()) == []


def test_rows_that_stay_leave_no_trace(sealed_lake: IcebergLake, tmp_path: Path) -> None:
    assert sealed_lake.reassign({"a"}, to(a="b")) == 0
    seal(sealed_lake, 1, call("m1", "a"), call("m2", "b"))
    before, files = sealed_lake.snapshot, files_below(tmp_path)
    assert sealed_lake.reassign({"a", "nobody"}, to()) == 0
    assert sealed_lake.reassign((), to()) == 0
    assert (sealed_lake.snapshot, files_below(tmp_path)) == (before, files)


def test_only_files_that_hold_such_rows_are_written_anew(sealed_lake: IcebergLake, tmp_path: Path) -> None:
    seal(sealed_lake, 1, call("m1", "a"))
    seal(sealed_lake, 2, call("m2", "b"))
    seal(sealed_lake, 3, call("m3", "c"))
    asked: list[str] = []

    def assign(rows: pa.Table) -> pa.Array[Any]:
        asked.extend(map(str, rows["giljabi_message"].to_pylist()))
        assert rows.column_names[:4] == ["customer", "time", "event", "giljabi_call"]
        return pa.array(["x"] * rows.num_rows)

    files = files_below(tmp_path)
    assert sealed_lake.reassign({"b"}, assign) == 1
    assert asked == ["m2"]
    assert len(files_below(tmp_path) - files) == 1


def test_a_log_is_built_anew_after_events_have_moved(sealed_lake: IcebergLake) -> None:
    seal(sealed_lake, 1, call("m1", "a"))
    before = sealed_lake.snapshot or ""
    sealed_lake.reassign({"a"}, to(a="b"))
    assert sealed_lake.added(before) is None
    moved = sealed_lake.snapshot or ""
    seal(sealed_lake, 2, call("m2", "c"))
    assert journey(sealed_lake.added(moved)) == [("c", "e")]
    assert sealed_lake.added(before) is None


def test_rows_of_an_imported_file_keep_whom_they_named(sealed_lake: IcebergLake) -> None:
    times = pa.array([NOON] * 2, pa.timestamp("ms", "UTC"))
    table = pa.table({"customer": ["u1", 'u"2'], "time": times, "event": ["x", "y"]})
    sealed_lake.append(table.to_batches(), import_id=uuid4().hex, digest="d", counts=lambda: (0, {}))
    assert sealed_lake.reassign({"u1", 'u"2'}, lambda rows: pa.array(["z"] * rows.num_rows)) == 2
    assert [row["giljabi_identity"] for row in landed(sealed_lake)] == [
        '{"user_id":"u1"}',
        '{"user_id":"u\\"2"}',
    ]
    assert journey(sealed_lake.scan()) == [("z", "x"), ("z", "y")]
    seal(sealed_lake, 1, call("m1"))
    assert len(landed(sealed_lake)) == 3


def test_what_is_held_on_its_way_is_bounded(
    sealed_lake: IcebergLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "HELD_ROWS", 3)
    for position in range(1, 6):
        seal(sealed_lake, position, *(call(f"m{position}{n}", f"c{n}") for n in range(5)))
    everybody = {f"c{n}": "one" for n in range(5)}
    assert sealed_lake.reassign(set(everybody), to(**everybody)) == 25
    rows = landed(sealed_lake)
    assert [row["giljabi_message"] for row in rows] == [f"m{p}{n}" for p in range(1, 6) for n in range(5)]
    assert {row["customer"] for row in rows} == {"one"}


def test_an_answer_for_other_rows_is_refused_and_nothing_moves(
    sealed_lake: IcebergLake, tmp_path: Path
) -> None:
    seal(sealed_lake, 1, call("m1", "a"), call("m2", "b"))
    files = files_below(tmp_path)
    with pytest.raises(InputError, match="1 rows were to be assigned, and 2"):
        sealed_lake.reassign({"a"}, lambda rows: pa.array(["x", "y"]))
    assert files_below(tmp_path) == files
    assert [row["customer"] for row in landed(sealed_lake)] == ["a", "b"]


def test_a_stale_writer_moves_nothing(opened: OPEN, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = opened(), opened()
    seal(ours, 1, call("m1", "a"), call("m2", "b"))
    commit = SqlCatalog.commit_table

    def paused(self: SqlCatalog, *arguments: Any) -> Any:
        monkeypatch.setattr(SqlCatalog, "commit_table", commit)
        seal(theirs, 2, call("m3", "a"))
        return commit(self, *arguments)

    monkeypatch.setattr(SqlCatalog, "commit_table", paused)
    with pytest.raises(LakeMoved):
        ours.reassign({"a"}, to(a="z"))
    assert [row["customer"] for row in landed(theirs)] == ["a", "b", "a"]
    assert len(files_below(tmp_path)) == 3
    assert ours.reassign({"a"}, to(a="z")) == 2


NAMES = st.sampled_from("abcdef")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seals=st.lists(st.lists(NAMES, min_size=1, max_size=6), min_size=1, max_size=4),
    moves=st.lists(st.dictionaries(NAMES, st.none() | NAMES, min_size=1), max_size=3),
    joined=st.booleans(),
)
def test_moves_do_what_the_same_moves_of_a_list_do(
    opened: OPEN, seals: list[list[str]], moves: list[dict[str, str | None]], joined: bool
) -> None:
    lake = opened(uuid4().hex)
    expected: list[tuple[str, str]] = []
    for position, customers in enumerate(seals, 1):
        rows = [(customer, f"{position}-{n}") for n, customer in enumerate(customers)]
        seal(lake, position, *(call(message, customer) for customer, message in rows))
        expected += rows
    for move in moves:
        lake.reassign(set(move), to(**move))
        given_to = [(move.get(customer, customer), message) for customer, message in expected]
        expected = [(customer, message) for customer, message in given_to if customer is not None]
        if joined:
            lake.compact()
    assert [(row["customer"], row["giljabi_message"]) for row in landed(lake)] == expected
    assert [customer for customer, _ in journey(lake.scan())] == [customer for customer, _ in expected]
    lake.close()
