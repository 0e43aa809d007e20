"""Evidence: what was measured for a claim, and what follows from it."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Verdict: TypeAlias = Literal["supported", "contradicted", "undecided"]
Grade: TypeAlias = Literal["assumption", "interview", "feedback", "events"]
Unit: TypeAlias = Literal["share", "ms", "score"]


class Evidence(msgspec.Struct, frozen=True):
    """A measured value with its 95 % interval.

    ``value``, ``low``, ``high`` are in ``unit``: a share 0..1, milliseconds, or points of the score's own
    scale; None where nothing could be measured. ``n`` counts customers, or answers for scores. ``bound`` is
    what the claim says, ``side`` on which side of it the claim holds. ``more`` says how many more customers
    would decide an undecided claim if the value stays (None when no number would). ``why`` says why nothing
    could be measured, or what to mind.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: Unit
    bound: float
    side: Literal["at_least", "at_most"]
    verdict: Verdict
    more: int | None = None
    grade: Grade = "events"
    why: str = ""
