"""One customer's journey as a table, and as a list to read in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any

from giljabi.model.errors import NotFound
from giljabi.store import Answer, Run, filter_customers, find_customer, journey_of

if TYPE_CHECKING:
    from giljabi.store import Journey, Log


@dataclass(frozen=True)
class CustomerJourney(Answer):
    """The events of one customer in order.

    Attributes
    ----------
    customer
        The customer's id.
    columns
        ``time`` (UTC), ``event``, then the columns of the log that this customer has values in.
    """

    customer: str
    journey: Journey

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]
        """Names of the columns, in order."""
        held = self.journey.columns.items()
        return ("time", "event", *(name for name, values in held if any(v is not None for v in values)))

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per event."""
        told = self.to_dict()
        return [dict(zip(told, values, strict=True)) for values in zip(*told.values(), strict=True)]

    def to_dict(self) -> dict[str, list[Any]]:
        """Give the columns as lists."""
        times = [_EPOCH + timedelta(milliseconds=time) for time in self.journey.time.tolist()]
        own = {name: self.journey.columns[name] for name in self.columns[2:]}
        return {"time": times, "event": self.journey.names, **own}

    def drawing(self) -> str:
        """Give a line that says whose journey it is and how long it took."""
        time = self.journey.time
        took = timedelta(milliseconds=int(time[-1] - time[0]))
        return f"<p><b>{escape(self.customer)}</b>: {len(time):,} events in {escape(str(took))}</p>"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def customer_journey(log: Log, customer: str) -> CustomerJourney:
    """Give the journey of a customer; raises NotFound."""
    run = find_customer(log, customer)
    if run is None:
        # Journeys that are not whole customers, such as sessions, have ids of their own in other places.
        log = filter_customers(log, [customer])
        if log.events == 0:
            raise NotFound(f"the log has no customer {customer!r}; ids are compared letter by letter")
        number, bucket = next((n, bucket) for n, bucket in enumerate(log.buckets) if bucket.events)
        run = Run(number, 0, bucket.events)
    return CustomerJourney(customer, journey_of(log, run))
