"""Customers' requests as the pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from giljabi.bootstrap import ErasurePreview, PrivacyRequest


class PlaceCount(msgspec.Struct, frozen=True):
    """How much there is of something in a place."""

    place: str
    what: str
    count: int


class NamedIdentifier(msgspec.Struct, frozen=True):
    """An identifier; ``shared`` says that others hold or held it too, so that it stays with them."""

    kind: str
    value: str
    shared: bool


class RequestPreviewView(msgspec.Struct, frozen=True):
    """Who is meant, and what is kept of them."""

    customer: str
    identifiers: list[NamedIdentifier]
    counts: list[PlaceCount]


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """A request; ``customer`` and ``note`` are empty once they are forgotten.

    ``steps`` are all steps in their order, ``done`` those that are through; ``left`` says in words what could
    not be done on a database of the customer's own.
    """

    id: str
    kind: Literal["access", "erasure"]
    state: Literal["open", "running", "done", "failed"]
    customer: str
    note: str
    steps: list[str]
    done: list[str]
    counts: list[PlaceCount]
    left: list[str]
    error: str
    created_at: datetime
    due_at: datetime
    done_at: datetime | None
    files_until: datetime | None


class RequestList(msgspec.Struct, frozen=True):
    """All requests, the newest first, and how many digests keep somebody out."""

    requests: list[RequestView]
    kept_out: int


def preview_view(preview: ErasurePreview) -> RequestPreviewView:
    """Draw what would be done."""
    own = [NamedIdentifier(kind, value, False) for kind, value in preview.identifiers]
    shared = [NamedIdentifier(kind, value, True) for kind, value in preview.shared]
    counts = [
        PlaceCount(place, what, count)
        for place, counted in preview.counts.items()
        for what, count in counted.items()
        if count
    ]
    return RequestPreviewView(preview.customer, own + shared, counts)


def request_view(one: PrivacyRequest) -> RequestView:
    """Draw a request."""
    counts = [
        PlaceCount(place, what, count)
        for place in ["record", *one.steps]
        for what, count in one.figures.get(place, {}).items()
    ]
    return RequestView(
        id=one.id,
        kind=one.kind,
        state=one.state,
        customer=one.customer,
        note=one.note,
        steps=list(one.steps),
        done=list(one.done),
        counts=counts,
        left=list(one.left),
        error=one.error,
        created_at=one.created_at,
        due_at=one.due_at,
        done_at=one.done_at,
        files_until=one.files_until,
    )


def request_list(requests: Sequence[PrivacyRequest], kept_out: int) -> RequestList:
    """Draw all requests."""
    return RequestList([request_view(one) for one in requests], kept_out)
