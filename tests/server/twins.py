"""Two workspaces of one database and one home, filled alike: whatever one tells of the other is a leak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.server.comers import Comer, make_owner

from giljabi.bootstrap import Workspace, open_workspace
from giljabi.collect.calls import Call, pack
from giljabi.mapping import template
from giljabi.model import parse_audience
from giljabi.store import InboxRow

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
NAMES = ("ours", "theirs")


@dataclass(frozen=True)
class Twin:
    """A workspace, its owner, a word that stands everywhere in it and nowhere else, and names of its things.

    ``ids`` has by kind the names under which the API knows its things.
    """

    workspace: Workspace
    owner: Comer
    mark: str
    ids: Mapping[str, str]


def twin(home: Path, address: str, name: str, files: Path) -> Twin:
    """Make one of the two; everything but the mark is the same in both."""
    workspace = open_workspace(home, address, name)
    mark = f"mark-of-{name}"
    owner = make_owner(workspace, f"{mark}@example.com")
    events, feedback = files / f"{name}-events.csv", files / f"{name}-feedback.csv"
    events.write_text(
        "customer,event,time,note\n"
        f"minji,view,2026-01-01 10:00:00,{mark}\nminji,pay,2026-01-01 10:05:00,{mark}\n"
        f"junho,view,2026-01-01 11:00:00,{mark}\n{mark},view,2026-01-01 12:00:00,{mark}\n"
        f",view,2026-01-01 12:00:00,{mark}\n"
    )
    feedback.write_text(f"customer,time,kind,score,text\nminji,2026-01-02 09:00:00,nps,9,{mark}\n")
    imported = workspace.import_events(events)
    workspace.import_feedback(feedback)
    own_map = workspace.add_map(template("shop-en").replace("title: ", f"title: {mark} ", 1))
    segment = workspace.save_segment(mark, parse_audience("did: {event: pay}"))
    source = workspace.sources.add("http", mark, {})
    send(workspace, source.id, call("m1", "minji", mark, phone="+821012345678"), call("m2", mark, mark))
    workspace.jobs.work_off()
    send(workspace, source.id, call("m3", "waiting", mark))
    assert owner.principal is not None
    token, _ = workspace.tokens.make(owner.principal, mark, ["view"], None)
    invitation = workspace.accounts.invite(owner.principal, f"guest@{mark}.example", "viewer", {}, "en")
    asked = [one.id for one in workspace.imports() if one.kind == "events"]
    assert imported.accepted == 4
    return Twin(
        workspace,
        owner,
        mark,
        {
            "maps": own_map.id,
            "segments": segment.id,
            "sources": source.id,
            "imports": asked[0],
            "tokens": token.id,
            "people": owner.principal.account,
            "invitations": invitation.id,
            "customers": mark,
            "session": owner.session,
        },
    )


def call(message: str, customer: str, mark: str, **identifiers: str) -> Call:
    """Make a call that bears the mark."""
    return Call(
        type="track",
        message_id=message,
        time=int(NOW.timestamp() * 1000),
        identifiers={"user_id": customer, **identifiers},
        event="seen",
        properties={"note": mark},
    )


def send(workspace: Workspace, source: str, *calls: Call) -> None:
    """Put calls into the inbox, as one request does."""
    row = InboxRow(source, NOW, len(calls), pack(calls))
    workspace._ledger.within(lambda tx: tx.inbox.put([row]))


def headers(comer: Comer) -> dict[str, Any]:
    """Give what a comer's requests have."""
    return dict(comer.headers)
