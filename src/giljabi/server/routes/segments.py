"""Segments: keep audiences under a name, and see how large one is before that."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from giljabi.access import Principal
from giljabi.bootstrap import Workspace
from giljabi.model import audience_of, write_audience
from giljabi.server.selection import audience_size
from giljabi.server.views.segments import AudienceSize, SegmentList, SegmentView, segment_view


class NamedAudience(msgspec.Struct, frozen=True):
    """A name of 1 to 80 letters, and an audience in its mapping form."""

    name: str
    audience: dict[str, Any]


class AudienceForm(msgspec.Struct, frozen=True):
    """An audience in its mapping form."""

    audience: dict[str, Any]


@get("/", sync_to_thread=True, needs="view")
def list_segments(
    workspace: NamedDependency[Workspace], principal: NamedDependency[Principal]
) -> SegmentList:
    """List the segments by name; what names single customers is shown to those who may look at them."""
    return SegmentList([segment_view(one, principal) for one in workspace.list_segments()])


@post("/", sync_to_thread=True, needs="edit")
def add_segment(
    data: JSONBody[NamedAudience],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> SegmentView:
    """Keep an audience under a name."""
    return segment_view(workspace.save_segment(data.name, audience_of(data.audience)), principal)


@post("/preview", status_code=200, sync_to_thread=True, needs="view")
def preview_audience(data: JSONBody[AudienceForm], workspace: NamedDependency[Workspace]) -> AudienceSize:
    """Say how many customers an audience has."""
    customers, total = audience_size(workspace, data.audience)
    share = customers / total if total else None
    return AudienceSize(customers, total, share, write_audience(audience_of(data.audience)))


@put("/{id:str}", sync_to_thread=True, needs="edit")
def replace_segment(
    id: FromPath[str],  # noqa: A002
    data: JSONBody[NamedAudience],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> SegmentView:
    """Give a segment another name and audience."""
    return segment_view(workspace.save_segment(data.name, audience_of(data.audience), id), principal)


@delete("/{id:str}", sync_to_thread=True, needs="edit")
def remove_segment(id: FromPath[str], workspace: NamedDependency[Workspace]) -> None:  # noqa: A002
    """Remove a segment."""
    workspace.remove_segment(id)


router = Router(
    "/segments",
    route_handlers=[list_segments, add_segment, preview_audience, replace_segment, remove_segment],
    tags=["segments"],
)
