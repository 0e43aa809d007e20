"""Refused calls go through the door again: right ones are let in, the rest stays with its new reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from giljabi.collect import RowRoles, replay_refusals
from giljabi.collect.call_columns import as_sent
from giljabi.collect.calls import Call, unpack
from giljabi.collect.refusals import AT_ONCE
from giljabi.store import StoredRefusal, StoredSource
from giljabi.store.postgres import BlockingDatabase, Database, database_url, workspace_id

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MOMENT = int(NOON.timestamp() * 1000)


@pytest.fixture
def ledger(database_address: str) -> Iterator[BlockingDatabase]:
    ledger = BlockingDatabase(Database(database_url(database_address)), workspace_id("ours"))
    ledger.within(lambda tx: tx.workspaces.get_or_add("ours"))
    yield ledger
    ledger.close()


def refuse(ledger: BlockingDatabase, *bodies: Any, reason: str = "no_event", source: str = "web") -> None:
    refused = [
        StoredRefusal(
            source=source,
            received_at=NOON,
            reason=reason,
            detail="before",
            body=body if isinstance(body, bytes) else msgspec.json.encode(body),
        )
        for body in bodies
    ]
    ledger.within(lambda tx: tx.refusals.add(refused))


def waiting(ledger: BlockingDatabase) -> list[Call]:
    rows = ledger.within(lambda tx: tx.inbox.read(2**62, 10**9))
    return [call for row in rows for call in unpack(row.body)]


def left(ledger: BlockingDatabase) -> list[tuple[str, str]]:
    return [(one.reason, one.detail) for one in ledger.within(lambda tx: tx.refusals.list(limit=1000))]


def test_what_is_right_by_now_is_let_in_as_of_the_time_it_came(ledger: BlockingDatabase) -> None:
    refuse(ledger, {"type": "track", "event": "Paid", "userId": "u", "properties": {"way": "card"}})
    done = replay_refusals(ledger)
    assert (done.accepted, done.refused) == (1, 0)
    (call,) = waiting(ledger)
    assert (call.event, call.time, call.properties) == ("Paid", MOMENT, {"way": "card"})
    assert left(ledger) == []
    again = replay_refusals(ledger)
    assert (again.accepted, again.refused) == (0, 0)
    assert len(waiting(ledger)) == 1


def test_what_is_refused_again_stays_with_its_new_reason(ledger: BlockingDatabase) -> None:
    refuse(ledger, {"type": "track", "event": "Paid"}, b"{broken", reason="bad_call")
    done = replay_refusals(ledger)
    assert (done.accepted, done.refused) == (0, 2)
    assert [reason for reason, _ in left(ledger)] == ["bad_json", "no_customer"]
    assert "give userId or anonymousId" in left(ledger)[1][1]


def test_a_call_told_by_its_address_alone_is_known_by_what_it_holds(ledger: BlockingDatabase) -> None:
    refuse(
        ledger,
        {"userId": "u", "event": "Paid"},
        {"userId": "u", "name": "Home"},
        {"userId": "u", "groupId": "g", "traits": {"a": 1}},
        {"userId": "u", "previousId": "v"},
        {"userId": "u", "traits": {"email": "a@b.kr"}},
    )
    assert replay_refusals(ledger).accepted == 5
    assert sorted(call.type for call in waiting(ledger)) == ["alias", "group", "identify", "page", "track"]


def test_only_what_was_chosen_is_replayed(ledger: BlockingDatabase) -> None:
    good = {"type": "track", "event": "e", "userId": "u"}
    refuse(ledger, good, good)
    refuse(ledger, good, reason="bad_time")
    refuse(ledger, good, source="app")
    newest, *_ = ledger.within(lambda tx: tx.refusals.list())
    assert replay_refusals(ledger, source="app").accepted == 1
    assert replay_refusals(ledger, ids=[newest.id]).accepted == 0
    assert replay_refusals(ledger, reason="bad_time").accepted == 1
    oldest = ledger.within(lambda tx: tx.refusals.list())[-1]
    assert replay_refusals(ledger, ids=[oldest.id]).accepted == 1
    assert len(left(ledger)) == 1


def test_more_than_one_portion_is_replayed_and_nothing_twice(ledger: BlockingDatabase) -> None:
    bodies = [{"type": "track", "event": "e", "userId": f"u{n}"} for n in range(AT_ONCE + 7)]
    refuse(ledger, *bodies, {"type": "track", "userId": "nothing"})
    done = replay_refusals(ledger)
    assert (done.accepted, done.refused) == (AT_ONCE + 7, 1)
    assert len({call.identifiers["user_id"] for call in waiting(ledger)}) == AT_ONCE + 7


def test_rows_are_read_by_what_their_source_says_now(ledger: BlockingDatabase) -> None:
    roles = RowRoles(identifiers={"user_id": "고객"}, event="일", time="때")
    source = StoredSource(
        id="crm", kind="sql", name="CRM", settings={"roles": msgspec.to_builtins(roles)}, created_at=NOON
    )
    ledger.within(lambda tx: tx.sources.add(source))
    row = {"고객": "c1", "일": "문의", "때": "2026-04-30 10:00:00", "type": "track"}
    refuse(ledger, row, {**row, "고객": ""}, ["no", "row"], reason="no_time", source="crm")
    done = replay_refusals(ledger)
    assert (done.accepted, done.refused) == (1, 2)
    (call,) = waiting(ledger)
    assert (call.identifiers, call.event, call.properties) == ({"user_id": "c1"}, "문의", {"type": "track"})
    assert [reason for reason, _ in left(ledger)] == ["bad_call", "no_customer"]


def test_roles_that_are_none_any_more_refuse_in_words(ledger: BlockingDatabase) -> None:
    source = StoredSource(
        id="crm", kind="sql", name="CRM", settings={"roles": {"identifiers": {}}}, created_at=NOON
    )
    ledger.within(lambda tx: tx.sources.add(source))
    refuse(ledger, {"a": "1"}, source="crm")
    replay_refusals(ledger)
    assert "no column says whose a row is" in left(ledger)[0][1]


@pytest.mark.parametrize(
    "call",
    [
        Call("track", "m1", MOMENT, {"user_id": "u"}, "Paid", "web", 3.0, {"way": "card"}),
        Call("page", "m2", MOMENT, {"anonymous_id": "a"}, "Home"),
        Call(
            "feedback",
            "m3",
            MOMENT,
            {"user_id": "u"},
            properties={"kind": "nps", "score": 9.0, "text": "좋아요"},
        ),
        Call("identify", "m4", MOMENT, {"user_id": "u", "email": "a@b.kr"}, traits={"plan": "pro"}),
    ],
    ids=lambda call: call.type,
)
def test_what_was_refused_when_it_was_sealed_becomes_the_same_call(
    ledger: BlockingDatabase, call: Call
) -> None:
    refuse(ledger, as_sent(call), reason="no_customer")
    assert replay_refusals(ledger).accepted == 1
    (again,) = waiting(ledger)
    assert again == call


def test_feedback_that_is_wrong_still_is_refused_again(ledger: BlockingDatabase) -> None:
    call = Call("feedback", "m", MOMENT, {"user_id": "u"}, properties={"kind": "nps", "score": 11.0})
    refuse(ledger, as_sent(call), reason="no_customer")
    replay_refusals(ledger)
    assert [reason for reason, _ in left(ledger)] == ["bad_score"]


def test_what_was_too_large_is_not_whole_and_stays(ledger: BlockingDatabase) -> None:
    refuse(ledger, b'{"type":"track","event":"e","userId":"u"}', reason="too_large")
    assert replay_refusals(ledger).accepted == 0
    assert left(ledger) == [("too_large", "before")]
