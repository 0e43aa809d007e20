"""Feedback from a source of rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from giljabi.collect.accept import ACCEPTED, check_feedback
from giljabi.collect.columns import as_number, clean_text
from giljabi.collect.reading import BaseReading, Checked, column_of, kept
from giljabi.collect.roles import FeedbackRoles
from giljabi.model import FEEDBACK_KINDS

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

_FIELDS: list[pa.Field[Any]] = [
    pa.field("customer", pa.string(), nullable=False),
    pa.field("time", pa.timestamp("ms", tz="UTC"), nullable=False),
    pa.field("kind", pa.string(), nullable=False),
    pa.field("score", pa.float64()),
    pa.field("text", pa.string()),
    pa.field("touchpoint", pa.string()),
]
SCHEMA = pa.schema(_FIELDS)
"""The canonical feedback table."""

_KIND_NAMES = {
    "추천": "nps",
    "추천의향": "nps",
    "만족도": "csat",
    "노력": "ces",
    "평점": "rating",
    "별점": "rating",
    "review": "rating",
    "의견": "text",
    "comment": "text",
}


class FeedbackReading(BaseReading[FeedbackRoles]):
    """Feedback on its way from a source; `batches` gives the canonical feedback table."""

    def _check(self, rows: pa.RecordBatch) -> Checked:
        roles = self.roles
        customer = clean_text(column_of(rows, roles.customer))
        written = column_of(rows, roles.time)
        times = self._clock.read(written)
        kind = self._kind(rows)
        points = column_of(rows, roles.score)
        score = as_number(points)
        unread = pc.and_(pc.is_null(score), pc.is_valid(clean_text(points))).to_numpy(zero_copy_only=False)
        text = clean_text(column_of(rows, roles.text))
        codes = check_feedback(customer, times, kind, score, unread, text, self._span)
        keep = pa.array(codes == ACCEPTED) if np.any(codes != ACCEPTED) else None
        columns: list[pa.Array[Any]] = [
            kept(customer, keep),
            kept(pa.array(times.ms), keep).cast(SCHEMA.field("time").type),
            kept(kind, keep),
            kept(score, keep),
            kept(text, keep),
            kept(clean_text(column_of(rows, roles.touchpoint)), keep),
        ]
        accepted = pa.RecordBatch.from_arrays(columns, schema=SCHEMA)
        return Checked(
            codes,
            accepted,
            {
                "bad_row": customer,
                "bad_time": written,
                "time_out_of_range": written,
                "name_too_long": customer,
                "bad_kind": kind,
                "bad_score": points,
            },
        )

    def _kind(self, rows: pa.RecordBatch) -> Any:
        name = self.roles.kind
        if name in FEEDBACK_KINDS and (name not in rows.schema.names or name == self.roles.score):
            return pa.array([name] * rows.num_rows, pa.string())
        kind = pc.utf8_lower(clean_text(column_of(rows, name)))
        for word, meant in _KIND_NAMES.items():
            same = pc.equal(kind, pa.scalar(word))
            kind = pc.if_else(pc.fill_null(same, False), pa.scalar(meant), kind)
        return kind

    def _finish(self, accepted: pa.RecordBatch) -> pa.RecordBatch:
        return accepted
