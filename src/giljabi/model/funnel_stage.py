"""A step of a funnel that asks for more than its events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from giljabi.model.duration import parse_duration
from giljabi.model.matcher import Matcher


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """What a step is, the longest time from the required step before it, and whether it may be skipped."""

    what: str | Sequence[str] | Matcher
    within: timedelta | None = None
    optional: bool = False


def step(
    what: str | Sequence[str] | Matcher, *, within: str | timedelta | None = None, optional: bool = False
) -> FunnelStage:
    """Describe a step of a funnel: ``step("pay", within="1h")``, ``step("coupon", optional=True)``.

    Parameters
    ----------
    what
        An event name, a list of names of which any will do, or a matcher.
    within
        Longest time from the required step before; None: as long as the whole funnel may take.
    optional
        Whether customers who skip it go on in the funnel.

    Raises
    ------
    BadParameter
        If the time is no duration.
    """
    return FunnelStage(what, None if within is None else parse_duration(within), optional)
