"""Cards: short notes on a stage, in lanes."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from giljabi.model.journey_map import LANES
from giljabi.model.mapfile.ids import ID_PATTERN
from giljabi.model.mapfile.kinds import FlowList, Kind, ListOf, Schema, Text
from giljabi.model.mapfile.nodes import MapNode, Node
from giljabi.model.mapfile.notes import Notes, Refused, near, shown

CardsByLane: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]

_TEXTS = ListOf(Text(blank=False))
_OWN = re.compile(f"x-{ID_PATTERN}")
_SHORT = 80


class Cards(Kind[CardsByLane]):
    """Lists of texts by lane, in the order of the file."""

    expects = "a mapping of lanes, each with a list of texts"

    def read(self, node: Node, notes: Notes) -> CardsByLane:
        """Read all lanes."""
        if not isinstance(node, MapNode):
            raise self.wrong_type(node, notes)
        known = notes.count
        found = []
        for key, child in node.entries:
            lane = key.text
            if lane not in LANES and not _OWN.fullmatch(lane):
                hint = near(
                    lane,
                    LANES,
                    f"the lanes are: {', '.join(LANES)}; own lanes begin with x- and have no spaces",
                )
                notes.wrong(key, f"there is no lane {shown(lane)}", hint)
            notes.path.append(lane)
            try:
                found.append((lane, _TEXTS.read(child, notes)))
            except Refused:
                pass
            finally:
                notes.path.pop()
        if notes.count > known:
            raise Refused
        return tuple(found)

    def plain(self, value: CardsByLane) -> dict[str, Any]:
        """Print a lane in one line where that stays short."""
        return {lane: _lane(texts) for lane, texts in value}

    def schema(self, definitions: Schema) -> Schema:
        """Describe the lanes."""
        texts = _TEXTS.schema(definitions)
        return {
            "type": "object",
            "properties": dict.fromkeys(LANES, texts),
            "patternProperties": {f"^{_OWN.pattern}$": texts},
            "additionalProperties": False,
        }


def _lane(texts: tuple[str, ...]) -> list[str]:
    short = sum(len(text) + 2 for text in texts) <= _SHORT and not any("\n" in text for text in texts)
    return FlowList(texts) if short else list(texts)
