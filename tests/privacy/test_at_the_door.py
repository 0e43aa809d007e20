"""What consent keeps out and what rules hide is nowhere afterwards, whatever way it came."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from litestar.testing import TestClient
from tests.privacy.traces import traces
from tests.workspaces import OPEN

from giljabi.bootstrap import Workspace
from giljabi.model.errors import NoUsableRow
from giljabi.privacy import is_hash
from giljabi.server.app import create_app
from giljabi.store import StoredSource

KEY = "write-key-of-tests"
NOW = "2026-01-01T12:00:00Z"

Send: TypeAlias = Callable[..., dict[str, Any]]
Traces: TypeAlias = Callable[[str], list[str]]


@pytest.fixture
def workspace(empty_workspace: Workspace) -> Workspace:
    source = StoredSource(id="web", kind="http", name="Web", write_key=KEY, created_at=datetime.now(UTC))
    empty_workspace._ledger.within(lambda tx: tx.sources.add(source))
    return empty_workspace


@pytest.fixture
def send(workspace: Workspace) -> Iterator[Send]:
    """Send calls as one batch, and give the answer."""
    with TestClient(create_app(workspace, OPEN), base_url="http://127.0.0.1") as client:

        def sent(*calls: dict[str, Any]) -> dict[str, Any]:
            batch = [{"type": "track", "event": "e", "timestamp": NOW, **call} for call in calls]
            answer = client.post("/v1/batch", json={"batch": batch, "writeKey": KEY})
            assert answer.status_code in {200, 400}, answer.text
            told: dict[str, Any] = answer.json()
            return told

        yield sent


@pytest.fixture
def found(workspace: Workspace, tmp_path: Path, database_address: str) -> Traces:
    """Name where a text is found after all that waits was sealed."""

    def look(text: str) -> list[str]:
        before = traces(text, tmp_path / "home", database_address)
        workspace.collection.seal()
        return [*before, *traces(text, tmp_path / "home", database_address)]

    return look


def consent(**preferences: bool) -> dict[str, Any]:
    return {"consent": {"categoryPreferences": preferences}}


def test_calls_that_decline_collection_are_answered_and_not_kept(
    workspace: Workspace, send: Send, found: Traces
) -> None:
    workspace.privacy.put_purpose("Analytics", "Analytics", collection=True)
    workspace.privacy.put_purpose("Ads", "Ads", collection=False)
    told = send(
        {"userId": "declining", "context": consent(analytics=False, ads=True)},
        {"userId": "agreeing", "context": consent(analytics=True, ads=False)},
        {"userId": "silent"},
        {"userId": "declining", "timestamp": "nonsense", "context": consent(Analytics=False)},
    )
    assert (told["accepted"], told["refused"], told["declined"]) == (2, 0, 2)
    assert found("declining") == []
    source = workspace.sources.get("web")
    assert (source.accepted, source.refused, source.declined) == (2, 0, 2)


def test_a_batch_that_declines_wholly_is_answered_with_success(workspace: Workspace, send: Send) -> None:
    workspace.privacy.put_purpose("analytics", "Analytics", collection=True)
    told = send({"userId": "u", "context": consent(analytics=False)})
    assert (told["success"], told["accepted"], told["declined"]) == (True, 0, 1)


def test_purposes_that_are_not_of_collection_decline_nothing(workspace: Workspace, send: Send) -> None:
    workspace.privacy.put_purpose("analytics", "Analytics", collection=False)
    assert send({"userId": "u", "context": consent(analytics=False)})["accepted"] == 1


def test_decisions_that_senders_tell_are_kept_with_their_history(workspace: Workspace, send: Send) -> None:
    workspace.privacy.put_purpose("analytics", "Analytics", collection=True)
    workspace.privacy.put_purpose("ads", "Ads", collection=False)
    decided = {"userId": "u1", "anonymousId": "a1", "event": "Segment Consent Preference Updated"}
    send({**decided, "messageId": "1", "context": consent(analytics=True, ads=False, unheard=True)})
    workspace.collection.seal()
    told = send({**decided, "messageId": "2", "timestamp": "2026-01-02", "context": consent(analytics=False)})
    assert told["declined"] == 1
    workspace.collection.seal()
    by_user = workspace.privacy.consent_of("user_id", "u1")
    assert [(one.purpose, one.given) for one in by_user.states] == [("ads", False), ("analytics", False)]
    words = {(one.kind, one.purpose, one.given, one.recorded_by) for one in by_user.history}
    assert ("user_id", "analytics", True, "source:web") in words
    assert ("anonymous_id", "analytics", False, "source:web") in words
    # From now on the visitor is let go also where a call says nothing of consent.
    send({"anonymousId": "a1", "event": "later"}, {"userId": "u1", "event": "later"})
    workspace.collection.seal()
    assert workspace.sources.get("web").declined == 3


def test_a_decision_that_is_sent_again_is_kept_once(workspace: Workspace, send: Send) -> None:
    workspace.privacy.put_purpose("ads", "Ads", collection=False)
    decided = {"userId": "u1", "event": "Segment Consent Preference Updated", "context": consent(ads=True)}
    send(decided)
    send(decided)
    assert len(workspace.privacy.consent_of("user_id", "u1").history) == 1


def test_fields_that_are_dropped_are_nowhere(workspace: Workspace, send: Send, found: Traces) -> None:
    workspace.privacy.add_field_rule("properties.card", "drop")
    workspace.privacy.add_field_rule("traits.*phone", "drop")
    workspace.privacy.add_field_rule("context.ip", "drop", source="web")
    send(
        {"userId": "u", "properties": {"card": "4929-secret", "kept": "visible"}},
        {"type": "identify", "userId": "u", "traits": {"mobilePhone": "010-secret"}},
        {
            "userId": "u",
            "event": "",
            "properties": {"card": "refused-secret"},
            "context": {"ip": "ip-secret"},
        },
        {"userId": "u", "timestamp": "nonsense", "properties": {"card": "refused-secret"}},
    )
    assert found("secret") == []
    assert found("visible") != []
    assert len(workspace.refusals.list().refusals) == 2


def test_identifiers_that_are_hashed_still_join(workspace: Workspace, send: Send, found: Traces) -> None:
    workspace.privacy.add_field_rule("email", "hash")
    workspace.privacy.add_field_rule("user_id", "hash")
    send(
        {"type": "identify", "userId": "secret-1", "traits": {"email": "Secret@example.org"}},
        {"anonymousId": "a1", "context": {"traits": {"email": "secret@example.org"}}},
        {"type": "alias", "userId": "other", "previousId": "secret-1"},
    )
    assert found("secret") == []
    (one,) = {one.id for one in workspace.customers.find("a1")}
    held = workspace.customers.head(one).identifiers
    assert {one.kind for one in held} == {"user_id", "email", "anonymous_id"}
    assert all(is_hash(one.value) for one in held if one.kind != "anonymous_id")


def test_consent_to_a_hashed_identifier_is_found_by_the_identifier(
    workspace: Workspace, send: Send, found: Traces
) -> None:
    from giljabi.privacy import ConsentWord

    workspace.privacy.add_field_rule("email", "hash")
    workspace.privacy.put_purpose("analytics", "Analytics", collection=True)
    word = ConsentWord(kind="email", value="Secret@Example.org", purpose="analytics", given=False)
    workspace.privacy.record([word], "account")
    assert workspace.privacy.consent_of("email", "secret@example.org").states[0].given is False
    send({"userId": "u", "context": {"traits": {"email": "secret@example.org"}}})
    assert found("secret") == []
    assert workspace.sources.get("web").declined == 1


def test_bodies_that_cannot_be_read_are_not_kept_where_there_are_rules(
    workspace: Workspace, found: Traces
) -> None:
    workspace.privacy.add_field_rule("email", "drop")
    with TestClient(create_app(workspace, OPEN), base_url="http://127.0.0.1") as client:
        answer = client.post("/v1/track", content=b'{"email": "secret', auth=(KEY, ""))
    assert answer.status_code == 400
    assert found("secret") == []


def test_rows_of_webhooks_are_cleaned_whatever_becomes_of_them(workspace: Workspace, found: Traces) -> None:
    workspace.privacy.add_field_rule("card", "drop")
    workspace.privacy.add_field_rule("when", "drop")
    roles = {"identifiers": {"user_id": "who"}, "event": "what", "time": "when"}
    source = workspace.sources.add(
        "webhook", "Hook", {"roles": roles, "signature": "github", "secret": "signing-key"}
    )
    with TestClient(create_app(workspace, OPEN), base_url="http://127.0.0.1") as client:
        for row in (
            {"who": "u", "what": "paid", "when": NOW, "card": "hidden-card"},
            {"who": "u", "what": "paid", "when": "hidden-card time", "card": "hidden-card"},
        ):
            body = json.dumps(row).encode()
            signed = hmac.new(b"signing-key", body, hashlib.sha256).hexdigest()
            answer = client.post(
                f"/v1/hooks/{source.id}", content=body, headers={"x-hub-signature-256": f"sha256={signed}"}
            )
            assert answer.status_code in {200, 202, 400, 422}, answer.text
    assert found("hidden-card") == []
    assert len(workspace.refusals.list().refusals) == 1


def test_refused_calls_are_cleaned_by_rules_made_since(workspace: Workspace, send: Send) -> None:
    send({"properties": {"card": "secret"}})
    workspace.privacy.add_field_rule("card", "drop")
    (refusal,) = workspace.refusals.list().refusals
    body = json.loads(refusal.body)
    workspace._ledger.within(lambda tx: tx.refusals.amend([refusal]))
    assert body["properties"]["card"] == "secret"
    from giljabi.collect.refusals import _cleaned

    cleaned = _cleaned(refusal, workspace._door.cleaner(refusal.source))
    assert b"secret" not in cleaned.body


def test_files_are_cleaned_before_anything_is_kept(
    workspace: Workspace, tmp_path: Path, found: Traces
) -> None:
    workspace.privacy.add_field_rule("card", "drop")
    workspace.privacy.add_field_rule("email", "hash")
    workspace.privacy.add_field_rule("userId", "hash")
    file = tmp_path / "events.csv"
    file.write_text(
        "customer,event,time,card,email,city\n"
        "secret-1,buy,2026-01-01 10:00,secret,secret@example.org,Seoul\n"
        "secret-1,buy,nonsense,secret,secret@example.org,Seoul\n"
        "secret-1,,2026-01-01 10:00,secret,secret@example.org,Seoul\n"
    )
    roles = {"customer": "customer", "event": "event", "time": "time"}
    with file.open("rb") as stream:
        staged = workspace.stage_upload("events.csv", stream)
    assert "secret" not in str(workspace.preview(staged))
    report = workspace.import_events(file, roles)
    assert (report.accepted, report.refused) == (1, 2)
    (workspace._directory / "uploads" / staged / "events.csv").unlink()
    assert found("secret") == []
    (customer,) = workspace.customers.find("hash-")
    assert is_hash(customer.id)


def test_a_customer_that_is_dropped_is_no_customer(workspace: Workspace, tmp_path: Path) -> None:
    workspace.privacy.add_field_rule("customer", "drop")
    file = tmp_path / "events.csv"
    file.write_text("customer,event,time\nu1,buy,2026-01-01 10:00\n")
    with pytest.raises(NoUsableRow, match="no_customer"):
        workspace.import_events(file)


def test_a_rule_can_be_tried_before_it_is_made(workspace: Workspace) -> None:
    call = {"type": "track", "userId": "u", "properties": {"card": "4929", "city": "Seoul"}}
    tried = workspace.privacy.try_rules(call, more=[("card", "drop")])
    assert tried.before == call
    assert tried.after["properties"] == {"city": "Seoul"}
    assert workspace.privacy.field_rules() == []
