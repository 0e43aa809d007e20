"""Fields dropped or hashed by rule, in whatever form something comes: calls, rows, files, what is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pyarrow as pa

from giljabi.collect.calls import Call
from giljabi.collect.columns import as_text
from giljabi.collect.door import Refused
from giljabi.collect.raw import Alter, RawBatch
from giljabi.collect.segment_body import SEGMENT_CALLS, UNREADABLE
from giljabi.privacy import Cleaner

_UNSHOWN = "what is wrong with it is not shown, for a rule hides the field"
_SHOWN = 30


def clean_body(cleaner: Cleaner, body: bytes) -> bytes:
    """Clean a call that is JSON; of what cannot be read nothing is left."""
    record = _record(body)
    return b"" if record is None else msgspec.json.encode(cleaner.record(record))


def clean_call(cleaner: Cleaner, call: Call) -> Call:
    """Clean a call that was read."""
    values = cleaner.values(call.properties)
    return msgspec.structs.replace(
        call,
        identifiers=cleaner.identifiers(call.identifiers),
        properties=values,
        traits=cleaner.values(call.traits, "traits"),
        previous_id=cleaner.before(call.previous_id),
        value=None if cleaner.of_column("value") else call.value,
    )


def clean_refused(cleaner: Cleaner, refused: Refused) -> Refused:
    """Clean what is kept of a call that was refused, and what is told of it."""
    record = _record(refused.body)
    if record is None:
        return Refused(refused.reason, _UNSHOWN, refused.event, b"")
    is_call = record.get("type") in SEGMENT_CALLS and "messageId" in record
    cleaned = cleaner.record(record) if is_call else cleaner.row(record)
    gone = {*_texts(record)} - {*_texts(cleaned)}
    detail = refused.detail
    if any(text and text[:_SHOWN] in detail for text in gone):
        detail = _UNSHOWN
    event = None if refused.event in gone else refused.event
    return Refused(refused.reason, detail, event, msgspec.json.encode(cleaned, enc_hook=str))


class FileCleaner:
    """Cleans the rows of a file before anything else is done with them.

    Parameters
    ----------
    cleaner
        What is to be done.
    """

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner = cleaner

    def __call__(self, raw: RawBatch, customer: str | None) -> RawBatch:
        """Give rows as they may be kept; their original text is not."""
        names: list[str] = []
        columns: list[pa.Array[Any]] = []
        for name, column in zip(raw.rows.schema.names, raw.rows.columns, strict=True):
            action = self._cleaner.of_column(name)
            if name == customer:
                names.append(name)
                columns.append(self._customers(name, column))
            elif action != "drop":
                names.append(name)
                columns.append(column if action is None else self._hashed(name, column))
        rows = pa.RecordBatch.from_arrays(columns, names=names) if names else raw.rows.select([])
        broken = [replace(one, raw="") for one in raw.broken]
        return RawBatch(rows, raw.lines, lambda places: [""] * len(places), broken)

    def _customers(self, name: str, column: pa.Array[Any]) -> pa.Array[Any]:
        """Clean the customers: a file's are known by what a call's user is, and some by their address."""
        action = self._cleaner.of_column(name) or self._cleaner.of_identifier("user_id")
        if action == "drop":
            return pa.nulls(len(column), pa.string())
        if action == "hash":
            return self._hashed(name, column)
        mail = self._cleaner.of_identifier("email")
        if mail is None:
            return column
        return _mapped(column, lambda text: self._address(mail, text) if "@" in text else text)

    def _address(self, action: str, text: str) -> str | None:
        return self._cleaner.hash("email", text) if action == "hash" else None

    def _hashed(self, name: str, column: pa.Array[Any]) -> pa.Array[Any]:
        return _mapped(column, lambda text: self._cleaner.hash(name, text))


def one_after_another(*alters: Alter | None) -> Alter | None:
    """Give what does these one after another; None where nothing is to be done."""
    there = [one for one in alters if one is not None]
    if not there:
        return None

    def alter(raw: RawBatch, customer: str | None) -> RawBatch:
        for one in there:
            raw = one(raw, customer)
        return raw

    return alter


def _mapped(column: pa.Array[Any], change: Any) -> pa.Array[Any]:
    texts: Any = as_text(column)
    packed = texts.dictionary_encode()
    changed = [None if one is None else change(one) for one in packed.dictionary.to_pylist()]
    result: pa.Array[Any] = pa.array(changed, pa.string()).take(packed.indices)
    return result


def _record(body: bytes) -> dict[str, Any] | None:
    try:
        record = msgspec.json.decode(body)
    except UNREADABLE:
        return None
    return record if isinstance(record, dict) else None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for one in value:
            yield from _texts(one)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
