"""An animation as the explore page plays it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from giljabi.discover import AnimationAnswer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FlowView(msgspec.Struct, frozen=True):
    """Customers on an edge at each frame; names are null for all other edges together."""

    source: str | None
    target: str | None
    customers: list[int]


class TokenView(msgspec.Struct, frozen=True):
    """The moves of one customer: the place of the edge, and from when to when, in ms since 1970 UTC."""

    moves: list[tuple[int, int, int]]


class AnimationView(msgspec.Struct, frozen=True):
    """Frames from ``start_ms`` every ``step_ms``; ``active`` customers are on the listed edges."""

    start_ms: int
    step_ms: int
    frames: int
    active: int
    flows: list[FlowView]
    tokens: list[TokenView]


def animation_view(answer: AnimationAnswer) -> AnimationView:
    """Draw an animation."""
    first, second = (_ms(moment) for moment in answer.frames[:2])
    return AnimationView(
        start_ms=first,
        step_ms=second - first,
        frames=len(answer.frames),
        active=answer.active,
        flows=[FlowView(one.source, one.target, list(one.customers)) for one in answer.flows],
        tokens=[
            TokenView([(move.edge, _ms(move.start), _ms(move.end)) for move in token.moves])
            for token in answer.tokens
        ],
    )


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
