"""OCEL 2.0 in JSON: events that concern several objects of several types.

One type of object is taken as the customer (``roles.customer``). An event related to several objects of that
type gives one row for each; one related to none gives one row without a customer. The other types become
columns with the ids of the event's objects, joined by commas. Attributes of events are columns; attributes of
objects, which change over time, are not read. The file is read as a whole.

Source: Berti et al., "OCEL (Object-Centric Event Log) 2.0 Specification", 2024.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from giljabi.collect.accept import Refusal
from giljabi.collect.raw import About, RawBatch
from giljabi.collect.roles import Roles
from giljabi.collect.sources.files.encoding import shown_encoding
from giljabi.collect.sources.files.json_rows import decode_whole
from giljabi.collect.sources.files.loose import Value, batch_of
from giljabi.collect.sources.files.opened import SAMPLE_ROWS, Opened

ACTIVITY, TIME, EVENT_ID = "ocel:activity", "ocel:timestamp", "ocel:eid"

_ROWS = 50_000
_PERSON = re.compile(
    r"customer|client|user|person|member|patient|citizen|고객|회원|사용자|유저|환자", re.IGNORECASE
)


class _Relation(msgspec.Struct):
    object_id: str = msgspec.field(name="objectId")


class _Attribute(msgspec.Struct):
    name: str
    value: str | int | float | bool | None = None


class _Event(msgspec.Struct):
    id: str
    type: str | None = None
    time: str | int | float | None = None
    attributes: list[_Attribute] = []
    relationships: list[_Relation] = []


class _Object(msgspec.Struct):
    id: str
    type: str


class _Log(msgspec.Struct):
    objects: list[_Object] = []
    events: list[msgspec.Raw] = []


class OcelFile:
    """An OCEL 2.0 log; its lines are numbers of events, the first being 1."""

    def __init__(self, file: Opened) -> None:
        file.text()
        log: _Log = decode_whole(file, _Log)
        self._events = log.events
        self._type_of = {one.id: one.type for one in log.objects}
        self._types = list(dict.fromkeys(self._type_of.values()))
        self._done = 0
        self._customer = self._likeliest_customer()
        roles = Roles(customer=self._customer, event=ACTIVITY, time=TIME)
        self._about = About(
            file.name, "ocel", encoding=shown_encoding(file.encoding), size=file.size, roles=roles
        )
        self._about.columns = tuple(self.sample().rows.schema.names)
        if len(self._types) > 1:
            others = ", ".join(repr(name) for name in self._types if name != self._customer)
            self._about.problems.append(
                f"the customer is taken to be the object type {self._customer!r}; it could also be {others}"
            )

    @property
    def about(self) -> About:
        """What is known of the file."""
        return self._about

    def share(self) -> float:
        """Say how much of the file has been read, 0..1."""
        return self._done / len(self._events) if self._events else 1.0

    def sample(self) -> RawBatch:
        """Give the first rows."""
        batch = next(self._read(self._customer, 5_000), batch_of([], [], []))
        count = min(SAMPLE_ROWS, batch.rows.num_rows)
        return RawBatch(batch.rows.slice(0, count), batch.lines[:count], batch.originals, batch.broken)

    def batches(self, customer: str | None = None) -> Iterator[RawBatch]:
        """Give all rows, one for each object of the type ``customer`` that an event concerns."""
        return self._read(customer or self._customer, _ROWS)

    def _likeliest_customer(self) -> str | None:
        named = [name for name in self._types if _PERSON.search(unicodedata.normalize("NFC", name))]
        if named:
            return named[0]
        relations: Counter[str] = Counter()
        for text in self._events[:SAMPLE_ROWS]:
            event = _decoded(text)
            if isinstance(event, _Event):
                relations.update(
                    self._type_of[one.object_id]
                    for one in event.relationships
                    if one.object_id in self._type_of
                )
        return relations.most_common(1)[0][0] if relations else None

    def _read(self, customer: str | None, count: int) -> Iterator[RawBatch]:
        for start in range(0, len(self._events), count):
            texts = self._events[start : start + count]
            yield self._batch(texts, start + 1, customer)
            self._done = start + len(texts)

    def _batch(self, texts: list[msgspec.Raw], line: int, customer: str | None) -> RawBatch:
        rows: list[dict[str, Value]] = []
        lines: list[int] = []
        originals: list[str] = []
        broken: list[Refusal] = []
        for number, text in enumerate(texts, line):
            raw = bytes(text).decode("utf-8", "replace")
            event = _decoded(text)
            if not isinstance(event, _Event):
                detail = f"the event is not as OCEL 2.0 has it: {event}"
                broken.append(Refusal(number, "bad_row", detail, raw[:10_000]))
                continue
            found = self._rows_of(event, customer)
            rows.extend(found)
            lines.extend([number] * len(found))
            originals.extend([raw] * len(found))
        return batch_of(rows, lines, originals, broken)

    def _rows_of(self, event: _Event, customer: str | None) -> list[dict[str, Value]]:
        ids: dict[str, list[str]] = {name: [] for name in self._types}
        for relation in event.relationships:
            kind = self._type_of.get(relation.object_id)
            if kind is not None and relation.object_id not in ids[kind]:
                ids[kind].append(relation.object_id)
        own: dict[str, Value] = {EVENT_ID: event.id, ACTIVITY: event.type, TIME: event.time}
        for attribute in event.attributes:
            name = attribute.name
            own[f"{name}_attribute" if name in own or name in ids else name] = attribute.value
        if customer not in ids:
            return [{**{name: ", ".join(some) or None for name, some in ids.items()}, **own}]
        others = {name: ", ".join(some) or None for name, some in ids.items() if name != customer}
        concerned: list[str | None] = [*ids[customer]] or [None]
        return [{customer: one, **own, **others} for one in concerned]


def _decoded(text: Any) -> _Event | str:
    try:
        return msgspec.json.decode(text, type=_Event)
    except msgspec.ValidationError as error:
        return str(error)
