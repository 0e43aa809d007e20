"""Customers as the pages show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec

from giljabi.bootstrap import CustomerHead, FoundCustomer, Timeline, TimelineEntry
from giljabi.resolve import name_of
from giljabi.store import IdentityEdge, StoredFeedback, StoredGroup, StoredIdentifier

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CustomerRow(msgspec.Struct, frozen=True):
    """A customer who was found; ``kind`` of the identifier is empty where it is the customer's own id."""

    id: str
    name: str | None
    kind: str
    value: str
    events: int
    last_at: datetime | None


class CustomerRows(msgspec.Struct, frozen=True):
    """Customers who were found, the best first."""

    customers: list[CustomerRow]


class IdentifierView(msgspec.Struct, frozen=True):
    """An identifier of a customer, and when it was seen."""

    kind: str
    value: str
    first_at: datetime
    last_at: datetime


class CustomerEdgeView(msgspec.Struct, frozen=True):
    """A merge or a split, and its cause."""

    id: int
    kind: Literal["merge", "split"]
    from_customer: str
    to_customer: str
    cause: dict[str, Any]
    state: Literal["waiting", "done", "undone"]
    at: datetime
    undone_at: datetime | None


class CustomerGroupView(msgspec.Struct, frozen=True):
    """A household or company a customer belongs to."""

    id: str
    kind: str
    name: str | None
    members: int


class CustomerSource(msgspec.Struct, frozen=True):
    """How many of a customer's events a source brought."""

    source: str
    events: int


class CustomerView(msgspec.Struct, frozen=True):
    """What is known of a customer besides the timeline."""

    id: str
    name: str | None
    traits: dict[str, Any]
    identifiers: list[IdentifierView]
    merged: list[str]
    edges: list[CustomerEdgeView]
    groups: list[CustomerGroupView]
    events: int
    feedback: int
    first_at: datetime | None
    last_at: datetime | None
    sources: list[CustomerSource]


class FeedbackView(msgspec.Struct, frozen=True):
    """What a customer said once."""

    kind: str
    score: float | None
    text: str | None
    touchpoint: str | None


class HappenedView(msgspec.Struct, frozen=True):
    """An event with the columns that it has values in, channel and source apart."""

    name: str
    channel: str | None
    source: str | None
    values: dict[str, str | float]


class TimelineEntryView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing on a timeline: ``event``, ``feedback``, ``identifier`` or ``edge`` is set."""

    kind: Literal["event", "feedback", "identity"]
    time: datetime
    event: HappenedView | None = None
    feedback: FeedbackView | None = None
    identifier: IdentifierView | None = None
    edge: CustomerEdgeView | None = None


class TimelineView(msgspec.Struct, frozen=True):
    """A page of a timeline, the newest first; ``before`` asks for the next, null where this is the last."""

    entries: list[TimelineEntryView]
    before: str | None


def customer_row(found: FoundCustomer) -> CustomerRow:
    """Draw a customer who was found."""
    return CustomerRow(found.id, name_of(found.traits), found.kind, found.value, found.events, found.last_at)


def customer_view(head: CustomerHead) -> CustomerView:
    """Draw what is known of a customer."""
    return CustomerView(
        head.id,
        name_of(head.traits),
        dict(head.traits),
        [identifier_view(one) for one in head.identifiers],
        list(head.merged),
        [edge_view(one) for one in head.edges],
        [group_view(one) for one in head.groups],
        head.events,
        head.feedback,
        head.first_at,
        head.last_at,
        [CustomerSource(source, events) for source, events in head.sources.items()],
    )


def timeline_view(timeline: Timeline) -> TimelineView:
    """Draw a page of a timeline."""
    return TimelineView([_entry(one) for one in timeline.entries], timeline.before)


def identifier_view(stored: StoredIdentifier) -> IdentifierView:
    """Draw an identifier."""
    return IdentifierView(stored.kind, stored.value, stored.first_at, stored.last_at)


def edge_view(edge: IdentityEdge) -> CustomerEdgeView:
    """Draw a merge or a split."""
    return CustomerEdgeView(
        edge.id,
        edge.kind,
        edge.from_customer,
        edge.to_customer,
        edge.cause,
        edge.state,
        edge.at,
        edge.undone_at,
    )


def group_view(group: StoredGroup) -> CustomerGroupView:
    """Draw a household or company."""
    return CustomerGroupView(group.id, group.kind, name_of(group.traits), group.members)


def feedback_view(said: StoredFeedback) -> FeedbackView:
    """Draw what a customer said."""
    return FeedbackView(said.kind, said.score, said.text, said.touchpoint)


def _entry(entry: TimelineEntry) -> TimelineEntryView:
    event = entry.event
    values = dict(event.values) if event else {}
    channel, source = values.pop("channel", None), values.pop("source", None)
    return TimelineEntryView(
        entry.kind,
        _EPOCH + timedelta(milliseconds=entry.time),
        HappenedView(event.name, _text(channel), _text(source), values) if event else None,
        feedback_view(entry.feedback) if entry.feedback else None,
        identifier_view(entry.identifier) if entry.identifier else None,
        edge_view(entry.edge) if entry.edge else None,
    )


def _text(value: str | float | None) -> str | None:
    return None if value is None else str(value)
