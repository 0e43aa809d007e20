"""The text form of a journey map, ``*.journey.yaml``: read, write, and say all that is wrong with one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from giljabi.model.errors import MapMistakes, Mistake
from giljabi.model.journey_map import JourneyMap
from giljabi.model.mapfile.form import MAP
from giljabi.model.mapfile.ids import check_ids
from giljabi.model.mapfile.matchers import MatcherKind
from giljabi.model.mapfile.nodes import compose
from giljabi.model.mapfile.notes import Notes, Refused
from giljabi.model.mapfile.printer import print_plain
from giljabi.model.mapfile.source import load, too_large
from giljabi.model.matcher import Matcher

__all__ = ["map_mistakes", "map_schema", "parse_map", "read_map", "write_map", "write_matcher"]


def read_map(source: str | Path) -> JourneyMap:
    """Read a map from a file.

    Parameters
    ----------
    source
        A path; or the map's text itself, of several lines.

    Raises
    ------
    NotFound
        If there is no such file.
    UnreadableFile
        If the file cannot be read at all.
    MapMistakes
        If it is no right map; holds every mistake.
    """
    text, name = load(source)
    return parse_map(text, name)


def parse_map(text: str, source: str = "map") -> JourneyMap:
    """Read a map from its text.

    Parameters
    ----------
    text
        YAML 1.2, at most 1 MiB.
    source
        What to call it in messages.

    Raises
    ------
    MapMistakes
        If it is no right map; holds every mistake with line and column.
    """
    found, mistakes = _read(text)
    if found is None or mistakes:
        raise MapMistakes(source, mistakes)
    return found


def map_mistakes(text: str) -> list[Mistake]:
    """Give every mistake in a map's text, in the text's order; none where it is right."""
    return _read(text)[1]


def write_map(map: JourneyMap) -> str:  # noqa: A002 - the field's word
    """Write a map in its canonical form, which `parse_map` reads back as an equal map.

    Keys stand in a fixed order, defaults are left out, lines are not wrapped. The map is taken as it is:
    `map_mistakes` of the result tells whether a map made by hand is right.
    """
    return print_plain(MAP.plain(map))


def write_matcher(matcher: Matcher) -> str:
    """Write one matcher as it stands in a map, on one line: ``{event: search}``."""
    return print_plain(MatcherKind().plain(matcher)).strip()


def map_schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of the text form."""
    definitions: dict[str, Any] = {}
    MAP.schema(definitions)
    root = definitions.pop("map")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **root,
        "title": "Journey map",
        "$defs": dict(sorted(definitions.items())),
    }


def _read(text: str) -> tuple[JourneyMap | None, list[Mistake]]:
    if mistake := too_large(len(text.encode("utf-8", "surrogatepass"))):
        return None, [mistake]
    notes = Notes()
    found = None
    with suppress(Refused):
        found = MAP.read(compose(text.removeprefix("\ufeff"), notes), notes)
    check_ids(notes)
    return found, notes.mistakes()
