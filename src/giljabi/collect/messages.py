"""Messages of brokers into calls: JSON records, one or several to a message."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from giljabi.collect.calls import Call
from giljabi.collect.door import LARGEST_CALL, Refused
from giljabi.collect.plugs import Sample
from giljabi.collect.row_values import flat_row
from giljabi.collect.rows import RowRoles, calls_of_rows
from giljabi.collect.segment import read_calls
from giljabi.collect.segment_body import SEGMENT_CALLS, Opened

LARGEST_MESSAGE = 1024 * 1024
"""Bytes a message may have; each record in it may have `LARGEST_CALL`."""

MOST_RECORDS = 2500
"""Records a message may hold."""

_MOMENT = "message.time"
_PROBLEMS = 3


class Message(msgspec.Struct, frozen=True):
    """What a broker delivered.

    Attributes
    ----------
    body
        The bytes that came.
    id
        Names the message for good: the same when it is delivered again.
    time
        When the broker got it, milliseconds since 1970 UTC.
    beside
        Columns that do not stand in the body, such as levels of a topic.
    """

    body: bytes
    id: str
    time: int
    beside: Mapping[str, Any] = {}


def calls_of_messages(
    messages: Sequence[Message], roles: RowRoles | None, source: str, bare: str | None = None
) -> tuple[list[Call], list[Refused]]:
    """Turn messages into calls; every record becomes a call or is refused for one reason.

    Parameters
    ----------
    messages
        As they came.
    roles
        Which key is what; keys of nested records are joined by dots. Without a time of its own, a record has
        the message's. None where the records are calls as Segment has them.
    source
        The source's id.
    bare
        The column of a payload that is a mere number or text; None where there must be records.
    """
    if roles is None:
        return _segment_calls(messages, source)
    refused: list[Refused] = []
    rows: list[Mapping[str, Any]] = []
    names: list[str] = []
    for message in messages:
        records = _records(message, bare)
        if isinstance(records, Refused):
            refused.append(records)
            continue
        for at, record in enumerate(records):
            rows.append(record)
            names.append(f"{message.id}:{at}" if len(records) > 1 else message.id)
    if roles.time is None:
        roles = msgspec.structs.replace(roles, time=_MOMENT, drop=(*roles.drop, _MOMENT))
    calls, more = calls_of_rows(rows, roles, source, int(time.time() * 1000), names)
    return calls, refused + more


def sample_of_messages(
    messages: Sequence[Message], roles: RowRoles | None, bare: str | None = None
) -> Sample:
    """Show messages as rows, with what would be refused of them; without roles, of Segment's calls only."""
    rows: list[dict[str, str | None]] = []
    problems: list[str] = []
    judged = roles is not None
    for message in messages:
        records = _records(message, bare)
        if isinstance(records, Refused):
            problems.append(records.detail)
            continue
        for record in records:
            judged |= record.get("type") in SEGMENT_CALLS
            flat = flat_row({key: one for key, one in record.items() if key != _MOMENT})
            rows.append({key: None if one is None else _text(one) for key, one in flat.items()})
    if judged:
        problems += [one.detail for one in calls_of_messages(messages, roles, "", bare)[1]]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    return Sample(columns, rows, list(dict.fromkeys(problems))[:_PROBLEMS])


def _segment_calls(messages: Sequence[Message], source: str) -> tuple[list[Call], list[Refused]]:
    calls: list[Call] = []
    refused: list[Refused] = []
    for message in messages:
        records = _records(message, None)
        if isinstance(records, Refused):
            refused.append(records)
            continue
        bodies = []
        for at, record in enumerate(records):
            del record[_MOMENT]
            # A call that names itself is the same call by whatever way it comes.
            name = record.get("messageId") or f"{source}:{message.id}:{at}"
            bodies.append(msgspec.json.encode({**record, "messageId": name}))
        taken = read_calls("batch", Opened(bodies), message.time)
        calls += taken.calls
        refused += taken.refused
    return calls, refused


def _records(message: Message, bare: str | None) -> list[dict[str, Any]] | Refused:
    body = message.body
    if len(body) > LARGEST_MESSAGE:
        detail = f"the message has {len(body):,} bytes; {LARGEST_MESSAGE:,} are allowed"
        return Refused("too_large", detail, None, body[:LARGEST_CALL])
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Refused("bad_json", f"the message is no JSON: {error}", None, body[:LARGEST_CALL])
    if isinstance(told, dict) and isinstance(told.get("batch"), list):
        told = told["batch"]
    records = [_record(one, bare) for one in (told if isinstance(told, list) else [told])]
    if None in records:
        return Refused("bad_call", "the message is no JSON object, and no list of some", None, body)
    if len(records) > MOST_RECORDS:
        detail = f"the message holds {len(records):,} records; {MOST_RECORDS:,} are allowed"
        return Refused("too_large", detail, None, body[:LARGEST_CALL])
    moment = datetime.fromtimestamp(message.time / 1000, UTC)
    return [{**one, **message.beside, _MOMENT: moment} for one in records if one is not None]


def _record(told: Any, bare: str | None) -> dict[str, Any] | None:
    if isinstance(told, dict):
        return told
    return {bare: told} if bare is not None and isinstance(told, int | float | str) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=str).decode()
