"""Stages: where journeys fall into parts, by order, by what goes together, and by how long steps take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, NamedTuple

import numpy as np

from giljabi.discover.edge_times import _at_rank, _bins
from giljabi.discover.stage_order import MOST_EVENTS, StageFacts, stage_facts
from giljabi.kernels import bin_floors, extent_bucket, visit_histograms, visit_values
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Log, ask, pictures

_MOST_CHOSEN = 9
_EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class FoundStage:
    """One stage.

    ``stage`` counts from 1; ``events`` are its names, the most widespread first; ``customers`` and ``share``
    those who have any of them. ``median`` is the time from first to last event of a visit, ``gap`` that from
    a visit to the next one of a later stage (None where there is none). ``cohesion``, ``order`` and ``score``
    are those of `StagesAnswer`, over the pairs with an event of this stage.
    """

    stage: int
    events: tuple[str, ...]
    customers: int
    share: float
    median: timedelta | None
    gap: timedelta | None
    cohesion: float
    order: float
    score: float


@dataclass(frozen=True)
class StagesAnswer(Answer):
    """The stages in their order, and what the cut is worth.

    ``cohesion`` (0..1) is the share of what speaks for or against holding two events in one stage that the
    cut agrees with: pairs that belong together are in one stage, others are not. ``order`` (0..1) is the
    share of customers, over pairs of events of different stages, who come first to the event of the earlier
    stage. ``score`` is their product. ``left_out`` names the events too rare to be of a stage, the most
    frequent first; ``kept`` is the share of events that the stages hold. ``scores`` gives the score of every
    number of stages that was tried. ``chosen`` says whether the number was chosen.
    """

    columns: ClassVar[tuple[str, ...]] = (
        "stage",
        "events",
        "customers",
        "share",
        "median",
        "gap",
        "cohesion",
        "order",
        "score",
    )
    picture: ClassVar[str] = "share"

    stages: tuple[FoundStage, ...]
    customers: int
    cohesion: float | None
    order: float | None
    score: float | None
    left_out: tuple[str, ...]
    kept: float | None
    scores: tuple[tuple[int, float], ...]
    chosen: bool

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per stage; ``events`` is a list of names."""
        return [
            {name: getattr(one, name) for name in self.columns} | {"events": list(one.events)}
            for one in self.stages
        ]

    def drawing(self) -> str:
        """Draw the share of customers of each stage as bars."""
        if not self.stages:
            return ""
        return pictures.bars(
            f"{len(self.stages)} stages, score {self.score:.2f}",
            [f"{one.stage} {' · '.join(one.events)}" for one in self.stages],
            [one.share for one in self.stages],
            [f"{one.share:.1%}" for one in self.stages],
        )


class _Worth(NamedTuple):
    """What a cut is worth: as a whole, and per stage."""

    cohesion: float
    order: float
    cohesions: list[float]
    orders: list[float]

    @property
    def score(self) -> float:
        return self.cohesion * self.order


def stages(
    log: Log, k: int | None = None, *, progress: Callable[[str, float], None] | None = None
) -> StagesAnswer:
    """Cut journeys into stages.

    Parameters
    ----------
    log
        The event log.
    k
        How many stages, 1 to 40; fewer are given where fewer events are frequent enough. None: the number up
        to 9 with the greatest score, of equal ones the least.
    progress
        Told ``("stages", share done)``.

    Raises
    ------
    BadParameter
        If ``k`` is out of range.

    Notes
    -----
    How events are ordered, held together and cut: `giljabi.discover.stage_order`. What a visit is:
    `giljabi.kernels.stages`. Medians are exact, interpolated between the two nearest ranks.
    """
    if k is not None and not 1 <= k <= MOST_EVENTS:
        raise BadParameter(f"k is a number of stages from 1 to {MOST_EVENTS}, not {k}")
    told = progress or (lambda step, done: None)
    if not log.events:
        return StagesAnswer((), 0, None, None, None, tuple(log.names), None, (), k is None)
    facts = stage_facts(log)
    told("stages", 0.5)
    groups, scores = _cut(facts, k)
    stage = np.zeros(len(log.names), np.uint8)
    for number, group in enumerate(groups, 1):
        stage[[facts.codes[one] for one in group]] = number
    extent, customers, seen = _extent(log, stage, len(groups))
    told("stages", 0.7)
    medians = _medians(log, stage.astype(np.int64), len(groups))
    told("stages", 1.0)
    worth = _worth(facts, groups)
    absent = np.argsort(-seen, kind="stable")
    return StagesAnswer(
        tuple(
            FoundStage(
                number,
                tuple(log.names[facts.codes[one]] for one in sorted(group)),
                int(extent[number]),
                int(extent[number]) / customers,
                medians[2 * number - 2],
                medians[2 * number - 1],
                worth.cohesions[number - 1],
                worth.orders[number - 1],
                worth.cohesions[number - 1] * worth.orders[number - 1],
            )
            for number, group in enumerate(groups, 1)
        ),
        customers,
        worth.cohesion,
        worth.order,
        worth.score,
        tuple(log.names[code] for code in absent if not stage[code]),
        float(seen[stage > 0].sum() / seen.sum()),
        scores,
        k is None,
    )


