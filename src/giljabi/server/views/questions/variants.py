"""Variants as the explore page draws them."""

from __future__ import annotations

import msgspec

from giljabi.discover import VariantsAnswer
from giljabi.server.views.questions.units import ms


class VariantView(msgspec.Struct, frozen=True):
    """One way through."""

    events: list[str]
    customers: int
    share: float
    median_ms: int | None


class VariantsView(msgspec.Struct, frozen=True):
    """The most frequent ways; ``total`` says how many there are, ``customers`` of how many customers."""

    variants: list[VariantView]
    total: int
    customers: int


def variants_view(answer: VariantsAnswer) -> VariantsView:
    """Draw the most frequent variants."""
    return VariantsView(
        [VariantView(list(one.events), one.customers, one.share, ms(one.median)) for one in answer.variants],
        answer.total,
        answer.customers,
    )
