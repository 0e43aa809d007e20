"""Feedback finds its stage.

An answer that names a touchpoint, or a stage, of the map belongs there. Any other belongs to the stage of the
customer's last mapped event in the seven days up to the answer (both ends included). The rest is unlinked,
and counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from giljabi.kernels import last_events_before
from giljabi.mapping.lens import Lens
from giljabi.store import Array

LOOK_BACK = 7 * 24 * 3_600_000
"""How far back, in ms, a customer's last event may lie from an answer."""

_OPTIONAL: dict[str, pa.DataType] = {"touchpoint": pa.string(), "score": pa.float64(), "text": pa.string()}


@dataclass(frozen=True)
class Voices:
    """Feedback with the stage each answer belongs to.

    ``table`` is canonical feedback; ``stage`` (uint8) the stage number per row, 0 for unlinked.
    ``by_touchpoint`` and ``by_behaviour`` say how many answers were linked in which way.
    """

    table: pa.Table
    stage: Array
    by_touchpoint: int
    by_behaviour: int

    @property
    def unlinked(self) -> int:
        """How many answers belong to no stage."""
        return len(self.stage) - self.by_touchpoint - self.by_behaviour

    def rows(self, stage: int) -> pa.Table:
        """Give the feedback of a stage."""
        return self.table.filter(pa.array(self.stage == stage))

    def scores(self, stage: int, kind: str) -> Array:
        """Give the scores of one kind at a stage (float64, absent ones left out)."""
        found = self.rows(stage)
        of_kind = pc.equal(found["kind"], pa.scalar(kind))
        return found.filter(pc.and_(of_kind, pc.is_valid(found["score"])))["score"].to_numpy()


def link(lens: Lens, feedback: pa.Table) -> Voices:
    """Link feedback to the stages of a map.

    Parameters
    ----------
    lens
        The map over the log.
    feedback
        Canonical feedback: customer, time, kind, and score, text and touchpoint where there are any.

    Returns
    -------
    Voices
    """
    for name, kind in _OPTIONAL.items():
        if name not in feedback.column_names:
            feedback = feedback.append_column(name, pa.array([None] * len(feedback), kind))
    stage = _named(lens, feedback["touchpoint"].to_pylist())
    by_touchpoint = int(np.count_nonzero(stage))
    open_rows = np.flatnonzero(stage == 0)
    if len(open_rows):
        stage[open_rows] = _by_behaviour(lens, feedback.take(open_rows))
    return Voices(feedback, stage, by_touchpoint, int(np.count_nonzero(stage)) - by_touchpoint)


def _named(lens: Lens, names: list[str | None]) -> Array:
    number: dict[str | None, int] = {}
    for stage, touchpoint in reversed(lens.touchpoints):
        number[touchpoint.id] = lens.number(stage.id)
    for stage in lens.map.stages:
        number[stage.id] = lens.number(stage.id)
    return np.array([number.get(name, 0) for name in names], np.uint8)


def _by_behaviour(lens: Lens, feedback: pa.Table) -> Array:
    found = np.zeros(len(feedback), np.uint8)
    moments = feedback["time"].cast(pa.timestamp("ms", "UTC")).cast(pa.int64()).to_numpy()
    for bucket in lens.log.buckets:
        ids = bucket.customer_ids
        rows = pc.index_in(feedback["customer"].cast(ids.type), value_set=ids)
        known = np.flatnonzero(rows.is_valid().to_numpy())
        if not len(known):
            continue
        customers = rows.drop_null().to_numpy().astype(np.int64)
        stages = lens.stage_codes(bucket)
        last = last_events_before(bucket.offsets, bucket.time, stages, customers, moments[known], LOOK_BACK)
        found[known[last >= 0]] = stages[last[last >= 0]]
    return found
