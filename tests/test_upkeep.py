"""What comes in live is soon in the log, and the lake stays small."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from giljabi.bootstrap import Workspace, open_workspace, upkeep
from giljabi.collect.calls import Call, pack
from giljabi.model.errors import LogMissing
from giljabi.store import InboxRow
from giljabi.store.lake import expiring

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def workspace(database_address: str, tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "home", database_address, "live") as workspace:
        yield workspace


def call(message: str, customer: str, event: str | None = "seen", **more: object) -> Call:
    fields: dict[str, object] = {"type": "track", **more}
    return Call(
        message_id=message,
        time=int(NOW.timestamp() * 1000),
        identifiers={"user_id": customer},
        event=event,
        **fields,  # type: ignore[arg-type]
    )


def send(workspace: Workspace, *calls: Call) -> None:
    row = InboxRow("web", NOW, len(calls), pack(calls))
    workspace._ledger.within(lambda tx: tx.inbox.put([row]))


def names(workspace: Workspace) -> dict[str, int]:
    return {name.event: name.count for name in workspace.log_info().names}


def test_what_was_acknowledged_is_in_the_log(workspace: Workspace) -> None:
    assert workspace.collection.seal() == {}
    assert workspace.collection.refresh_log() == {}
    send(workspace, call("1", "a"), call("2", "b", "bought"), call("1", "a"))
    told: list[str] = []
    facts = workspace.collection.seal(lambda step, share: told.append(step))
    assert {name: facts[name] for name in ("calls", "events", "duplicates", "waiting")} == {
        "calls": 3,
        "events": 2,
        "duplicates": 1,
        "waiting": 0,
    }
    assert told
    facts = workspace.collection.refresh_log()
    assert (facts["events"], facts["customers"]) == (2, 2)
    assert names(workspace) == {"seen": 1, "bought": 1}
    assert workspace.collection.refresh_log() == {}


def test_calls_that_say_who_somebody_is_make_no_log(workspace: Workspace) -> None:
    send(workspace, call("1", "a", None, type="identify", traits={"name": "Kim"}))
    assert workspace.collection.seal()["events"] == 0
    workspace.collection.refresh_log()
    with pytest.raises(LogMissing):
        workspace.log()
    send(workspace, call("2", "a"))
    workspace.collection.seal()
    workspace.rebuild_log()
    assert names(workspace) == {"seen": 1}
    send(workspace, call("3", "a", None, type="identify"))
    workspace.collection.seal()
    workspace.rebuild_log()
    assert not workspace._log.behind()
    assert names(workspace) == {"seen": 1}


def test_the_log_rests_the_longer_the_longer_it_took(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(workspace, call("1", "a"))
    workspace.collection.seal()
    monkeypatch.setattr(upkeep, "LOG_SHARE", 1e9)
    assert workspace.collection.refresh_log()["events"] == 1
    send(workspace, call("2", "a"))
    workspace.collection.seal()
    assert workspace.collection.refresh_log() == {}
    workspace.rebuild_log()
    assert names(workspace) == {"seen": 2}


def test_another_process_sees_the_log_that_a_worker_has_built(
    workspace: Workspace, database_address: str, tmp_path: Path
) -> None:
    send(workspace, call("1", "a"))
    workspace.collection.seal()
    workspace.rebuild_log()
    with open_workspace(tmp_path / "home", database_address, "live") as worker:
        assert workspace.log().events == 1
        send(workspace, call("2", "b"))
        worker.collection.seal()
        assert worker.collection.refresh_log()["events"] == 2
        assert workspace.log().events == 2


def test_a_process_does_not_build_what_another_builds_just_now(
    workspace: Workspace, database_address: str, tmp_path: Path
) -> None:
    send(workspace, call("1", "a"))
    workspace.collection.seal()
    workspace.rebuild_log()
    send(workspace, call("2", "b"))
    workspace.collection.seal()
    with (
        open_workspace(tmp_path / "home", database_address, "live") as page,
        workspace._ledger.lock("log"),
    ):
        assert page.log().events == 1


def test_files_are_joined_and_the_past_is_forgotten_without_a_change_of_the_log(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiring, "KEPT_SNAPSHOTS", 1)
    assert workspace.collection.compact() == workspace.collection.expire() == {}
    for n in range(3):
        send(workspace, call(f"{n}", "a"), call(f"{n}b", "b"))
        workspace.collection.seal()
        workspace.rebuild_log()
    send(workspace, call("late", "c"))
    workspace.collection.seal()
    facts = workspace.collection.compact()
    assert (facts["joined"], facts["rows"]) == (6, 6)
    assert workspace.collection.compact() == {}
    assert workspace.collection.expire()["forgotten"] == 3
    assert workspace.collection.expire() == {}
    built = workspace._log.built_from()
    assert built is not None
    assert workspace._lake.added(built) is not None
    workspace.rebuild_log()
    assert names(workspace) == {"seen": 7}


def test_names_in_the_lake_count_before_the_log_has_them(workspace: Workspace) -> None:
    send(workspace, call("1", "a", "x"))
    workspace.collection.seal()
    assert workspace._log.all_names() == {"x"}
    workspace.rebuild_log()
    send(workspace, call("2", "a", "y"))
    workspace.collection.seal()
    assert workspace._log.all_names() == {"x", "y"}
