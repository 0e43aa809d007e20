"""Reading: the rows of a source go through the gate, one batch at a time.

parse → roles → check → accept or refuse. Accepted rows come out as batches of the canonical table; refused
rows are counted and written down. Accepted and refused rows together are all rows of the source.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute

from giljabi.collect.accept import ACCEPTED, REASONS, Codes, Reason, Refusal, Span, describe
from giljabi.collect.columns import as_text
from giljabi.collect.raw import Alter, RawBatch, RawSource
from giljabi.collect.rejects import Rejects
from giljabi.collect.roles import FeedbackRoles, Roles
from giljabi.collect.spool import Spool
from giljabi.collect.times import Clock
from giljabi.model.errors import NoUsableRow

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

Progress: TypeAlias = Callable[[str, float], None]
R = TypeVar("R", Roles, FeedbackRoles)


@dataclass(frozen=True, slots=True)
class Checked:
    """One batch after the gate.

    ``codes`` are the verdicts (`giljabi.collect.accept`); ``accepted`` holds the accepted rows, its columns
    not yet of their last type; ``shown`` gives for a reason the column that is at fault.
    """

    codes: Codes
    accepted: pa.RecordBatch
    shown: Mapping[Reason, pa.Array[Any]]


class BaseReading(ABC, Generic[R]):
    """Rows on their way from a source, and the account of them.

    Take the rows from `batches`; the numbers are complete when it has ended.

    Parameters
    ----------
    source
        The rows.
    roles
        Which column is what; those that every row needs are settled.
    span
        Between which times rows are believed.
    day_first
        How 04/05/2026 is to be read.
    rejects_to
        Where the rejects file goes; None for a temporary one.
    progress
        Called with the step and the share of it that is done.
    alter
        What is done with rows before they are looked at.
    """

    def __init__(
        self,
        source: RawSource,
        roles: R,
        span: Span,
        *,
        day_first: bool = True,
        rejects_to: str | os.PathLike[str] | None = None,
        progress: Progress | None = None,
        alter: Alter | None = None,
    ) -> None:
        self.roles: R = roles
        self._source = source
        self._clock = Clock(roles.time_zone, day_first)
        self._span = span
        self._progress = progress
        self._alter = alter
        self._rejects = Rejects(rejects_to)
        self._notes: list[str] = []
        self.accepted = 0
        """How many rows were accepted so far."""

    @property
    def name(self) -> str:
        """The source's name."""
        return self._source.about.name

    @property
    def format(self) -> str:
        """The source's format."""
        return self._source.about.format

    @property
    def refused(self) -> int:
        """How many rows were refused so far."""
        return self._rejects.count

    @property
    def reasons(self) -> dict[str, int]:
        """How many rows were refused for each reason."""
        return self._rejects.counts()

    @property
    def rejects(self) -> Rejects:
        """The refused rows: iterate them, or take ``rejects.path``, a CSV file."""
        return self._rejects

    @property
    def notes(self) -> tuple[str, ...]:
        """What else the reader should know, in words."""
        return tuple(dict.fromkeys([*self._source.about.problems, *self._notes]))

    def table(self) -> pa.Table:
        """Read everything into one table."""
        return pa.Table.from_batches(list(self.batches()))

    def batches(self, *, packed: bool = False) -> Iterator[pa.RecordBatch]:
        """Give the accepted rows, as batches of one schema, in the order of the source.

        Parameters
        ----------
        packed
            Leave names as dictionaries where the source's types are known, which a log is built from faster.

        Raises
        ------
        UnreadableFile
            If the source turns out broken. For all formats but Parquet and Arrow this comes before any batch.
        NoUsableRow
            If no row was accepted.
        """
        self._begin()
        self._packed = packed and self._settled()
        spool = Spool()
        try:
            for whole in self._source.batches(self.roles.customer):
                raw = whole if self._alter is None else self._alter(whole, self.roles.customer)
                accepted = self._pass(raw)
                if accepted.num_rows and self._settled():
                    yield self._finish(accepted)
                elif accepted.num_rows:
                    spool.add(accepted)
                if self._progress:
                    self._progress("read", min(1.0, self._source.share()))
            self._end()
            for accepted in spool:
                yield self._finish(accepted)
        finally:
            spool.close()

    def _begin(self) -> None:
        self._rejects.clear()
        self._notes.clear()
        self.accepted = 0

    def _end(self) -> None:
        if self._progress:
            self._progress("read", 1.0)
        if self.accepted:
            return
        reasons = self.reasons
        if not reasons:
            raise NoUsableRow(f"{self.name} has column names but no rows", reasons)
        counts = ", ".join(f"{reason} {count:,}" for reason, count in reasons.items())
        first = self._rejects.first[0]
        raise NoUsableRow(
            f"{self.name}: none of its {self.refused:,} rows can be used ({counts}); "
            f"for example line {first.line}: {first.detail}",
            reasons,
        )

    def _settled(self) -> bool:
        """Say whether the columns' types are known before the last row."""
        return self._source.about.fixed and not self._source.about.untyped

    def _pass(self, raw: RawBatch) -> pa.RecordBatch:
        checked = self._check(raw.rows)
        refused = np.flatnonzero(checked.codes != ACCEPTED)
        refusals = list(raw.broken)
        if len(refused):
            refusals += self._refusals(raw, checked, refused)
        if raw.broken and len(refused):
            refusals.sort(key=lambda one: one.line)
        self._rejects.add(refusals)
        self.accepted += checked.accepted.num_rows
        return checked.accepted

    def _refusals(self, raw: RawBatch, checked: Checked, refused: Any) -> list[Refusal]:
        codes = checked.codes[refused]
        details = np.empty(len(refused), dtype=object)
        for code in np.unique(codes):
            reason = REASONS[code]
            which = np.flatnonzero(codes == code)
            column = checked.shown.get(reason)
            shown: Sequence[str | None]
            if column is None:
                shown = [None] * len(which)
            else:
                shown = as_text(column.take(pa.array(refused[which]))).to_pylist()
            details[which] = describe(reason, shown, self._span)
        lines = raw.lines[refused].tolist()
        originals = raw.originals(refused)
        return [
            Refusal(line, REASONS[code], detail, original)
            for line, code, detail, original in zip(lines, codes.tolist(), details, originals, strict=True)
        ]

    @abstractmethod
    def _check(self, rows: pa.RecordBatch) -> Checked:
        """Judge one batch."""

    @abstractmethod
    def _finish(self, accepted: pa.RecordBatch) -> pa.RecordBatch:
        """Give accepted rows their last types."""


def column_of(rows: pa.RecordBatch, name: str | None) -> pa.Array[Any]:
    """Give a column, all null where the batch does not have it."""
    at = rows.schema.get_field_index(name) if name is not None else -1
    return rows.column(at) if at >= 0 else pa.nulls(rows.num_rows, pa.string())


def kept(column: pa.Array[Any], keep: Any) -> pa.Array[Any]:
    """Give the rows of a column that are kept; ``keep`` is None where all are."""
    return column if keep is None else pc.filter(column, keep)
