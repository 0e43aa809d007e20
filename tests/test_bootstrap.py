"""A workspace keeps what it is given, once, whatever breaks on the way."""

from __future__ import annotations

import concurrent.futures
import io
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyiceberg.table import Transaction as IcebergTransaction

from giljabi.bootstrap import Workspace, open_workspace
from giljabi.collect import importing
from giljabi.model.errors import (
    BadParameter,
    LogMissing,
    MapMistakes,
    NotFound,
    NoUsableRow,
    RolesUnclear,
    StorageUnavailable,
    TooManyNames,
    UnreadableFile,
)
from giljabi.store import log, to_table
from giljabi.store.postgres.feedback import PostgresFeedback

MAP = "title: 쇼핑\nstages:\n- id: search\n  title: 검색\n"
EVENTS = """user,action,time,amount
u1,view,2026-01-01 10:00:00,
u2,view,2026-01-01 10:00:05,
u1,buy,2026-01-01 10:01:00,12.5
"""
BROKEN = EVENTS + ",view,2026-01-01 11:00:00,\nu3,view,yesterday,\n"
MORE = "user,action,time\nu9,return,2026-02-01 10:00:00\n"
FEEDBACK = """customer,time,kind,score,text
u1,2026-01-02 09:00:00,nps,9,좋아요
u2,2026-01-02 09:30:00,csat,2,
"""

Opener = Callable[..., Workspace]


@pytest.fixture
def opener(tmp_path: Path, database_address: str) -> Iterator[Opener]:
    with ExitStack() as stack:

        def open_one(name: str = "ours") -> Workspace:
            return stack.enter_context(open_workspace(tmp_path / "home", database_address, name))

        yield open_one


@pytest.fixture
def workspace(opener: Opener) -> Workspace:
    return opener()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "shop.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


Writer = Callable[..., Path]


def journeys(workspace: Workspace) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in to_table(workspace.log()).to_pylist():
        found.setdefault(row["customer"], []).append(row["event"])
    return found


def states(workspace: Workspace) -> list[tuple[str, str]]:
    return [(one.file, one.state) for one in reversed(workspace.imports())]


def finish_jobs(workspace: Workspace) -> None:
    uploads = workspace._staged
    assert uploads is not None
    concurrent.futures.wait(tuple(uploads._running))


def data_files(home: Path) -> set[Path]:
    return {path for path in (home / "lake").rglob("*.parquet") if "/data/" in str(path)}


def test_a_new_workspace_is_empty(workspace: Workspace) -> None:
    assert workspace.name == "ours"
    assert not workspace.busy
    assert list(workspace.list_maps()) == []
    assert list(workspace.imports()) == []
    assert workspace.feedback().num_rows == 0
    for ask in (workspace.log, workspace.log_info, workspace.snapshot):
        with pytest.raises(LogMissing):
            ask()
    workspace.rebuild_log()


def test_events_come_in_and_make_the_log(workspace: Workspace, file: Writer) -> None:
    told: list[tuple[str, float]] = []
    report = workspace.import_events(file(EVENTS), progress=lambda step, share: told.append((step, share)))
    assert (report.accepted, report.refused, report.duplicate, report.rejects_path) == (3, 0, False, None)
    assert report.roles == {"customer": "user", "event": "action", "time": "time", "value": "amount"}
    assert journeys(workspace) == {"u1": ["view", "buy"], "u2": ["view"]}
    assert told[-1] == ("log", 1.0)
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert states(workspace) == [("shop.csv", "done")]


def test_refused_rows_are_counted_by_reason_and_written_down(workspace: Workspace, file: Writer) -> None:
    report = workspace.import_events(file(BROKEN))
    assert (report.accepted, report.refused) == (3, 2)
    assert report.reasons == {"no_customer": 1, "bad_time": 1}
    assert report.rejects_path is not None
    assert report.rejects_path == workspace.rejects(report.id)
    assert len(report.rejects_path.read_text("utf-8").splitlines()) == 3
    assert report.to_dict()["rejects_path"] == str(report.rejects_path)


