"""Claim: the feedback linked to the stage has such a score.

``n`` counts answers of the claim's kind. For ``nps`` the value is the net promoter score (9 and 10 against 0
to 6, −100..100), for the other kinds the mean.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from giljabi.mapping.feedback import Voices
from giljabi.mapping.verdicts import (
    Bound,
    Interval,
    Side,
    judge,
    mean_interval,
    promoter_interval,
    sides,
    unmeasured,
)
from giljabi.model import SCORE_RANGE, Evidence, Score


def bounds(claim: Score) -> list[tuple[Side, float]]:
    """Give the claim's sides, in points."""
    return sides(claim.at_least, claim.at_most)


def prove(claim: Score, stage: int, voices: Voices | None) -> Evidence:
    """Judge the claim from the feedback linked to the stage of this number."""
    if voices is None:
        return unmeasured(bounds(claim), "score", "there is no feedback")
    scores = voices.scores(stage, claim.score)
    n = len(scores)
    if not n:
        return unmeasured(bounds(claim), "score", f"no {claim.score} answer is linked to the stage")
    measured = partial(_promoters if claim.score == "nps" else _mean, claim, scores)
    return judge(
        [Bound(side, bound, measured) for side, bound in bounds(claim)], n, "score", grade="feedback"
    )


def _promoters(claim: Score, scores: np.ndarray, many: int) -> Interval:
    times = many / len(scores)
    return promoter_interval(
        np.count_nonzero(scores >= 9) * times, np.count_nonzero(scores <= 6) * times, many
    )


def _mean(claim: Score, scores: np.ndarray, many: int) -> Interval:
    deviation = float(np.std(scores, ddof=1)) if len(scores) > 1 else 0.0
    return mean_interval(float(np.mean(scores)), deviation, many, *SCORE_RANGE[claim.score])
