"""The event log in numbers."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import msgspec

from giljabi.bootstrap import Workspace

_SHOWN = 50
"""How many values of a column to show."""


class NameView(msgspec.Struct, frozen=True):
    """An event name: how many events and customers have it."""

    event: str
    count: int
    customers: int


class ChannelView(msgspec.Struct, frozen=True):
    """A channel and how many events came by it."""

    channel: str
    count: int


class LogColumn(msgspec.Struct, frozen=True):
    """A column of the log; ``values`` are the first of its dictionary, none for numbers."""

    name: str
    kind: str
    values: list[str]


class FeedbackCounts(msgspec.Struct, frozen=True):
    """How much feedback there is, by kind."""

    count: int
    kinds: dict[str, int]


class LogSummary(msgspec.Struct, frozen=True):
    """The event log in numbers."""

    customers: int
    events: int
    first: datetime
    last: datetime
    names: list[NameView]
    channels: list[ChannelView]
    columns: list[LogColumn]
    feedback: FeedbackCounts
    built_at: datetime


class StatusView(msgspec.Struct, frozen=True):
    """What the server serves; ``log`` is null while there are no events."""

    version: str
    workspace: str
    log: LogSummary | None
    busy: bool


def log_summary(workspace: Workspace) -> LogSummary:
    """Sum up the event log from its manifest; raises LogMissing while there is none."""
    info = workspace.log_info()
    kinds: Counter[str] = Counter(map(str, workspace.feedback().column("kind").to_pylist()))
    channel = next((one for one in info.columns if one.name == "channel"), None)
    by_channel = [] if channel is None else zip(channel.dictionary, channel.counts, strict=False)
    return LogSummary(
        customers=info.customers,
        events=info.events,
        first=info.first,
        last=info.last,
        names=[
            NameView(one.event, one.count, one.customers)
            for one in sorted(info.names, key=lambda name: (-name.count, name.event))
        ],
        channels=[
            ChannelView(name, count)
            for name, count in sorted(by_channel, key=lambda pair: (-pair[1], pair[0]))
        ],
        columns=[LogColumn(one.name, one.kind, list(one.dictionary[:_SHOWN])) for one in info.columns],
        feedback=FeedbackCounts(kinds.total(), dict(kinds)),
        built_at=info.built_at,
    )
