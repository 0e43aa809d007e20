"""Files in: upload, look, confirm, follow."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from litestar import Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, JSONBody
from litestar.response import File

from giljabi.bootstrap import Workspace
from giljabi.server.language import Language, language_of
from giljabi.server.views.imports import (
    ImportList,
    ImportView,
    PreviewView,
    followed_view,
    import_view,
    preview_view,
)

UPLOAD_LIMIT = 4 * 1024**3
"""Largest file that may be uploaded through the browser, in bytes."""


@dataclass
class Upload:
    """The form of an upload."""

    file: UploadFile


class Start(msgspec.Struct, frozen=True):
    """What a file holds and which column plays which role."""

    kind: Literal["events", "feedback"]
    roles: dict[str, str | None]


@post("/", needs="edit", request_max_body_size=UPLOAD_LIMIT)
async def upload(
    data: Annotated[Upload, Body(media_type=RequestEncodingType.MULTI_PART)],
    workspace: NamedDependency[Workspace],
    language: NamedDependency[Language],
) -> PreviewView:
    """Take a file in and say what it seems to hold; nothing is imported yet."""
    name = Path(data.file.filename or "upload").name
    staged = await asyncio.to_thread(workspace.stage_upload, name, data.file.file)
    return preview_view(await asyncio.to_thread(workspace.import_status, staged), language)


@post("/{id:str}/start", status_code=202, sync_to_thread=True, needs="edit")
def start(id: FromPath[str], data: JSONBody[Start], workspace: NamedDependency[Workspace]) -> None:  # noqa: A002
    """Import the file with the confirmed roles; follow it by its address."""
    workspace.start_import(id, data.kind, {role: name for role, name in data.roles.items() if name})


@get("/", sync_to_thread=True, needs="view")
def list_imports(workspace: NamedDependency[Workspace], language: NamedDependency[Language]) -> ImportList:
    """List the imports, the newest first."""
    return ImportList([import_view(one, language) for one in workspace.imports()])


@get("/{id:str}", sync_to_thread=True, needs="edit")
def follow(
    id: FromPath[str],  # noqa: A002
    workspace: NamedDependency[Workspace],
    language: NamedDependency[Language],
) -> ImportView:
    """Say how far an import is."""
    return followed_view(workspace.import_status(id), language)


@get("/{id:str}/rejects", sync_to_thread=True, needs="edit")
def rejects(id: FromPath[str], workspace: NamedDependency[Workspace]) -> File:  # noqa: A002
    """Download the refused rows with their reasons."""
    path = workspace.rejects(id)
    return File(path, filename=f"rejects-{id}.csv", media_type="text/csv; charset=utf-8")


router = Router(
    "/imports",
    route_handlers=[upload, start, list_imports, follow, rejects],
    dependencies={"language": Provide(language_of, sync_to_thread=False)},
    tags=["imports"],
)
