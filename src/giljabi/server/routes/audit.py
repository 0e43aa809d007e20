"""The audit log: who changed what, and who came in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from giljabi.bootstrap import Workspace
from giljabi.server.tables import csv_answer
from giljabi.server.views.audit import ActionList, EntryList, EntryView, entry_view

_PAGE = 1000
_MOST_IN_A_FILE = 100_000


@get("/", sync_to_thread=True, needs="admin")
def list_entries(
    workspace: NamedDependency[Workspace],
    before: FromQuery[int | None] = None,
    limit: FromQuery[int] = 50,
    action: FromQuery[str | None] = None,
    account: FromQuery[str | None] = None,
) -> EntryList:
    """Give a page of the audit log, the newest first."""
    found = workspace.audit.entries(before, limit, action or None, account or None)
    rows = [entry_view(one) for one in found]
    return EntryList(rows, rows[-1].id if len(rows) == limit else None)


@get("/actions", sync_to_thread=True, needs="admin")
def list_actions(workspace: NamedDependency[Workspace]) -> ActionList:
    """List every action that occurs in the audit log."""
    return ActionList(list(workspace.audit.actions()))


@get("/file", sync_to_thread=True, needs="admin")
def download_entries(
    workspace: NamedDependency[Workspace],
    action: FromQuery[str | None] = None,
    account: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give the audit log as CSV, the newest 100,000 entries."""
    header = EntryView.__struct_fields__
    return csv_answer(header, _rows(workspace, action or None, account or None), "audit-log.csv")


def _rows(workspace: Workspace, action: str | None, account: str | None) -> Iterator[list[Any]]:
    before: int | None = None
    for _ in range(_MOST_IN_A_FILE // _PAGE):
        found = workspace.audit.entries(before, _PAGE, action, account)
        for one in found:
            row = msgspec.structs.asdict(entry_view(one))
            row["at"], row["detail"] = one.at.isoformat(), msgspec.json.encode(one.detail).decode()
            yield list(row.values())
        if len(found) < _PAGE:
            return
        before = found[-1].id


router = Router("/audit", route_handlers=[list_entries, list_actions, download_entries], tags=["audit"])
