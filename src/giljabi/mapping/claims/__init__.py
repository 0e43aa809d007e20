"""Claims and their proof: one file per kind says what is measured and how it is judged.

A claim on behaviour is proven in three steps, so that it can be asked bucket by bucket: `observe` the
customers of one bucket, `tally` what is needed of them, `prove` the claim from the tallies of all buckets.
A `score` claim is proven from feedback alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import structs

from giljabi.mapping.claims import follows, reach, score, share, takes
from giljabi.mapping.claims.observing import Observation, View
from giljabi.mapping.feedback import Voices
from giljabi.mapping.lens import Lens
from giljabi.mapping.verdicts import unmeasured
from giljabi.model import AnyClaim, Evidence, Follows, Reach, Score, Share, Stage, Takes, Unit
from giljabi.store import Array

__all__ = [
    "Observation",
    "View",
    "mind_absent",
    "observe",
    "prove",
    "prove_score",
    "tally",
    "target",
    "unbound",
    "unit",
]

_KINDS: dict[type[AnyClaim], Any] = {
    Reach: reach,
    Takes: takes,
    Share: share,
    Score: score,
    Follows: follows,
}


def unit(claim: AnyClaim) -> Unit:
    """Name what a claim is measured in."""
    if isinstance(claim, Takes):
        return "ms"
    return "score" if isinstance(claim, Score) else "share"


def target(claim: AnyClaim) -> str | None:
    """Give the id of the other stage a claim speaks of."""
    if isinstance(claim, Reach):
        return claim.reach
    if isinstance(claim, Takes):
        return claim.takes
    return claim.follows if isinstance(claim, Follows) else None


def unbound(claim: AnyClaim, stage: Stage, lens: Lens) -> Evidence | None:
    """Give the evidence of a claim on behaviour that speaks of a stage without data; None where all have."""
    other = target(claim)
    for one in [stage] if other is None else [stage, lens.map.stage(other)]:
        if not lens.bound(one):
            why = f"stage {one.id!r} is not bound to data: none of its touchpoints has a match"
            return unmeasured(_KINDS[type(claim)].bounds(claim), unit(claim), why)
        if not lens.names_at({one.id}):
            # Nobody may have come so far; but a wrong name looks the same, and must not decide anything.
            names = _listed(lens.absent(one))
            why = f"no event of stage {one.id!r} ever occurs; the log has none named {names}"
            return unmeasured(_KINDS[type(claim)].bounds(claim), unit(claim), why)
    return None


def mind_absent(evidence: Evidence, claim: AnyClaim, stage: Stage, lens: Lens) -> Evidence:
    """Say beside the evidence when some of the events that the claim's stages look for never occur."""
    other = target(claim)
    stages = [stage] if other is None else [stage, lens.map.stage(other)]
    absent = sorted({name for one in stages for name in lens.absent(one)})
    if evidence.why or not absent:
        return evidence
    return structs.replace(evidence, why=f"the log has no event named {_listed(absent)}")


def _listed(names: list[str]) -> str:
    return ", ".join(map(repr, names))


def observe(claim: AnyClaim, stage: Stage, view: View) -> Observation:
    """See what the customers of one bucket did about a claim."""
    seen: Observation = _KINDS[type(claim)].observe(claim, stage, view)
    return seen


def tally(claim: AnyClaim, seen: Observation) -> Array:
    """Keep of an observation what the proof needs."""
    kept: Array = _KINDS[type(claim)].tally(seen)
    return kept


def prove(claim: AnyClaim, stage: Stage, customers: int, tallies: list[Array]) -> Evidence:
    """Judge a claim on behaviour from the tallies of all buckets; ``customers`` were at the stage."""
    kind = _KINDS[type(claim)]
    if not customers:
        return unmeasured(kind.bounds(claim), unit(claim), f"no customer came to stage {stage.id!r}")
    proven: Evidence = kind.prove(claim, tallies or [np.zeros(3, np.int64)])
    return proven


def prove_score(claim: Score, stage: int, voices: Voices | None) -> Evidence:
    """Judge a claim on a score from the feedback linked to the stage of this number."""
    return score.prove(claim, stage, voices)
