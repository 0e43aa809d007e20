"""Steps as the explore page draws them."""

from __future__ import annotations

import msgspec

from giljabi.discover import StepsAnswer


class StepCellView(msgspec.Struct, frozen=True):
    """Customers at an event at a step; the event is null for those not told apart, ``over`` go no further."""

    step: int
    event: str | None
    customers: int
    share: float
    over: int


class StepLinkView(msgspec.Struct, frozen=True):
    """Customers from an event at ``step`` to one at the step after it."""

    step: int
    source: str | None
    target: str | None
    customers: int


class StepsView(msgspec.Struct, frozen=True):
    """Steps by number (1 is the anchor, there is no 0), the events told apart, cells and links."""

    customers: int
    steps: list[int]
    events: list[str]
    cells: list[StepCellView]
    links: list[StepLinkView]


def steps_view(answer: StepsAnswer) -> StepsView:
    """Draw steps."""
    return StepsView(
        answer.customers,
        list(answer.steps),
        list(answer.events),
        [StepCellView(one.step, one.event, one.customers, one.share, one.over) for one in answer.cells],
        [StepLinkView(one.step, one.source, one.target, one.customers) for one in answer.links],
    )
