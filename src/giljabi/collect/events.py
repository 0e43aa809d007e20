"""Events from a source of rows."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute

from giljabi.collect.accept import ACCEPTED, Reason, check_events
from giljabi.collect.columns import as_number, clean_names, clean_text, filled_text, plain
from giljabi.collect.properties import TYPES, Kind, as_kind, is_code_name, joined, kind_of, kind_of_type
from giljabi.collect.reading import BaseReading, Checked, column_of, kept
from giljabi.collect.roles import RESERVED, Roles

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

_TIME = pa.timestamp("ms", tz="UTC")


class Reading(BaseReading[Roles]):
    """Events on their way from a source.

    `batches` gives the canonical event table: ``customer``, ``time``, ``event``, then ``channel`` and
    ``value`` where they have a role, then the properties as text, numbers or yes and no.
    """

    def _begin(self) -> None:
        super()._begin()
        self._kinds: dict[str, Kind] = {}
        self._unread_values = 0

    def _end(self) -> None:
        super()._end()
        if self._unread_values:
            self._notes.append(
                f"{self._unread_values:,} accepted rows have a {self.roles.value!r} that is no number; "
                "their value is left empty"
            )

    def _check(self, rows: pa.RecordBatch) -> Checked:
        roles = self.roles
        customer = clean_names(column_of(rows, roles.customer))
        event = clean_names(column_of(rows, roles.event))
        written = column_of(rows, roles.time)
        times = self._clock.read(written)
        codes = check_events(customer, event, times, self._span)
        keep = pa.array(codes == ACCEPTED) if (codes != ACCEPTED).any() else None
        columns: dict[str, pa.Array[Any]] = {
            "customer": self._kept_names(customer, keep),
            "time": kept(pa.array(times.ms), keep).cast(_TIME),
            "event": self._kept_names(event, keep),
        }
        if roles.channel is not None:
            columns["channel"] = self._kept_names(clean_names(column_of(rows, roles.channel)), keep)
        if roles.value is not None:
            amounts = kept(column_of(rows, roles.value), keep)
            columns["value"] = as_number(amounts, money=True)
            if columns["value"].null_count:
                self._unread_values += columns["value"].null_count - clean_text(amounts).null_count
        arrays = dict(zip(rows.schema.names, rows.columns, strict=True))
        for name, target in self._properties(rows.schema.names).items():
            column = kept(arrays[name], keep)
            columns[target] = column
            self._observe(target, name, column)
        shown = {} if keep is None else _at_fault(plain(customer), plain(event), written)
        return Checked(codes, pa.record_batch(columns), shown)

    def _kept_names(self, names: pa.Array[Any], keep: Any) -> pa.Array[Any]:
        return kept(names, keep) if self._packed else plain(kept(names, keep))

    def _properties(self, names: list[str]) -> dict[str, str]:
        roles = self.roles
        taken = {roles.customer, roles.event, roles.time, roles.channel, roles.value, *roles.drop}
        result: dict[str, str] = {}
        present = set(names)
        for name in names:
            if name in taken:
                continue
            target = name
            while target in RESERVED or (target != name and target in present):
                target += "_property"
            if target != name:
                self._notes.append(f"the column {name!r} is kept as the property {target!r}")
            result[name] = target
        return result

    def _observe(self, target: str, name: str, column: pa.Array[Any]) -> None:
        known = self._kinds.get(target, "empty")
        if known == "text":
            return
        untyped = self._source.about.untyped
        kind = kind_of_type(name, column.type) if self._settled() else kind_of(column, untyped=untyped)
        if kind == "number" and is_code_name(name):
            kind = "text"
        if self._settled() and kind == "number" and kind_of(column, untyped=False) == "text":
            self._notes.append(f"{name!r} has whole numbers beyond 2**53, which are rounded")
        self._kinds[target] = joined(known, kind)

    def _finish(self, accepted: pa.RecordBatch) -> pa.RecordBatch:
        names = [name for name in RESERVED if name in accepted.schema.names]
        arrays: list[pa.Array[Any]] = [accepted.column(name) for name in names]
        fields = [
            pa.field(name, array.type, nullable=name in {"channel", "value"})
            for name, array in zip(names, arrays, strict=True)
        ]
        columns = dict(zip(accepted.schema.names, accepted.columns, strict=True))
        absent = pa.nulls(accepted.num_rows, pa.string())
        for name, kind in self._kinds.items():
            column = columns.get(name, absent)
            if self._source.about.untyped and kind == "text":
                arrays.append(filled_text(column))
            else:
                arrays.append(as_kind(column, kind))
            fields.append(pa.field(name, TYPES[kind]))
        return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))


def _at_fault(
    customer: pa.Array[Any], event: pa.Array[Any], written: pa.Array[Any]
) -> dict[Reason, pa.Array[Any]]:
    length = pc.fill_null(pc.utf8_length(customer), 0)
    longer = pc.if_else(pc.greater_equal(length, pc.fill_null(pc.utf8_length(event), 0)), customer, event)
    return {
        "bad_row": pc.if_else(pc.fill_null(pc.match_substring(event, "\0"), False), event, customer),
        "bad_time": written,
        "time_out_of_range": written,
        "name_too_long": longer,
    }
