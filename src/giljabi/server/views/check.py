"""A check of a map as the map page draws it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from giljabi.mapping import Check, Point, Proven
from giljabi.server.language import Language, translate
from giljabi.server.views.maps import VerdictCounts


class DeviationCounts(msgspec.Struct, frozen=True):
    """How often customers left the map's way at a stage, by kind."""

    missing: int
    unexpected: int
    out_of_order: int
    late: int


class StageCheck(msgspec.Struct, frozen=True):
    """What was found at a stage; ``reach`` 0..1 with its 95 % interval."""

    id: str
    reach: float | None
    low: float | None
    high: float | None
    customers: int
    median_from_previous_ms: int | None
    grade: Literal["assumption", "interview", "feedback", "events"]
    deviations: DeviationCounts


class DeviationView(msgspec.Struct, frozen=True):
    """One way of leaving the map."""

    kind: Literal["missing", "unexpected", "out_of_order", "late"]
    stage: str | None
    event: str | None
    count: int
    customers: int


class ClaimCheck(msgspec.Struct, frozen=True):
    """A claim with its evidence; ``value``, ``low``, ``high`` and ``bound`` are in ``unit``."""

    stage: str
    index: int
    kind: Literal["reach", "takes", "share", "score", "follows"]
    says: str
    verdict: Literal["supported", "contradicted", "undecided"]
    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: Literal["share", "ms", "score"]
    bound: float
    side: Literal["at_least", "at_most"]
    more: int | None
    grade: Literal["assumption", "interview", "feedback", "events"]
    why: str


class CurvePoint(msgspec.Struct, frozen=True):
    """A feeling at a stage, −2..2, with its 95 % interval; null where nothing is known."""

    stage: str
    value: float | None
    low: float | None
    high: float | None
    n: int


class CurvesView(msgspec.Struct, frozen=True):
    """The three curves of feeling."""

    believed: list[CurvePoint]
    reported: list[CurvePoint]
    inferred: list[CurvePoint]


class CheckView(msgspec.Struct, frozen=True):
    """All that was found; ``gaps`` are the stages where belief lies outside the reported interval."""

    checked_at: datetime
    customers: int
    mapped_customers: int
    coverage: float
    unmatched_share: float
    exact: float
    fitness: float
    unlinked_feedback: int
    stages: list[StageCheck]
    deviations: list[DeviationView]
    claims: list[ClaimCheck]
    curves: CurvesView
    gaps: list[str]
    verdicts: VerdictCounts


def check_view(check: Check, checked_at: datetime) -> CheckView:
    """Draw a check."""
    found = check.alignment
    return CheckView(
        checked_at=checked_at,
        customers=found.customers + found.unmapped,
        mapped_customers=found.customers,
        coverage=found.coverage,
        unmatched_share=found.unmatched_share,
        exact=found.exact,
        fitness=found.fitness,
        unlinked_feedback=check.unlinked,
        stages=[
            StageCheck(
                id=reach.stage,
                reach=reach.share,
                low=reach.low,
                high=reach.high,
                customers=reach.customers,
                median_from_previous_ms=None if reach.median is None else _ms(reach.median),
                grade=check.grades[reach.stage],
                deviations=DeviationCounts(**found.deviations_at(reach.stage)),
            )
            for reach in found.reach
        ],
        deviations=[
            DeviationView(one.kind, one.stage, one.event, one.count, one.customers)
            for one in found.deviations
        ],
        claims=[claim_check(one) for one in check.claims],
        curves=CurvesView(
            _points(check.curves.believed), _points(check.curves.reported), _points(check.curves.inferred)
        ),
        gaps=list(check.curves.gaps),
        verdicts=VerdictCounts(**check.verdicts),
    )


def claim_check(proven: Proven) -> ClaimCheck:
    """Draw a proven claim."""
    evidence = proven.evidence
    return msgspec.convert(
        {
            "stage": proven.stage,
            "index": proven.index,
            "kind": proven.kind,
            "says": proven.says,
            **msgspec.structs.asdict(evidence),
        },
        ClaimCheck,
    )


def in_language(claim: ClaimCheck, language: Language) -> ClaimCheck:
    """Put a claim's reason into the reader's language; it is kept in English."""
    return msgspec.structs.replace(claim, why=translate(claim.why, language))


def _points(curve: Iterable[Point]) -> list[CurvePoint]:
    return [CurvePoint(one.stage, one.value, one.low, one.high, one.n) for one in curve]


def _ms(value: timedelta) -> int:
    return round(value / timedelta(milliseconds=1))
