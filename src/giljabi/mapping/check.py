"""Check a map against a log: every claim gets evidence and a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pyarrow as pa

from giljabi.kernels import (
    AlignPartial,
    Automaton,
    EdgeIndex,
    FrictionCounts,
    UsualVisits,
    friction_bucket,
    merge_alignments,
    merge_usual,
    usual_visits,
)
from giljabi.mapping import claims
from giljabi.mapping.align import Alignment, align_part, alignment, way_through
from giljabi.mapping.curves import Curves, curves, limits, transitions
from giljabi.mapping.feedback import Voices, link
from giljabi.mapping.lens import Lens
from giljabi.mapping.rows import Rows
from giljabi.mapping.sentences import sentence
from giljabi.model import AnyClaim, Evidence, Grade, JourneyMap, Score, Stage, Verdict
from giljabi.store import Answer, Array, Bucket, Log, Progress, ask


@dataclass(frozen=True)
class Proven:
    """A claim with its evidence: ``index`` is its place among the claims of ``stage`` (an id)."""

    stage: str
    index: int
    kind: str
    says: str
    claim: AnyClaim
    evidence: Evidence

    @property
    def verdict(self) -> Verdict:
        """The verdict."""
        return self.evidence.verdict

    @property
    def value(self) -> float | None:
        """The measured value, in the evidence's unit."""
        return self.evidence.value

    @property
    def low(self) -> float | None:
        """The lower end of the 95 % interval."""
        return self.evidence.low

    @property
    def high(self) -> float | None:
        """The upper end of the 95 % interval."""
        return self.evidence.high

    @property
    def n(self) -> int:
        """How many customers, or answers, it rests on."""
        return self.evidence.n


_EVIDENCE = ("verdict", "value", "low", "high", "n", "unit", "side", "bound", "more", "grade", "why")


@dataclass(frozen=True)
class Claims(Rows[Proven]):
    """The proven claims of a map in its order: iterate over them, or take them as a table."""

    columns: ClassVar[tuple[str, ...]] = ("stage", "claim", "kind", *_EVIDENCE)

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per claim."""
        return [
            {
                "stage": one.stage,
                "claim": one.says,
                "kind": one.kind,
                **{name: getattr(one.evidence, name) for name in _EVIDENCE},
            }
            for one in self.items
        ]


@dataclass(frozen=True)
class Check(Answer):
    """What became of a map's claims; as a table, one row per claim.

    ``grades`` gives per stage the best ground there is for it: events, feedback or assumption. ``unlinked``
    counts feedback that belongs to no stage.
    """

    columns: ClassVar[tuple[str, ...]] = Claims.columns

    alignment: Alignment
    claims: Claims
    curves: Curves
    grades: dict[str, Grade]
    unlinked: int

    @property
    def coverage(self) -> float:
        """Share of the log's events that belong to a touchpoint of the map."""
        return self.alignment.coverage

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """How many claims have which verdict."""
        counts = Counter(one.evidence.verdict for one in self.claims)
        every: tuple[Verdict, ...] = ("supported", "contradicted", "undecided")
        return {verdict: counts[verdict] for verdict in every}

    @property
    def contradicted(self) -> tuple[Proven, ...]:
        """The claims that the data contradict."""
        return tuple(one for one in self.claims if one.evidence.verdict == "contradicted")

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per claim, in the map's order."""
        return self.claims.rows()


class _Asked(NamedTuple):
    """One claim, where it stands, and why it need not be observed (None: it must)."""

    stage: Stage
    place: int
    claim: AnyClaim
    unbound: Evidence | None


class _Seen(NamedTuple):
    """What the customers of one bucket did about one claim."""

    customers: int
    tally: Array


class _Found(NamedTuple):
    """What all buckets gave: the alignment, the usual visits, and what was seen of each claim."""

    alignment: AlignPartial
    usual: UsualVisits
    seen: list[list[_Seen]]


