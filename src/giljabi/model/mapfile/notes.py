"""What a reading has found so far: mistakes, and the ids defined and referred to."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Protocol

import msgspec

from giljabi.model.errors import Mistake

MOST_MISTAKES = 500
_MOST_SHOWN = 60


class Place(Protocol):
    """Something that stands somewhere in the text; both count from 1."""

    @property
    def line(self) -> int:
        """The line."""
        ...

    @property
    def column(self) -> int:
        """The column, in characters."""
        ...


class Refused(Exception):
    """A part of the file was refused; the reason is already among the notes."""


class Named(msgspec.Struct, frozen=True):
    """An id, where it is written, and the way to it from the root (keys and list positions)."""

    id: str
    place: Place
    path: tuple[str | int, ...]


class Notes:
    """Collects mistakes while a map is read, so that all of them can be told at once."""

    def __init__(self) -> None:
        self.path: list[str | int] = []
        self.stages: list[Named] = []
        self.touchpoints: list[Named] = []
        self.references: list[Named] = []
        self._mistakes: list[Mistake] = []

    def wrong(self, place: Place, message: str, hint: str = "") -> Refused:
        """Note a mistake and give the exception to raise where reading cannot go on."""
        self._mistakes.append(Mistake(place.line, place.column, message, hint))
        return Refused()

    def named(self, text: str, place: Place) -> Named:
        """Tie an id to its place and to the way that was gone to it."""
        return Named(text, place, tuple(self.path))

    @property
    def here(self) -> str:
        """What is being read: the map, the value of a key, or an item of a list."""
        keys = [step for step in self.path if isinstance(step, str)]
        if not keys:
            return "the map"
        return f"an item of `{keys[-1]}`" if isinstance(self.path[-1], int) else f"`{keys[-1]}`"

    @property
    def count(self) -> int:
        """How many mistakes were found so far."""
        return len(self._mistakes)

    def mistakes(self) -> list[Mistake]:
        """Give the mistakes in the file's order, at most `MOST_MISTAKES` of them."""
        found = sorted(self._mistakes, key=lambda mistake: (mistake.line, mistake.column))
        if len(found) <= MOST_MISTAKES:
            return found
        last = found[MOST_MISTAKES]
        more = f"and {len(found) - MOST_MISTAKES} more mistakes from here on"
        return [*found[:MOST_MISTAKES], Mistake(last.line, last.column, more)]


def near(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Suggest the known words closest to ``word``; where none is close, say ``otherwise``."""
    by_lower = {name.lower(): name for name in known}
    if word.lower() in by_lower:
        return f"did you mean {by_lower[word.lower()]!r}?"
    found = difflib.get_close_matches(word.lower()[:_MOST_SHOWN], by_lower, n=2, cutoff=0.6)
    return f"did you mean {' or '.join(repr(by_lower[name]) for name in found)}?" if found else otherwise


def shown(text: str) -> str:
    """Quote a text of the file for a message, cut where it is long."""
    return repr(text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…")
