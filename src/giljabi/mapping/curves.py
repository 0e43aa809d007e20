"""The three curves of feeling: what the team believes, what customers report, what behaviour suggests.

All three run from −2 (very bad) over 0 to +2 (very good).

*Believed* is drawn on the map.

*Reported* is the mean of the scores linked to a stage, each set on the scale linearly from the lowest to the
highest score of its kind, with Student's 95 % interval.

*Inferred* is 4 × share − 2, where the share is of the stage's customers who met no friction there (Wilson's
95 % interval). Friction is what `giljabi.kernels.friction` says, with stages as symbols; the map decides some
of it:

- repeats: a visit of many events; where the map says that the stage does not repeat, of more than one;
- a step back from the stage to an earlier one, in the map's order, that the customer has been to and that the
  map does not return to;
- waiting: the visit began later after the visit before than the stage's ``within`` says, or where the map
  says nothing, an idle time unusual for this transition;
- bursts: many events of one name within seconds;
- leaving: the customer's last event on the map is here, and the map goes on; who may yet go on has not left.

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

from giljabi.kernels import EdgeIndex, FrictionCounts, Limits, UsualVisits, index_edges, usual_limits
from giljabi.mapping.feedback import Voices
from giljabi.mapping.lens import Lens
from giljabi.mapping.verdicts import mean_interval, share_interval
from giljabi.model import FEELING_RANGE, SCORE_RANGE, milliseconds
from giljabi.store import Answer


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
    """Of a stage's customers, how many met which friction; a customer may meet several.

    ``open`` are those whose journey is at the stage and may yet go on.
    """

    stage: str
    customers: int
    smooth: int
    open: int
    repeats: int
    steps_back: int
    waiting: int
    bursts: int
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


def transitions(lens: Lens) -> tuple[EdgeIndex, int]:
    """Index every step from one stage to another, as the kernels take them, and say how many there are."""
    size = len(lens.map.stages) + 1
    keys = np.array([a * size + b for a in range(1, size) for b in range(1, size) if a != b], np.int64)
    return index_edges(keys, size), len(keys)


def limits(lens: Lens, usual: UsualVisits, index: EdgeIndex) -> Limits:
    """Say where friction begins at each stage, from the map and from what is usual."""
    stages = lens.map.stages
    found = usual_limits(usual, index)
    size = len(stages) + 1
    events, late = found.events.copy(), found.late.copy()
    forgiven, leave = np.zeros((size, size), bool), np.zeros(size, bool)
    last = max((number for number, stage in enumerate(stages, start=1) if lens.bound(stage)), default=0)
    for number, stage in enumerate(stages, start=1):
        for other in stage.returns_to:
            forgiven[number, lens.number(other)] = True
        if not stage.repeats:
            events[number] = 1
        if stage.within is not None:
            late[number] = milliseconds(stage.within)
        leave[number] = number < last
    return found._replace(
        events=events,
        late=late,
        beaten=np.zeros(len(found.beaten), bool),
        place=np.arange(size),
        forgiven=forgiven,
        leave=leave,
    )


def curves(lens: Lens, voices: Voices | None, friction: FrictionCounts) -> Curves:
    """Draw the three curves; ``friction`` is the sum of what `giljabi.kernels.friction_bucket` gives."""
    stages = lens.map.stages
    believed = tuple(Point(stage.id, stage.believed) for stage in stages)
    reported = tuple(_reported(stage.id, number, voices) for number, stage in enumerate(stages, start=1))
    counted = tuple(
        Friction(stage.id, *friction.customers[number].tolist())
        for number, stage in enumerate(stages, start=1)
    )
    return Curves(
        believed, reported, tuple(map(_inferred, counted)), counted, tuple(_gaps(believed, reported))
    )


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
