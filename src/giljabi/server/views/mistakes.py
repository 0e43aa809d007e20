"""Mistakes in a map's text, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from giljabi.model.errors import Mistake
from giljabi.server.language import Language, translate


class MistakeView(msgspec.Struct, frozen=True):
    """One mistake in a map's text; ``line`` and ``column`` count from 1."""

    line: int
    column: int
    message: str
    hint: str


def mistake_views(mistakes: Iterable[Mistake], language: Language) -> list[MistakeView]:
    """Draw mistakes."""
    return [
        MistakeView(one.line, one.column, translate(one.message, language), translate(one.hint, language))
        for one in mistakes
    ]
