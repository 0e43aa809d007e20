"""What is older than its period goes from everywhere, and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.privacy.traces import traces

from giljabi.bootstrap import Workspace
from giljabi.collect.calls import Call, pack
from giljabi.model.errors import BadParameter, LogMissing, NotFound
from giljabi.store import InboxRow, StoredRefusal, StoredSource

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def call(message: str, days: int, type: str = "track", **properties: str | float) -> Call:  # noqa: A002
    at = int(days_ago(days).timestamp() * 1000)
    event = "seen" if type == "track" else None
    return Call(type, message, at, {"user_id": f"of-{message}"}, event, properties=dict(properties))  # type: ignore[arg-type]


def send(workspace: Workspace, source: str, *calls: Call) -> None:
    row = InboxRow(source, NOW, len(calls), pack(calls))
    workspace._ledger.within(lambda tx: tx.inbox.put([row]))
    workspace.collection.seal()


@pytest.fixture
def workspace(empty_workspace: Workspace) -> Workspace:
    for name in ("web", "app"):
        source = StoredSource(id=name, kind="http", name=name, created_at=NOW)
        empty_workspace._ledger.within(lambda tx, source=source: tx.sources.add(source))  # type: ignore[misc]
    return empty_workspace


def customers(workspace: Workspace) -> set[str]:
    return {str(one) for batch in workspace._lake.scan() for one in batch.column("customer").to_pylist()}


def test_events_feedback_and_refusals_go_by_their_source(
    workspace: Workspace, tmp_path: Path, database_address: str
) -> None:
    voice: dict[str, str | float] = {"kind": "nps", "score": 3.0, "text": "old-words"}
    send(workspace, "web", call("old-web", 40), call("young", 5), call("said", 40, type="feedback", **voice))
    send(workspace, "app", call("kept", 40))
    refusal = StoredRefusal(
        source="web", received_at=days_ago(40), reason="bad_call", detail="", body=b"old-refused"
    )
    workspace._ledger.within(lambda tx: tx.refusals.add([refusal]))
    workspace.collection.refresh_log()
    assert workspace.feedback().num_rows == 1

    workspace.retention.put("web", 30)
    would = workspace.retention.preview("web", 30, NOW)
    assert (would.events, would.feedback) == (1, 1)
    facts = workspace.retention.apply(now=NOW)

    assert {name: facts[name] for name in ("events", "feedback", "refusals")} == {
        "events": 1,
        "feedback": 1,
        "refusals": 1,
    }
    assert customers(workspace) == {"of-young", "of-kept"}
    assert workspace.log_info().events == 2
    assert workspace.feedback().num_rows == 0
    for text in ("old-web", "old-words", "old-refused"):
        held = traces(text, tmp_path / "home", database_address)
        # Who somebody is stays known.
        assert set(held) <= {"identifier", "customer"}, text
    period = next(one.period for one in workspace.retention.list() if one.source == "web")
    assert period is not None
    assert (period.applied_at, period.removed) == (NOW, 2)
    assert workspace.retention.apply(now=NOW) == {}


def test_a_source_that_was_renamed_keeps_its_period(workspace: Workspace) -> None:
    send(workspace, "web", call("old", 40))
    workspace.sources.change("web", name="Shop")
    send(workspace, "web", call("older", 50))
    workspace.retention.put("web", 30)
    assert workspace.retention.apply(now=NOW)["events"] == 2
    assert customers(workspace) == set()


def test_files_have_a_period_of_their_own(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(
        "customer,event,time\n"
        f"old,buy,{days_ago(40):%Y-%m-%d %H:%M}\n"
        f"young,buy,{days_ago(5):%Y-%m-%d %H:%M}\n"
        "refused,buy,nonsense\n"
    )
    rejects = workspace.import_events(file).rejects_path
    assert rejects is not None
    assert rejects.exists()
    send(workspace, "web", call("live", 40))
    workspace.retention.put("", 30)
    assert workspace.retention.preview("", 30, NOW).events == 1
    assert workspace.retention.apply(now=NOW)["events"] == 1
    assert customers(workspace) == {"young", "of-live"}
    # The file itself came today.
    later = datetime.now(UTC) + timedelta(days=31)
    assert workspace.retention.apply(now=later)["files"] == 1
    assert not rejects.exists()


def test_where_everything_went_there_is_no_log(workspace: Workspace) -> None:
    send(workspace, "web", call("old", 40))
    workspace.collection.refresh_log()
    workspace.retention.put("web", 30)
    workspace.retention.apply(now=NOW)
    with pytest.raises(LogMissing):
        workspace.log_info()


def test_what_was_removed_does_not_come_back_with_the_same_file(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(f"customer,event,time\nold,buy,{days_ago(40):%Y-%m-%d %H:%M}\n")
    workspace.import_events(file)
    workspace.retention.put("", 30)
    workspace.retention.apply(now=NOW)
    assert workspace.import_events(file).duplicate
    assert customers(workspace) == set()


def test_a_period_is_seen_to_in_the_background(workspace: Workspace) -> None:
    long_ago = Call("track", "m", 946_684_800_000, {"user_id": "u"}, "seen")
    send(workspace, "web", long_ago)
    workspace.retention.put("web", 30)
    workspace.jobs.work_off()
    assert customers(workspace) == set()


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_a_period_has_at_least_a_day(workspace: Workspace, days: int) -> None:
    with pytest.raises(BadParameter):
        workspace.retention.put("web", days)


def test_only_sources_that_are_there_have_a_period(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        workspace.retention.put("nowhere", 30)
    with pytest.raises(NotFound):
        workspace.retention.remove("web")
    workspace.retention.put("web", 30)
    workspace.retention.remove("web")
    assert all(one.period is None for one in workspace.retention.list())
