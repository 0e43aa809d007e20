"""Rows of tables, messages and feeds into calls: which column is what."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from giljabi.collect.calls import Call, CallType, Value
from giljabi.collect.door import LARGEST_CALL, CallReason, Refused, judge
from giljabi.collect.row_values import as_name, as_property, as_trait, flat_row, numbers, times
from giljabi.model import FEEDBACK_KINDS
from giljabi.model.errors import BadParameter


class RowRoles(msgspec.Struct, frozen=True, kw_only=True):
    """Which column of a source plays which part.

    ``identifiers`` gives the column of each kind of identifier. ``event`` is the column of the event's name;
    without it, ``event_name`` is the name of every row's event. ``time`` left out is the time of arrival.
    Rows are feedback where ``what`` is ``feedback``: ``kind`` is then a column or one of the kinds. Columns
    with no part become properties, unless named in ``drop``. ``id`` is the column that names a row for good;
    left out, the whole row does.
    """

    what: Literal["events", "feedback", "customers"] = "events"
    identifiers: dict[str, str]
    event: str | None = None
    event_name: str | None = None
    time: str | None = None
    channel: str | None = None
    value: str | None = None
    kind: str | None = None
    score: str | None = None
    text: str | None = None
    touchpoint: str | None = None
    id: str | None = None
    drop: tuple[str, ...] = ()
    time_zone: str = "UTC"
    day_first: bool | None = None


_TYPES: dict[str, CallType] = {"events": "track", "feedback": "feedback", "customers": "identify"}
_FEEDBACK = {
    "추천": "nps",
    "만족도": "csat",
    "노력": "ces",
    "평점": "rating",
    "별점": "rating",
    "의견": "text",
}


def read_roles(given: Any) -> RowRoles:
    """Read roles as a form or a file of settings gives them.

    Raises
    ------
    BadParameter
        If they are none, or do not say whose a row is or what happened.
    """
    try:
        roles = msgspec.convert(given, RowRoles)
    except msgspec.ValidationError as error:
        raise BadParameter(f"these are no roles of columns: {error}") from error
    if not any(roles.identifiers.values()):
        raise BadParameter("no column says whose a row is; give at least one identifier, such as user_id")
    if roles.what == "events" and not (roles.event or roles.event_name):
        raise BadParameter("no column says what happened; choose the event's column, or give one name")
    if roles.what == "feedback" and not (roles.score or roles.text):
        raise BadParameter("feedback needs a column of scores or of texts; choose at least one")
    times([], roles.time_zone, day_first=roles.day_first)
    return roles


def calls_of_rows(
    rows: Sequence[Mapping[str, Any]],
    roles: RowRoles,
    source: str,
    now: int,
    names: Sequence[str] | None = None,
) -> tuple[list[Call], list[Refused]]:
    """Turn rows into calls; every row becomes a call or is refused for one reason.

    Parameters
    ----------
    rows
        Values by column, of any type that databases and JSON know. Nested records are named by dots, as
        ``context.user``.
    roles
        Which column is what.
    source
        The source's id; message ids begin with it.
    now
        The time of arrival, milliseconds since 1970 UTC: that of rows without a column of times, and a day
        before the latest that is believed.
    names
        What names each row for good, where its columns do not: the number of a message, say. Without names
        and without ``roles.id`` the whole row names itself, so that of equal rows one is kept.

    Returns
    -------
    calls, refused
        In the order of the rows.
    """
    flat = [flat_row(row) for row in rows]
    portion = _Portion(flat, roles, source, now)
    calls: list[Call] = []
    refused: list[Refused] = []
    for at in range(len(flat)):
        taken = portion.judged(at, None if names is None else names[at])
        if isinstance(taken, Call):
            calls.append(taken)
        else:
            refused.append(taken)
    return calls, refused


class _Portion:
    """Some rows of one source: what can be read of a column at once is read."""

    def __init__(self, rows: list[dict[str, Any]], roles: RowRoles, source: str, now: int) -> None:
        self._rows, self._roles, self._source, self._now = rows, roles, source, now
        self._type = _TYPES[roles.what]
        self._times = (
            None
            if roles.time is None
            else times(
                [row.get(roles.time) for row in rows],
                roles.time_zone,
                day_first=roles.day_first,
            )
        )
        self._values = numbers([row.get(roles.value) for row in rows]) if roles.value else None
        self._scores = numbers([row.get(roles.score) for row in rows]) if roles.score else None
        parts = (roles.event, roles.time, roles.channel, roles.value, roles.id)
        self._taken = {*roles.identifiers.values(), *roles.drop, *(one for one in parts if one)}

    def judged(self, at: int, name: str | None) -> Call | Refused:
        row, roles = self._rows[at], self._roles
        body = msgspec.json.encode(row, enc_hook=str)
        event = self._event(row)
        if len(body) > LARGEST_CALL:
            detail = f"the row has {len(body):,} bytes; {LARGEST_CALL:,} are allowed, leave columns out"
            return Refused("too_large", detail, event, body)
        time, trouble = self._time(at)
        call = Call(
            self._type,
            self._message_id(row, body, name),
            time,
            {
                kind: value
                for kind, column in roles.identifiers.items()
                if (value := as_name(row.get(column)))
            },
            event,
            as_name(row.get(roles.channel)) if roles.channel else None,
            None if self._values is None else self._values[at],
            self._properties(row, at),
            self._traits(row),
        )
        found = judge(call, self._now)
        if trouble is not None and (found is None or found[0] not in {"no_customer", "no_event"}):
            found = trouble
        if found is None or found[0] == "no_content":
            found = self._bad_score(row, at) or found
        return call if found is None else Refused(*found, event, body)

    def _event(self, row: Mapping[str, Any]) -> str | None:
        roles = self._roles
        if roles.what != "events":
            return None
        return as_name(row.get(roles.event)) if roles.event else roles.event_name

    def _time(self, at: int) -> tuple[int, tuple[CallReason, str] | None]:
        if self._times is None:
            return self._now, None
        read = self._times
        if read.absent[at]:
            return self._now, ("no_time", "the time is missing; give a time such as 2026-11-21 15:05:00")
        if read.unreadable[at]:
            shown = str(self._rows[at][str(self._roles.time)])[:60]
            return self._now, (
                "bad_time",
                f"{shown!r} is no time; write for example 2026-11-21T15:05:00+09:00",
            )
        return int(read.ms[at]), None

    def _message_id(self, row: Mapping[str, Any], body: bytes, name: str | None) -> str:
        told = as_name(row.get(self._roles.id)) if self._roles.id else name
        # What is known of a customer changes while the customer's id does not.
        if told is None or self._type == "identify" or len(told) > 120:
            told = hashlib.blake2b(body + (told or "").encode(), digest_size=16).hexdigest()
        return f"{self._source}:{told}"

    def _properties(self, row: Mapping[str, Any], at: int) -> dict[str, Value]:
        roles = self._roles
        if roles.what == "customers":
            return {}
        if roles.what == "events":
            found = ((name, as_property(name, one)) for name, one in row.items() if name not in self._taken)
            return {name: one for name, one in found if one is not None}
        said: dict[str, Value] = {"kind": self._kind(row)}
        if self._scores is not None:
            said["score"] = self._scores[at]
        for part, column in (("text", roles.text), ("touchpoint", roles.touchpoint)):
            if column and (text := as_name(row.get(column))):
                said[part] = text.replace("\0", "")
        return said

    def _kind(self, row: Mapping[str, Any]) -> str | None:
        told = self._roles.kind
        if told is None:
            return "rating" if self._roles.score else "text"
        if told in FEEDBACK_KINDS and told not in row:
            return told
        word = (as_name(row.get(told)) or "").lower()
        return _FEEDBACK.get(word, word) or None

    def _bad_score(self, row: Mapping[str, Any], at: int) -> tuple[CallReason, str] | None:
        if self._scores is None or self._scores[at] is not None:
            return None
        written = as_name(row.get(str(self._roles.score)))
        return None if written is None else ("bad_score", f"{written[:60]!r} is no number; give a number")

    def _traits(self, row: Mapping[str, Any]) -> dict[str, Any]:
        if self._roles.what != "customers":
            return {}
        found = ((name, as_trait(one)) for name, one in row.items() if name not in self._roles.drop)
        return {name: one for name, one in found if one is not None}
