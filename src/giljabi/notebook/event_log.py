"""The event log in the analyst's hand: every question is a method."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from giljabi.model import Matcher

if TYPE_CHECKING:
    import pyarrow as pa

    from giljabi.discover import GraphAnswer, VariantsAnswer
    from giljabi.measure import DurationsAnswer, FunnelAnswer
    from giljabi.store import Log

Step = str | Sequence[str] | Matcher


class RowsRefused(UserWarning):
    """Some rows of a file could not be taken; the warning says how many and why."""


class EventLog:
    """Events of many customers, ordered by customer and time.

    Made by `read_events`, `open_log` or a selection of another log; it never changes.

    Attributes
    ----------
    events, customers
        How many of each.
    names
        The event names, in the order of their code points.
    refused, reasons
        Rows of the source that could not be taken, in all and by reason (empty for opened logs).
    """

    def __init__(self, log: Log, reasons: Mapping[str, int] | None = None) -> None:
        self._log = log
        self.reasons = dict(reasons or {})
        self.refused = sum(self.reasons.values())

    @property
    def events(self) -> int:
        """How many events there are."""
        return self._log.events

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return self._log.customers

    @property
    def names(self) -> tuple[str, ...]:
        """The event names."""
        return self._log.names

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns beside customer, time and event: channel, value and properties."""
        return tuple(self._log.columns)

    def __len__(self) -> int:
        return self.events

    def __repr__(self) -> str:
        return f"EventLog({self.events:,} events, {self.customers:,} customers, {len(self.names)} names)"

    def where(self, matcher: Matcher) -> EventLog:
        """Keep the events that match; customers left without an event drop out.

        Raises
        ------
        UnknownEvent, UnknownColumn
            If the matcher names what the log does not have.
        """
        from giljabi.store import check_matcher, filter_events

        check_matcher(self._log, matcher)
        return EventLog(filter_events(self._log, matcher))

    def only(self, *, customers: Sequence[str]) -> EventLog:
        """Keep the journeys of these customers."""
        from giljabi.store import filter_customers

        return EventLog(filter_customers(self._log, customers))

    def between(self, start: str | datetime, end: str | datetime) -> EventLog:
        """Keep the events from ``start`` (inclusive) to ``end`` (exclusive); times without a zone are UTC."""
        from giljabi.store import between

        return EventLog(between(self._log, _instant(start), _instant(end)))

    def sample(self, n: int, *, seed: int = 0) -> EventLog:
        """Keep ``n`` customers drawn at random; the same seed draws the same ones."""
        from giljabi.store import sample

        return EventLog(sample(self._log, n, seed))

    def save(self, directory: str | Path) -> Path:
        """Write the log to a directory that `open_log` maps; a log that stands there is replaced at once."""
        from giljabi.store import write_log

        write_log(self._log, Path(directory))
        return Path(directory)

    def to_arrow(self) -> pa.Table:
        """Give the events as a `pyarrow.Table` in the log's order."""
        from giljabi.store import to_table

        return to_table(self._log)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        stream: Any = self.to_arrow()
        return stream.__arrow_c_stream__(requested_schema)

    def funnel(
        self,
        steps: Sequence[Step],
        *,
        within: str | timedelta | None = None,
        order: str = "ordered",
        by: str | None = None,
    ) -> FunnelAnswer:
        """Count the customers who come through the steps; see `giljabi.measure.funnel`."""
        from giljabi.measure import funnel

        return funnel(self._log, steps, within=within, order=order, by=by)

    def durations(self, start: Step, end: Step) -> DurationsAnswer:
        """Measure the time from each customer's first ``start`` to the first later ``end``."""
        from giljabi.measure import durations

        return durations(self._log, start, end)

    def graph(self, *, top: int | None = None) -> GraphAnswer:
        """Draw the directly-follows graph with counts, customers and durations."""
        from giljabi.discover import graph

        return graph(self._log, top=top)

    def variants(self, *, top: int = 20) -> VariantsAnswer:
        """List the most frequent ways through, event name by event name."""
        from giljabi.discover import variants

        return variants(self._log, top=top)

    def _repr_html_(self) -> str:
        from html import escape

        listed = ", ".join(escape(name) for name in self.names[:12]) + (" …" if len(self.names) > 12 else "")
        return f"<p><b>{self.events:,}</b> events of <b>{self.customers:,}</b> customers<br>{listed}</p>"


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
    log = memory_log(reading.batches())
    _warn_of(reading.accepted, reading.refused, reading.reasons)
    return EventLog(log, reading.reasons)


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


def open_log(directory: str | Path) -> EventLog:
    """Open a log that `EventLog.save` wrote; it is mapped, so any size opens at once.

    Raises
    ------
    LogMissing, LogDamaged
        If there is none, or its parts do not fit.
    """
    from giljabi.store import open_log as opened

    return EventLog(opened(Path(directory)))


def _warn_of(accepted: int, refused: int, reasons: Mapping[str, int]) -> None:
    if refused:
        told = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items() if count)
        message = f"{refused:,} of {accepted + refused:,} rows refused: {told}"
        warnings.warn(message, RowsRefused, stacklevel=3)


def _instant(value: str | datetime) -> datetime:
    from datetime import UTC

    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
