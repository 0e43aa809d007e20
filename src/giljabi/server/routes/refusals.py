"""Refusals: what was refused and why, and another try."""

from __future__ import annotations

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, JSONBody

from giljabi.bootstrap import REFUSALS_KEPT, Workspace
from giljabi.server.language import Language, language_of
from giljabi.server.views.refusals import (
    RefusalCounts,
    RefusalList,
    RetakenView,
    refusal_count_view,
    refusal_view,
)


class ReplayWish(msgspec.Struct, frozen=True):
    """Which refusals to try again: of a reason, of a source, or chosen ones; all where nothing is said."""

    reason: str | None = None
    source: str | None = None
    ids: list[int] | None = None


@get("/", sync_to_thread=True, needs="edit")
def list_refusals(
    workspace: NamedDependency[Workspace],
    language: NamedDependency[Language],
    reason: FromQuery[str | None] = None,
    source: FromQuery[str | None] = None,
    before: FromQuery[int | None] = None,
    limit: FromQuery[int] = 20,
) -> RefusalList:
    """List refusals, the newest first."""
    found = workspace.refusals.list(reason=reason, source=source, before=before, limit=limit)
    rows = [refusal_view(one, found.names[one.source], language) for one in found.refusals]
    return RefusalList(rows, rows[-1].id if len(rows) == limit else None)


@get("/counts", sync_to_thread=True, needs="edit")
def count_refusals(workspace: NamedDependency[Workspace]) -> RefusalCounts:
    """Count refusals by reason and source."""
    counts = [refusal_count_view(one) for one in workspace.refusals.counts()]
    return RefusalCounts(counts, REFUSALS_KEPT.days)


@post("/replay", status_code=200, sync_to_thread=True, needs="edit")
def replay(data: JSONBody[ReplayWish], workspace: NamedDependency[Workspace]) -> RetakenView:
    """Take refused calls through the door again; what is refused again stays."""
    done = workspace.refusals.replay(reason=data.reason, source=data.source, ids=data.ids)
    return RetakenView(done.accepted, done.refused)


router = Router(
    "/refusals",
    route_handlers=[list_refusals, count_refusals, replay],
    dependencies={"language": Provide(language_of, sync_to_thread=False)},
    tags=["refusals"],
)
