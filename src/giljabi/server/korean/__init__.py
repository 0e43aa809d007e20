"""The server's texts in Korean.

The packages below speak English, and what they say is kept as they said it: a failed import's cause, a
check's reasons. On the way to a reader of Korean each text is looked up here. Each TOML file beside this one
is the table of an area: ``[texts]`` are told as they are, ``[phrases]`` stand in their holes, which are
explained in `giljabi.server.korean.templates`.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from giljabi.server.korean.templates import template

__all__ = ["PHRASES", "TEXTS", "korean"]

_AREAS = [
    tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(Path(__file__).parent.glob("*.toml"))
]

TEXTS: dict[str, str] = {english: said for area in _AREAS for english, said in area["texts"].items()}
"""Whole texts, by their English form."""

PHRASES: dict[str, str] = {
    english: said for area in _AREAS for english, said in area.get("phrases", {}).items()
}
"""Parts that stand in the holes of others, by their English form."""


def korean(text: str) -> str:
    """Say a text of this server in Korean; what is in no table stays as it is."""
    return _looked_up(text, (_WHOLE,)) or text


@lru_cache(maxsize=2000)
def _looked_up(text: str, tables: tuple[_Table, ...]) -> str | None:
    for table in tables:
        if text in table.plain:
            return table.plain[text]
        for one in table.holed:
            said = one.fill(text, _part, _known)
            if said is not None:
                return said
    return None


def _known(text: str) -> str | None:
    """Say a part in Korean, as a whole."""
    return _looked_up(text, (_PARTS, _WHOLE))


def _part(text: str) -> str | None:
    """Say a part in Korean: as a whole, or piece by piece where it is a list."""
    return _known(text) or _pieces(text, "; ", " ") or _pieces(text, ", ", ", ") if text else ""


def _pieces(text: str, mark: str, between: str) -> str | None:
    """Say a list item by item; an item may hold the mark itself."""
    items = text.split(mark)
    told: list[str] = []
    known, at = False, 0
    while at < len(items):
        ends = range(at + 1, len(items) + 1)
        said = ((end, _known(mark.join(items[at:end]))) for end in ends if end - at < len(items))
        end, item = next(((end, item) for end, item in said if item is not None), (at + 1, None))
        known |= item is not None
        told.append(items[at] if item is None else item)
        at = end
    return between.join(told) if known else None


class _Table:
    """Entries ready for use; of several that fit, the one with the most letters of its own comes first."""

    def __init__(self, entries: dict[str, str]) -> None:
        self.plain = {english: said for english, said in entries.items() if "{" not in english}
        holed = [template(english, said) for english, said in entries.items() if "{" in english]
        self.holed = sorted(holed, key=lambda one: -one.literal)


_WHOLE = _Table(TEXTS)
_PARTS = _Table(PHRASES)