def test_the_same_file_adds_nothing_whatever_its_name(workspace: Workspace, file: Writer) -> None:
    first = workspace.import_events(file(BROKEN))
    again = workspace.import_events(file(BROKEN, "copy.csv"))
    assert again.duplicate
    assert (again.id, again.accepted, again.reasons) == (first.id, first.accepted, first.reasons)
    assert workspace.log().events == 3
    assert states(workspace) == [("shop.csv", "done")]


def test_a_second_file_adds_to_the_first(workspace: Workspace, file: Writer) -> None:
    workspace.import_events(file(EVENTS))
    before = workspace.log()
    assert workspace.log() is before
    workspace.import_events(file(MORE, "more.csv"))
    assert workspace.log() is not before
    assert before.events == 3
    assert journeys(workspace) == {"u1": ["view", "buy"], "u2": ["view"], "u9": ["return"]}


def test_a_file_without_a_usable_row_fails_and_says_why(workspace: Workspace, file: Writer) -> None:
    with pytest.raises(NoUsableRow):
        workspace.import_events(file("user,action,time\n,view,2026-01-01\nu1,,2026-01-01\n"))
    (one,) = workspace.imports()
    assert (one.state, one.refused) == ("failed", 2)
    assert one.reasons == {"no_customer": 1, "no_event": 1}
    assert "none of its 2 rows" in one.error
    assert len(workspace.rejects(one.id).read_text("utf-8").splitlines()) == 3
    with pytest.raises(LogMissing):
        workspace.log()


def test_roles_can_be_given_and_unknown_ones_are_named(workspace: Workspace, file: Writer) -> None:
    with pytest.raises(RolesUnclear, match="no role 'user'"):
        workspace.import_events(file(EVENTS), {"user": "user"})
    assert list(workspace.imports()) == []
    workspace.import_events(file(EVENTS), {"customer": "action", "event": "user"})
    assert journeys(workspace) == {"view": ["u1", "u2"], "buy": ["u1"]}


def test_events_with_too_many_names_are_stopped_before_they_arrive(
    workspace: Workspace, file: Writer
) -> None:
    workspace.import_events(file(MORE, "more.csv"))
    rows = "".join(f"u{n % 7},name {n},2026-01-01\n" for n in range(65_535))
    with pytest.raises(TooManyNames, match="more than 65,535"):
        workspace.import_events(file("user,action,time\n" + rows))
    workspace.import_events(file(EVENTS, "right.csv"))
    assert workspace.log().events == 4


def test_the_kind_of_a_file_is_seen(workspace: Workspace, file: Writer) -> None:
    assert workspace.import_file(file(EVENTS)).kind == "events"
    assert workspace.import_file(file(FEEDBACK, "voices.csv")).kind == "feedback"


def test_feedback_comes_in_once(workspace: Workspace, file: Writer) -> None:
    report = workspace.import_feedback(file(FEEDBACK))
    assert (report.accepted, report.refused, report.duplicate) == (2, 0, False)
    assert workspace.import_feedback(file(FEEDBACK, "copy.csv")).duplicate
    table = workspace.feedback()
    assert table.column("kind").to_pylist() == ["nps", "csat"]
    assert table.column("text").to_pylist() == ["좋아요", None]
    assert workspace.feedback() is table


def test_a_snapshot_names_the_state_of_events_and_feedback(workspace: Workspace, file: Writer) -> None:
    seen = set()
    for bring, text in (
        (workspace.import_events, EVENTS),
        (workspace.import_feedback, FEEDBACK),
        (workspace.import_events, MORE),
    ):
        bring(file(text))
        assert workspace.snapshot() == workspace.snapshot()
        seen.add(workspace.snapshot())
    assert len(seen) == 3


