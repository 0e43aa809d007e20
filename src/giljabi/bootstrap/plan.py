"""The tracking plan: which events are expected, how calls depart from that, and what is done about it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from giljabi.model.errors import BadParameter, LogMissing, NotFound
from giljabi.store import KeptLog, Ledger, PlanDeparture, PlannedEvent, PlannedProperty, Transaction

LONGEST_NAME = 200
MOST_PROPERTIES = 200
MOST_EVENTS = 5_000


class TrackingPlan:
    """The tracking plan of one workspace.

    Parameters
    ----------
    ledger
        The workspace's database.
    log
        The event log, which tells what has come so far.
    """

    def __init__(self, ledger: Ledger, log: KeptLog) -> None:
        self._ledger = ledger
        self._log = log

    def events(self) -> Sequence[PlannedEvent]:
        """Give the expected events, by name."""
        return self._ledger.within(lambda tx: tx.plan.events())

    def departures(self) -> Sequence[PlanDeparture]:
        """Give how calls departed from the plan, the most frequent first; ``source`` is its name."""

        async def look(tx: Transaction) -> Sequence[PlanDeparture]:
            names = {one.id: one.name for one in await tx.sources.list()}
            found = await tx.plan.departures()
            return [msgspec.structs.replace(one, source=names.get(one.source, one.source)) for one in found]

        return self._ledger.within(look)

    def put(self, events: Sequence[PlannedEvent]) -> None:
        """Expect events, each in the place of what was expected under its name.

        What departed from the plan as it was before is forgotten for these events.

        Raises
        ------
        BadParameter
            If a name is missing or too long, a property stands twice, or there are too many.
        """
        checked = [_checked(one) for one in events]

        async def put(tx: Transaction) -> None:
            for one in checked:
                await tx.plan.put(one)
            await tx.plan.forget([one.event for one in checked])
            if len(await tx.plan.events()) > MOST_EVENTS:
                raise BadParameter(f"a tracking plan has {MOST_EVENTS} events at most")

        self._ledger.within(put)

    def remove(self, event: str) -> None:
        """Expect an event no more; raises NotFound."""

        async def remove(tx: Transaction) -> None:
            await tx.plan.remove(event)
            await tx.plan.forget([event])

        self._ledger.within(remove)

    def propose(self) -> Sequence[PlannedEvent]:
        """Give the events that came so far and are not in the plan, with the properties they came with."""
        from giljabi.collect import propose_plan

        try:
            log = self._log.log()
        except LogMissing:
            return []
        planned = {one.event for one in self.events()}
        return [one for one in propose_plan(log) if one.event not in planned]

    def dismiss(self, event: str, property: str, kind: str) -> None:  # noqa: A002
        """Forget a departure; it is counted anew when it happens again."""
        self._ledger.within(lambda tx: tx.plan.dismiss(event, property, kind))

    def accept(self, event: str, property: str, kind: str) -> PlannedEvent:  # noqa: A002
        """Change the plan so that a departure is none any more, and forget it.

        Raises
        ------
        NotFound
            If there is no such departure.
        """

        async def accept(tx: Transaction) -> PlannedEvent:
            found = [
                one
                for one in await tx.plan.departures()
                if (one.event, one.property, one.kind) == (event, property, kind)
            ]
            if not found:
                raise NotFound(f"nothing departs from the plan in {event!r} that way any more")
            planned = {one.event: one for one in await tx.plan.events()}.get(event, PlannedEvent(event))
            changed = _checked(_fitting(planned, found[0]))
            await tx.plan.put(changed)
            await tx.plan.dismiss(event, property, kind)
            return changed

        return self._ledger.within(accept)


def _fitting(planned: PlannedEvent, departure: PlanDeparture) -> PlannedEvent:
    """Change a planned event so that what departed from it fits."""
    name = departure.property
    own = {one.name: one for one in planned.properties}
    if departure.kind == "unknown_property":
        own[name] = PlannedProperty(name)
    elif departure.kind == "missing_property" and name in own:
        own[name] = msgspec.structs.replace(own[name], required=False)
    elif departure.kind == "bad_value" and name in own:
        own[name] = PlannedProperty(name, required=own[name].required)
    return msgspec.structs.replace(planned, properties=tuple(own.values()))


def _checked(event: PlannedEvent) -> PlannedEvent:
    name = _name(event.event, "an event")
    properties = tuple(
        msgspec.structs.replace(
            one,
            name=_name(one.name, "a property"),
            one_of=tuple(dict.fromkeys(word.strip() for word in one.one_of if word.strip())),
        )
        for one in event.properties
    )
    names = [one.name for one in properties]
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice is not None:
        raise BadParameter(f"the property {twice!r} stands twice in {name!r}; keep one of them")
    if len(names) > MOST_PROPERTIES:
        raise BadParameter(f"{name!r} has {len(names)} properties; {MOST_PROPERTIES} are allowed")
    return PlannedEvent(name, event.about.replace("\0", "").strip(), properties)


def _name(given: str, what: str) -> str:
    said = given.replace("\0", "").strip()
    if not 1 <= len(said) <= LONGEST_NAME:
        raise BadParameter(f"the name of {what} has 1 to {LONGEST_NAME} letters, not {len(said)}")
    return said
