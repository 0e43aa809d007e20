"""Stages as the explore page draws them."""

from __future__ import annotations

import msgspec

from giljabi.discover import StagesAnswer
from giljabi.server.views.questions.units import ms

_LISTED = 50


class FoundStageView(msgspec.Struct, frozen=True):
    """A stage: median time of a visit, median gap to the next, and what the cut is worth there, 0..1."""

    stage: int
    events: list[str]
    customers: int
    share: float
    median_ms: int | None
    gap_ms: int | None
    cohesion: float
    order: float
    score: float


class StagesScore(msgspec.Struct, frozen=True):
    """The score of a cut into so many stages."""

    stages: int
    score: float


class StagesView(msgspec.Struct, frozen=True):
    """The stages in order; ``left_out`` names up to 50 of the ``rare`` events that are of no stage."""

    stages: list[FoundStageView]
    customers: int
    cohesion: float | None
    order: float | None
    score: float | None
    left_out: list[str]
    rare: int
    kept: float | None
    scores: list[StagesScore]
    chosen: bool


def stages_view(answer: StagesAnswer) -> StagesView:
    """Draw stages."""
    return StagesView(
        [
            FoundStageView(
                one.stage,
                list(one.events),
                one.customers,
                one.share,
                ms(one.median),
                ms(one.gap),
                one.cohesion,
                one.order,
                one.score,
            )
            for one in answer.stages
        ],
        answer.customers,
        answer.cohesion,
        answer.order,
        answer.score,
        list(answer.left_out[:_LISTED]),
        len(answer.left_out),
        answer.kept,
        [StagesScore(*one) for one in answer.scores],
        answer.chosen,
    )
