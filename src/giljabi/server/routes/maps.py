"""Journey maps: keep, draw, check, propose."""

from __future__ import annotations

import msgspec
from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from giljabi.access import Principal
from giljabi.bootstrap import Workspace
from giljabi.mapping import align, claim_evidence, propose_map
from giljabi.model import map_mistakes, parse_map, write_map
from giljabi.server.checks import checked, standing
from giljabi.server.language import Language, language_of
from giljabi.server.views.check import CheckView, in_language
from giljabi.server.views.evidence import EvidenceView, evidence_view
from giljabi.server.views.maps import (
    MapList,
    StoredMap,
    ThirdPartyView,
    map_card,
    stored_map,
    third_party_view,
)
from giljabi.server.views.mistakes import MistakeView, mistake_views


class MapText(msgspec.Struct, frozen=True):
    """A map in its text form."""

    text: str


class Wish(msgspec.Struct, frozen=True):
    """What a proposed map should be like."""

    max_stages: int | None = None
    title: str | None = None


class Validation(msgspec.Struct, frozen=True):
    """Whether a text is a right map, and every mistake where it is not."""

    ok: bool
    mistakes: list[MistakeView]


class Added(msgspec.Struct, frozen=True):
    """The id of a new map."""

    id: str


class ProposedMap(msgspec.Struct, frozen=True):
    """A map proposed from data: mean fitness and the share of customers who follow it exactly."""

    id: str
    fitness: float
    exact: float


@get("/", sync_to_thread=True, needs="view", guests="*")
def list_maps(workspace: NamedDependency[Workspace], principal: NamedDependency[Principal]) -> MapList:
    """List the maps, the last edited first; to guests theirs."""
    checks = standing(workspace)
    seen = [one for one in workspace.list_maps() if principal.may("view", one.id)]
    return MapList([map_card(one, checks.get(one.id)) for one in seen])


@post("/", sync_to_thread=True, needs="edit")
def add(data: JSONBody[MapText], workspace: NamedDependency[Workspace]) -> Added:
    """Keep a new map; its text is put into canonical form."""
    return Added(workspace.add_map(data.text).id)


@post("/validate", status_code=200, sync_to_thread=True, needs="view", guests="*")
def validate(data: JSONBody[MapText], language: NamedDependency[Language]) -> Validation:
    """Say every mistake in a map's text."""
    found = map_mistakes(data.text)
    return Validation(not found, mistake_views(found, language))


@post("/propose", sync_to_thread=True, needs="edit")
def propose(data: JSONBody[Wish], workspace: NamedDependency[Workspace]) -> ProposedMap:
    """Propose a first map from what customers did, and keep it."""
    log = workspace.log()
    proposed = propose_map(log, stages=data.max_stages, title=data.title).map
    found = align(proposed, log)
    return ProposedMap(workspace.add_map(write_map(proposed)).id, found.fitness, found.exact)


@get("/{id:str}", sync_to_thread=True, needs="view", guests="id")
def read(id: FromPath[str], workspace: NamedDependency[Workspace]) -> StoredMap:  # noqa: A002
    """Give a map in both forms."""
    return stored_map(workspace.map(id))


@put("/{id:str}", sync_to_thread=True, needs="edit", guests="id")
def replace(id: FromPath[str], data: JSONBody[MapText], workspace: NamedDependency[Workspace]) -> StoredMap:  # noqa: A002
    """Put a new text in a map's place."""
    return stored_map(workspace.replace_map(id, data.text))


@delete("/{id:str}", sync_to_thread=True, needs="edit")
def remove(id: FromPath[str], workspace: NamedDependency[Workspace]) -> None:  # noqa: A002
    """Remove a map and its checks."""
    workspace.remove_map(id)


@get("/{id:str}/check", sync_to_thread=True, needs="view", guests="id")
def check(
    id: FromPath[str],  # noqa: A002
    workspace: NamedDependency[Workspace],
    language: NamedDependency[Language],
) -> CheckView:
    """Prove every claim of a map on the events and feedback there are now."""
    found = checked(workspace, id)
    return msgspec.structs.replace(found, claims=[in_language(one, language) for one in found.claims])


@get("/{id:str}/claims/{stage:str}/{index:int}/evidence", sync_to_thread=True, needs="view", guests="id")
def evidence(
    id: FromPath[str],  # noqa: A002
    stage: FromPath[str],
    index: FromPath[int],
    workspace: NamedDependency[Workspace],
    language: NamedDependency[Language],
) -> EvidenceView:
    """Give all that lies behind one claim's verdict."""
    journey_map = parse_map(workspace.map(id).text)
    detail = claim_evidence(journey_map, workspace.log(), stage, index, workspace.feedback())
    return evidence_view(detail, language)


@get("/{id:str}/third-party", sync_to_thread=True, needs="view", guests="id")
def third_party(id: FromPath[str], workspace: NamedDependency[Workspace]) -> ThirdPartyView:  # noqa: A002
    """Say how much of what a map rests on was gathered by others."""
    return third_party_view(workspace.third_party_share(id))


router = Router(
    "/maps",
    route_handlers=[list_maps, add, validate, propose, read, replace, remove, check, evidence, third_party],
    dependencies={"language": Provide(language_of, sync_to_thread=False)},
    tags=["maps"],
)
