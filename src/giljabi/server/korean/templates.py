"""Texts with holes: an English form that is recognised, and a Korean one that is filled in.

``{name}`` is a hole. In the English form a shape may follow, which the part in the hole must have:
``quoted`` (a Python ``repr``), ``name`` (no backtick), ``number``, ``roles`` (``customer="…", …``),
``known`` (translatable itself) or ``rest`` (anything, also nothing). In the Korean form ``{!name}`` is a part
that is translated itself, and ``{은/는}`` the particle that fits what stands before it. Other braces are
text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from giljabi.server.korean.josa import josa

_SHAPES = {
    "": r".+?",
    "known": r".+?",
    "name": r"[^`]+",
    "number": r"[-+0-9.,]+",
    "quoted": r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"",
    "rest": r".*",
    "roles": r"(?:\w+=\"…\"(?:, )?)+",
}
_ENGLISH_HOLE = re.compile(rf"\{{([a-z_]+)(?::({'|'.join(filter(None, _SHAPES))}))?\}}")
_KOREAN_HOLE = re.compile(r"\{(!?)([a-z_]+)\}|\{([가-힣]+/[가-힣]+)\}")
_NAME = re.compile(r"'([^'\\]+)'|\"([^\"\\]+)\"")
_NAMES = re.compile(rf"(?:{_NAME.pattern})(?:, (?:{_NAME.pattern}))*")

Part = Callable[[str], "str | None"]


class Template(NamedTuple):
    """One text in both languages; ``literal`` counts the letters outside the holes."""

    english: re.Pattern[str]
    korean: str
    literal: int
    known: frozenset[str]

    def fill(self, text: str, part: Part, known: Part) -> str | None:
        """Give the Korean form of an English text, or None where it is another text.

        ``part`` translates what stands in a hole, lists included, ``known`` one part; None where they cannot.
        """
        found = self.english.fullmatch(text)
        if found is None or any(known(found[name]) is None for name in self.known):
            return None
        told, end = "", 0
        for hole in _KOREAN_HOLE.finditer(self.korean):
            told += self.korean[end : hole.start()]
            end = hole.end()
            if hole[3]:
                told += josa(told, hole[3])
            else:
                kept = found[hole[2]]
                told += (part(kept) or _quoted(kept)) if hole[1] else _quoted(kept)
        return told + self.korean[end:]


def template(english: str, korean: str) -> Template:
    """Compile one entry of the catalogue."""
    pattern, end, known = "", 0, set()
    for hole in _ENGLISH_HOLE.finditer(english):
        pattern += re.escape(english[end : hole.start()]) + f"(?P<{hole[1]}>{_SHAPES[hole[2] or '']})"
        end = hole.end()
        if hole[2] == "known":
            known.add(hole[1])
    literal = len(_ENGLISH_HOLE.sub("", english))
    return Template(
        re.compile(pattern + re.escape(english[end:]), re.DOTALL), korean, literal, frozenset(known)
    )


def holes(english: str) -> list[str]:
    """Name the holes of an English form."""
    return sorted(hole[1] for hole in _ENGLISH_HOLE.finditer(english))


def filled(korean: str) -> list[str]:
    """Name the holes that a Korean form fills in."""
    return sorted({hole[2] for hole in _KOREAN_HOLE.finditer(korean) if hole[2]})


def bare(text: str) -> str:
    """Give a form with nameless holes, so that the same text is the same wherever it is written."""
    return _KOREAN_HOLE.sub("{}", _ENGLISH_HOLE.sub("{}", text))


def _quoted(text: str) -> str:
    """Put names quoted as Python does into the quotes of Korean."""
    return _NAME.sub(lambda name: f"‘{name[1] or name[2]}’", text) if _NAMES.fullmatch(text) else text
