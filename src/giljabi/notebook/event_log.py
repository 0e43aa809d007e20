"""The event log in the analyst's hand: every question is a method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from giljabi.model import Audience, FunnelStage, JourneyMap, Matcher

if TYPE_CHECKING:
    import pyarrow as pa

    from giljabi.discover import (
        AnimationAnswer,
        ChangesAnswer,
        DriftAnswer,
        FrictionAnswer,
        GraphAnswer,
        PrefixTreeAnswer,
        RepresentativesAnswer,
        StagesAnswer,
        StepsAnswer,
        VariantsAnswer,
    )
    from giljabi.measure import (
        AttributionAnswer,
        CompareAnswer,
        ConversionAnswer,
        DriversAnswer,
        DurationsAnswer,
        FunnelAnswer,
        LifecycleAnswer,
        RetentionAnswer,
        SessionsAnswer,
        StickinessAnswer,
        WaitingAnswer,
    )
    from giljabi.notebook.journey import CustomerJourney
    from giljabi.store import By, Log

Step = str | Sequence[str] | Matcher
Moment = str | date | datetime
Period = tuple[Moment | None, Moment | None]


class Mapped(Protocol):
    """Anything that has a map as a value, such as `giljabi.Map`."""

    @property
    def model(self) -> JourneyMap:
        """The map."""


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
        """Names of the columns beside customer, time and event.

        They are channel, value and properties; channel and value also stand under the names that their
        columns have in the source.
        """
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

    def only(
        self, audience: Audience | str | None = None, *, customers: str | Iterable[Any] | None = None
    ) -> EventLog:
        """Keep the whole journeys of an audience (``gj.did("pay", at_least=2)``), or of these customers.

        An audience may also be text, ``"{did: {event: pay}, at_least: 2}"``: see
        `giljabi.model.audience_form`. Ids that the log does not have are passed over. Numbers are written as
        `read_events` writes them: 7 and 7.0 are the customer ``"7"``.

        Raises
        ------
        UnknownEvent, UnknownColumn
            If the audience speaks of what the log does not have.
        BadParameter
            If neither is given.
        AudienceMistakes
            If the text is no audience.
        """
        from giljabi.model import parse_audience
        from giljabi.model.errors import BadParameter
        from giljabi.store import filter_audience, filter_customers

        log = self._log
        if audience is None and customers is None:
            raise BadParameter("only(…) needs an audience such as gj.did('pay'), or customers=…")
        if audience is not None:
            named = parse_audience(audience) if isinstance(audience, str) else audience
            log = filter_audience(log, named)
        if customers is not None:
            ids = [customers] if isinstance(customers, str) else customers
            log = filter_customers(log, [_id(one) for one in ids])
        return EventLog(log)

    def between(self, start: Moment | None = None, end: Moment | None = None) -> EventLog:
        """Keep the events from ``start`` (inclusive) to ``end`` (exclusive).

        Times are `datetime`, `date`, `numpy.datetime64` or texts such as "2026-03-01T10:05", UTC where they
        name no zone; None: from the first, to the last.
        """
        from giljabi.store import between

        return EventLog(between(self._log, _instant(start), _instant(end)))

    def sample(self, n: int, *, seed: int = 0) -> EventLog:
        """Keep ``n`` customers drawn at random; the same seed draws the same ones."""
        from giljabi.store import sample

        return EventLog(sample(self._log, n, seed))

    def journey(self, customer: Any) -> CustomerJourney:
        """Give one customer's events in order, found by the id; raises NotFound."""
        from giljabi.notebook.journey import customer_journey

        return customer_journey(self._log, _id(customer))

    def save(self, location: str | Path) -> str | Path:
        """Write the log to a directory or URL that `open_log` opens, in the place of what stands there."""
        from giljabi.store import write_log

        write_log(self._log, location)
        return location if "://" in str(location) else Path(location)

    def to_arrow(self) -> pa.Table:
        """Give the events as a `pyarrow.Table` in the log's order."""
        from giljabi.store import to_table

        return to_table(self._log)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        stream: Any = self.to_arrow()
        return stream.__arrow_c_stream__(requested_schema)

    def funnel(
        self,
        steps: Sequence[Step | FunnelStage],
        *,
        within: str | timedelta | None = None,
        order: str = "ordered",
        by: By | None = None,
        **asked: Any,
    ) -> FunnelAnswer:
        """Count who comes through: also ``step_within, optional, exclude``; see `giljabi.measure.funnel`."""
        from giljabi.measure import funnel

        return funnel(self._log, steps, within=within, order=order, by=by, **asked)

    def conversion(
        self, start: Step, end: Step, *, within: str | timedelta | None = None, **asked: Any
    ) -> ConversionAnswer:
        """Measure who goes on to ``end``, also by ``by, rest``; see `giljabi.measure.conversion`."""
        from giljabi.measure import conversion

        return conversion(self._log, start, end, within=within, **asked)

    def durations(
        self, start: Step, end: Step, *, which: str = "first", by: By | None = None
    ) -> DurationsAnswer:
        """Measure the time from ``start`` to the next ``end``; see `giljabi.measure.durations`."""
        from giljabi.measure import durations

        return durations(self._log, start, end, which=which, by=by)

    def waiting(self, stages: Sequence[Step] | Mapping[str, Step] | Mapped | JourneyMap) -> WaitingAnswer:
        """Show between which stages, or stages of a map, time is lost; see `giljabi.measure.waiting`."""
        from giljabi.measure import waiting

        whole: Any = getattr(stages, "model", stages)
        return waiting(self._log, whole)

    def compare(
        self, this: EventLog | Audience | Period, that: Audience | Period | None = None, **asked: Any
    ) -> CompareAnswer:
        """Compare audiences, periods ``(from, to)`` or logs; see `giljabi.measure.compare`.

        ``log.compare(gj.did("call"), question="funnel", steps=["view", "pay"])``
        """
        from giljabi.measure import compare

        return compare(self._log, this._log if isinstance(this, EventLog) else this, that, **asked)

    def retention(
        self, *, every: str = "week", start: Step | None = None, back: Step | None = None, **asked: Any
    ) -> RetentionAnswer:
        """Measure who comes back: also ``time_zone, periods, by, kind``; see `giljabi.measure.retention`."""
        from giljabi.measure import retention

        return retention(self._log, every=every, start=start, back=back, **asked)

    def lifecycle(self, *, every: str = "week", time_zone: str = "UTC") -> LifecycleAnswer:
        """Count new, returning, resurrected and dormant customers; see `giljabi.measure.lifecycle`."""
        from giljabi.measure import lifecycle

        return lifecycle(self._log, every=every, time_zone=time_zone)

    def stickiness(
        self, *, every: str = "day", within: str = "month", time_zone: str = "UTC"
    ) -> StickinessAnswer:
        """Count customers by their active days; see `giljabi.measure.stickiness`."""
        from giljabi.measure import stickiness

        return stickiness(self._log, every=every, within=within, time_zone=time_zone)

    def sessions(
        self, gap: str | timedelta = "30m", *, threshold: str | timedelta | None = None
    ) -> SessionsAnswer:
        """Cut events into sessions; ``as_log()`` has them as journeys; see `giljabi.measure.sessions`."""
        from giljabi.measure import sessions

        return replace(sessions(self._log, gap, threshold=threshold), wrap=EventLog)

    def attribution(self, conversion: Step, **asked: Any) -> AttributionAnswer:
        """Credit conversions to channels, by one model or several; see `giljabi.measure.attribution`."""
        from giljabi.measure import attribution

        return attribution(self._log, conversion, **asked)

    def drivers(self, outcome: Step, **asked: Any) -> DriversAnswer:
        """Find what, seen early, goes with converting later; see `giljabi.measure.drivers`."""
        from giljabi.measure import drivers

        return drivers(self._log, outcome, **asked)

    def graph(self, *, top: int | None = None) -> GraphAnswer:
        """Draw the directly-follows graph with counts, customers, durations and `loops`."""
        from giljabi.discover import graph

        return graph(self._log, top=top)

    def animation(
        self,
        start: Moment | None = None,
        end: Moment | None = None,
        *,
        frames: int = 200,
        customers: int = 300,
        seed: int = 0,
    ) -> AnimationAnswer:
        """Tell which edges of the graph customers are on over time; see `giljabi.discover.animation`."""
        from giljabi.discover import animation

        first, last = _instant(start), _instant(end)
        return animation(self._log, start=first, end=last, frames=frames, customers=customers, seed=seed)

    def variants(self, *, top: int = 20) -> VariantsAnswer:
        """List the most frequent ways through, event name by event name."""
        from giljabi.discover import variants

        return variants(self._log, top=top)

    def prefix_tree(self, depth: int = 8, *, min_share: float = 0.01) -> PrefixTreeAnswer:
        """Tell how customers begin, and how they go on; see `giljabi.discover.prefix_tree`."""
        from giljabi.discover import prefix_tree

        return prefix_tree(self._log, depth, min_share)

    def steps(
        self,
        depth: int = 8,
        *,
        start: str | Sequence[str] | None = None,
        end: str | Sequence[str] | None = None,
        before: int = 0,
        top: int = 12,
    ) -> StepsAnswer:
        """Tell where customers are at each step from an anchor; see `giljabi.discover.steps`."""
        from giljabi.discover import steps

        return steps(self._log, depth, start=start, end=end, before=before, top=top)

    def representatives(self, k: int | None = None, *, seed: int = 0) -> RepresentativesAnswer:
        """Find the few journeys that stand for all; see `giljabi.discover.representatives`."""
        from giljabi.discover import representatives

        return representatives(self._log, k, seed=seed)

    def stages(self, k: int | None = None) -> StagesAnswer:
        """Cut journeys into stages by order, belonging and time; see `giljabi.discover.stages`."""
        from giljabi.discover import stages

        return stages(self._log, k)

    def changes(
        self,
        *,
        last: str | timedelta | tuple[Moment, Moment] | None = None,
        before: str | timedelta | tuple[Moment, Moment] | None = None,
        q: float = 0.05,
        top: int = 50,
    ) -> ChangesAnswer:
        """Find what changed in the last period against the one before; see `giljabi.discover.changes`."""
        from giljabi.discover import changes

        return changes(self._log, last=last, before=before, q=q, top=top)

    def drift(
        self, *, every: str | timedelta = "week", time_zone: str = "UTC", q: float = 0.05
    ) -> DriftAnswer:
        """Tell in which windows the process changed; see `giljabi.discover.drift`."""
        from giljabi.discover import drift

        return drift(self._log, every=every, time_zone=time_zone, q=q)

    def friction(self, *, top: int | None = None, again: str | timedelta = "30m") -> FrictionAnswer:
        """Find where customers repeat, step back, hesitate, rage, leave; see `giljabi.discover.friction`."""
        from giljabi.discover import friction

        return friction(self._log, top=top, again=again)

    def _repr_html_(self) -> str:
        from html import escape

        listed = ", ".join(escape(name) for name in self.names[:12]) + (" …" if len(self.names) > 12 else "")
        return f"<p><b>{self.events:,}</b> events of <b>{self.customers:,}</b> customers<br>{listed}</p>"


def _id(customer: Any) -> str:
    return str(int(customer)) if isinstance(customer, float) and customer.is_integer() else str(customer)


def _instant(value: Any) -> datetime | None:
    from datetime import UTC

    from giljabi.model.errors import BadParameter

    moment = value
    if type(moment).__module__ == "numpy":
        # An item finer than microseconds would be a bare number.
        moment = moment.astype("datetime64[us]").item()
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            moment = value
    elif isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        raise BadParameter(f"{value!r} is no time; write for example 2026-03-01 or 2026-03-01T10:05+09:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
