"""Check a map against a log: every claim gets evidence and a verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import Any, ClassVar, NamedTuple

import pyarrow as pa

from giljabi.kernels import (
    AlignPartial,
    UsualVisits,
    friction_bucket,
    merge_alignments,
    usual_visits,
)
from giljabi.mapping import claims
from giljabi.mapping.align import Alignment, align_part, alignment, way_through
from giljabi.mapping.curves import Curves, curves, limits
from giljabi.mapping.feedback import Voices, link
from giljabi.mapping.lens import Lens
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


@dataclass(frozen=True)
class Check(Answer):
    """What became of a map's claims; as a table, one row per claim.

    ``grades`` gives per stage the best ground there is for it: events, feedback or assumption. ``unlinked``
    counts feedback that belongs to no stage.
    """

    columns: ClassVar[tuple[str, ...]] = (
        "stage",
        "claim",
        "kind",
        "verdict",
        "value",
        "low",
        "high",
        "n",
        "unit",
        "side",
        "bound",
        "more",
        "grade",
        "why",
    )

    alignment: Alignment
    claims: tuple[Proven, ...]
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
        evidence = ("verdict", "value", "low", "high", "n", "unit", "side", "bound", "more", "grade", "why")
        return [
            {
                "stage": one.stage,
                "claim": one.says,
                "kind": one.kind,
                **{name: getattr(one.evidence, name) for name in evidence},
            }
            for one in self.claims
        ]


class _Part(NamedTuple):
    """What one bucket adds."""

    alignment: AlignPartial
    usual: UsualVisits
    customers: list[int]
    tallies: list[Array | None]


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
    asked = [(stage, index, claim) for stage in map.stages for index, claim in enumerate(stage.claims)]
    way = way_through(map)

    def task(bucket: Bucket) -> _Part:
        view = claims.View(lens, bucket)
        seen = [
            None
            if isinstance(claim, Score) or claims.unbound(claim, stage, lens)
            else claims.observe(claim, stage, view)
            for stage, _, claim in asked
        ]
        return _Part(
            align_part(lens, way, bucket, view.stages, by_name=False),
            usual_visits(bucket.offsets, bucket.time, view.stages, len(map.stages)),
            [0 if one is None else len(one.rows) for one in seen],
            [
                None if one is None else claims.tally(claim, one)
                for one, (_, _, claim) in zip(seen, asked, strict=True)
            ],
        )

    parts = []
    for done, part in enumerate(ask(log, task), start=1):
        parts.append(part)
        report("claims", done / len(log.buckets))

    usual = UsualVisits(*(sum(fields) for fields in zip(*(part.usual for part in parts), strict=True)))
    bounds = limits(lens, usual)
    friction: Any = 0
    rubs = ask(
        log,
        lambda bucket: friction_bucket(bucket.offsets, bucket.time, lens.stage_codes(bucket), bounds),
    )
    for done, rub in enumerate(rubs, start=1):
        friction = friction + rub
        report("curves", done / len(log.buckets))

    aligned = alignment(lens, way, merge_alignments(part.alignment for part in parts))
    proven = tuple(
        _proven(lens, voices, stage, index, claim, number, parts)
        for number, (stage, index, claim) in enumerate(asked)
    )
    return Check(
        alignment=aligned,
        claims=proven,
        curves=curves(lens, voices, friction),
        grades={stage.id: _grade(lens, aligned, voices, stage) for stage in map.stages},
        unlinked=0 if voices is None else voices.unlinked,
    )


def _proven(
    lens: Lens,
    voices: Voices | None,
    stage: Stage,
    index: int,
    claim: AnyClaim,
    number: int,
    parts: list[_Part],
) -> Proven:
    evidence: Evidence
    if isinstance(claim, Score):
        evidence = claims.prove_score(claim, lens.number(stage.id), voices)
    else:
        evidence = claims.unbound(claim, stage, lens) or claims.prove(
            claim,
            stage,
            sum(part.customers[number] for part in parts),
            [
                one
                for one in chain.from_iterable(part.tallies[number : number + 1] for part in parts)
                if one is not None
            ],
        )
    says = claim.says or sentence(claim, stage, lens.map, "en")
    return Proven(stage.id, index, type(claim).__name__.lower(), says, claim, evidence)


def _grade(lens: Lens, aligned: Alignment, voices: Voices | None, stage: Stage) -> Grade:
    number = lens.number(stage.id)
    if aligned.reach[number - 1].customers:
        return "events"
    return "feedback" if voices is not None and (voices.stage == number).any() else "assumption"
