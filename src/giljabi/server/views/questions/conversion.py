"""A conversion as the explore page draws it."""

from __future__ import annotations

import msgspec

from giljabi.measure import ConversionAnswer, ConversionGroup, GroupedConversionAnswer
from giljabi.server.views.questions.units import ms


class ConversionGroupView(msgspec.Struct, frozen=True):
    """Those who did the start, against the rest; shares 0..1 with 95 % intervals.

    ``undecided``: not converted, but the log ends before their window does. ``difference`` is share less
    ``rest_share``, ``lift`` their ratio; ``q_value`` is the p-value adjusted for the number of groups.
    """

    group: str | None
    customers: int
    count: int
    share: float | None
    low: float | None
    high: float | None
    median_ms: int | None
    p90_ms: int | None
    undecided: int
    rest_customers: int
    rest_count: int
    rest_share: float | None
    rest_low: float | None
    rest_high: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    p_value: float | None
    q_value: float | None


class ConversionView(msgspec.Struct, frozen=True):
    """A conversion, with its groups where a breakdown was asked for."""

    whole: ConversionGroupView
    groups: list[ConversionGroupView]


def conversion_view(answer: ConversionAnswer) -> ConversionView:
    """Draw a conversion."""
    grouped = isinstance(answer, GroupedConversionAnswer)
    return ConversionView(_group(answer.whole), [_group(part) for part in answer.groups] if grouped else [])


def _group(part: ConversionGroup) -> ConversionGroupView:
    same = (name for name in ConversionGroupView.__struct_fields__ if not name.endswith("_ms"))
    told = {name: getattr(part, name) for name in same}
    return ConversionGroupView(**told, median_ms=ms(part.median), p90_ms=ms(part.p90))
