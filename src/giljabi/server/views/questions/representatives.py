"""Representatives as the explore page draws them."""

from __future__ import annotations

import msgspec

from giljabi.discover import RepresentativesAnswer


class RepresentativeView(msgspec.Struct, frozen=True):
    """A journey that stands for others: ``exact`` go exactly so, the mean distance to it is 0..1."""

    events: list[str]
    customers: int
    share: float
    exact: int
    distance: float


class RepresentativesView(msgspec.Struct, frozen=True):
    """The representatives, the largest first, and how well they stand for all.

    ``coverage`` is the share of customers nearer than half to one, ``distance`` the mean distance to the
    nearest, ``emd`` the earth mover's distance; all three null without customers. ``variants`` different
    journeys there are, of which ``compared`` were compared; ``capped`` customers have more than 256 events.
    """

    representatives: list[RepresentativeView]
    customers: int
    variants: int
    compared: int
    coverage: float | None
    distance: float | None
    emd: float | None
    capped: int
    chosen: bool


def representatives_view(answer: RepresentativesAnswer) -> RepresentativesView:
    """Draw representatives."""
    return RepresentativesView(
        [
            RepresentativeView(list(one.events), one.customers, one.share, one.exact, one.distance)
            for one in answer.representatives
        ],
        answer.customers,
        answer.variants,
        answer.compared,
        answer.coverage,
        answer.distance,
        answer.emd,
        answer.capped,
        answer.chosen,
    )