def test_a_log_that_is_gone_or_broken_is_built_again(opener: Opener, file: Writer, tmp_path: Path) -> None:
    opener().import_events(file(EVENTS))
    log = tmp_path / "home" / "workspaces" / "ours" / "log"
    (log / "CURRENT").write_text("nonsense")
    assert opener().log().events == 3
    shutil.rmtree(log)
    assert opener().log().events == 3


def test_a_second_file_extends_the_log(opener: Opener, file: Writer, tmp_path: Path) -> None:
    opener().import_events(file(EVENTS))
    for path in data_files(tmp_path / "home"):
        path.write_bytes(b"")  # nothing can be read from the first file any more
    opener().import_events(file(MORE, "more.csv"))
    assert opener().log().events == 4


def test_another_process_sees_the_log_that_was_replaced(opener: Opener, file: Writer) -> None:
    ours, theirs = opener(), opener()
    ours.import_events(file(EVENTS))
    assert theirs.log().events == 3
    ours.import_events(file(MORE, "more.csv"))
    assert theirs.log().events == 4


def test_workspaces_do_not_see_one_another(opener: Opener, file: Writer) -> None:
    ours, theirs = opener("ours"), opener("theirs")
    ours.import_events(file(EVENTS))
    ours.import_feedback(file(FEEDBACK, "voices.csv"))
    ours.add_map(MAP)
    assert list(theirs.imports()) == []
    assert list(theirs.list_maps()) == []
    assert theirs.feedback().num_rows == 0
    with pytest.raises(LogMissing):
        theirs.log()
    assert not theirs.import_events(file(EVENTS)).duplicate


def test_maps_are_kept_in_canonical_form(workspace: Workspace) -> None:
    kept = workspace.add_map("# 메모\n" + MAP)
    assert workspace.map(kept.id) == kept
    assert kept.title == "쇼핑"
    assert "검색" in kept.text
    replaced = workspace.replace_map(kept.id, MAP.replace("쇼핑", "가입"))
    assert [one.title for one in workspace.list_maps()] == ["가입"]
    assert replaced.id == kept.id
    with pytest.raises(MapMistakes):
        workspace.replace_map(kept.id, "title: [")
    workspace.remove_map(kept.id)
    with pytest.raises(NotFound):
        workspace.map(kept.id)


def test_the_last_check_of_a_map_is_kept(workspace: Workspace) -> None:
    kept = workspace.add_map(MAP)
    assert workspace.last_check(kept.id) is None
    saved = workspace.save_check(kept.id, "s1", {"coverage": 0.5})
    assert workspace.last_check(kept.id) == saved
    assert workspace.last_checks() == {kept.id: saved}


def test_an_upload_is_looked_at_confirmed_and_brought_in(workspace: Workspace, tmp_path: Path) -> None:
    id = workspace.stage_upload("../내 파일.csv", io.BytesIO(BROKEN.encode()))  # noqa: A001
    preview = workspace.preview(id)
    assert (preview["kind"], preview["name"], preview["delimiter"]) == ("events", "내 파일.csv", ",")
    assert preview["roles"] == {"customer": "user", "event": "action", "time": "time", "value": "amount"}
    assert workspace.import_status(id).state == "preview"
    workspace.start_import(id, "events", preview["roles"])
    finish_jobs(workspace)
    one = workspace.import_status(id)
    assert (one.state, one.progress, one.accepted, one.refused) == ("done", 1.0, 3, 2)
    assert workspace.log().events == 3
    assert workspace.rejects(id).is_file()
    assert list((tmp_path / "home/workspaces/ours/uploads").iterdir()) == []
    assert not workspace.busy


def test_an_upload_that_was_in_before_is_a_duplicate(workspace: Workspace, file: Writer) -> None:
    workspace.import_events(file(EVENTS))
    id = workspace.stage_upload("again.csv", io.BytesIO(EVENTS.encode()))  # noqa: A001
    workspace.start_import(id, "events", {})
    finish_jobs(workspace)
    assert workspace.import_status(id).state == "duplicate"
    assert workspace.log().events == 3
    with pytest.raises(NotFound, match="no refused rows"):
        workspace.rejects(id)


