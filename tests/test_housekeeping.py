"""What is past its time is forgotten, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from giljabi.bootstrap import Workspace
from giljabi.store import StoredRefusal
from giljabi.store.postgres import BlockingDatabase, Database, database_url, workspace_id

NOW = datetime.now(UTC)


def refused(days: float) -> StoredRefusal:
    return StoredRefusal(
        source="web", received_at=NOW - timedelta(days=days), reason="no_event", detail="", body=b""
    )


def see(ledger: BlockingDatabase, message: bytes, at: datetime) -> None:
    ledger.within(lambda tx: tx.seen.add([message], at))


def test_refusals_are_kept_for_thirty_days_and_messages_for_more_than_seven(
    empty_workspace: Workspace, database_address: str
) -> None:
    ledger = BlockingDatabase(Database(database_url(database_address)), workspace_id("empty"))
    ledger.within(lambda tx: tx.refusals.add([refused(29.9), refused(30.1), refused(40)]))
    for number, days in enumerate((7.0, 7.9, 8.1)):
        see(ledger, bytes([number]) * 16, NOW - timedelta(days=days))
    told: list[tuple[str, float]] = []
    facts = empty_workspace.collection.housekeeping(lambda step, done: told.append((step, done)))
    assert (facts["refusals"], facts["messages"]) == (2, 1)
    assert told
    assert len(ledger.within(lambda tx: tx.refusals.list())) == 1
    kept = ledger.within(lambda tx: tx.seen.after(0))
    assert [one.digests for one in kept] == [bytes([n]) * 16 for n in range(2)]
    assert not any(empty_workspace.collection.housekeeping().values())
    ledger.close()
