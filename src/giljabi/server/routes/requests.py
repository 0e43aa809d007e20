"""Customers' requests: to see what is kept of them, and to be forgotten."""

from __future__ import annotations

from typing import Literal

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import File

from giljabi.access import Principal
from giljabi.bootstrap import Workspace
from giljabi.server.views.requests import (
    RequestList,
    RequestPreviewView,
    RequestView,
    preview_view,
    request_list,
    request_view,
)


class AskedCustomer(msgspec.Struct, frozen=True):
    """A customer's id, or any identifier of theirs."""

    customer: str


class NewRequest(msgspec.Struct, frozen=True):
    """What a customer asks for; the note is for those who look after requests."""

    kind: Literal["access", "erasure"]
    customer: str
    note: str = ""


class LetBackIn(msgspec.Struct, frozen=True):
    """An identifier of somebody who comes back by their own wish, and how that is known."""

    identifier: str
    note: str = ""


class LetInAgain(msgspec.Struct, frozen=True):
    """How many digests no longer keep somebody out."""

    digests: int


@get("/requests", sync_to_thread=True, needs="admin")
def list_requests(workspace: NamedDependency[Workspace]) -> RequestList:
    """List all requests, the newest first."""
    return request_list(workspace.forgetting.requests(), workspace.forgetting.kept_out())


@post("/requests/preview", status_code=200, sync_to_thread=True, needs="admin", noted=False)
def preview_request(
    data: JSONBody[AskedCustomer], workspace: NamedDependency[Workspace]
) -> RequestPreviewView:
    """Say who is meant, and how much is kept of them in each place."""
    return preview_view(workspace.forgetting.preview(data.customer))


@post("/requests", sync_to_thread=True, needs="admin")
def make_request(
    data: JSONBody[NewRequest],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> RequestView:
    """Take a request; it is done in the background."""
    made = workspace.forgetting.request(data.kind, data.customer, principal.account, data.note)
    return request_view(made)


@get("/requests/{id:str}", sync_to_thread=True, needs="admin")
def show_request(id: FromPath[str], workspace: NamedDependency[Workspace]) -> RequestView:  # noqa: A002
    """Say how far a request is."""
    return request_view(workspace.forgetting.get(id))


@post("/requests/{id:str}/retry", status_code=202, sync_to_thread=True, needs="admin")
def retry_request(id: FromPath[str], workspace: NamedDependency[Workspace]) -> RequestView:  # noqa: A002
    """Have a request that failed done again, from the step it was in."""
    return request_view(workspace.forgetting.retry(id))


@get("/requests/{id:str}/file", sync_to_thread=True, needs="admin", media_type="application/octet-stream")
def fetch_record(
    id: FromPath[str],  # noqa: A002
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
    format: FromQuery[Literal["json", "zip"]] = "json",  # noqa: A002
) -> File:
    """Give a customer's whole record as it was given out, as one JSON document or as tables in a ZIP."""
    path = workspace.forgetting.file(id, format)
    workspace.audit.note(principal, "requests.fetch_record", id, format=format)
    return File(path, filename=f"customer-{id[:8]}.{format}", content_disposition_type="attachment")


@post("/kept-out/let-in", status_code=200, sync_to_thread=True, needs="admin", noted=False)
def let_in(
    data: JSONBody[LetBackIn], workspace: NamedDependency[Workspace], principal: NamedDependency[Principal]
) -> LetInAgain:
    """Let somebody in again who was forgotten, and comes back by their own wish."""
    return LetInAgain(workspace.forgetting.let_in_again(data.identifier, principal, data.note))


router = Router(
    "/privacy",
    route_handlers=[
        list_requests,
        preview_request,
        make_request,
        show_request,
        retry_request,
        fetch_record,
        let_in,
    ],
    tags=["privacy"],
)
