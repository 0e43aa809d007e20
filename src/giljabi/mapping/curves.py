"""The three curves of feeling: what the team believes, what customers report, what behaviour suggests.

All three run from −2 (very bad) over 0 to +2 (very good).

*Believed* is drawn on the map.

*Reported* is the mean of the scores linked to a stage, each set on the scale linearly from the lowest to the
highest score of its kind, with Student's 95 % interval.

*Inferred* is 4 × share − 2, where the share is of the stage's customers who met no friction there (Wilson's
95 % interval). Friction is any of:

- repeats: a visit of more than twice the median number of events, and of more than two; where the map says
  that the stage does not repeat, of more than one;
- a step back from the stage to an earlier one that the map does not return to;
- waiting: the visit began later after the visit before than the stage's ``within`` says, or where the map
  says nothing, than ten times the median;
- leaving: the customer's last event on the map is here, and the map goes on.

Behaviour does not feel. The curve shows where to look, and its zero is only "every second customer meets
friction".

The *gap* between believed and reported is the finding: a stage whose believed value lies outside the
reported interval.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from giljabi.kernels import Limits, UsualVisits, gap_quantile
from giljabi.mapping.feedback import Voices
from giljabi.mapping.lens import Lens
from giljabi.mapping.verdicts import mean_interval, share_interval
from giljabi.model import FEELING_RANGE, SCORE_RANGE, milliseconds
from giljabi.store import Answer, Array

_WAIT_TIMES, _LENGTH_TIMES, _LEAST_REPEATS = 10, 2, 2
_ANY = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Point:
    """A value of a curve at a stage, with its interval; None where nothing is known."""

    stage: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0


@dataclass(frozen=True)
class Friction:
    """Of a stage's customers, how many met which friction; a customer may meet several."""

    stage: str
    customers: int
    smooth: int
    repeats: int
    steps_back: int
    waiting: int
    leaving: int


@dataclass(frozen=True)
class Curves(Answer):
    """The curves, one point per stage each; ``gaps`` are the stages where belief and report differ."""

    columns: ClassVar[tuple[str, ...]] = ("stage", "curve", "value", "low", "high", "n")

    believed: tuple[Point, ...]
    reported: tuple[Point, ...]
    inferred: tuple[Point, ...]
    friction: tuple[Friction, ...]
    gaps: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per curve and stage."""
        return [
            {
                "stage": point.stage,
                "curve": name,
                "value": point.value,
                "low": point.low,
                "high": point.high,
                "n": point.n,
            }
            for name in ("believed", "reported", "inferred")
            for point in getattr(self, name)
        ]


def limits(lens: Lens, usual: UsualVisits) -> Limits:
    """Say where friction begins at each stage, from the map and from what is usual."""
    stages = lens.map.stages
    size = len(stages) + 1
    back = np.tri(size, k=-1, dtype=bool)
    events, wait, leave = np.full(size, _ANY), np.full(size, _ANY), np.zeros(size, bool)
    last = max((number for number, stage in enumerate(stages, start=1) if lens.bound(stage)), default=0)
    for number, stage in enumerate(stages, start=1):
        for other in stage.returns_to:
            back[number, lens.number(other)] = False
        typical = _median_length(usual.lengths[number])
        events[number] = max(_LEAST_REPEATS, _LENGTH_TIMES * typical) if stage.repeats else 1
        median, _ = gap_quantile(usual.waits[number], 0.5)
        if stage.within is not None:
            wait[number] = milliseconds(stage.within)
        elif median is not None:
            wait[number] = round(_WAIT_TIMES * median)
        leave[number] = number < last
    return Limits(events, wait, back, leave)


def curves(lens: Lens, voices: Voices | None, friction: Array) -> Curves:
    """Draw the three curves; ``friction`` is the sum of `giljabi.kernels.friction_bucket`."""
    stages = lens.map.stages
    believed = tuple(Point(stage.id, stage.believed) for stage in stages)
    reported = tuple(_reported(stage.id, number, voices) for number, stage in enumerate(stages, start=1))
    counted = tuple(
        Friction(stage.id, *friction[number].tolist()) for number, stage in enumerate(stages, start=1)
    )
    return Curves(
        believed, reported, tuple(map(_inferred, counted)), counted, tuple(_gaps(believed, reported))
    )


def _median_length(lengths: Array) -> int:
    return int(np.searchsorted(np.cumsum(lengths), (lengths.sum() + 1) // 2)) if lengths.any() else 0


def _reported(stage: str, number: int, voices: Voices | None) -> Point:
    if voices is None:
        return Point(stage)
    worst, best = FEELING_RANGE
    felt = np.concatenate(
        [
            worst + (voices.scores(number, kind) - low) / (high - low) * (best - worst)
            for kind, (low, high) in SCORE_RANGE.items()
        ]
    )
    if not len(felt):
        return Point(stage)
    deviation = float(np.std(felt, ddof=1)) if len(felt) > 1 else 0.0
    return Point(stage, *mean_interval(float(np.mean(felt)), deviation, len(felt), worst, best), len(felt))


def _inferred(friction: Friction) -> Point:
    if not friction.customers:
        return Point(friction.stage)
    value, low, high = (
        None if one is None else 4 * one - 2 for one in share_interval(friction.smooth, friction.customers)
    )
    return Point(friction.stage, value, low, high, friction.customers)


def _gaps(believed: Iterable[Point], reported: Iterable[Point]) -> list[str]:
    return [
        belief.stage
        for belief, report in zip(believed, reported, strict=True)
        if belief.value is not None
        and report.low is not None
        and report.high is not None
        and not report.low <= belief.value <= report.high
    ]
