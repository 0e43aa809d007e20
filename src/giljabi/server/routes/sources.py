"""Sources: where events come from, tried and looked into before they are kept."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from giljabi.access import Principal
from giljabi.bootstrap import Workspace
from giljabi.server.language import Language, language_of, translate
from giljabi.server.views.sources import (
    SourceKindList,
    SourceList,
    SourceLookView,
    SourceTestView,
    SourceView,
    kinds_view,
    look_view,
    source_list,
    source_view,
)


class NewSource(msgspec.Struct, frozen=True):
    """A source to be added; without a share of third parties it has that of its kind."""

    kind: str
    name: str
    settings: dict[str, Any] = {}
    third_party: float | None = None
    every: int | None = None


class ChangedSource(msgspec.Struct, frozen=True):
    """What is to change of a source; what is left out stays, hidden secrets too."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    settings: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    third_party: float | msgspec.UnsetType = msgspec.UNSET
    every: int | msgspec.UnsetType | None = msgspec.UNSET
    enabled: bool | msgspec.UnsetType = msgspec.UNSET


class SourceTry(msgspec.Struct, frozen=True):
    """Settings to be tried; ``id`` names the source whose secrets they leave hidden."""

    kind: str
    settings: dict[str, Any] = {}
    id: str | None = None


@get("/", sync_to_thread=True, needs="edit")
def list_sources(
    workspace: NamedDependency[Workspace],
    language: NamedDependency[Language],
    principal: NamedDependency[Principal],
) -> SourceList:
    """List the sources by name."""
    return source_list(workspace, language, principal)


@get("/kinds", sync_to_thread=True, needs="edit")
def source_kinds(
    workspace: NamedDependency[Workspace], language: NamedDependency[Language]
) -> SourceKindList:
    """List every kind of source with the settings it asks for."""
    return kinds_view(workspace.sources.kinds(), language)


@post("/", sync_to_thread=True, needs="edit")
def add_source(
    data: JSONBody[NewSource],
    workspace: NamedDependency[Workspace],
    language: NamedDependency[Language],
    principal: NamedDependency[Principal],
) -> SourceView:
    """Add a source; where it has a write key, those who may make keys read it."""
    added = workspace.sources.add(
        data.kind, data.name, data.settings, third_party=data.third_party, every=data.every
    )
    return source_view(workspace, added, language, principal)


@post("/test", status_code=200, sync_to_thread=True, needs="edit")
def test_source(
    data: JSONBody[SourceTry], workspace: NamedDependency[Workspace], language: NamedDependency[Language]
) -> SourceTestView:
    """Reach the other side, and say what is there."""
    said = workspace.sources.test(data.kind, data.settings, data.id)
    return SourceTestView(translate(said, language))


@post("/sample", status_code=200, sync_to_thread=True, needs="edit")
def sample_source(
    data: JSONBody[SourceTry], workspace: NamedDependency[Workspace], language: NamedDependency[Language]
) -> SourceLookView:
    """Look at some rows, and guess which column is what; nothing is taken."""
    return look_view(workspace.sources.sample(data.kind, data.settings, data.id), language)


@get("/{id:str}", sync_to_thread=True, needs="edit")
def one_source(
    id: FromPath[str],  # noqa: A002
    workspace: NamedDependency[Workspace],
    language: NamedDependency[Language],
    principal: NamedDependency[Principal],
) -> SourceView:
    """Show a source."""
    return source_view(workspace, workspace.sources.get(id), language, principal)


@put("/{id:str}", sync_to_thread=True, needs="edit")
def change_source(
    id: FromPath[str],  # noqa: A002
    data: JSONBody[ChangedSource],
    workspace: NamedDependency[Workspace],
    language: NamedDependency[Language],
    principal: NamedDependency[Principal],
) -> SourceView:
    """Change a source."""
    fields = {
        name: value
        for name, value in msgspec.structs.asdict(data).items()
        if not isinstance(value, msgspec.UnsetType)
    }
    return source_view(workspace, workspace.sources.change(id, **fields), language, principal)


@delete("/{id:str}", sync_to_thread=True, needs="edit")
def remove_source(id: FromPath[str], workspace: NamedDependency[Workspace]) -> None:  # noqa: A002
    """Forget a source; what it brought stays."""
    workspace.sources.remove(id)


@post("/{id:str}/key", status_code=200, sync_to_thread=True, needs="admin")
def rotate_key(
    id: FromPath[str],  # noqa: A002
    workspace: NamedDependency[Workspace],
    language: NamedDependency[Language],
    principal: NamedDependency[Principal],
) -> SourceView:
    """Give a source another write key; the old one is refused from now on."""
    return source_view(workspace, workspace.sources.rotate(id), language, principal)


@post("/{id:str}/pull", status_code=202, sync_to_thread=True, needs="edit")
def pull_source(id: FromPath[str], workspace: NamedDependency[Workspace]) -> None:  # noqa: A002
    """Have a source read soon; its view tells how it went."""
    workspace.jobs.ask("pull", source=workspace.sources.get(id).id)


router = Router(
    "/sources",
    route_handlers=[
        list_sources,
        source_kinds,
        add_source,
        test_source,
        sample_source,
        one_source,
        change_source,
        remove_source,
        rotate_key,
        pull_source,
    ],
    dependencies={"language": Provide(language_of, sync_to_thread=False)},
    tags=["sources"],
)
