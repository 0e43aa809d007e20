"""Hold a map against a log: how many follow it, how far, and where they leave it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np

from giljabi.kernels import (
    MAX_STAGES,
    AlignPartial,
    Automaton,
    align_bucket,
    automaton,
    gap_quantile,
    merge_alignments,
)
from giljabi.mapping.lens import Lens
from giljabi.mapping.rows import Rows
from giljabi.mapping.verdicts import share_interval
from giljabi.model import JourneyMap, milliseconds
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Bucket, Log, Progress, ask

Kind: TypeAlias = Literal["unexpected", "missing", "out_of_order", "late"]


@dataclass(frozen=True)
class StageReach:
    """How many customers have an event of a stage.

    ``share`` of the customers aligned, with its 95 % interval. ``median`` is the time since the stage visited
    before, at each customer's first visit on the aligned way, and ``n`` how many such visits there are.
    """

    stage: str
    customers: int
    share: float | None
    low: float | None
    high: float | None
    median: timedelta | None
    n: int


@dataclass(frozen=True)
class Deviation:
    """One way of leaving the map: how often, and by how many customers.

    ``stage`` is None for events of no touchpoint; ``event`` is None for missing and late stages.
    """

    kind: Kind
    stage: str | None
    event: str | None
    count: int
    customers: int


@dataclass(frozen=True)
class Alignment(Answer):
    """How a log follows a map; as a table, one row per stage.

    ``exact`` and ``fitness`` (mean) are over ``customers``, 0 where there are none. ``unmapped`` customers
    have no event of the map and are left out, unless the map counts unmatched events or must be followed to
    the last: then every customer counts. ``coverage`` is the share of events that belong to a touchpoint.
    ``spread`` counts customers by fitness: twenty bins of width .05, and one for fitness 1.
    """

    columns: ClassVar[tuple[str, ...]] = (
        "stage",
        "customers",
        "share",
        "low",
        "high",
        "median",
        "n",
        "missing",
        "unexpected",
        "out_of_order",
        "late",
    )
    picture: ClassVar[str] = "share"

    customers: int
    unmapped: int
    exact: float
    fitness: float
    cost: int
    coverage: float
    unmatched_share: float
    reach: Rows[StageReach]
    deviations: Rows[Deviation]
    spread: tuple[int, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per stage: its reach, and how often each kind of deviation befell it."""
        counts = [self.deviations_at(row["stage"]) for row in self.reach.rows()]
        return [{**row, **count} for row, count in zip(self.reach.rows(), counts, strict=True)]

    def deviations_at(self, stage: str) -> dict[str, int]:
        """Count the deviations at a stage by kind."""
        counts = dict.fromkeys(("missing", "unexpected", "out_of_order", "late"), 0)
        for one in self.deviations:
            if one.stage == stage:
                counts[one.kind] += one.count
        return counts


def way_through(map: JourneyMap) -> Automaton:  # noqa: A002 - the field's name
    """Give the automaton of a map's stages.

    A stage without a touchpoint bound to data cannot be seen, so it is never missing. Raises BadParameter
    for a map of too many stages.
    """
    if len(map.stages) > MAX_STAGES:
        raise BadParameter(f"the map has {len(map.stages)} stages; at most {MAX_STAGES} can be aligned")
    number = {stage.id: index for index, stage in enumerate(map.stages, start=1)}
    return automaton(
        [stage.required and any(one.match is not None for one in stage.touchpoints) for stage in map.stages],
        [stage.repeats for stage in map.stages],
        [[number[other] for other in stage.returns_to if other in number] for stage in map.stages],
        [None if stage.within is None else milliseconds(stage.within) for stage in map.stages],
        to_the_last=map.ends == "last",
    )


def align(map: JourneyMap, log: Log, progress: Progress | None = None) -> Alignment:  # noqa: A002
    """Align every customer's journey to a map, exactly.

    Parameters
    ----------
    map
        The journey map.
    log
        The event log.
    progress
        Called with "align" and the share done, 0..1.

    Returns
    -------
    Alignment

    See Also
    --------
    giljabi.kernels.align : definition, costs, ties.
    """
    lens = Lens(map, log)
    way = way_through(map)

    def task(bucket: Bucket) -> AlignPartial:
        return align_part(lens, way, bucket, lens.symbols(bucket), by_name=lens.by_name)

    def watched() -> Any:
        for done, partial in enumerate(ask(log, task), start=1):
            if progress is not None:
                progress("align", done / len(log.buckets))
            yield partial

    return alignment(lens, way, merge_alignments(watched()))


def align_part(lens: Lens, way: Automaton, bucket: Bucket, symbols: Array, *, by_name: bool) -> AlignPartial:
    """Align the journeys of one bucket."""
    return align_bucket(
        bucket.offsets,
        bucket.time,
        bucket.event,
        symbols,
        way,
        len(lens.log.names),
        by_name=by_name,
        count_unmatched=lens.map.unmatched == "count",
    )


def alignment(lens: Lens, way: Automaton, whole: AlignPartial) -> Alignment:
    """Turn the merged counts into the answer."""
    customers, unmapped, exact, cost, matched, unmatched = whole.totals.tolist()
    events = max(1, matched + unmatched)
    return Alignment(
        customers=customers,
        unmapped=unmapped,
        exact=exact / max(1, customers),
        fitness=float(whole.fitness[0]) / max(1, customers),
        cost=cost,
        coverage=matched / events,
        unmatched_share=unmatched / events,
        reach=Rows(StageReach, tuple(_reach(lens.map, whole, customers))),
        deviations=Rows(Deviation, tuple(_deviations(lens, whole))),
        spread=tuple(whole.spread.tolist()),
    )


def _reach(map: JourneyMap, whole: AlignPartial, customers: int) -> list[StageReach]:  # noqa: A002
    found = []
    for number, stage in enumerate(map.stages, start=1):
        reached = int(whole.reach[number])
        share, low, high = share_interval(reached, customers) if customers else (None, None, None)
        median, n = gap_quantile(whole.gaps[number], 0.5)
        since = None if median is None else timedelta(milliseconds=round(median))
        found.append(StageReach(stage.id, reached, share, low, high, since, n))
    return found


def _deviations(lens: Lens, whole: AlignPartial) -> list[Deviation]:
    """List what occurred, the most frequent first."""
    ids = [None, *(stage.id for stage in lens.map.stages)]
    kinds: tuple[Kind, ...] = ("unexpected", "out_of_order")
    found = [
        Deviation(kinds[kind], ids[stage], lens.log.names[code], *whole.dropped[kind, stage, code].tolist())
        for kind, stage, code in np.argwhere(whole.dropped[..., 0])
    ]
    stages: tuple[tuple[Kind, Array], ...] = (("missing", whole.missing), ("late", whole.late))
    for kind_of_stage, counts in stages:
        found += [
            Deviation(kind_of_stage, ids[stage], None, *counts[:, stage].tolist())
            for stage in np.flatnonzero(counts[0])
        ]
    return sorted(found, key=lambda one: (-one.count, one.kind, one.stage or "", one.event or ""))
