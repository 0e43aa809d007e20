"""Where event logs come from: files, tables, and logs built before."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from giljabi.notebook.event_log import EventLog

if TYPE_CHECKING:
    import pyarrow as pa

    from giljabi.collect import Roles
    from giljabi.store import Log


class RowsRefused(UserWarning):
    """Some rows of a file could not be taken; the warning says how many and why."""


def read_events(
    source: Any,
    *,
    customer: str | None = None,
    event: str | None = None,
    time: str | None = None,
    channel: str | None = None,
    value: str | None = None,
    time_zone: str = "UTC",
) -> EventLog:
    """Read events from a file or table into memory.

    Parameters
    ----------
    source
        A path to CSV, Parquet, JSON Lines, Arrow, XES(.gz) or OCEL 2.0 JSON, or any object with
        ``__arrow_c_stream__``.
    customer, event, time, channel, value
        Column names; those not given are guessed from names and content.
    time_zone
        Zone of times that carry none.

    Returns
    -------
    EventLog
        With ``refused`` and ``reasons``; a `RowsRefused` warning says when rows were left out.

    Raises
    ------
    UnreadableFile
        If the file is broken or of no known format.
    RolesUnclear
        If customer, event or time can neither be guessed nor was given.
    NoUsableRow
        If every row was refused.
    """
    from giljabi.collect import Roles
    from giljabi.collect import read_events as read
    from giljabi.store import memory_log

    roles = Roles(
        customer=customer, event=event, time=time, channel=channel, value=value, time_zone=time_zone
    )
    reading = read(source, roles)
    log = memory_log(reading.batches(packed=True))
    _warn_of(reading.accepted, reading.refused, reading.reasons)
    return EventLog(_with_own_names(log, reading.roles), reading.reasons)


def read_feedback(source: Any, **roles: Any) -> pa.Table:
    """Read feedback (customer, time, kind, score, text, touchpoint) from a file or table.

    Parameters
    ----------
    source
        As for `read_events`.
    **roles
        Column names for ``customer``, ``time``, ``kind``, ``score``, ``text``, ``touchpoint`` where they
        cannot be guessed.
    """
    import pyarrow as pa

    from giljabi.collect import FeedbackRoles
    from giljabi.collect import read_feedback as read

    reading = read(source, FeedbackRoles(**roles))
    table = pa.Table.from_batches(reading.batches())
    _warn_of(reading.accepted, reading.refused, reading.reasons)
    return table


def _warn_of(accepted: int, refused: int, reasons: Mapping[str, int]) -> None:
    if refused:
        told = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items() if count)
        message = f"{refused:,} of {accepted + refused:,} rows refused: {told}"
        warnings.warn(message, RowsRefused, stacklevel=3)


def _with_own_names(log: Log, roles: Roles) -> Log:
    """Let channel and value also go by the names their columns have in the source; nothing is copied."""
    from dataclasses import replace

    from giljabi.store import MemoryBucket

    named = {roles.channel: "channel", roles.value: "value"}
    own = {
        name: role
        for name, role in named.items()
        if name is not None and name not in {"customer", "time", "event", *log.columns}
    }
    columns = {name: replace(log.columns[role], name=name) for name, role in own.items()}
    buckets = tuple(
        replace(one, values={**one.values, **{name: one.column(role) for name, role in own.items()}})
        for one in log.buckets
        if isinstance(one, MemoryBucket)
    )
    return replace(log, columns={**log.columns, **columns}, buckets=buckets) if own else log