def _cut(facts: StageFacts, k: int | None) -> tuple[list[list[int]], tuple[tuple[int, float], ...]]:
    """Cut into the number asked for, or the one of the greatest score."""
    most = min(_MOST_CHOSEN if k is None else k, len(facts.codes))
    tried = [facts.cut(number) for number in (range(1, most + 1) if k is None else [most])]
    scores = [_worth(facts, groups).score for groups in tried]
    best = next(i for i, score in enumerate(scores) if score >= max(scores) - _EQUAL)
    return tried[best], tuple((len(groups), score) for groups, score in zip(tried, scores, strict=True))


def _worth(facts: StageFacts, groups: Sequence[Sequence[int]]) -> _Worth:
    """Judge a cut by the cohesion of pairs and by who comes first to what."""
    stage = np.zeros(len(facts.codes), np.int64)
    for number, group in enumerate(groups):
        stage[list(group)] = number
    same = stage[:, None] == stage[None, :]
    for_it, against = np.maximum(facts.cohesion, 0), np.maximum(-facts.cohesion, 0)
    agreed, said = np.where(same, for_it, against), for_it + against
    before = facts.precedence.before
    forward, back = (
        np.where(stage[:, None] < stage[None, :], way, 0).astype(np.float64) for way in (before, before.T)
    )
    touch = [(stage[:, None] == one) | (stage[None, :] == one) for one in range(len(groups))]
    everywhere = np.ones_like(same)
    return _Worth(
        _ratio(agreed, said, everywhere),
        _ratio(forward, forward + back, everywhere),
        [_ratio(agreed, said, part) for part in touch],
        [_ratio(forward, forward + back, part) for part in touch],
    )


def _ratio(some: Array, whole: Array, part: Array) -> float:
    """Give a share over some pairs; 1 where there is nothing to go wrong."""
    of = float(whole[part].sum())
    return float(some[part].sum()) / of if of else 1.0


def _extent(log: Log, stage: Array, count: int) -> tuple[Array, int, Array]:
    """Count who has each stage, who has any event, and how often each name occurs."""
    have, customers, seen = np.zeros(count + 1, np.int64), 0, np.zeros(len(log.names), np.int64)
    for part, some, times in ask(
        log,
        lambda bucket: (
            extent_bucket(bucket.offsets, bucket.event, stage, count)[0],
            int(np.count_nonzero(np.diff(bucket.offsets))),
            np.bincount(bucket.event, minlength=len(log.names)),
        ),
    ):
        have, customers, seen = have + part, customers + some, seen + times
    return have, customers, seen


def _medians(log: Log, stage: Array, count: int) -> list[timedelta | None]:
    """Find the median time of the visits to each stage and of the gap behind them, stage by stage."""
    histograms = list(ask(log, lambda b: visit_histograms(b.offsets, b.time, b.event, stage, count)))
    cumulated = np.cumsum(np.sum(histograms, axis=0), axis=1)
    total = cumulated[:, -1]
    ranges, before, _ = _bins(np.where(total[:, None] > 0, cumulated, 1), 0.5)
    bins = np.stack([ranges[:, 0], ranges[:, 0] + ranges[:, 1] + 1], axis=1)
    floors = np.ceil(bin_floors())
    # Most visits are of one event and take no time: where all values of a bin are one, none is collected.
    known = (total == 0) | (floors[bins[:, 1]] - floors[bins[:, 0]] <= 1)
    wanted = np.where(known[:, None], 0, bins)
    values: list[list[Array]] = [[] for _ in total]
    for row, value in ask(log, lambda b: visit_values(b.offsets, b.time, b.event, stage, wanted)):
        for one in np.flatnonzero(~known):
            values[one].append(value[row == one])
    found = [
        floors[bins[one, 0]]
        if known[one]
        else _at_rank(np.concatenate(values[one]), 0.5 * (total[one] - 1) - before[one])
        for one in range(2 * count)
    ]
    return [
        timedelta(milliseconds=float(one)) if many else None for one, many in zip(found, total, strict=True)
    ]
