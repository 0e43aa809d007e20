"""The tracking plan: which events are expected, and how calls depart from that. Nothing is dropped for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from giljabi.collect.calls import Call, Value
from giljabi.store import PlanDeparture, PlannedEvent, PlannedProperty, PropertyKind

LONGEST_EXAMPLE = 300
"""Characters of an example that are kept."""

LIBRARIES_ADD = frozenset(
    {
        *("page_path", "page_url", "page_title", "page_referrer", "category", "locale", "timezone"),
        *("app_version", "device_type", "os", "library", "moment_hint"),
    }
)
"""What senders' libraries add by themselves, as they do what begins with ``utm_``: no plan names it."""


def departures(
    calls: Sequence[Call], sources: Sequence[str], plan: Sequence[PlannedEvent]
) -> list[PlanDeparture]:
    """Count how calls depart from a tracking plan, with one example for each way.

    A plan with no events expects nothing, and nothing departs from it. An event that is planned without
    properties takes any. Pages and screens need not be planned: their names are as many as there are pages.

    Parameters
    ----------
    calls
        The calls; only ``track``, ``page`` and ``screen`` are looked at.
    sources
        The source of each call, as many as there are calls.
    plan
        The expected events.
    """
    if not plan:
        return []
    expected = {event.event: _Expected(event) for event in plan}
    found: dict[tuple[str, str, str], _Found] = {}

    def note(call: Call, source: str, name: str, kind: str, example: object) -> None:
        key = (call.event or "", name, kind)
        known = found.get(key)
        if known is None:
            found[key] = known = _Found(_shown(example), source, call.time, call.time)
        known.seen(call.time)

    for call, source in zip(calls, sources, strict=True):
        event = expected.get(call.event or "")
        if event is not None:
            if call.type in _EVENTS:
                event.look(call, source, note)
        elif call.type == "track":
            note(call, source, "", "unknown_event", call.properties)
    return [known.departure(*key) for key, known in found.items()]


_APART = frozenset({"value", "channel"})
_EVENTS = frozenset({"track", "page", "screen"})
_Note = Callable[[Call, str, str, str, object], None]


class _Expected:
    """A planned event, made ready for many calls."""

    def __init__(self, event: PlannedEvent) -> None:
        self._known = frozenset(one.name for one in event.properties)
        self._required = frozenset(one.name for one in event.properties if one.required)
        # The value and the channel of an event are kept apart from its properties.
        self._apart = not self._known.isdisjoint(_APART)
        self._tests = [(one.name, _test(one)) for one in event.properties if one.one_of or one.kind != "any"]

    def look(self, call: Call, source: str, note: _Note) -> None:
        properties = call.properties
        if self._apart:
            properties = {**properties, "value": call.value, "channel": call.channel}
        if self._known:
            if unknown := call.properties.keys() - self._known:
                for name in unknown:
                    if name not in LIBRARIES_ADD and not name.startswith("utm_"):
                        note(call, source, name, "unknown_property", properties[name])
            for name in self._required:
                if properties.get(name) is None:
                    note(call, source, name, "missing_property", properties)
        for name, fits in self._tests:
            value = properties.get(name)
            if value is not None and not fits(value):
                note(call, source, name, "bad_value", value)


class _Found:
    """What is known of one way to depart from the plan."""

    __slots__ = ("count", "example", "first", "last", "source")

    def __init__(self, example: str, source: str, first: int, last: int) -> None:
        self.count, self.example, self.source, self.first, self.last = 0, example, source, first, last

    def seen(self, time: int) -> None:
        self.count += 1
        if time < self.first:
            self.first = time
        elif time > self.last:
            self.last = time

    def departure(self, event: str, name: str, kind: str) -> PlanDeparture:
        return PlanDeparture(
            event=event,
            property=name,
            kind=kind,
            count=self.count,
            example=self.example,
            source=self.source,
            first_at=datetime.fromtimestamp(self.first / 1000, UTC),
            last_at=datetime.fromtimestamp(self.last / 1000, UTC),
        )


def _shown(example: object) -> str:
    text = example if isinstance(example, str) else _written(example)
    return text if len(text) <= LONGEST_EXAMPLE else text[: LONGEST_EXAMPLE - 1] + "…"


def _written(example: object) -> str:
    """Write an example as its sender did: 3, where calls keep every number as 3.0."""
    if isinstance(example, float) and example.is_integer():
        return str(int(example))
    if isinstance(example, dict):
        whole = {
            name: int(one) if isinstance(one, float) and one.is_integer() else one
            for name, one in example.items()
        }
        return msgspec.json.encode(whole).decode()
    return msgspec.json.encode(example).decode()


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_time(value: Value) -> bool:
    if isinstance(value, str):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            return False
        return True
    return _is_number(value)


_KINDS: dict[PropertyKind, Callable[[Value], bool]] = {
    "text": lambda value: isinstance(value, str),
    "number": _is_number,
    "truth": lambda value: isinstance(value, bool),
    "time": _is_time,
    "any": lambda value: True,
}


def _test(one: PlannedProperty) -> Callable[[Value], bool]:
    fits = _KINDS[one.kind]
    if not one.one_of:
        return fits
    admitted = frozenset(one.one_of)
    return lambda value: fits(value) and _word(value) in admitted


def _word(value: Value) -> str:
    """Give a value as a plan's list of admitted values writes it: 3, true, card."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.15g}"