def check(
    map: JourneyMap,  # noqa: A002 - the field's name
    log: Log,
    feedback: pa.Table | None = None,
    progress: Progress | None = None,
) -> Check:
    """Prove every claim of a map.

    Parameters
    ----------
    map
        The journey map.
    log
        The event log.
    feedback
        Canonical feedback; without it claims on scores stay undecided.
    progress
        Called with the step ("feedback", "claims", "curves") and its share done, 0..1.

    Returns
    -------
    Check
    """
    report = progress or (lambda step, done: None)
    lens = Lens(map, log)
    report("feedback", 0.0)
    voices = None if feedback is None or not len(feedback) else link(lens, feedback)
    asked = [
        _Asked(stage, index, claim, None if isinstance(claim, Score) else claims.unbound(claim, stage, lens))
        for stage in map.stages
        for index, claim in enumerate(stage.claims)
    ]
    way = way_through(map)
    index, steps = transitions(lens)
    found = _look(lens, way, asked, index, steps, report)
    friction = _friction(lens, found.usual, index, report)
    aligned = alignment(lens, way, found.alignment)
    proven = tuple(_proven(lens, voices, one, seen) for one, seen in zip(asked, found.seen, strict=True))
    return Check(
        alignment=aligned,
        claims=Claims(Proven, proven),
        curves=curves(lens, voices, friction),
        grades={stage.id: _grade(lens, aligned, voices, stage) for stage in map.stages},
        unlinked=0 if voices is None else voices.unlinked,
    )


def _look(
    lens: Lens, way: Automaton, asked: list[_Asked], index: EdgeIndex, steps: int, report: Progress
) -> _Found:
    """Go once over the log: align, see what is usual, observe every claim on behaviour."""
    count = len(lens.map.stages)

    def task(bucket: Bucket) -> tuple[AlignPartial, UsualVisits, list[_Seen | None]]:
        view = claims.View(lens, bucket)
        aligned = align_part(lens, way, bucket, view.stages, by_name=False)
        return (
            aligned,
            usual_visits(bucket.offsets, bucket.time, view.stages, count, index, steps),
            [_observed(one, view) for one in asked],
        )

    seen: list[list[_Seen]] = [[] for _ in asked]
    usual: list[UsualVisits] = []

    def alignments() -> Iterator[AlignPartial]:
        for done, (aligned, visits, observed) in enumerate(ask(lens.log, task), start=1):
            for collected, one in zip(seen, observed, strict=True):
                collected.extend([] if one is None else [one])
            usual[:] = [merge_usual([*usual, visits])]
            report("claims", done / len(lens.log.buckets))
            yield aligned

    whole = merge_alignments(alignments())
    return _Found(whole, usual[0], seen)


def _observed(asked: _Asked, view: claims.View) -> _Seen | None:
    if isinstance(asked.claim, Score) or asked.unbound:
        return None
    seen = claims.observe(asked.claim, asked.stage, view)
    return _Seen(len(seen.rows), claims.tally(asked.claim, seen))


def _friction(lens: Lens, usual: UsualVisits, index: EdgeIndex, report: Progress) -> FrictionCounts:
    """Go over the log once more, now that it is known what is usual."""
    bounds = limits(lens, usual, index)
    total: FrictionCounts | None = None

    def task(bucket: Bucket) -> FrictionCounts:
        stages = lens.stage_codes(bucket)
        return friction_bucket(bucket.offsets, bucket.time, bucket.event, stages, bounds)

    for done, part in enumerate(ask(lens.log, task), start=1):
        total = part if total is None else FrictionCounts(*map(np.add, total, part))
        report("curves", done / len(lens.log.buckets))
    assert total is not None
    return total


def _proven(lens: Lens, voices: Voices | None, asked: _Asked, seen: list[_Seen]) -> Proven:
    stage, place, claim, unbound = asked
    if isinstance(claim, Score):
        evidence = claims.prove_score(claim, lens.number(stage.id), voices)
    else:
        customers = sum(one.customers for one in seen)
        evidence = unbound or claims.prove(claim, stage, customers, [one.tally for one in seen])
        evidence = claims.mind_absent(evidence, claim, stage, lens)
    says = claim.says or sentence(claim, stage, lens.map, "en")
    return Proven(stage.id, place, type(claim).__name__.lower(), says, claim, evidence)


def _grade(lens: Lens, aligned: Alignment, voices: Voices | None, stage: Stage) -> Grade:
    number = lens.number(stage.id)
    if aligned.reach[number - 1].customers:
        return "events"
    return "feedback" if voices is not None and (voices.stage == number).any() else "assumption"
