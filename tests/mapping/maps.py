"""Journey maps written down by hand, for tests."""

from __future__ import annotations

from typing import Any

from giljabi.model import JourneyMap, Matcher, Stage, Touchpoint, event

HOUR = 3_600_000
DAY = 24 * HOUR


def stage(id: str, *names: str, match: Matcher | None = None, channel: str = "", **rules: Any) -> Stage:  # noqa: A002
    """Make a stage with one touchpoint, bound to events of its own name unless told otherwise."""
    bound = event(*(names or (id,))) if match is None else match
    return Stage(id, touchpoints=(Touchpoint(f"{id}-point", channel=channel, match=bound),), **rules)


def a_map(*stages: Stage | str, **rules: Any) -> JourneyMap:
    """Make a map; a text stands for a stage of that name."""
    made = tuple(stage(one) if isinstance(one, str) else one for one in stages)
    return JourneyMap("a map", made, **rules)


def help_desk() -> JourneyMap:
    """Make the four-step map whose figures the design tells."""
    steps = ("Assign seriousness", "Take in charge ticket", "Resolve ticket", "Closed")
    stages = [stage(step.lower().replace(" ", "-"), step, repeats=False) for step in steps]
    return a_map(*stages, unmatched="count", ends="last")