def test_an_upload_that_failed_can_be_started_with_other_roles(workspace: Workspace) -> None:
    id = workspace.stage_upload("shop.csv", io.BytesIO(EVENTS.encode()))  # noqa: A001
    workspace.start_import(id, "events", {"time": "action"})
    finish_jobs(workspace)
    assert workspace.import_status(id).state == "failed"
    assert workspace.import_status(id).error
    workspace.start_import(id, "events", {"time": "time"})
    finish_jobs(workspace)
    assert (workspace.import_status(id).state, workspace.import_status(id).error) == ("done", "")
    with pytest.raises(BadParameter, match="started before"):
        workspace.start_import(id, "events", {})


def test_an_upload_of_no_known_format_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        workspace.stage_upload("picture.png", io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(100)))
    assert list(workspace.imports()) == []
    assert list((tmp_path / "home/workspaces/ours/uploads").iterdir()) == []


@pytest.mark.parametrize("id_", ["", "nothing", "../../etc/passwd"])
def test_an_import_that_is_not_there_is_not_found(workspace: Workspace, id_: str) -> None:
    for ask in (workspace.import_status, workspace.preview, workspace.rejects):
        with pytest.raises(NotFound):
            ask(id_)
    with pytest.raises(NotFound):
        workspace.start_import(id_, "events", {})


