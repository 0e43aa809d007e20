"""What must hold between the keys of one claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from giljabi.model.journey_map import SCORE_RANGE
from giljabi.model.mapfile.kinds import Schema
from giljabi.model.mapfile.nodes import MapNode
from giljabi.model.mapfile.notes import Notes

SCORE_BOUNDS: dict[str, tuple[float, float]] = {**SCORE_RANGE, "nps": (-100, 100)}
"""Where the bound of a score claim may lie: for NPS the net score, else the scale of the answers."""


class OneBound:
    """A claim is one statement, so it has exactly one of these bounds."""

    def __init__(self, *bounds: str) -> None:
        self._bounds = bounds

    def check(self, node: MapNode, values: Mapping[str, Any], notes: Notes) -> None:
        """Note a claim without a bound, or with several."""
        found = [key for key, _ in node.entries if key.text in self._bounds]
        kind = node.entries[0][0]
        if not found:
            notes.wrong(kind, "this claim has no bound", f"add one of: {', '.join(self._bounds)}")
        elif len(found) > 1:
            both = " and ".join(f"`{key.text}`" for key in found)
            notes.wrong(found[1], f"a claim has one bound, this one has {both}", "write two claims")

    def schema(self) -> Schema:
        """Ask for exactly one of the bounds."""
        return {"oneOf": [{"required": [bound]} for bound in self._bounds]}


class ScoreInRange:
    """The bound of a score claim lies on the score's own scale."""

    def check(self, node: MapNode, values: Mapping[str, Any], notes: Notes) -> None:
        """Note a bound off the scale."""
        kind = values.get("score")
        if kind is None:
            return
        low, high = SCORE_BOUNDS[kind]
        for key, child in node.entries:
            bound = values.get(key.text)
            if key.text in ("at_least", "at_most") and bound is not None and not low <= bound <= high:
                notes.wrong(
                    child,
                    f"`{key.text}` of {kind} must be a number from {low:g} to {high:g}, not {bound:g}",
                    "the net promoter score is meant, -100..100" if kind == "nps" else "",
                )

    def schema(self) -> Schema:
        """Give the range for each kind of score."""
        return {"allOf": [_if(kind, low, high) for kind, (low, high) in SCORE_BOUNDS.items()]}


def _if(kind: str, low: float, high: float) -> Schema:
    bound = {"minimum": low, "maximum": high}
    return {
        "if": {"properties": {"score": {"const": kind}}, "required": ["score"]},
        "then": {"properties": {"at_least": bound, "at_most": bound}},
    }
