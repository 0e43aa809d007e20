"""Whoever was forgotten is not even kept for a moment: not in the inbox, not among refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.compute

from giljabi.collect.calls import Call
from giljabi.collect.door import Refused
from giljabi.collect.raw import RawBatch
from giljabi.collect.segment import Taken
from giljabi.privacy import Forgotten, Gate

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

T = TypeVar("T")

_LIKE_A_NAME = r"@|[0-9]"
"""What a text has that may name somebody."""


class LeftOut:
    """Leaves out what comes in about those who were forgotten.

    Parameters
    ----------
    gate
        Who is kept out.
    """

    def __init__(self, gate: Gate) -> None:
        self._forgotten = Forgotten(gate)

    def taken(self, taken: Taken) -> Taken:
        """Give what is left of a request."""
        return msgspec.structs.replace(
            taken,
            calls=self.calls(taken.calls),
            refused=self.refused(taken.refused),
            heard=[one for one in taken.heard if not self._forgotten.keeps_out(one.identifiers)],
        )

    def calls(self, calls: Sequence[Call]) -> list[Call]:
        """Give the calls of others, without what names somebody who was forgotten."""
        return [self._call(one) for one in calls if not self._is_out(one)]

    def refused(self, refused: Sequence[Refused]) -> list[Refused]:
        """Give what was refused of others."""
        return [one for one in refused if not self._in_body(one)]

    def __call__(self, raw: RawBatch, customer: str | None) -> RawBatch:
        """Give rows of a file without what names them; the rows about them have gone already."""
        changed = False
        columns = []
        for name, column in zip(raw.rows.schema.names, raw.rows.columns, strict=True):
            new = column if name == customer else self._column(column)
            changed |= new is not column
            columns.append(new)
        if not changed:
            return raw
        rows = pa.RecordBatch.from_arrays(columns, names=raw.rows.schema.names)
        return RawBatch(rows, raw.lines, lambda places: [""] * len(places), raw.broken)

    def _is_out(self, call: Call) -> bool:
        if self._forgotten.keeps_out(call.identifiers):
            return True
        return call.previous_id is not None and self._forgotten.names(call.previous_id)

    def _call(self, call: Call) -> Call:
        properties, traits = self._value(call.properties), self._value(call.traits)
        if properties is call.properties and traits is call.traits:
            return call
        return msgspec.structs.replace(call, properties=properties, traits=traits)

    def _in_body(self, refused: Refused) -> bool:
        text = refused.body.decode("utf-8", "replace")
        if self._forgotten.scrub(text) != text:
            return True
        try:
            return self._named(msgspec.json.decode(refused.body))
        except msgspec.DecodeError:
            return False

    def _named(self, value: Any) -> bool:
        if isinstance(value, Mapping):
            return any(map(self._named, value.values()))
        if isinstance(value, list):
            return any(map(self._named, value))
        return isinstance(value, str | int) and self._forgotten.names(str(value))

    def _value(self, value: T) -> T:
        """Take names out of a value; it is the same object where there is none."""
        new: Any = value
        if isinstance(value, str):
            scrubbed = self._forgotten.scrub(value)
            new = value if scrubbed == value else scrubbed
        elif isinstance(value, dict):
            there = {name: self._value(one) for name, one in value.items()}
            new = value if all(there[name] is value[name] for name in value) else there
        elif isinstance(value, list):
            items = [self._value(one) for one in value]
            new = value if all(one is two for one, two in zip(items, value, strict=True)) else items
        found: T = new
        return found

    def _column(self, column: pa.Array[Any]) -> pa.Array[Any]:
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            return column
        packed: Any = column.dictionary_encode()
        likely = pc.match_substring_regex(packed.dictionary, _LIKE_A_NAME).to_pylist()
        words = packed.dictionary.to_pylist()
        new = [self._forgotten.scrub(word) if may else word for word, may in zip(words, likely, strict=True)]
        return column if new == words else pa.array(new, column.type).take(packed.indices)
