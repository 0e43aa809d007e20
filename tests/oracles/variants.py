"""Variants, counted by comparing whole sequences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.oracles.journeys import Journey


def variants(journeys: Sequence[Journey]) -> Counter[tuple[int, ...]]:
    return Counter(tuple(code for code, _ in journey) for journey in journeys if journey)
