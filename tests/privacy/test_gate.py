"""Nothing of a customer who is kept out is let in, by whatever way."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from tests.privacy.consents import said

from giljabi.bootstrap import Workspace
from giljabi.bootstrap.writing import IdentifierWriting
from giljabi.collect.calls import Call, pack
from giljabi.model.errors import NoUsableRow
from giljabi.privacy import ANY_KIND, Gate, digests_of
from giljabi.store import InboxRow, StoredConsent, StoredSource

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def call(message: str, event: str | None = "seen", kind: str = "track", **identifiers: str) -> Call:
    return Call(kind, message, int(NOW.timestamp() * 1000), identifiers, event)  # type: ignore[arg-type]


def send(workspace: Workspace, *calls: Call) -> None:
    row = InboxRow("web", NOW, len(calls), pack(calls))
    workspace._ledger.within(lambda tx: tx.inbox.put([row]))
    workspace.collection.seal()


def say(workspace: Workspace, *words: StoredConsent, collection: bool = True) -> None:
    async def keep(tx):  # type: ignore[no-untyped-def]
        await tx.consents.put_purpose("analytics", "Analytics", collection=collection)
        await tx.consents.add(words)

    workspace._ledger.within(keep)


def suppress(workspace: Workspace, address: str, kind: str, value: str) -> None:
    digests = digests_of(workspace._vault, IdentifierWriting(), kind, value)
    with psycopg.connect(address) as connection:
        for digest in digests:
            connection.execute(
                "INSERT INTO suppression (workspace_id, digest, request_id) "
                "SELECT workspace_id, %s, 'r1' FROM workspace WHERE name = 'empty'",
                [digest],
            )


def messages(workspace: Workspace) -> set[str]:
    table = workspace._lake._table()  # type: ignore[attr-defined]
    return set() if table is None else set(table.scan().to_arrow()["giljabi_message"].to_pylist())


@pytest.fixture
def workspace(empty_workspace: Workspace) -> Workspace:
    source = StoredSource(id="web", kind="http", name="Web", created_at=NOW)
    empty_workspace._ledger.within(lambda tx: tx.sources.add(source))
    return empty_workspace


def test_calls_of_who_has_withdrawn_are_counted_and_let_go(workspace: Workspace) -> None:
    say(workspace, said("u1", given=False))
    send(workspace, call("1", user_id="u1"), call("2", user_id="u2"))
    assert messages(workspace) == {"2"}
    source = workspace.sources.get("web")
    assert (source.accepted, source.refused, source.declined) == (1, 0, 1)
    assert workspace.refusals.list().refusals == []


def test_a_withdrawal_holds_for_every_identifier_of_the_customer(workspace: Workspace) -> None:
    send(workspace, call("1", user_id="u1", email="Ann@Example.org"))
    say(workspace, said("u1", given=False))
    send(workspace, call("2", email="ann@example.org "), call("3", email="ben@example.org"))
    assert messages(workspace) == {"1", "3"}


def test_the_last_word_over_all_identifiers_counts(workspace: Workspace) -> None:
    send(workspace, call("1", user_id="u1", email="ann@example.org"))
    say(workspace, said("u1", given=False), said("ann@example.org", kind="email", given=True, hours=1))
    send(workspace, call("2", user_id="u1"))
    say(workspace, said("u1", given=False, hours=1))
    send(workspace, call("3", user_id="u1"))
    assert messages(workspace) == {"1", "2"}


def test_a_shared_device_keeps_out_nobody_who_has_a_name(workspace: Workspace) -> None:
    send(workspace, call("1", user_id="u1", device="tablet"))
    say(workspace, said("u1", given=False))
    send(workspace, call("2", user_id="u2", device="tablet"))
    assert messages(workspace) == {"1", "2"}
    say(workspace, said("alone", kind="device", given=False))
    send(workspace, call("3", device="alone"), call("4", user_id="u2", device="alone"))
    assert messages(workspace) == {"1", "2", "4"}


def test_purposes_that_are_not_of_collection_keep_out_nobody(workspace: Workspace) -> None:
    say(workspace, said("u1", given=False), collection=False)
    send(workspace, call("1", user_id="u1"))
    assert messages(workspace) == {"1"}


def test_a_channel_that_is_closed_keeps_out_nobody(workspace: Workspace) -> None:
    say(workspace, said("u1", given=False, channel="email"))
    send(workspace, call("1", user_id="u1"))
    assert messages(workspace) == {"1"}


def test_whatever_names_somebody_suppressed_is_let_go(workspace: Workspace, database_address: str) -> None:
    suppress(workspace, database_address, "email", "ann@example.org")
    send(
        workspace,
        call("1", user_id="u1", email="ANN@example.org"),
        call("2", user_id="u1"),
        call("3", None, "identify", user_id="u2", email="ann@example.org"),
        Call("alias", "4", int(NOW.timestamp() * 1000), {"user_id": "u3"}, previous_id="ann@example.org"),
    )
    assert messages(workspace) == {"2"}
    assert {one.value for one in workspace.customers.head("u1").identifiers} == {"u1"}


def test_who_is_no_longer_suppressed_comes_in_again(workspace: Workspace, database_address: str) -> None:
    suppress(workspace, database_address, "user_id", "u1")
    send(workspace, call("1", user_id="u1"))
    with psycopg.connect(database_address) as connection:
        connection.execute("DELETE FROM suppression")
    send(workspace, call("2", user_id="u1"))
    assert messages(workspace) == {"2"}


def test_rows_of_files_are_let_go_and_counted(
    workspace: Workspace, tmp_path: Path, database_address: str
) -> None:
    suppress(workspace, database_address, "phone", "010-1234-9999")
    say(workspace, said("u1", given=False))
    file = tmp_path / "events.csv"
    file.write_text(
        "customer,event,time\n"
        "u1,buy,2026-01-01 10:00\n"
        "u2,buy,2026-01-01 10:00\n"
        " +82 10 1234 9999,buy,2026-01-01 10:00\n"
        "+821012349999,,nonsense\n"
        "u2,,2026-01-01 11:00\n"
    )
    report = workspace.import_events(file)
    assert (report.accepted, report.refused) == (1, 4)
    assert report.reasons == {"no_event": 1, "kept_out": 3}
    assert report.rejects_path is not None
    assert "9999" not in report.rejects_path.read_text("utf-8-sig")


def test_feedback_in_files_is_let_go_too(workspace: Workspace, tmp_path: Path) -> None:
    say(workspace, said("u1", given=False))
    file = tmp_path / "feedback.csv"
    file.write_text("customer,time,kind,score\nu1,2026-01-01,nps,9\nu2,2026-01-01,nps,3\n")
    report = workspace.import_feedback(file, {"kind": "kind"})
    assert (report.accepted, report.reasons) == (1, {"kept_out": 1})
    assert report.rejects_path is None
    assert workspace.feedback()["customer"].to_pylist() == ["u2"]


def test_a_file_of_nobody_else_says_so(workspace: Workspace, tmp_path: Path) -> None:
    say(workspace, said("u1", given=False))
    file = tmp_path / "events.csv"
    file.write_text("customer,event,time\nu1,buy,2026-01-01 10:00\n")
    with pytest.raises(NoUsableRow):
        workspace.import_events(file)


def test_a_gate_answers_for_bare_names_too(workspace: Workspace) -> None:
    writing = IdentifierWriting()
    out = digests_of(workspace._vault, writing, "email", "ann@example.org") | digests_of(
        workspace._vault, writing, ANY_KIND, "c-1"
    )
    gate = Gate(workspace._vault, writing, lambda kind: True, out, frozenset(), frozenset())
    assert gate.keeps_out_name("Ann@example.org")
    assert gate.keeps_out_name("c-1 ")
    assert not gate.keeps_out_name("c-2")