def test_closing_stops_what_runs_and_the_file_can_be_brought_in_again(
    opener: Opener, file: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opener()
    read = importing.read_events  # type: ignore[attr-defined]

    def close_meanwhile(*args: Any, **options: Any) -> Any:
        assert first._made is not None
        first._made.stop()
        return read(*args, **options)

    id = first.stage_upload("shop.csv", io.BytesIO(EVENTS.encode()))  # noqa: A001
    with monkeypatch.context() as patch:
        patch.setattr(importing, "read_events", close_meanwhile)
        first.start_import(id, "events", {})
        first.close()
    second = opener()
    assert second.import_status(id).state == "failed"
    assert "again" in second.import_status(id).error
    assert not second.import_events(file(EVENTS)).duplicate
    assert second.log().events == 3


def test_an_import_that_another_process_works_on_is_left_alone(opener: Opener) -> None:
    ours = opener()
    id = ours.stage_upload("shop.csv", io.BytesIO(EVENTS.encode()))  # noqa: A001
    ours._ledger.within(lambda tx: tx.imports.change(id, state="running"))
    with ours._importer().holding(id):
        theirs = opener()
        assert theirs.import_status(id).state == "running"
        with pytest.raises(BadParameter, match="started before"):
            theirs.start_import(id, "events", {})
    opener()
    assert ours.import_status(id).state == "failed"


@pytest.mark.parametrize("name", ["Ours", "a b", "../x", "x" * 64, "한국"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadParameter, match="names no workspace"):
        open_workspace(tmp_path, "postgresql://nowhere/x", name)


def test_a_database_that_is_away_is_named(tmp_path: Path) -> None:
    address = f"postgresql://u:p@/x?host={tmp_path}"
    with pytest.raises(StorageUnavailable, match="does not answer"):
        open_workspace(tmp_path, address)


def test_without_an_address_an_own_server_is_started_and_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: Writer
) -> None:
    monkeypatch.setenv("GILJABI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GILJABI_WORKSPACE", "team-1")
    monkeypatch.delenv("GILJABI_DATABASE_URL", raising=False)
    with open_workspace() as first:
        assert first.name == "team-1"
        first.import_events(file(EVENTS))
        with open_workspace() as second:
            assert second.log().events == 3
        first.import_events(file(MORE, "more.csv"))
    assert not (tmp_path / "home/postgres/data/postmaster.pid").exists()
    with open_workspace() as third:
        assert third.log().events == 4
    third.close()


class Crash(BaseException):
    """The process dies: nothing that catches errors gets to see it."""


def crashing(at: str, patch: pytest.MonkeyPatch) -> None:
    """Let the process die at a point of an import."""

    def die(*_: Any, **__: Any) -> Any:
        raise Crash

    def after(place: Any, name: str) -> None:
        work = getattr(place, name)

        def work_and_die(*args: Any, **options: Any) -> Any:
            work(*args, **options)
            raise Crash

        patch.setattr(place, name, work_and_die)

    async def said_and_die(self: Any, import_id: str, batches: Any) -> int:
        await said(self, import_id, batches)
        raise Crash

    def dying(batches: Any, names: Any) -> Iterator[pa.RecordBatch]:
        yield from few_names(batches, names)
        raise Crash

    said, few_names = PostgresFeedback.add, importing._few_names
    if at == "before reading":
        patch.setattr(importing, "read_events", die)
        patch.setattr(importing, "read_feedback", die)
    elif at == "while writing":
        patch.setattr(importing, "_few_names", dying)
        patch.setattr("giljabi.store.lake.writing.DataFiles.remove", lambda self: None)
        patch.setattr(PostgresFeedback, "add", said_and_die)
    elif at == "before the commit":
        patch.setattr(IcebergTransaction, "commit_transaction", die)
    elif at == "after the commit":
        after(IcebergTransaction, "commit_transaction")
    elif at == "before the log":
        patch.setattr(log, "build_log", die)
    elif at == "after the log":
        after(log, "build_log")
    elif at == "after the record":
        after(importing.Importer, "_record")
        after(importing.Importer, "_bring_in_feedback")


POINTS = [
    "before reading",
    "while writing",
    "before the commit",
    "after the commit",
    "before the log",
    "after the log",
    "after the record",
]


def every_point_first(test: Callable[..., None]) -> Callable[..., None]:
    for number, point in enumerate(POINTS):
        test = example(crashes=[(point, number % 2 == 0)])(test)
    return test


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@every_point_first
@given(crashes=st.lists(st.tuples(st.sampled_from(POINTS), st.booleans()), min_size=2, max_size=4))
def test_an_import_that_dies_anywhere_and_is_run_again_neither_loses_nor_doubles(
    opener: Opener,
    file: Writer,
    tmp_path_factory: pytest.TempPathFactory,
    crashes: Sequence[tuple[str, bool]],
) -> None:
    name = tmp_path_factory.mktemp("w").name.replace("-", "")
    workspace = opener(name)
    events, voices = file(BROKEN), file(FEEDBACK, "voices.csv")
    for at, reopen in crashes:
        with pytest.MonkeyPatch.context() as patch:
            crashing(at, patch)
            for bring, path in ((workspace.import_events, events), (workspace.import_feedback, voices)):
                with suppress(Crash):
                    bring(path)
        if reopen:
            workspace.close()
            workspace = opener(name)
    events_report, voices_report = workspace.import_events(events), workspace.import_feedback(voices)
    assert (events_report.accepted, events_report.refused) == (3, 2)
    assert events_report.reasons == {"no_customer": 1, "bad_time": 1}
    assert events_report.rejects_path is not None
    assert events_report.rejects_path.is_file()
    assert voices_report.accepted == 2
    assert journeys(workspace) == {"u1": ["view", "buy"], "u2": ["view"]}
    assert workspace.feedback().num_rows == 2
    workspace.close()
    workspace = opener(name)
    done = [one.file for one in workspace.imports() if one.state == "done"]
    assert sorted(done) == ["shop.csv", "voices.csv"]
    assert not [one for one in workspace.imports() if one.state == "running"]
    rows = pa.Table.from_batches(workspace._lake.scan())
    assert rows.num_rows == 3
    workspace.close()
